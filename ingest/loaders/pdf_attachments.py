"""PDF file -> the files attached to it, or to its pages."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from ingest.loaders.draft import Refusal
from ingest.loaders.limits import MAX_BYTES
from ingest.loaders.pdf_notes import annotations

if TYPE_CHECKING:
    from pypdfium2 import PdfAttachment, PdfDocument, PdfPage

PDFIUM = threading.Lock()
"""PDFium may be used by one thread at a time."""


def attached_files(document: "PdfDocument", data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each file that is attached to a document as a whole, and what reads it later.

    Args:
        document: An open pypdfium2 document.
        data: Its bytes, which it is opened from again.
    """
    for number, attachment in enumerate(_of_document(document)):
        yield attachment.get_name(), partial(_read, data, None, number)


def names_on(page: "PdfPage") -> list[str]:
    """Return the names of the files that are attached to places on a page."""
    return [attachment.get_name() for attachment in _of_page(page)]


def page_files(names: Sequence[str], number: int, data: bytes) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each file that is attached to a page, and what reads it later.

    Args:
        names: What `names_on` told of the page.
        number: The page, from 0.
        data: The document's bytes, which it is opened from again.
    """
    for place, name in enumerate(names):
        yield name, partial(_read, data, number, place)


def _of_document(document: "PdfDocument") -> "Iterator[PdfAttachment]":
    return (document.get_attachment(number) for number in range(document.count_attachments()))


def _of_page(page: "PdfPage") -> "Iterator[PdfAttachment]":
    from pypdfium2 import PdfAttachment, raw

    handles = (raw.FPDFAnnot_GetFileAttachment(annotation) for annotation in annotations(page))
    return (PdfAttachment(handle, page.pdf) for handle in handles if handle)


def _read(data: bytes, page: int | None, place: int) -> bytes:
    import pypdfium2

    try:
        with PDFIUM, closing(pypdfium2.PdfDocument(data)) as document:
            found = _of_document(document) if page is None else _of_page(document[page])
            content = bytes(next(islice(found, place, None)).get_data())
    except pypdfium2.PdfiumError:
        raise Refusal("is empty or damaged in the PDF that it is attached to; save it from there and add it") from None
    if len(content) > MAX_BYTES:
        raise Refusal(f"is larger than {MAX_BYTES >> 20} MB; save it from the PDF and split it into smaller files")
    return content
