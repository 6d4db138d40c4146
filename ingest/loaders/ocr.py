"""Picture of a PDF page -> the lines on it: RapidOCR, where `footnote-qa[ocr]` is installed."""

import math
from contextlib import closing
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.loaders.limits import renew_time
from ingest.loaders.normalising import one_line
from ingest.loaders.pdf_records import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_DOTS_PER_INCH = 200
_MOST_PIXELS = 12_000_000
"""A page is drawn smaller than it would need to be rather than larger than this: some are metres wide."""
_LEAST_SCORE = 0.5
_UPRIGHT_SCORE = 0.9
"""So certain is what is read on a page that stands upright; of one upside down it is half of that."""
_UNEVEN = 0.3
"""Boxes around lines of one size differ by less than this part of it."""
_GUTTER = 1.0
"""The least width of the empty strip between two columns, in heights of a line."""


def can_recognise() -> bool:
    """Tell whether text in pictures can be recognised on this machine."""
    return find_spec("rapidocr") is not None


def recognised_lines(document: "PdfDocument", number: int) -> list[Line]:
    """Return the lines that are recognised on a page, column by column.

    Args:
        document: An open pypdfium2 document.
        number: The page, from 0.

    Returns:
        The lines; empty for a page without text, and for a broken page.
    """
    return recognised_page(document, number)[0]


def recognised_page(document: "PdfDocument", number: int) -> tuple[list[Line], bool]:
    """Return the lines that are recognised on a page, and whether it stands upside down.

    Args:
        document: An open pypdfium2 document.
        number: The page, from 0.

    Returns:
        The lines, of a page that stands upside down where they would be if it were turned round.
    """
    import pypdfium2

    renew_time()  # the limit is for a page: a scan of a hundred takes minutes
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return [], False
    with closing(page):
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
        picture = page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
    found, turned = _recognised(picture)
    lines = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True) if found.txts else ():
        words = one_line(text)
        if not words or score < _LEAST_SCORE:
            continue
        (left, top), (right, bottom) = box.min(axis=0) / scale, box.max(axis=0) / scale
        size = float(bottom - top)
        # Boxes reach from the highest to the deepest letter; a fifth of that lies below the line.
        base = height - float(bottom) + size / 5
        lines.append(Line(text=words, left=float(left), right=float(right), base=base, size=size))
    usual = median(line.size for line in lines) if lines else 0.0
    # A box is as high as the letters in it: only much larger type is that of a heading.
    even = [replace(line, size=usual) if abs(line.size / usual - 1) < _UNEVEN else line for line in lines]
    return _in_reading_order(even), turned


def _recognised(picture: Any) -> tuple[Any, bool]:  # noqa: ANN401 - rapidocr and its arrays have no types
    """Return what RapidOCR finds on a page, and whether that is on the page turned round.

    It could tell line by line which way up they are, but takes some for the wrong way, which then are lost.
    """
    upright = _engine()(picture, use_cls=False)
    if _certainty(upright) >= _UPRIGHT_SCORE or not upright.txts:
        return upright, False
    turned = _engine()(picture[::-1, ::-1].copy(), use_cls=False)
    return (turned, True) if _certainty(turned) > _certainty(upright) else (upright, False)


def _certainty(found: Any) -> float:  # noqa: ANN401
    """Return the mean score of the lines that were found, 0 to 1, each weighed by its length."""
    lengths = [len(text) for text in found.txts or ()]
    weighed = sum(score * length for score, length in zip(found.scores or (), lengths, strict=True))
    return float(weighed / max(1, sum(lengths)))


@cache
def _engine() -> Any:  # noqa: ANN401 - rapidocr has no types
    from rapidocr import RapidOCR

    return RapidOCR(params={"Global.log_level": "critical"})


def _in_reading_order(lines: list[Line]) -> list[Line]:
    """Return lines from the top, those of columns that stand beside each other column by column."""
    bands: list[list[Line]] = []
    for row in _rows(lines):
        if bands and len(_columns(bands[-1])) > 1 and len(_columns(bands[-1] + row)) > 1:
            bands[-1].extend(row)
        else:
            bands.append(row)
    columns = [column for band in bands for column in _columns(band)]
    return [line for column in columns for row in _rows(column) for line in sorted(row, key=lambda line: line.left)]


def _rows(lines: list[Line]) -> list[list[Line]]:
    """Group lines that stand beside each other, if not all at one height, from the top."""
    groups: list[list[Line]] = []
    deepest = math.inf
    for line in sorted(lines, key=lambda line: -(line.base + line.size)):
        if not groups or line.base + line.size / 2 < deepest:  # boxes of lines below each other may overlap
            groups.append([])
            deepest = math.inf
        groups[-1].append(line)
        deepest = min(deepest, line.base)
    return groups


def _columns(lines: list[Line]) -> list[list[Line]]:
    """Group lines that no empty strip down the page divides, from the left."""
    groups: list[list[Line]] = []
    edge = -math.inf
    for line in sorted(lines, key=lambda line: line.left):
        if not groups or line.left > edge + _GUTTER * line.size:
            groups.append([])
        groups[-1].append(line)
        edge = max(edge, line.right)
    return groups
