"""A conversation in, a brief for Word out, whose footnotes are Word's own and carry the quotes."""

import io
from typing import TYPE_CHECKING

from qa.page.brief import COLOPHON, OTHERWISE, made, no_answer, pieces, source_parts, title
from qa.page.conversation import Conversation, Turn
from qa.page.markup import direction, visible
from qa.records import Citation

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
    _written(document.add_heading(level=0), name)
    for turn in conversation.turns:
        _written(document.add_heading(level=1), turn.question)
        _answer(document, notes, turn)
    document.add_paragraph(COLOPHON, style="Caption")
    notes.attach()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _answer(document: "Document", notes: "_Notes", turn: Turn) -> None:
    answer = turn.answer
    if answer is None:
        document.add_paragraph(visible(no_answer(turn)), style="Intense Quote")
        return
    paragraph = document.add_paragraph()
    for piece, number in pieces(answer):
        _written(paragraph, piece)
        if number:
            notes.add(paragraph, answer.citations[number - 1])
    if answer.otherwise:
        document.add_paragraph(OTHERWISE)
    for citation in answer.otherwise:
        _cite(document.add_paragraph(style="List Bullet"), citation)
    document.add_paragraph(visible(made(answer)), style="Caption")


def _cite(paragraph: "Paragraph", citation: Citation) -> None:
    """Put a quote and where it stands into a paragraph; if the quote runs leftwards, into one each."""
    _written(paragraph, f"“{' '.join(citation.quote.split())}”")
    if direction(citation.quote) == "rtl":
        paragraph = _next_to(paragraph)
    for part in (" ", *source_parts(citation)):
        _written(paragraph, part)


def _next_to(paragraph: "Paragraph") -> "Paragraph":
    """Return a new paragraph after another one, without style."""
    from docx.oxml import OxmlElement
    from docx.text.paragraph import Paragraph

    after = Paragraph(OxmlElement("w:p"), paragraph._parent)
    paragraph._p.addnext(after._p)
    return after


def _written(paragraph: "Paragraph", text: str) -> None:
    """Add text to a paragraph; text that runs leftwards is marked so, and a paragraph that begins with it."""
    from docx.oxml import OxmlElement

    begins = not paragraph.text.strip()
    run = paragraph.add_run(visible(text))
    if direction(text) == "rtl":
        run.font.rtl = True
        if begins:
            paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))


class _Notes:
    """The footnotes of a document, which python-docx can't make: a part of the file beside its text."""

    def __init__(self, document: "Document") -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls
        from docx.shared import Pt

        self.document = document
        # The lines between text and footnotes come first, as Word wants them.
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
            for number, kind in ((-1, "separator"), (0, "continuationSeparator"))
        )
        self._style = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        self._style.base_style = document.styles["Normal"]
        self._style.font.size = Pt(9)
        self._style.paragraph_format.space_after = Pt(3)
        self._style.paragraph_format.line_spacing = 1.0
        self._root = parse_xml(f"<w:footnotes {nsdecls('w')}>{lines}</w:footnotes>")
        self._count = 0

    def add(self, paragraph: "Paragraph", citation: Citation) -> None:
        """Put a footnote's number at a paragraph's end, and its quote among the footnotes."""
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
        inner.add_run(" ")
        _cite(inner, citation)
        for each in note.iterchildren():
            Paragraph(each, paragraph._parent).style = self._style

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
