"""PDF file -> Draft: its pages' text, in paragraphs."""

import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.ocr import can_recognise, recognised_lines
from ingest.loaders.pdf_lines import page_lines, without_running_lines
from ingest.loaders.pdf_paragraphs import pages_text
from ingest.records import READ_SCANS

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""
_MOST_SCANNED = 1000
"""So many pages of a file are read with OCR: about an hour's work."""
_LOCKED = "is locked with a password; remove the password and add it again"
_BROKEN = "is a broken PDF; open it in a PDF reader, save or print it as PDF again and add that"
_SCANNED = f"is scanned, no text; {READ_SCANS}"
_UNREADABLE = "is scanned, and no text could be recognised in it; add a better scan"
_NO_TEXT = "has no text and no pictures; open it in a PDF reader and see whether it is the right file"


def load_pdf(data: bytes) -> Draft:
    """Return the text of each page, and the title, author and creation date that the file states.

    Lines of a paragraph are joined, words broken at a line's end are mended, and page numbers and the headers
    and footers that most pages repeat are left out. Text that lies unseen behind a scan is read; where there is
    none, a page that holds a picture is read with OCR, if that is installed.

    Raises:
        Refusal: The file is locked with a password, broken, scanned, or has no text.
    """
    with PDFIUM, _opened(data) as document:
        about = document.get_metadata_dict(skip_empty=True)
        pages = [page_lines(document, number) for number in range(len(document))]
        scanned = [n for n, lines in enumerate(pages) if not lines and _has_pictures(document, n)]
        unread = scanned[_MOST_SCANNED:] if can_recognise() else scanned
        if can_recognise():
            for n in scanned[:_MOST_SCANNED]:
                pages[n] = recognised_lines(document, n)
        elif not any(pages) and scanned:
            raise Refusal(_SCANNED)
        if not any(pages):
            raise Refusal(_UNREADABLE if scanned else _NO_TEXT)
    return Draft(
        parts=tuple(pages_text(without_running_lines(pages))),
        paged=True,
        recognised=tuple(n + 1 for n in scanned if pages[n]),
        unread=tuple(n + 1 for n in unread),
        title=about.get("Title"),
        author=about.get("Author"),
        created=about.get("CreationDate"),
    )


@contextmanager
def _opened(data: bytes) -> Iterator["PdfDocument"]:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise Refusal(_LOCKED if error.err_code == raw.FPDF_ERR_PASSWORD else _BROKEN) from None
    with closing(document):
        if not len(document):
            raise Refusal(_BROKEN)
        yield document


def _has_pictures(document: "PdfDocument", number: int) -> bool:
    """Tell whether a page of an open document holds a picture, as each page of a scan does."""
    import pypdfium2
    from pypdfium2 import raw

    try:
        page = document[number]
    except pypdfium2.PdfiumError:
        return False
    with closing(page):
        return next(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]), None) is not None
