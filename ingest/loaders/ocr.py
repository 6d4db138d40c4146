"""Picture of a PDF page -> the lines on it: RapidOCR, where `footnote-qa[ocr]` is installed."""

import math
from contextlib import closing
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from ingest.loaders.limits import renew_time
from ingest.loaders.normalising import one_line
from ingest.loaders.pdf_lines import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_DOTS_PER_INCH = 200
_MOST_PIXELS = 12_000_000
"""A page is drawn smaller than it would need to be rather than larger than this: some are metres wide."""
_LEAST_SCORE = 0.5
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
    import pypdfium2

    renew_time()  # the limit is for a page: a scan of a hundred takes minutes
    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return []
    with closing(page):
        width, height = page.get_size()
        scale = min(_DOTS_PER_INCH / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
        picture = page.render(scale=scale, rev_byteorder=False).to_numpy()[:, :, :3]
    found = _engine()(picture)
    if found.boxes is None:
        return []
    lines = []
    for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
        words = one_line(text)
        if not words or score < _LEAST_SCORE:
            continue
        (left, top), (right, bottom) = box.min(axis=0) / scale, box.max(axis=0) / scale
        size = float(bottom - top)
        # Boxes reach from the highest to the deepest letter; a fifth of that lies below the line.
        base = height - float(bottom) + size / 5
        lines.append(Line(text=words, left=float(left), right=float(right), base=base, size=size))
    return _in_reading_order(lines)


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
    """Group lines that no empty strip across the page divides, from the top."""
    groups: list[list[Line]] = []
    deepest = math.inf
    for line in sorted(lines, key=lambda line: -(line.base + line.size)):
        if not groups or line.base + line.size < deepest:
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
