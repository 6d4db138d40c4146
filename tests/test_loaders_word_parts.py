"""What a Word document holds beside its paragraphs: comments, headers, boxes, charts, documents; odd packages."""

import io
import zipfile
from typing import Any

import pytest
from docx import Document as new_docx
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from loading_tools import changed
from openpyxl import Workbook
from pptx import Presentation

from ingest.loaders.draft import Draft
from ingest.loaders.kinds import kind_of
from ingest.loaders.normalising import normalise_text
from ingest.loaders.sheets import load_xlsx
from ingest.loaders.slides import load_pptx
from ingest.loaders.word import load_docx

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument"


@pytest.fixture
def word() -> Any:
    made = new_docx()
    made.add_paragraph("Words.")
    return made


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def loaded(word: Any) -> Draft:
    return load_docx(saved(word))


def read(word: Any) -> str:
    return normalise_text(loaded(word).parts[0])


def related(word: Any, kind: str, name: str, content: bytes) -> str:
    """Put a part beside the document, and return the id of the relation."""
    made = Part(PackURI(name), "application/octet-stream", content, word.part.package)
    return str(word.part.relate_to(made, f"{OFFICE}/{kind}"))


def put(word: Any, xml: str) -> None:
    word.element.body.insert(len(word.element.body) - 1, parse_xml(xml))


def test_comments_follow_at_the_end_with_their_authors(word: Any) -> None:
    word.add_comment(word.paragraphs[0].runs, text="Is this so?", author="Ada")
    assert read(word) == "Words.\n\n## Comments\n\n- Ada: Is this so?"


def test_headers_and_footers_follow_once_without_page_numbers(word: Any) -> None:
    section = word.sections[0]
    section.header.paragraphs[0].text = "File 12/2024\tThe harbour board"
    section.footer.paragraphs[0].text = "Page 1 of 3"
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "File 12/2024\tThe harbour board"
    assert read(word) == "Words.\n\n## Headers and footers\n\n- File 12/2024 The harbour board"


def test_boxes_are_read_once_where_they_stand(word: Any) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>In a box.</w:t></w:r></w:p></w:txbxContent>"
    space = f"{nsdecls('w')} xmlns:wps='w' xmlns:v='v'"
    space += " xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    put(
        word,
        f"<w:p {space}><w:r><mc:AlternateContent><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>",
    )
    put(
        word,
        f"<w:p {space}><w:r><w:pict><v:textbox>{box.replace('In a', 'In an old')}</v:textbox></w:pict></w:r></w:p>",
    )
    assert read(word) == "Words.\n\nIn a box.\n\nIn an old box."


def test_charts_are_tables_and_described_pictures_are_read(word: Any) -> None:
    chart = (
        "<c:chartSpace xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'><c:ser><c:tx><c:v>Sum</c:v></c:tx>"
        "<c:cat><c:pt idx='0'><c:v>2024</c:v></c:pt></c:cat><c:val><c:pt idx='0'><c:v>5</c:v></c:pt></c:val></c:ser>"
        "</c:chartSpace>"
    )
    key = related(word, "chart", "/word/charts/chart1.xml", chart.encode())
    put(
        word,
        f"<w:p {nsdecls('w', 'wp', 'r')} xmlns:c='http://schemas.openxmlformats.org/drawingml/2006/chart'><w:r><w:drawing>"
        f"<wp:inline><wp:docPr id='1' name='x' descr='Bars that grow'/><c:chart r:id='{key}'/></wp:inline>"
        "</w:drawing></w:r></w:p>",
    )
    assert read(word) == "Words.\n\nPicture: Bars that grow\n\n|  | Sum |\n| 2024 | 5 |"


def test_embedded_and_imported_documents_are_members(word: Any) -> None:
    related(word, "package", "/word/embeddings/Sheet1.xlsx", b"sheet")
    related(word, "aFChunk", "/word/part.html", b"<html><p>Imported.</p></html>")
    assert [(member.name, member.read()) for member in loaded(word).members] == [
        ("Sheet1.xlsx", b"sheet"),
        ("part.html", b"<html><p>Imported.</p></html>"),
    ]


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-word.template.macroEnabledTemplate.main+xml",
        f"{MAIN}.wordprocessingml.template.main+xml",
    ],
)
def test_templates_and_documents_with_macros_are_read(word: Any, kind: str) -> None:
    usual = rf"{MAIN}.wordprocessingml.document.main\+xml".replace(".", r"\.")
    assert load_docx(changed(saved(word), {"[Content_Types].xml": (usual, kind)})).parts == ("Words.",)


@pytest.mark.parametrize(
    "kind",
    [
        f"{MAIN}.presentationml.slideshow.main+xml",
        f"{MAIN}.presentationml.template.main+xml",
        "application/vnd.ms-powerpoint.slideshow.macroEnabled.main+xml",
        "application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml",
    ],
)
def test_slide_shows_and_templates_of_slides_are_read(kind: str) -> None:
    slides = Presentation()
    slides.slides.add_slide(slides.slide_layouts[5]).shapes.title.text = "The budget"
    usual = rf"{MAIN}.presentationml.presentation.main\+xml".replace(".", r"\.")
    draft = load_pptx(changed(saved(slides), {"[Content_Types].xml": (usual, kind)}))
    assert [part.strip() for part in draft.parts] == ["## The budget"]


def strict(data: bytes) -> bytes:
    """The file as "Strict Open XML"."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xml", ".rels"))]
    old = r"http://schemas\.openxmlformats\.org/(wordprocessingml|spreadsheetml|officeDocument|drawingml)/2006/"
    new = r"http://purl.oclc.org/ooxml/\1/"
    return changed(data, {name: (old, new) for name in names if not name.startswith("[")})


def test_strict_open_xml_is_read(word: Any) -> None:
    data = strict(saved(word))
    assert b"purl.oclc.org" in data or kind_of(data, ".docx") == ".docx"
    assert load_docx(data).parts == ("Words.",)
    sheet = Workbook()
    sheet.active.append(["a", 1])
    assert load_xlsx(strict(saved(sheet))).parts == ("## Sheet\n\n| a | 1 |",)
