"""A quote in a PDF in, the page as it was printed out: a picture with the quote marked."""

import base64
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from ingest import DocumentInfo
from ingest.loaders.pdf import PDFIUM
from qa.page.markup import shown

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

_WIDTH = 1000
"""Pixels."""
_MOST_PIXELS = 4_000_000
_JOINED = frozenset("-\u00ad\u2010\u2011\ufffe\x02")
"""What a PDF may have at the end of a line where a word goes on."""
Box = tuple[float, float, float, float]
"""Left, top, width and height, in shares of the page, 0 to 1."""


def facsimile_html(info: DocumentInfo, page: int, quote: str) -> str | None:
    """Return a page as a picture with a quote marked in it; None if the file isn't there any more as it was read.

    A quote that goes on over the page's end is marked as far as it stands there; one that isn't found in the page's
    own text, which may differ from the document's in its ligatures or order, is not marked.

    Args:
        info: The document.
        page: Number of the page, from 1.
        quote: What to mark.
    """
    import pypdfium2

    path = Path(info.path)
    if path.suffix.lower() != ".pdf" or not path.is_file():
        return None
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != info.sha256:
        return None
    try:
        with PDFIUM, closing(pypdfium2.PdfDocument(data)) as document:
            leaf = document[page - 1]
            picture, boxes = _picture(leaf), _boxes(leaf, quote)
    except pypdfium2.PdfiumError:
        return None
    marks = "".join(
        f'<span class="box" style="left:{left:.2%};top:{top:.2%};width:{width:.2%};height:{height:.2%}"></span>'
        for left, top, width, height in boxes
    )
    alt = shown(f"Page {page} of {info.title} as printed{'; the quote is marked' if boxes else ''}")
    return f'<div class="facsimile"><img alt="{alt}" src="data:image/png;base64,{picture}">{marks}</div>'


def _picture(leaf: "PdfPage") -> str:
    width, height = leaf.get_size()
    scale = min(_WIDTH / width, (_MOST_PIXELS / (width * height)) ** 0.5)
    file = io.BytesIO()
    leaf.render(scale=scale, grayscale=False).to_pil().save(file, "PNG", optimize=False)
    return base64.b64encode(file.getvalue()).decode("ascii")


def _boxes(leaf: "PdfPage", quote: str) -> list[Box]:
    with closing(leaf.get_textpage()) as text:
        characters = text.get_text_range()
        if len(characters) != text.count_chars():  # characters outside the basic plane count twice there
            return []
        letters, places = _letters(characters)
        wanted, _ = _letters(re.sub(r"(?m)^#{1,6} ", "", quote))
        start = letters.find(wanted) if wanted else -1
        if start < 0:
            return []
        first, last = places[start], places[start + len(wanted) - 1]
        return list(_shares(leaf, text, first, last - first + 1))


def _letters(text: str) -> tuple[str, Sequence[int]]:
    """Return a text without white space and hyphens, and where each of its characters stood."""
    kept = [(character, n) for n, character in enumerate(text) if not character.isspace() and character not in _JOINED]
    return "".join(character for character, _ in kept), [n for _, n in kept]


def _shares(leaf: "PdfPage", text: "PdfTextPage", first: int, count: int) -> Iterator[Box]:
    low_x, low_y, high_x, high_y = leaf.get_bbox()
    width, height = high_x - low_x, high_y - low_y
    for number in range(text.count_rects(first, count)):
        left, bottom, right, top = text.get_rect(number)
        yield (left - low_x) / width, (high_y - top) / height, (right - left) / width, (top - bottom) / height
