"""Bytes in any encoding -> text; text and Markdown files -> Draft."""

import codecs
import re
import unicodedata

from ingest.loaders.alphabets import other_encoding, western_encoding
from ingest.loaders.draft import Draft, Refusal

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\r?\n((?:[^\n]*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_TOML = re.compile(r"\A\s*\+\+\+[ \t]*\r?\n((?:[^\n]*\n){1,60}?)\+\+\+[ \t]*(?:\r?\n|\Z)")
_TOML_FIELD = re.compile(r"(?m)^(\w+)[ \t]*=[ \t]*")
_UNDERLINED = re.compile(
    r"(?m)(?:\A|(?<=\n\n)|(?<=\r\n\r\n))(?P<title>[^\W_][^\r\n|]{1,150})\r?\n(?P<line>={3,}|-{3,})[ \t]*(?=\r?$)"
)
_UNEVEN = 3
"""By so many signs the line below a heading may be longer or shorter than it."""
_COLOURS = re.compile(rb"\x1b\[[0-9;:?]{0,30}[A-Za-z]")
"""What a program writes for a terminal only."""
_RUBBISH_SHARE = 0.05
_SAMPLE_CHARS = 200_000
_SAMPLE_BYTES = 1_000_000
_MOST_STRAY = 0.1
"""Bytes that aren't UTF-8, for each character that is and isn't ASCII."""
_STRAY = {0xDC00 + byte: bytes((byte,)).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
# What pages and mails call by these names is what Windows means by them, which has more characters.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "shift_jis": "cp932", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949",
}  # fmt: skip
_JAPANESE_MAIL = re.compile(rb"\x1b\$[@B]")
_WIDE = ("utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le")
_NOT_TEXT = "is not readable text: its encoding can't be made out; save it as UTF-8 and add it again"


def load_text(data: bytes) -> Draft:
    """Return the lines of a text or Markdown file.

    Raises:
        Refusal: The bytes are not text in any known encoding.
    """
    text = decode_text(_COLOURS.sub(b"", data))
    # The fences of a front matter would look like rules or underlined headings; its lines are worth keeping.
    if toml := _TOML.match(text):
        text = _TOML_FIELD.sub(r"\1: ", toml[1]) + "\n" + text[toml.end() :]
    else:
        text = _FRONT_MATTER.sub(r"\1\n", text, count=1)
    return Draft(parts=(_UNDERLINED.sub(_heading, text),))


def _heading(found: re.Match[str]) -> str:
    """Return a heading that is underlined as one with signs before it; what merely looks like one, as it is."""
    title, line = found["title"].rstrip(), found["line"]
    if abs(len(line) - len(title)) > _UNEVEN or "  " in title:
        return found[0]
    return f"{'#' if line[0] == '=' else '##'} {title}"


def decode_text(data: bytes, declared: str | None = None) -> str:
    r"""Return the text that `data` encodes.

    A byte order mark decides; then UTF-8 is tried, strictly; then UTF-16 without a mark, which shows by a
    pattern; then the encoding that the file declares; then UTF-8 with a few stray bytes; then what fits the letters
    of the language; then charset-normalizer's guess.

    Args:
        data: The file's bytes.
        declared: Name of the encoding that the file itself states, if any.

    Raises:
        Refusal: No encoding gives sensible text.

    Example:
        >>> decode_text("Économie".encode("utf-16-le"))
        'Économie'
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark) and (text := _decoded(data[len(mark) :], encoding)) is not None:
            return text
    shifted = "iso2022_jp_ext" if _JAPANESE_MAIL.search(data) else None
    for named in (shifted, "utf-8", _utf_16_by_pattern(data), _meant(declared), declared):
        if named and (text := _decoded(data, named)) is not None:
            return text
    return _nearly_utf_8(data) or _guessed(data)


def _meant(declared: str | None) -> str | None:
    try:
        return _MEANT.get(codecs.lookup(declared).name) if declared else None
    except (LookupError, ValueError):
        return None


def _nearly_utf_8(data: bytes) -> str | None:
    """Return the text if nearly all of it is UTF-8: a line may come from elsewhere, or the end be cut off."""
    text = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode(data)
    stray = sum("\udc80" <= character <= "\udcff" for character in text)
    strange = sum(character > "\x7f" for character in text) - stray
    return text.translate(_STRAY) if strange and stray <= _MOST_STRAY * strange and not _is_rubbish(text) else None


def _decoded(data: bytes, encoding: str) -> str | None:
    """Return the text, or None if the bytes aren't in this encoding, or the encoding isn't one of text."""
    try:
        text = data.decode(encoding)
    except (UnicodeError, LookupError, ValueError):
        return None
    return None if _is_rubbish(text) else text


def _utf_16_by_pattern(data: bytes) -> str | None:
    """Return the byte order of alphabetic text in UTF-16: every other byte, and only that, is below 32."""
    sample = data[:4096]
    even, odd = (sum(byte < 0x20 for byte in part) / max(1, len(part)) for part in (sample[0::2], sample[1::2]))
    if len(data) % 2 or max(even, odd) < 0.6 or min(even, odd) > 0.3:
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _guessed(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # A guess is as good from the first megabyte as from all of them, and much faster.
    sample = data[:_SAMPLE_BYTES]
    if len(data) > _SAMPLE_BYTES:
        sample = sample[: sample.rfind(b"\n") + 1] or sample
    mostly_ascii = sum(map(sample.count, range(0x20, 0x7F))) > 0.6 * len(sample)
    encoding = western_encoding(sample) if mostly_ascii else other_encoding(sample)
    if encoding is None:
        matches = from_bytes(sample, cp_exclusion=list(_WIDE) if mostly_ascii else None)
        encoding = best.encoding if (best := matches.best()) else None
    text = data.decode(encoding, "replace") if encoding else ""
    if not text or _is_rubbish(text):
        raise Refusal(_NOT_TEXT)
    return text


def _is_rubbish(text: str) -> bool:
    """Tell whether more than one character in twenty is one that no text holds."""
    sample = text[:_SAMPLE_CHARS]
    kept = sum(character in "\t\n\v\f\r" for character in sample)
    strange = sum(unicodedata.category(character) in ("Cc", "Cn", "Co", "Cs") for character in sample) - kept
    strange += sample.count("\ufffd")
    return strange > len(sample) * _RUBBISH_SHARE
