"""Page of a PDF and a quote -> the page as it was printed, and where the quote stands on it.

A hostile file can break what draws it, so this runs in the process that `ingest.loader_process` keeps.
"""

import base64
import hashlib
import io
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.loaders.ocr import can_recognise, recognised_page
from ingest.loaders.pdf_forms import begin_forms, filled_page
from ingest.loaders.pdf_pages import read_page
from ingest.loaders.symbols import usual_signs

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_WIDTH = 1000
"""Pixels."""
_MOST_PIXELS = 4_000_000
_PASSED_OVER = frozenset("-\u00ad\u2010\u2011\ufffe\x02|\\")
"""What a PDF may have at the end of a line where a word goes on, and what parts the cells of a row in Markdown."""
_MOST_PIECES = 3
_LEAST_PIECE = 3
"""Letters."""
Box = tuple[float, float, float, float]
"""Left, top, width and height, in shares of the page, 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """A page as it was printed."""

    png: str
    """The picture: PNG in Base64."""
    boxes: tuple[Box, ...]
    """Where the quote stands, a box a line; empty if it isn't found."""


def draw_page(path: Path, sha256: str, page: int, quote: str) -> PagePicture | None:
    """Return a page as a picture, and where a quote stands in it; None if the file isn't the one that was read.

    A quote that goes on over the page's end is found as far as it stands there; one that isn't in the page's own text,
    which may differ from the document's in its ligatures or order, is not found. On a page that was read with OCR it is
    looked for in the picture.

    Args:
        path: The PDF.
        sha256: SHA-256 of the bytes that were read.
        page: Number of the page, from 1.
        quote: What to find.

    Raises:
        Exception: The file is broken; whatever the library makes of it.
    """
    import pypdfium2

    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != sha256:
        return None
    with closing(pypdfium2.PdfDocument(data)) as document:
        begin_forms(document)
        with filled_page(document, page - 1) as leaf:
            png, turns = _drawn(leaf), leaf.get_rotation() // 90
            leaf.set_rotation(0)  # else its lines are read in another order
            boxes = _boxes(leaf, quote)
        for _ in range(turns):
            boxes = [(1 - top - height, left, height, width) for left, top, width, height in boxes]
        seen = read_page(document, page - 1)
        if seen and seen.must_be_seen and can_recognise():
            boxes = _seen_boxes(document, page - 1, quote)
    return PagePicture(png=png, boxes=tuple(boxes))


def _drawn(leaf: "PdfPage") -> str:
    width, height = leaf.get_size()
    scale = min(_WIDTH / max(width, 1), (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    file = io.BytesIO()
    leaf.render(scale=scale, grayscale=False).to_pil().save(file, "PNG", optimize=False)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _boxes(leaf: "PdfPage", quote: str) -> list[Box]:
    with closing(leaf.get_textpage()) as text:
        characters = text.get_text_range()
        if len(characters) != text.count_chars():  # characters outside the basic plane count twice there
            return []
        letters, places = _letters(usual_signs(characters))
        wanted, _ = _letters(re.sub(r"(?m)^#{1,6} ", "", quote))
        boxes: list[Box] = []
        for start, end in _pieces(letters, wanted):
            first, last = places[start], places[end - 1]
            boxes += _shares(leaf, text, first, last - first + 1)
        return boxes


def _seen_boxes(document: "PdfDocument", number: int, quote: str) -> list[Box]:
    """Return where a quote stands among the lines that are recognised on a page, from 0."""
    lines, turned = recognised_page(document, number)
    width, height = document.get_page_size(number)
    wanted, _ = _letters(re.sub(r"(?m)^#{1,6} ", "", quote))
    letters, boxes, begin = "".join(_letters(line.text)[0] for line in lines), list[Box](), 0
    pieces = _pieces(letters, wanted)
    for line in lines:
        count = len(_letters(line.text)[0])
        if not count:
            continue
        for start, end in ((max(start - begin, 0) / count, min(end - begin, count) / count) for start, end in pieces):
            if start < end:
                left, share = line.left + start * (line.right - line.left), (end - start) * (line.right - line.left)
                top = height - line.base - 0.8 * line.size
                box = left / width, top / height, share / width, line.size / height
                boxes.append((1 - box[0] - box[2], 1 - box[1] - box[3], *box[2:]) if turned else box)
        begin += count
    return boxes


def _pieces(letters: str, wanted: str) -> list[tuple[int, int]]:
    """Return where a quote stands: in one piece, else in few, as a field's value stands apart from its label."""
    pieces: list[tuple[int, int]] = []
    while wanted and len(pieces) < _MOST_PIECES:
        # The longest beginning of it that is found.
        length = bisect_left(range(1, len(wanted) + 1), True, key=lambda n: wanted[:n] not in letters)
        if length < min(_LEAST_PIECE, len(wanted)):
            return []
        start = letters.find(wanted[:length])
        pieces.append((start, start + length))
        wanted = wanted[length:]
    return [] if wanted else pieces


def _letters(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without white space, hyphens and bars, and where each of its characters stood."""
    kept = [
        (character, n) for n, character in enumerate(text) if not character.isspace() and character not in _PASSED_OVER
    ]
    return "".join(character for character, _ in kept), [n for _, n in kept]


def _shares(leaf: "PdfPage", text: "PdfTextPage", first: int, count: int) -> Iterator[Box]:
    low_x, low_y, high_x, high_y = leaf.get_bbox()
    width, height = high_x - low_x, high_y - low_y
    for number in range(text.count_rects(first, count)):
        left, bottom, right, top = text.get_rect(number)
        yield (left - low_x) / width, (high_y - top) / height, (right - left) / width, (top - bottom) / height
