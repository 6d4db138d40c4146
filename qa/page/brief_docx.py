"""A conversation in, a brief for Word out, whose footnotes are Word's own and carry the quotes."""

import io
from typing import TYPE_CHECKING

from qa.page.brief import COLOPHON, OTHERWISE, made, no_answer, pieces, source, title
from qa.page.conversation import Conversation, Turn
from qa.page.markup import visible
from qa.records import Answer

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph


def brief_docx(conversation: Conversation) -> bytes:
    """Return a conversation as a DOCX file; everything in it is text, nothing is linked or loaded."""
    import docx

    document = docx.Document()
    notes = _Notes(document)
    name = visible(title(conversation))
    about = document.core_properties
    about.title, about.author, about.comments = name[:255], "", ""  # else they are the template's
    document.add_heading(name, level=0)
    for turn in conversation.turns:
        document.add_heading(visible(turn.question), level=1)
        _answer(document, notes, turn)
    document.add_paragraph(COLOPHON, style="Caption")
    notes.attach()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _answer(document: "Document", notes: "_Notes", turn: Turn) -> None:
    if turn.answer is None:
        document.add_paragraph(visible(no_answer(turn)), style="Intense Quote")
        return
    paragraph = document.add_paragraph()
    for piece, number in pieces(turn.answer):
        paragraph.add_run(visible(piece))
        if number:
            notes.add(paragraph, _note(turn.answer, number))
    if turn.answer.otherwise:
        document.add_paragraph(OTHERWISE)
    for citation in turn.answer.otherwise:
        document.add_paragraph(visible(f"“{' '.join(citation.quote.split())}” {source(citation)}"), style="List Bullet")
    document.add_paragraph(visible(made(turn.answer)), style="Caption")


def _note(answer: Answer, number: int) -> str:
    citation = answer.citations[number - 1]
    return visible(f" “{' '.join(citation.quote.split())}” {source(citation)}")


class _Notes:
    """The footnotes of a document, which python-docx can't make: a part of the file beside its text."""

    def __init__(self, document: "Document") -> None:
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls

        self.document = document
        # The lines between text and footnotes come first, as Word wants them.
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        self._root = parse_xml(f"<w:footnotes {nsdecls('w')}>{lines}</w:footnotes>")
        self._count = 0

    def add(self, paragraph: "Paragraph", text: str) -> None:
        """Put a footnote's number at a paragraph's end, and its text among the footnotes."""
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn
        from docx.text.paragraph import Paragraph

        self._count += 1
        note = OxmlElement("w:footnote", {qn("w:id"): str(self._count)})
        inner = Paragraph(OxmlElement("w:p"), paragraph._parent)
        note.append(inner._p)
        self._root.append(note)
        for place, tag, attributes in (
            (paragraph, "w:footnoteReference", {qn("w:id"): str(self._count)}), (inner, "w:footnoteRef", {}),
        ):  # fmt: skip
            number = place.add_run()
            number.font.superscript = True
            number._r.append(OxmlElement(tag, attributes))
        inner.add_run(text)

    def attach(self) -> None:
        """Put the footnotes into the file."""
        from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part
        from lxml import etree

        content = etree.tostring(self._root, xml_declaration=True, encoding="UTF-8", standalone=True)
        package = self.document.part.package
        part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, content, package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
