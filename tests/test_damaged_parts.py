"""Office files in which a part is damaged or missing: the rest is read, and what is missing is named."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from functools import cache
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from odfdo import Document, Header, Paragraph

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.normalising import normalise_text
from ingest.loaders.open_document import load_odt
from ingest.loaders.sheets import load_xlsx
from ingest.loaders.slides import load_pptx
from ingest.loaders.word import load_docx

LOADERS: dict[str, Callable[[bytes], Draft]] = {
    "letter.docx": load_docx,
    "talk.pptx": load_pptx,
    "figures.xlsx": load_xlsx,
    "minutes.odt": load_odt,
}


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@cache
def letter() -> bytes:
    made = docx.Document()
    made.add_heading("Minutes", 1)
    made.add_comment(made.add_paragraph("They met.").runs, "Who?", author="Ada")
    made.sections[0].header.paragraphs[0].text = "The board"
    made.core_properties.title = "The minutes"
    return saved(made)


@cache
def talk() -> bytes:
    made = pptx.Presentation()
    for title in ("One", "Two", "Three"):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = title, "Words."
        slide.notes_slide.notes_text_frame.text = f"Say {title}."
    return saved(made)


@cache
def figures() -> bytes:
    made = openpyxl.Workbook()
    made.active.append(["Town", 3])
    made.create_sheet("Dates").append([date(2024, 5, 8)])
    made.properties.title = "Figures"
    return saved(made)


@cache
def minutes() -> bytes:
    made = Document("text")
    made.body.clear()
    made.body.append(Header(1, "Minutes"))
    made.body.append(Paragraph("They met."))
    return saved(made)


MADE = {"letter.docx": letter, "talk.pptx": talk, "figures.xlsx": figures, "minutes.odt": minutes}
DAMAGES = ("cut off", "missing", "scrambled")


def damaged(data: bytes, part: str, damage: str) -> bytes:
    """The archive with a part of it cut off, missing, or unlike its checksum."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name)
            if name != part or damage != "missing":
                changed.writestr(name, content[: len(content) // 2] if (name, damage) == (part, "cut off") else content)
    result = bytearray(packed.getvalue())
    if damage == "scrambled":
        with zipfile.ZipFile(io.BytesIO(result)) as archive:
            result[archive.getinfo(part).header_offset + 30 + len(part)] ^= 0x55
    return bytes(result)


def read(file: str, part: str, damage: str) -> tuple[str, list[str]]:
    draft = LOADERS[file](damaged(MADE[file](), part, damage))
    return normalise_text("\n\n".join(draft.parts)), [member.name for member in draft.members]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("file", "part", "text", "missed"),
    [
        ("letter.docx", "word/comments.xml", "# Minutes\n\nThey met.\n\n## Headers and footers\n\n- The board", ""),
        ("letter.docx", "word/header1.xml", "# Minutes\n\nThey met.\n\n## Comments\n\n- Ada: Who?", ""),
        ("letter.docx", "word/styles.xml", "Minutes\n\nThey met.\n\n## Comments\n\n- Ada: Who?", ""),
        ("letter.docx", "docProps/core.xml", "# Minutes\n\nThey met.", ""),
        ("letter.docx", "word/_rels/document.xml.rels", "Minutes\n\nThey met.", ""),
        ("talk.pptx", "ppt/slides/slide2.xml", "## One\n\nWords.\n\n### Notes\n\nSay One.\n\n## Three", "slide 2"),
        ("talk.pptx", "ppt/notesSlides/notesSlide1.xml", "## One\n\nWords.\n\n## Two\n\nWords.\n\n### Notes", ""),
        ("figures.xlsx", "xl/worksheets/sheet1.xml", "## Dates\n\n| 2024-05-08 |", "sheet Sheet"),
        ("figures.xlsx", "docProps/core.xml", "## Sheet\n\n| Town | 3 |\n\n## Dates\n\n| 2024-05-08 |", ""),
        ("figures.xlsx", "xl/styles.xml", "## Sheet\n\n| Town | 3 |\n\n## Dates\n\n| 45420 |", ""),
        ("minutes.odt", "styles.xml", "# Minutes\n\nThey met.", ""),
        ("minutes.odt", "meta.xml", "Minutes\n\nThey met.", ""),
    ],
)
def test_what_is_damaged_is_named_and_the_rest_is_read(
    file: str, part: str, text: str, missed: str, damage: str
) -> None:
    found, members = read(file, part, damage)
    assert text in found
    assert members == [missed or part.rpartition("/")[2]]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize(
    ("file", "part"),
    [
        ("letter.docx", "word/theme/theme1.xml"),
        ("letter.docx", "docProps/thumbnail.jpeg"),
        ("letter.docx", "word/settings.xml"),
        ("talk.pptx", "ppt/slideMasters/slideMaster1.xml"),
        ("talk.pptx", "ppt/slideLayouts/slideLayout2.xml"),
        ("figures.xlsx", "xl/theme/theme1.xml"),
        ("minutes.odt", "META-INF/manifest.xml"),
    ],
)
def test_a_damaged_part_that_says_nothing_is_passed_over(file: str, part: str, damage: str) -> None:
    draft = LOADERS[file](MADE[file]())
    assert read(file, part, damage) == (normalise_text("\n\n".join(draft.parts)), [])


def test_a_damaged_slide_stays_a_page_and_says_why_it_has_no_text() -> None:
    draft = load_pptx(damaged(talk(), "ppt/slides/slide2.xml", "cut off"))
    assert [bool(part) for part in draft.parts] == [True, False, True]
    with pytest.raises(Refusal, match=r"is missing or damaged in its file; open that in its program"):
        draft.members[0].read()


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_presentation_of_damaged_slides_is_refused(damage: str) -> None:
    with pytest.raises(Refusal, match="of which no slide can be read") as caught:
        load_pptx(damaged(talk(), "ppt/_rels/presentation.xml.rels", damage))
    assert [member.name for member in caught.value.members][:3] == ["slide 1", "slide 2", "slide 3"]


def test_the_time_of_reading_is_not_taken_for_the_time_at_which_a_workbook_was_made() -> None:
    assert load_xlsx(figures()).created is not None
    assert load_xlsx(damaged(figures(), "docProps/core.xml", "missing")).created is None


def test_a_relation_to_a_picture_that_is_not_there_does_no_harm() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(letter())) as archive, zipfile.ZipFile(packed, "w") as changed:
        for name in archive.namelist():
            content = archive.read(name).decode("latin-1")
            if name == "word/_rels/document.xml.rels":
                kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
                dangling = f'<Relationship Id="x" Type="{kind}" Target="NULL"/></Relationships>'
                content = content.replace("</Relationships>", dangling)
            changed.writestr(name, content.encode("latin-1"))
    draft = load_docx(packed.getvalue())
    assert draft.members == ()
    assert draft.parts[0].startswith("# Minutes\n\nThey met.")
