"""PDF page -> what can be read on it, and whether it must be read as a picture."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from ingest.loaders.pdf_attachments import names_on
from ingest.loaders.pdf_forms import filled_lines, is_filled
from ingest.loaders.pdf_lines import page_lines
from ingest.loaders.pdf_notes import notes_on
from ingest.loaders.pdf_records import Line

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage

_SAMPLE = 300
_LEAST_SAMPLE = 20
_LEAST_WORD = 3
"""Of so few letters a page may consist that means nothing, if not one of them is known."""
_MOST_UNKNOWN = 1 / 3
"""The share of letters that a page's fonts may not know; of the pages of the good files at hand the worst had .19."""
_LEAST_VOWELS = 0.25
_MARGIN = 0.1
"""Height of the strips at the top and the bottom of a page that stamps stand in, in parts of the page's."""
_MOSTLY = 0.7


@dataclass(frozen=True, kw_only=True)
class Page:
    """What can be read on a page without recognising letters in a picture."""

    lines: Sequence[Line] = ()
    """Its own lines, in the order in which the file holds them."""
    filled: Sequence[Line] = ()
    """Those of fields, free texts and stamps."""
    notes: Sequence[str] = ()
    """The notes that open on a click."""
    attached: Sequence[str] = ()
    """The names of the files attached to places on it."""
    must_be_seen: Literal["", "scanned", "garbled"] = ""
    """Why its text can be read in a picture of it alone: it is one, or its fonts don't say which letters they show."""


def read_page(document: "PdfDocument", number: int) -> Page | None:
    """Return what can be read on a page; None for a page that is broken.

    Args:
        document: An open pypdfium2 document whose forms were begun; pages with fields are changed.
        number: The page, from 0.
    """
    import pypdfium2

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return None
    with closing(page):
        with closing(page.get_textpage()) as text_page:
            own, garbled = text_page.count_chars(), _is_garbled(text_page)
            lines = [] if garbled else page_lines(text_page)
        scanned = not garbled and _is_scan(page, lines)
        notes, attached, has_fields = notes_on(page), names_on(page), is_filled(page)
    return Page(
        lines=lines,
        filled=filled_lines(document, number, own) if has_fields else (),
        notes=notes,
        attached=attached,
        must_be_seen="garbled" if garbled else "scanned" if scanned else "",
    )


def _is_garbled(text_page: "PdfTextPage") -> bool:
    """Tell whether a page's fonts don't say which letters they show: what they hold instead is then no text."""
    from pypdfium2 import raw

    end = text_page.count_chars()
    sample = range(0, end, max(1, end // _SAMPLE))
    codes = [raw.FPDFText_GetUnicode(text_page, index) for index in sample]
    unknown = sum(
        code in (0, 0xFFFD) or _is_private(code) or raw.FPDFText_HasUnicodeMapError(text_page, index) == 1
        for index, code in zip(sample, codes, strict=True)
    )
    if len(codes) < _LEAST_SAMPLE:
        return len(codes) >= _LEAST_WORD and all(code < 0x20 or code == 0xFFFD or _is_private(code) for code in codes)
    if unknown <= len(codes) * _MOST_UNKNOWN:
        return False
    # Old fonts say nothing, but number their letters as everyone does.
    letters = [letter for code in codes if (letter := normalize("NFD", chr(code))[0].lower()).isalpha()]
    vowels = sum(letter in "aeiouy" for letter in letters)
    return len(letters) < len(codes) / 2 or vowels < len(letters) * _LEAST_VOWELS


def _is_private(code: int) -> bool:
    """Tell whether a character means what a font's maker likes."""
    return 0xE000 <= code < 0xF900


def _is_scan(page: "PdfPage", lines: Sequence[Line]) -> bool:
    """Tell whether a page is a picture with no text but what was stamped onto its margins, such as a page number."""
    from pypdfium2 import raw

    low_x, low_y, high_x, high_y = page.get_bbox()
    margin = _MARGIN * (high_y - low_y)
    if any(low_y + margin < line.base < high_y - margin for line in lines):
        return False
    pictures = page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE])
    if not lines:
        return next(pictures, None) is not None
    areas = ((right - left) * (top - bottom) for left, bottom, right, top in (it.get_bounds() for it in pictures))
    return bool(max(areas, default=0) > _MOSTLY * (high_x - low_x) * (high_y - low_y))
