"""PDF file -> Draft: its pages' text, in paragraphs; the files attached to it are members."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.members import members_of
from ingest.loaders.ocr import can_recognise, recognised_lines
from ingest.loaders.pdf_attachments import PDFIUM, attached_files, page_files
from ingest.loaders.pdf_forms import begin_forms, with_filled
from ingest.loaders.pdf_pages import Page, read_page
from ingest.loaders.pdf_paragraphs import pages_text
from ingest.loaders.pdf_running import without_running_lines
from ingest.records import READ_SCANS

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

_MOST_SCANNED = 1000
"""So many pages of a file are read with OCR: about an hour's work."""
_LOCKED = "is locked with a password; remove the password and add it again"
_BROKEN = "is a broken PDF; open it in a PDF reader, save or print it as PDF again and add that"
_OTHER_FORM = "is a form that only Adobe Reader can show (XFA); print it there as PDF and add that"
_UNREAD = {
    "scanned": f"is scanned, no text; {READ_SCANS}",
    "garbled": f"doesn't say which letters its fonts show, and must be read as a scan; {READ_SCANS}",
}
_UNREADABLE = "is scanned, and no text could be recognised in it; add a better scan"
_NO_TEXT = "has no text and no pictures; open it in a PDF reader and see whether it is the right file"


def load_pdf(data: bytes) -> Draft:
    """Return the text of each page, and the title, author and creation date that the file states.

    Lines of a paragraph are joined, words broken at a line's end are mended, and page numbers and the headers
    and footers that most pages repeat are left out. What was typed into fields or stamped onto a page stands where it
    is printed, notes at the page's end. Text that lies unseen behind a scan is read; where there is none, and where the
    fonts don't say which letters they show, a page is read with OCR, if that is installed.

    Raises:
        Refusal: The file is locked with a password, broken, scanned, or has no text.
    """
    with PDFIUM, _opened(data) as document:
        about = document.get_metadata_dict(skip_empty=True)
        found = [read_page(document, number) for number in range(len(document))]
        pages = [page or Page() for page in found]
        scanned = [number for number, page in enumerate(pages) if page.must_be_seen]
        read = scanned[:_MOST_SCANNED] if can_recognise() else []
        attached = list(attached_files(document, data))
        attached += (file for number, page in enumerate(pages) for file in page_files(page.attached, number, data))
        if any(found):
            attached += ((f"page {number}", _broken_page) for number, page in enumerate(found, 1) if not page)
        recognised = {number: seen for number in read if (seen := recognised_lines(document, number))}
    lines = [recognised.get(number, with_filled(page.lines, page.filled)) for number, page in enumerate(pages)]
    members = members_of(attached)
    if not any(lines) and not any(page.notes for page in pages):
        if members and not scanned:
            return Draft(members=members)  # as in a portfolio
        raise Refusal(_why_unread(pages, bool(read)), members)
    texts = pages_text(without_running_lines(lines))
    return Draft(
        parts=tuple(_with_notes(text, page.notes) for text, page in zip(texts, pages, strict=True)),
        paged=True,
        recognised=tuple(number + 1 for number in recognised),
        members=members,
        unread=tuple(number + 1 for number in scanned[len(read) :]),
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
        begin_forms(document)
        if document.get_formtype() == raw.FORMTYPE_XFA_FULL:
            raise Refusal(_OTHER_FORM)
        if not len(document):
            raise Refusal(_BROKEN)
        yield document


def _why_unread(pages: Sequence[Page], recognising: bool) -> str:
    """Return why pages without any text have none, be it that their letters weren't found or not looked for."""
    unread = next((page.must_be_seen for page in pages if page.must_be_seen), None)
    return _NO_TEXT if unread is None else _UNREADABLE if recognising else _UNREAD[unread]


def _broken_page() -> bytes:
    raise Refusal("is broken in the PDF that it belongs to; open that in a PDF reader, print it as PDF and add that")


def _with_notes(text: str, notes: Sequence[str]) -> str:
    """Return a page's text with its notes at the end; without a heading, for the text goes on on the next page."""
    return "\n\n".join(part for part in (text, "\n".join(f"- {note}" for note in notes)) if part)
