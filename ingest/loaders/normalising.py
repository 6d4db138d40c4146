"""Any text -> normalised text, which every offset in the product refers to."""

import re
import unicodedata

from ingest.loaders.symbols import usual_signs

_LINE_ENDS = "\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# Characters that are never seen but split words, reorder them or smuggle text in: other controls, soft
# hyphens, zero-width spaces and word joiners, bidirectional marks and overrides, annotations, noncharacters,
# lone surrogates and the "tag" alphabet. Zero-width (non-)joiners stay: Persian, Indic scripts, emoji need
# them.
_INVISIBLE = (
    "\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    "\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_NEW_LINE = re.compile(f"\r\n|[\r{_LINE_ENDS}]")
_REMOVED = re.compile(f"[{_INVISIBLE}]")
_SPACE = re.compile("[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_BLANK_LINES = re.compile(r"\n{3,}")


def normalise_text(text: str) -> str:
    r"""Return `text` in the one form that all offsets refer to; doing it again changes nothing.

    Lines end with "\n" and not with spaces, at most one blank line stands between two others, there is no
    white space at the ends, characters are composed (NFC), every kind of space within a line is a plain space
    or a tab, signs of symbol fonts are those of Unicode, and control characters, soft hyphens and invisible
    characters that reorder or split words are gone.

    Args:
        text: Any text; lone surrogates are allowed.

    Returns:
        The normalised text; empty if nothing visible was in it.

    Example:
        >>> normalise_text("\ufeffRe\xadport\r\n\r\n\r\n  cafe\u0301 \n")
        'Report\n\n  café'
    """
    text = usual_signs(_REMOVED.sub("", _NEW_LINE.sub("\n", text)))
    text = unicodedata.normalize("NFC", _SPACE.sub(" ", text))
    text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    r"""Return `text` normalised and on one line, with single spaces.

    Example:
        >>> one_line("  Annual\n report ")
        'Annual report'
    """
    return " ".join(normalise_text(text).split())
