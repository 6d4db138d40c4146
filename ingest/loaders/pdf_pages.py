"""PDF page -> what can be read on it, and whether it must be read as a picture."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.loaders.pdf_forms import filled_lines, is_filled
from ingest.loaders.pdf_lines import Line, page_lines
from ingest.loaders.pdf_notes import notes_on

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


@dataclass(frozen=True, kw_only=True)
class Page:
    """What can be read on a page without recognising letters in a picture."""

    lines: Sequence[Line] = ()
    """Its own lines, in the order in which the file holds them."""
    filled: Sequence[Line] = ()
    """Those of fields, free texts and stamps."""
    notes: Sequence[str] = ()
    """The notes that open on a click."""
    scanned: bool = False
    """Whether its text is in a picture."""


def read_page(document: "PdfDocument", number: int) -> Page:
    """Return what can be read on a page; nothing for a page that is broken while others aren't.

    Args:
        document: An open pypdfium2 document whose forms were begun; pages with fields are changed.
        number: The page, from 0.
    """
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return Page()
    with closing(page):
        with closing(page.get_textpage()) as text_page:
            lines, own = page_lines(text_page), text_page.count_chars()
        notes, filled = notes_on(page), is_filled(page)
        scanned = not lines and _has_pictures(page)
    return Page(lines=lines, filled=filled_lines(document, number, own) if filled else (), notes=notes, scanned=scanned)


def _has_pictures(page: "PdfPage") -> bool:
    """Tell whether a page holds a picture, as each page of a scan does."""
    from pypdfium2 import raw

    return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]), None) is not None
