"""DOCX file -> Draft: paragraphs, headings, lists and tables in document order."""

import io
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.loaders.draft import Draft
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.members import members_of
from ingest.loaders.normalising import one_line
from ingest.loaders.office_package import embedded_files, usual_package
from ingest.loaders.office_parts import Element, parsed_part, write_graphics

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_COUNTED = re.compile(r"\b(?:page|seite|of|von|sur|de|p)\b", re.IGNORECASE)
# Not part of the text as it reads: what was deleted or moved away, and second versions for old programs.
_LEFT_OUT = (
    f"{_W}del",
    f"{_W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_WRAPPERS = tuple(f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
# What python-docx puts into every file that it makes; neither says anything about the document.
_TEMPLATE_AUTHOR = "python-docx"
_TEMPLATE_DATE = "2013-12-23"


def load_docx(data: bytes) -> Draft:
    """Return the text of a Word document as Markdown: `# ` headings, `- ` lists, `| a | b |` tables.

    Text inserted under change tracking is in it, deleted text is not. Charts, as tables, diagrams and what pictures are
    said to show follow the paragraph that they stand in; footnotes, endnotes, comments, headers and footers the whole.
    The table of contents is left out. Embedded documents are members.
    """
    from docx import Document as open_docx

    document = open_docx(io.BytesIO(usual_package(data)))
    styles = {style.style_id: style.name or "" for style in document.styles}
    writer = MarkdownWriter()
    for element in _children(document.element.body, "p", "tbl"):
        if element.tag == f"{_W}tbl":
            _write_table(writer, element)
        else:
            _write_paragraph(writer, element, styles)
        write_graphics(writer, element, document.part)
    writer.notes(_notes(document))
    writer.notes(_comments(document), "Comments")
    writer.notes(_margins(document), "Headers and footers")
    about = document.core_properties
    created = about.created.date().isoformat() if about.created else None
    return Draft(
        parts=(writer.text(),),
        members=members_of(embedded_files(document.part)),
        title=about.title or None,
        author=None if about.author == _TEMPLATE_AUTHOR else about.author or None,
        created=None if created == _TEMPLATE_DATE else created,
    )


def _related(document: Any, *kinds: str) -> Iterator[Element]:  # noqa: ANN401 - python-docx's Document
    """Yield the outermost elements of the parts of these kinds beside a document, kind by kind."""
    relations = [relation for relation in document.part.rels.values() if not relation.is_external]
    for kind in kinds:
        for relation in relations:
            if relation.reltype.endswith(kind):
                yield parsed_part(relation.target_part.blob)


def _notes(document: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the footnotes, then the endnotes; those that draw the line above notes have a type."""
    for root in _related(document, "/footnotes", "/endnotes"):
        yield from (_text(note) for note in root.iterchildren("*") if note.get(f"{_W}type", "normal") == "normal")


def _comments(document: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the comments, each after its author."""
    for root in _related(document, "/comments"):
        for comment in root.iterchildren(f"{_W}comment"):
            author, text = comment.get(f"{_W}author"), _text(comment)
            yield f"{author}: {text}" if author and text.strip() else text


def _margins(document: Any) -> Iterator[str]:  # noqa: ANN401
    """Yield the texts of headers and footers once each, without those that merely count pages."""
    texts = (one_line(_text(root)) for root in _related(document, "/header", "/footer"))
    yield from dict.fromkeys(text for text in texts if any(map(str.isalpha, _COUNTED.sub("", text))))


def _children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements of these names, also those within content controls and insertions."""
    wanted = tuple(f"{_W}{name}" for name in names)
    for child in element.iterchildren("*"):
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, *names)


def _text(element: Element) -> str:
    """Return what can be read in an element, each paragraph in it on a line of its own."""
    pieces: list[str] = []
    stack = [element]
    while stack:
        node = stack.pop()
        if node.tag in _LEFT_OUT or (node.tag == f"{_W}r" and _setting(node, "rPr", "vanish") is not None):
            continue
        if node.tag in (f"{_W}t", _FORMULA_TEXT):
            pieces.append(node.text or "")
        elif node.tag == f"{_W}p" and pieces:
            pieces.append("\n")
        elif node.tag in _BREAKS:
            pieces.append(_BREAKS[node.tag])
        if node.tag != f"{_W}pPr":  # it holds tabs too: those that are set, not those that are typed
            stack.extend(reversed(list(node.iterchildren("*"))))
    return "".join(pieces)


def _setting(element: Element, *path: str) -> str | None:
    """Return the value of a setting of an element; "" if it is merely there, None if not there or off."""
    found = element.find("/".join(f"{_W}{name}" for name in path))
    value = "0" if found is None else str(found.get(f"{_W}val", ""))
    return None if value in ("0", "false", "none") else value


def _write_paragraph(writer: MarkdownWriter, element: Element, styles: Mapping[str, str]) -> None:
    text = _text(element)
    style = styles.get(_setting(element, "pPr", "pStyle") or "", "")
    heading = _HEADING.fullmatch(style)
    if style.lower().startswith("toc "):
        return
    if style == "Title" or heading:
        writer.heading(int(heading[1]) if heading else 1, text)
    elif _setting(element, "pPr", "numPr", "numId") or re.match(r"List (?:Bullet|Number)", style):
        writer.item(text)
    else:
        writer.paragraph(text)


def _write_table(writer: MarkdownWriter, table: Element) -> None:
    """Write a table's rows; a cell that spans rows is repeated, so that each row says all it means."""
    writer.end_group()
    above: dict[int, str] = {}
    for row in _children(table, "tr"):
        column, cells = 0, dict[int, str]()
        for cell in _children(row, "tc"):
            merge = cell.find(f"{_W}tcPr/{_W}vMerge")
            goes_on = merge is not None and merge.get(f"{_W}val") != "restart"
            cells[column] = above.get(column, "") if goes_on else _text(cell)
            column += int(_setting(cell, "tcPr", "gridSpan") or 1)
        writer.row(list(cells.values()))
        above = cells
    writer.end_group()
