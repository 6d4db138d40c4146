"""PPTX file -> Draft: a slide is a page, headed by its title, with its texts, tables and notes."""

import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from ingest.loaders.damage import missed_part, missed_parts
from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.members import members_of
from ingest.loaders.normalising import one_line
from ingest.loaders.numerals import numeral
from ingest.loaders.office_package import embedded_files, usual_package
from ingest.loaders.office_parts import Element, Part, drawn_paragraphs, parsed_part, write_graphics
from ingest.loaders.slide_styles import list_styles, numbering_of, spell_out

Shape: TypeAlias = Any
"""A python-pptx shape."""

_FORMS = {
    "alphaLc": "lowerLetter", "alphaUc": "upperLetter", "romanLc": "lowerRoman", "romanUc": "upperRoman",
    "circleNum": "decimalEnclosedCircle", "ea1": "chineseCounting",
}  # fmt: skip
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_DAMAGED = "is a presentation of which no slide can be read; open it in its program, save it again and add that"
# What python-pptx puts into every file that it makes; none of it says anything about the presentation.
_TEMPLATE_TITLE = "PowerPoint Presentation"
_TEMPLATE_AUTHOR = "Steve Canny"
_TEMPLATE_DATE = "2013-01-27"


def load_pptx(data: bytes) -> Draft:
    """Return the slides of a presentation, each as a page: its title as a heading, then its shapes in their order.

    A slide without a title is headed "Slide 3". Charts, as tables, diagrams and what pictures are said to show follow;
    speaker's notes and comments stand at its end, under headings of their own. Embedded documents are members.
    """
    from pptx import Presentation

    data, damaged = usual_package(data)
    presentation = Presentation(io.BytesIO(data))
    slides = list(_slides(presentation))
    found = [(number, slide) for number, slide in slides if slide is not None]
    missed = [(f"slide {number}", missed_part) for number, slide in slides if slide is None]
    files = (file for number, slide in found for file in embedded_files(slide.part, f"Slide {number} "))
    members = members_of((*files, *missed, *missed_parts(damaged)))
    if slides and not found:
        raise Refusal(_DAMAGED, members)
    about = presentation.core_properties
    created = about.created.date().isoformat() if about.created else None
    return Draft(
        parts=tuple(_slide(slide, number) if slide is not None else "" for number, slide in slides),
        paged=True,
        members=members,
        title=None if about.title == _TEMPLATE_TITLE else about.title or None,
        author=None if about.author == _TEMPLATE_AUTHOR else about.author or None,
        created=None if created == _TEMPLATE_DATE else created,
    )


def _slides(presentation: Any) -> Iterator[tuple[int, Any]]:  # noqa: ANN401 - python-pptx has no types
    """Yield the number of each slide and the slide; None for one that is missing or damaged."""
    wanted = presentation.part._element.sldIdLst
    for number, place in enumerate([] if wanted is None else wanted.sldId_lst, 1):
        try:
            yield number, presentation.part.related_slide(place.rId)
        except (KeyError, AttributeError):
            yield number, None


def _slide(slide: Any, number: int) -> str:  # noqa: ANN401 - python-pptx has no types
    writer = MarkdownWriter()
    spell_out(slide.shapes._spTree)
    title = slide.shapes.title
    heading = one_line(title.text_frame.text) if title is not None and title.has_text_frame else ""
    _write_shapes(writer, (shape for shape in slide.shapes if title is None or shape.shape_id != title.shape_id))
    # The library knows no shapes of which there is a second version for old programs.
    for choice in slide.shapes._spTree.iter(_CHOICE):
        for text in drawn_paragraphs(choice):
            writer.paragraph(text)
    write_graphics(writer, slide.shapes._spTree, slide.part)
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    if notes is not None and notes.text.strip():
        spell_out(notes._element)
        writer.heading(3, "Notes")
        writer.paragraph(notes.text)
    writer.notes(_comments(slide.part), "Comments", level=3)
    text = writer.text()
    if not (heading or text):
        return ""
    return f"## {heading or f'Slide {number}'}\n\n{text}"


def _comments(part: Part) -> Iterator[str]:
    """Yield the comments on a slide, and the answers to them, of either of PowerPoint's kinds."""
    related = part.package.presentation_part.rels.values()
    lists = [relation.target_part for relation in related if relation.reltype.endswith(("/commentAuthors", "/authors"))]
    authors = {one.get("id"): one.get("name") for found in lists for one in parsed_part(found.blob).iter("{*}*")}
    for relation in part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/comments"):
            for comment in parsed_part(relation.target_part.blob).iter("{*}cm", "{*}reply"):
                bodies = comment.iterfind("{*}txBody")
                text = comment.findtext("{*}text") or "\n".join(line for it in bodies for line in drawn_paragraphs(it))
                author = authors.get(comment.get("authorId"))
                yield f"{author}: {text}" if author and text else text


def _write_shapes(writer: MarkdownWriter, shapes: Iterable[Shape]) -> None:
    stack = list(shapes)[::-1]
    while stack:
        shape = stack.pop()
        if hasattr(shape, "shapes"):  # a group
            stack.extend(list(shape.shapes)[::-1])
        elif getattr(shape, "has_table", False):
            writer.end_group()
            for row in shape.table.rows:
                writer.row([cell.text for cell in row.cells])
            writer.end_group()
        elif shape.has_text_frame:
            _write_text(writer, shape)


def _write_text(writer: MarkdownWriter, shape: Shape) -> None:
    """Write a shape's paragraphs: after their numbers, or as a list if it is a slide's body of several."""
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if paragraph.text.strip()]
    listed = shape.is_placeholder and len(paragraphs) > 1
    counts: dict[int, tuple[str, int]] = {}
    styles = list(list_styles(shape))
    for paragraph in paragraphs:
        label, text = _label(paragraph, counts, styles), paragraph.text.replace("\v", "\n")
        if label:
            writer.numbered(label, text)
        elif listed:
            writer.item(text)
        else:
            writer.paragraph(text)
    writer.end_group()


def _label(paragraph: Any, counts: dict[int, tuple[str, int]], styles: Sequence[Element]) -> str:  # noqa: ANN401
    """Return the number that PowerPoint shows before a paragraph, with a space after it; "" for none.

    Args:
        paragraph: A paragraph of python-pptx.
        counts: How each depth of the shape's list is numbered, and its last number; changed.
        styles: What else says how the shape's paragraphs begin, the nearest first.
    """
    numbered = numbering_of(paragraph, styles)
    least = paragraph.level + (numbered is not None)
    for depth in [depth for depth in counts if depth >= least]:
        del counts[depth]
    if numbered is None:
        return ""
    kind = numbered.get("type", "arabicPeriod")
    before, last = counts.get(paragraph.level, ("", 0))
    number = last + 1 if before == kind else int(numbered.get("startAt", 1))
    counts[paragraph.level] = (kind, number)
    written = numeral(number, next((form for start, form in _FORMS.items() if kind.startswith(start)), "decimal"))
    opened = "(" if kind.endswith("ParenBoth") else ""
    closed = ")" if "Paren" in kind else "." if kind.endswith("Period") else ""
    return f"{opened}{written}{closed} "
