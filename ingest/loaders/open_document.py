"""ODT file -> Draft: paragraphs, headings, lists and tables in document order."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any, TypeAlias

from ingest.loaders.damage import damaged_parts, missed_parts
from ingest.loaders.draft import Draft
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.members import members_of
from ingest.loaders.office_parts import FILE_NAME
from ingest.loaders.open_document_numbering import OdtNumbering, OpenList

Element: TypeAlias = Any
"""An odfdo element of the document."""

# Not part of the text as it reads: deleted text, the table of contents, pictures' names; notes and comments come later.
_LEFT_OUT = frozenset(
    (
        *("text:tracked-changes", "office:annotation", "text:note", "text:table-of-content", "text:sequence-decls"),
        *("office:forms", "svg:title"),
    )
)
_BREAKS = {"text:tab": "\t", "text:line-break": "\n"}
_MOST_SPACES = 1_000
_NEEDED = re.compile("^content.xml$")
_OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
_EMPTY = {
    f"{name}.xml": f"<office:document-{name} {_OFFICE}><office:{name}/></office:document-{name}>"
    for name in ("styles", "meta")
}
"""Parts without which odfdo opens no file."""


def load_odt(data: bytes) -> Draft:
    """Return the text of an OpenDocument text as Markdown: `# ` headings, `- ` lists, `| a | b |` tables.

    Footnotes, endnotes and comments follow at the end. Deleted text and the table of contents are left out.
    """
    from odfdo import Document

    data, damaged = _sound_package(data)
    document = Document(io.BytesIO(data))
    writer = MarkdownWriter()
    numbering = OdtNumbering(document)
    for element in _blocks(document.body):
        _write(writer, element, document, numbering)
    writer.notes(_text(note) for note in document.body.get_elements("descendant::text:note-body"))
    writer.notes((_comment(it) for it in document.body.get_elements("descendant::office:annotation")), "Comments")
    about = document.meta
    created = about.creation_date
    return Draft(
        parts=(writer.text(),),
        members=members_of(missed_parts(damaged)),
        title=about.title or None,
        author=about.initial_creator or about.creator or None,
        created=created.date().isoformat() if created else None,
    )


def _sound_package(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    """Return a text with empty parts in place of those that say nothing but how it looks and when it was made.

    Args:
        data: The file, a ZIP archive.

    Returns:
        The file, and the names of its damaged and missing parts.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = dict.fromkeys(archive.namelist())
        damaged = {*damaged_parts(archive, _NEEDED), *(name for name in _EMPTY if name not in names)}
        if not damaged:
            return data, ()
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as sound:
            for name in (name for name in names if name not in damaged):
                sound.writestr(name, archive.read(name))
            for name in damaged & _EMPTY.keys():
                sound.writestr(name, _EMPTY[name])
    return packed.getvalue(), tuple(sorted(damaged))


def _blocks(element: Element) -> Iterator[Element]:
    """Yield the paragraphs, headings, lists and tables, also those within sections and indexes."""
    for child in element.children:
        if child.tag in ("text:p", "text:h", "text:list", "table:table"):
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from _blocks(child)


def _write(
    writer: MarkdownWriter,
    element: Element,
    document: Any,  # noqa: ANN401 - odfdo's Document
    numbering: OdtNumbering,
) -> None:
    if element.tag == "text:h":
        level = int(element.get_attribute("text:outline-level") or 1)
        writer.heading(level, numbering.heading_label(element, level) + _text(element))
    elif element.tag == "text:list":
        _write_list(writer, element, numbering, None)
    elif element.tag == "table:table":
        _write_table(writer, element)
    elif _is_title(element, document):
        writer.heading(1, _text(element))
    else:
        writer.end_group()
        writer.paragraph(_text(element))


def _write_list(writer: MarkdownWriter, element: Element, numbering: OdtNumbering, above: OpenList | None) -> None:
    """Write the items of a list after their numbers; a heading may be an item, too."""
    inside = numbering.enter(element, above)
    for item in (item for item in element.children if item.tag in ("text:list-item", "text:list-header")):
        label, is_first = "", item.tag == "text:list-item"
        for block in _blocks(item):
            if block.tag in ("text:list", "table:table"):
                is_first = False
            if block.tag == "text:list":
                _write_list(writer, block, numbering, inside)
                continue
            if block.tag == "table:table":
                _write_table(writer, block)
                continue
            label, is_first = numbering.label(inside, item) if is_first else "", False
            if block.tag == "text:h":
                writer.heading(int(block.get_attribute("text:outline-level") or 1), label + _text(block))
            elif label:
                writer.numbered(label, _text(block))
            else:
                writer.item(_text(block))


def _write_table(writer: MarkdownWriter, table: Element) -> None:
    writer.end_group()
    for row in table.get_elements("descendant::table:table-row"):
        if row.parent.tag in ("table:table", "table:table-header-rows", "table:table-rows", "table:table-row-group"):
            writer.row([_text(cell) for cell in row.children if cell.tag == "table:table-cell"])
    writer.end_group()


def _is_title(paragraph: Element, document: Any) -> bool:  # noqa: ANN401
    """Tell whether a paragraph is set in the style of titles, or in one made from it."""
    name = paragraph.get_attribute("text:style-name")
    if not name or name == "Title":
        return bool(name == "Title")
    style = document.get_style("paragraph", name)
    return bool(style is not None and style.get_attribute("style:parent-style-name") == "Title")


def _comment(annotation: Element) -> str:
    """Return what a comment says, after its author."""
    text = "\n".join(_text(child) for child in annotation.children if child.tag in ("text:p", "text:list"))
    author = next((child.text for child in annotation.children if child.tag == "dc:creator"), None)
    return f"{author}: {text}" if author and text.strip() else text


def _text(element: Element) -> str:
    """Return what can be read in an element, each paragraph in it on a line of its own."""
    pieces = [element.text or ""]
    for child in element.children:
        if child.tag == "text:s":
            pieces.append(" " * min(int(child.get_attribute("text:c") or 1), _MOST_SPACES))
        elif child.tag in _BREAKS:
            pieces.append(_BREAKS[child.tag])
        elif child.tag == "svg:desc":
            pieces.append(f"Picture: {child.text}" if child.text and not FILE_NAME.fullmatch(child.text) else "")
        elif child.tag not in _LEFT_OUT:
            pieces += ["\n" if child.tag in ("text:p", "text:h") and any(pieces) else "", _text(child)]
        pieces.append(child.tail or "")
    return "".join(pieces)
