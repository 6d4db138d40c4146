"""DOCX file -> Draft: paragraphs, headings, lists and tables in document order."""

import io
import re
from collections.abc import Iterator
from typing import Any

from ingest.loaders.damage import missed_parts
from ingest.loaders.draft import Draft
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.members import members_of
from ingest.loaders.normalising import one_line
from ingest.loaders.office_package import embedded_files, usual_package
from ingest.loaders.office_parts import Element, parsed_part, write_graphics
from ingest.loaders.word_fields import UNSTORED, WordFields, spell_out
from ingest.loaders.word_numbering import WordNumbering
from ingest.loaders.word_styles import W, WordStyles, setting

_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_COUNTED = re.compile(r"\b(?:page|seite|of|von|sur|de|p)\b", re.IGNORECASE)
# Not part of the text as it reads: what was deleted or moved away, and second versions for old programs.
_LEFT_OUT = (
    f"{W}del",
    f"{W}moveFrom",
    f"{W}rt",  # how a word is pronounced, in the middle of it
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
)
_WRAPPERS = tuple(f"{W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag"))
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
# What python-docx puts into every file that it makes; neither says anything about the document.
_TEMPLATE_AUTHOR = "python-docx"
_TEMPLATE_DATE = "2013-12-23"


def load_docx(data: bytes) -> Draft:
    """Return the text of a Word document as Markdown: `# ` headings, `- ` lists, `| a | b |` tables.

    Paragraphs begin with the numbers that Word shows before them, such as "Article 5" or "(a)". Text inserted under
    change tracking is in it, deleted text is not. Charts, as tables, diagrams and what pictures are said to show follow
    the paragraph that they stand in; footnotes, endnotes, comments, headers and footers the whole. The table of
    contents is left out. Embedded documents are members.
    """
    from docx import Document as open_docx

    data, damaged = usual_package(data)
    document = open_docx(io.BytesIO(data))
    spell_out(document.element.body)
    reader = _Reader(document)
    writer = MarkdownWriter()
    for element in _children(document.element.body, "p", "tbl"):
        if element.tag == f"{W}tbl":
            reader.write_table(writer, element)
        else:
            reader.write_paragraph(writer, element)
        write_graphics(writer, element, document.part)
    writer.notes(reader.notes())
    writer.notes(reader.comments(), "Comments")
    writer.notes(reader.margins(), "Headers and footers")
    about = document.core_properties
    created = about.created.date().isoformat() if about.created else None
    return Draft(
        parts=(writer.text(),),
        members=members_of((*embedded_files(document.part), *missed_parts(damaged))),
        title=about.title or None,
        author=None if about.author == _TEMPLATE_AUTHOR else about.author or None,
        created=None if created == _TEMPLATE_DATE else created,
    )


class _Reader:
    """Reads the parts of a document in order, and counts its numbered paragraphs.

    Args:
        document: python-docx's Document.
    """

    def __init__(self, document: Any) -> None:  # noqa: ANN401 - python-docx has no types
        self._relations = [relation for relation in document.part.rels.values() if not relation.is_external]
        self._styles = WordStyles(document.styles.element.iterchildren(f"{W}style"))
        self._fields = WordFields(self._styles)
        self._numbering = WordNumbering(next(self._related("/numbering"), None), self._styles)

    def write_paragraph(self, writer: MarkdownWriter, element: Element) -> None:
        """Write a paragraph after the number that Word shows before it."""
        style = self._styles.name_of(element)
        if style.lower().startswith("toc "):
            return
        label = self._numbering.label(element)
        text = self._text(element)
        if level := self._styles.heading_level(element, text):
            writer.heading(level, (label or "") + text)
        elif label:
            writer.numbered(label, text)
        elif label is not None or re.match(r"List (?:Bullet|Number)", style):
            writer.item(text)
        else:
            writer.paragraph(text)

    def write_table(self, writer: MarkdownWriter, table: Element) -> None:
        """Write a table's rows; a cell that spans rows is repeated, so that each row says all it means."""
        writer.end_group()
        above: dict[int, str] = {}
        for row in _children(table, "tr"):
            column, cells = 0, dict[int, str]()
            for cell in _children(row, "tc"):
                merge = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merge is not None and merge.get(f"{W}val") != "restart"
                cells[column] = above.get(column, "") if goes_on else self._text(cell)
                column += int(setting(cell, "tcPr", "gridSpan") or 1)
            writer.row(list(cells.values()))
            above = cells
        writer.end_group()

    def notes(self) -> Iterator[str]:
        """Yield the footnotes, then the endnotes; those that draw the line above notes have a type."""
        for root in self._related("/footnotes", "/endnotes"):
            notes = (note for note in root.iterchildren("*") if note.get(f"{W}type", "normal") == "normal")
            yield from map(self._text, notes)

    def comments(self) -> Iterator[str]:
        """Yield the comments, each after its author."""
        for root in self._related("/comments"):
            for comment in root.iterchildren(f"{W}comment"):
                author, text = comment.get(f"{W}author"), self._text(comment)
                yield f"{author}: {text}" if author and text.strip() else text

    def margins(self) -> Iterator[str]:
        """Yield the texts of headers and footers once each, without those that merely count pages."""
        texts = (one_line(self._text(root)) for root in self._related("/header", "/footer"))
        yield from dict.fromkeys(text for text in texts if any(map(str.isalpha, _COUNTED.sub("", text))))

    def _related(self, *kinds: str) -> Iterator[Element]:
        """Yield the outermost elements of the parts of these kinds beside the document, kind by kind."""
        for kind in kinds:
            for relation in self._relations:
                if relation.reltype.endswith(kind):
                    root = parsed_part(relation.target_part.blob)
                    spell_out(root)
                    yield root

    def _text(self, element: Element) -> str:
        """Return what can be read in an element, each paragraph in it on a line of its own, after its number."""
        pieces: list[str] = []
        stack = [element]
        while stack:
            node = stack.pop()
            if node.tag in _LEFT_OUT or (node.tag == f"{W}r" and setting(node, "rPr", "vanish") is not None):
                continue
            if node.tag in (f"{W}t", _FORMULA_TEXT):
                pieces.append(node.text or "")
            elif node.tag == f"{W}p" and node is not element:
                pieces += ["\n"] * bool(pieces) + [self._numbering.label(node) or ""]
            elif node.tag in _BREAKS:
                pieces.append(_BREAKS[node.tag])
            elif node.tag in UNSTORED:
                pieces.append(self._fields.shown(node))
            if node.tag != f"{W}pPr":  # it holds tabs too: those that are set, not those that are typed
                stack.extend(reversed(list(node.iterchildren("*"))))
        return "".join(pieces)


def _children(element: Element, *names: str) -> Iterator[Element]:
    """Yield the child elements of these names, also those within content controls and insertions."""
    wanted = tuple(f"{W}{name}" for name in names)
    for child in element.iterchildren("*"):
        if child.tag in wanted:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _children(child, *names)
