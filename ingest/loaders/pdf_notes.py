"""PDF page -> the notes that open on a click."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.loaders.normalising import one_line

if TYPE_CHECKING:
    from pypdfium2 import PdfPage


def annotations(page: "PdfPage") -> Iterator[Any]:
    """Yield the annotations of a page; each is open until the next one is asked for."""
    from pypdfium2 import raw

    for place in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, place)
        yield annotation
        raw.FPDFPage_CloseAnnot(annotation)


def notes_on(page: "PdfPage") -> list[str]:
    """Return the notes on a page, and what is remarked on highlights and drawings, each as "Note by Ada: ..."."""
    from pypdfium2 import raw

    # Fields are printed, a link says where it leads, a popup what the note says that it opens from.
    others = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP)
    notes = []
    for annotation in annotations(page):
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        printed = kind == raw.FPDF_ANNOT_FREETEXT and raw.FPDFAnnot_HasKey(annotation, b"AP")
        if kind not in others and not printed and (text := _string(annotation, b"Contents")):
            author = _string(annotation, b"T")
            notes.append(f"Note by {author}: {text}" if author else f"Note: {text}")
    return notes


def _string(annotation: Any, key: bytes) -> str:  # noqa: ANN401 - a handle of PDFium
    from pypdfium2 import raw

    size = raw.FPDFAnnot_GetStringValue(annotation, key, None, 0)
    buffer = (raw.FPDF_WCHAR * (size // 2 + 1))()
    raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    return one_line(bytes(buffer).decode("utf-16-le", "replace").rstrip("\0"))
