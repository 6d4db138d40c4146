"""PDF page -> its lines and where they stand."""

import re
from collections.abc import Sequence
from ctypes import c_double, create_string_buffer
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.loaders.normalising import one_line
from ingest.loaders.pdf_records import RIGHT_TO_LEFT, Line, Piece, is_level, pieces_of
from ingest.loaders.symbols import in_unicode, is_symbol_font

if TYPE_CHECKING:
    from pypdfium2 import PdfTextPage
    from pypdfium2.raw import FS_RECTF

_LINE_ENDS = frozenset((10, 13))
# PDFium puts these in place of a hyphen that breaks a word at the end of a line, and leaves out the break.
# After other hyphens and, rarely, spaces it leaves it out as well.
_BROKEN_WORD = frozenset((2, 0xFFFE))
_BEFORE_JUMP = frozenset((0x20, 0x2D, 0x2010))
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_ACCENTS = {"¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303"}
_LOOSE_ACCENT = re.compile("([¨ˆ˜]) ?([aeiounAEIOUNı])")
_NAME_BYTES = 200
_WIDE = 0.8
"""Width of a gap between two columns, in parts of the characters' height, at the least."""
_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
_DOWNWARDS = 1.6
"""The direction of lines that run from the top of a page to its bottom, in radians, rounded."""


def page_lines(text_page: "PdfTextPage") -> list[Line]:
    """Return the lines of a page in the order in which the file holds them; empty for a page without text."""
    return _merge_fragments(_in_order(lines_from(text_page), text_page.page.get_rotation()))


def lines_from(text_page: "PdfTextPage", first: int = 0) -> list[Line]:
    """Return the lines that the characters from the first on make, in pieces where their size changes."""
    from pypdfium2 import raw

    lines: list[Line] = []
    shown: list[int] = []
    text = ""
    end = text_page.count_chars()
    for index in range(first, end + 1):
        code = raw.FPDFText_GetUnicode(text_page, index) if index < end else 10
        ends = code in _LINE_ENDS or code in _BROKEN_WORD
        if not ends:
            # 0 is a character whose meaning the file doesn't tell: the gap is shown, not hidden.
            text += _letter(text_page, index, code) if 0xF000 <= code < 0xF100 else chr(code or 0xFFFD)
            if not text[-1].isspace():
                shown.append(index)
        if ends or (code in _BEFORE_JUMP and shown and index + 1 < end and _jumps(text_page, shown[-1], index + 1)):
            if words := _clean(_reordered(text_page, text, index + (not ends))):
                line = _placed(text_page, words, shown, broken=code in _BROKEN_WORD)
                pieces = _pieces(text_page, text, index + (not ends), shown, line)
                bold = bool(pieces) and bool(_BOLD.search(_font(text_page, shown[0])))
                lines.append(replace(line, pieces=pieces, bold=bold))
            text = ""
            shown = []
    return lines


def _letter(text_page: "PdfTextPage", index: int, code: int) -> str:
    """Return what a character means that a font numbers by its own: a sign, or the letter of that number."""
    font = _font(text_page, index)
    if font and not is_symbol_font(font) and 0x20 <= code - 0xF000 < 0x7F:
        return chr(code - 0xF000)
    return in_unicode(chr(code), font)


def _font(text_page: "PdfTextPage", index: int) -> str:
    """Return the name of a character's font; empty if it has none."""
    from pypdfium2 import raw

    name = create_string_buffer(_NAME_BYTES)
    raw.FPDFText_GetFontInfo(text_page, index, name, _NAME_BYTES, None)
    return name.value.decode("utf-8", "replace")


def _reordered(text_page: "PdfTextPage", text: str, end: int) -> str:
    """Return the line that ends before the character `end` with its right-to-left words in the order of reading.

    PDFium turns such words round, for they are usually drawn from left to right. But where a file says what a
    drawing means (ActualText), they are in order already; then all characters have the box of that drawing.
    """

    def unturned(run: re.Match[str]) -> str:
        boxes = (_box(text_page, end - len(text) + place) for place in range(*run.span()))
        return run[0][::-1] if len({(box.left, box.right) for box in boxes}) == 1 else run[0]

    return RIGHT_TO_LEFT.sub(unturned, text)


def _jumps(text_page: "PdfTextPage", index: int, following: int) -> bool:
    """Tell whether a character stands in another line than one before it: a line break was left out."""
    box, after = _box(text_page, index), _box(text_page, following)
    return bool(after.left < box.left and abs(after.bottom - box.bottom) > 0.5 * abs(box.top - box.bottom))


def _box(text_page: "PdfTextPage", index: int) -> "FS_RECTF":
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text_page, index, box)
    return box


def _placed(text_page: "PdfTextPage", text: str, shown: Sequence[int], broken: bool) -> Line:
    """Return the line that the characters with these indices make; three of them tell where it stands."""
    from pypdfium2 import raw

    boxes, bases = [], []
    for index in (shown[0], shown[len(shown) // 2], shown[-1]):
        x, y = c_double(), c_double()
        raw.FPDFText_GetCharOrigin(text_page, index, x, y)
        boxes.append(_box(text_page, index))
        bases.append(y.value)
    return Line(
        text=text,
        left=boxes[0].left,
        right=boxes[-1].right,
        base=median(bases),
        size=max(0.1, median(abs(box.top - box.bottom) for box in boxes)),
        angle=round(raw.FPDFText_GetCharAngle(text_page, shown[len(shown) // 2]), 1),
        broken=broken,
    )


def _pieces(text_page: "PdfTextPage", text: str, end: int, shown: Sequence[int], line: Line) -> tuple[Piece, ...]:
    """Return what wide gaps part in a line, whose text ends before the character `end`."""
    if line.angle or RIGHT_TO_LEFT.search(text):
        return ()
    runs = [[shown[0], shown[0]]]
    for before, after in pairwise(shown):
        gap = after - before > 1 and _box(text_page, after).left - _box(text_page, before).right > _WIDE * line.size
        if gap:
            runs.append([after, after])
        runs[-1][1] = after
    if len(runs) == 1:
        return ()
    begin = end - len(text)
    return tuple(
        Piece(
            text=_clean(text[first - begin : last + 1 - begin]),
            left=_box(text_page, first).left,
            right=_box(text_page, last).right,
        )
        for first, last in runs
    )


def _clean(text: str) -> str:
    """Return the line with ligatures spelled out and accents that stand beside a letter put onto it."""
    text = _LOOSE_ACCENT.sub(lambda m: m[2].replace("ı", "i") + _ACCENTS[m[1]], text.translate(_LIGATURES))
    return one_line(text)


def _in_order(lines: Sequence[Line], rotation: int) -> list[Line]:
    """Return lines that run downwards on the page as it is shown in the order of reading: PDFium has the last first.

    Args:
        lines: The lines as PDFium has them.
        rotation: How far the page is turned when it is shown, in degrees.
    """
    runs: list[list[Line]] = []
    for line in lines:
        before = runs[-1][-1] if runs else None
        if before and before.angle == line.angle and _is_before(line, before, rotation):
            runs[-1].append(line)
        else:
            runs.append([line])
    return [line for run in runs for line in reversed(run)]


def _is_before(line: Line, other: Line, rotation: int) -> bool:
    """Tell whether a line that runs downwards stands beside the other one on the side where lines begin."""
    if line.angle == _DOWNWARDS:
        return line.left > other.left + other.size / 2
    sideways = rotation == 90 and not line.angle
    return sideways and line.base > other.base + other.size / 2 and line.left < other.right and other.left < line.right


def _merge_fragments(lines: Sequence[Line]) -> list[Line]:
    """Put superscripts and what follows them back into the line that they stand in."""
    merged: list[Line] = []
    for line in lines:
        before = merged[-1] if merged else None
        if before and not before.broken and _continues(before, line):
            main = max(before, line, key=lambda part: (part.size, len(part.text)))
            merged[-1] = replace(
                before,
                text=f"{before.text} {line.text}",
                right=line.right,
                base=main.base,
                size=main.size,
                broken=line.broken,
                pieces=_merged_pieces(before, line),
            )
        else:
            merged.append(line)
    return merged


def _merged_pieces(before: Line, line: Line) -> tuple[Piece, ...]:
    if not (before.pieces or line.pieces):
        return ()
    *first, middle = pieces_of(before)
    other, *last = pieces_of(line)
    return (*first, Piece(text=f"{middle.text} {other.text}", left=middle.left, right=other.right), *last)


def _continues(before: Line, line: Line) -> bool:
    if before.angle or line.angle:
        return False
    near = -0.5 * before.size < line.left - before.right < before.size
    return is_level(before, line) and near
