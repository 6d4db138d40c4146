"""Bytes in any encoding -> text; text and Markdown files -> Draft."""

import codecs
import re
import unicodedata

from ingest.loaders.draft import Draft, Refusal

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\r?\n((?:[^\n]*\n){1,60}?)(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)")
_RUBBISH_SHARE = 0.05
_SAMPLE_CHARS = 200_000
_SAMPLE_BYTES = 1_000_000
_FEW_BYTES = 60
_WIDE = ("utf_16", "utf_16_be", "utf_16_le", "utf_32", "utf_32_be", "utf_32_le")
_NOT_TEXT = "is not readable text: its encoding can't be made out; save it as UTF-8 and add it again"


def load_text(data: bytes) -> Draft:
    """Return the lines of a text or Markdown file.

    Raises:
        Refusal: The bytes are not text in any known encoding.
    """
    text = decode_text(data)
    # The fences of a front matter would look like rules or underlined headings; its lines are worth keeping.
    return Draft(parts=(_FRONT_MATTER.sub(r"\1\n", text, count=1),))


def decode_text(data: bytes, declared: str | None = None) -> str:
    r"""Return the text that `data` encodes.

    A byte order mark decides; then UTF-8 is tried, strictly; then UTF-16 without a mark, which shows by a
    pattern; then the encoding that the file declares; then charset-normalizer's guess.

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
    for named in ("utf-8", _utf_16_by_pattern(data), declared):
        if named and (text := _decoded(data, named)) is not None:
            return text
    return _guessed(data)


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
    # A few words of Western text look alike in many encodings: then the usual one is the best guess.
    mostly_ascii = sum(map(sample.count, range(0x20, 0x7F))) > 0.6 * len(sample)
    if mostly_ascii and len(sample) <= _FEW_BYTES and (text := _decoded(sample, "cp1252")) is not None:
        return text
    matches = from_bytes(sample, cp_exclusion=list(_WIDE) if mostly_ascii else None)
    best = matches.best()
    usual = next((match for match in matches if match.encoding == "cp1252"), None)
    if best and usual and usual.chaos <= best.chaos and usual.coherence >= best.coherence:
        best = usual
    text = data.decode(best.encoding, "replace") if best else ""
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
