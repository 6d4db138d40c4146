"""PDF page -> the lines that were typed into its fields or stamped onto it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.loaders.pdf_lines import lines_from
from ingest.loaders.pdf_notes import annotations
from ingest.loaders.pdf_records import Line, is_level

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage

_LEADING = 1.4
"""The most that lines of one field stand apart, in parts of their size."""


def begin_forms(document: "PdfDocument") -> None:
    """Let the fields of a document that was just opened be drawn, also where the file doesn't say how they look."""
    import pypdfium2

    with suppress(pypdfium2.PdfiumError):  # a broken form is read as it is printed
        document.init_forms()


@contextmanager
def filled_page(document: "PdfDocument", number: int) -> "Iterator[PdfPage]":
    """Open a page with the values of its fields, free texts and stamps as part of what is printed on it.

    What merely opens on a click isn't: notes, icons of attached files, buttons.

    Args:
        document: An open pypdfium2 document whose forms were begun; this page of it is changed.
        number: The page, from 0.

    Raises:
        pypdfium2.PdfiumError: The page is broken.
    """
    from pypdfium2 import raw

    with closing(document[number]) as page:
        unwanted = [place for place, annotation in enumerate(annotations(page)) if _opens_on_click(page, annotation)]
        for place in reversed(unwanted):
            raw.FPDFPage_RemoveAnnot(page, place)
        raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
    with closing(document[number]) as page:
        yield page


def filled_lines(document: "PdfDocument", number: int, own: int) -> list[Line]:
    """Return the lines that are on a page only when it is filled, in the order of the file.

    Args:
        document: An open pypdfium2 document whose forms were begun; this page of it is changed.
        number: The page, from 0; it can be opened.
        own: The number of characters on it when it isn't.
    """
    with filled_page(document, number) as page, closing(page.get_textpage()) as text_page:
        return lines_from(text_page, own)


def with_filled(lines: Sequence[Line], filled: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with those of its fields where they stand: after their labels, or below them."""
    groups = [[line] for line in lines]
    for line in sorted((replace(line, filled=True) for line in filled), key=lambda line: (-line.base, line.left)):
        together = [group for group in groups if _goes_on(group[-1], line)]
        together = together or [group for group in groups if group[0].left < line.left and is_level(group[0], line)]
        if together:
            max(together, key=lambda group: group[-1].left).append(line)
        else:
            groups.insert(_place(groups, line), [line])
    return [
        replace(group[0], text=" ".join(line.text for line in group), filled=True) if group[1:] else group[0]
        for group in groups
    ]


def _goes_on(line: Line, after: Line) -> bool:
    """Tell whether two lines stand in one field."""
    below = 0 < line.base - after.base < _LEADING * line.size
    return line.filled and below and abs(line.left - after.left) < line.size / 2


def _place(groups: Sequence[Sequence[Line]], line: Line) -> int:
    """Return the place of a line after the one that stands nearest above it."""
    above = [n for n, group in enumerate(groups) if group[0].base > line.base]
    over = [n for n in above if groups[n][0].left < line.right and groups[n][0].right > line.left]
    return min(over or above, key=lambda n: (groups[n][0].base, -n), default=-1) + 1


def is_filled(page: "PdfPage") -> bool:
    """Tell whether a page has fields, free texts or stamps."""
    from pypdfium2 import raw

    kinds = (raw.FPDF_ANNOT_WIDGET, raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP)
    return any(raw.FPDFAnnot_GetSubtype(annotation) in kinds for annotation in annotations(page))


def _opens_on_click(page: "PdfPage", annotation: object) -> bool:
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetSubtype(annotation)
    if kind == raw.FPDF_ANNOT_WIDGET and page.formenv:
        field = raw.FPDFAnnot_GetFormFieldType(page.formenv, annotation)
        return bool(field == raw.FPDF_FORMFIELD_PUSHBUTTON)
    return kind in (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_POPUP, raw.FPDF_ANNOT_FILEATTACHMENT)
