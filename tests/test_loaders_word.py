import io
from datetime import datetime
from typing import Any

import pytest
from docx import Document as new_docx
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.loaders.draft import Draft
from ingest.loaders.normalising import normalise_text
from ingest.loaders.word import load_docx


@pytest.fixture
def word() -> Any:
    return new_docx()


def loaded(word: Any) -> Draft:
    buffer = io.BytesIO()
    word.save(buffer)
    return load_docx(buffer.getvalue())


def read(word: Any) -> str:
    return normalise_text(loaded(word).parts[0])


def add_xml(word: Any, xml: str) -> None:
    """Put an element, of which python-docx knows nothing, at the end of the body."""
    tag, rest = xml[1:].split(">", 1)
    word.element.body.insert(len(word.element.body) - 1, parse_xml(f"<{tag} {nsdecls('w')}>{rest}"))


def test_paragraphs_headings_lists_and_tables_come_in_document_order(word: Any) -> None:
    word.add_heading("The rules", 0)
    word.add_heading("Chapter 1", 1)
    word.add_paragraph("A paragraph.")
    word.add_paragraph("one", style="List Bullet")
    word.add_paragraph("two", style="List Number")
    table = word.add_table(2, 2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("Kind", "Fee", "Copy", "2|3"), strict=True):
        cell.text = text
    word.add_heading("Section", 2)
    word.add_paragraph("The end.")
    assert read(word) == (
        "# The rules\n\n# Chapter 1\n\nA paragraph.\n\n- one\n1. two\n\n| Kind | Fee |\n| Copy | 2\\|3 |\n\n"
        "## Section\n\nThe end."
    )


def test_empty_paragraphs_leave_no_trace(word: Any) -> None:
    for text in ("One.", "", "  ", "Two."):
        word.add_paragraph(text)
    assert read(word) == "One.\n\nTwo."


def test_breaks_tabs_and_hyphens_within_a_paragraph_are_kept(word: Any) -> None:
    run = word.add_paragraph("one").add_run()
    run.add_break()
    run.add_text("two\tthree")
    add_xml(word, "<w:p><w:r><w:t>well</w:t><w:noBreakHyphen/><w:t>known</w:t></w:r></w:p>")
    assert read(word) == "one\ntwo\tthree\n\nwell-known"


def test_tab_stops_that_are_set_are_not_tabs_that_are_typed(word: Any) -> None:
    add_xml(
        word,
        "<w:p><w:pPr><w:tabs><w:tab w:val='left' w:pos='9'/></w:tabs></w:pPr><w:r><w:t>a</w:t></w:r></w:p>",
    )
    assert loaded(word).parts == ("a",)


def test_a_list_that_was_made_with_the_button_is_a_list(word: Any) -> None:
    number = "<w:numPr><w:ilvl w:val='0'/><w:numId w:val='{}'/></w:numPr>"
    xml = f"<w:p><w:pPr>{number}</w:pPr><w:r><w:t>a</w:t></w:r></w:p>"
    add_xml(word, xml.format(1))
    add_xml(word, xml.format(0))
    assert read(word) == "- a\n\na"


def test_inserted_text_is_read_and_deleted_and_hidden_text_is_not(word: Any) -> None:
    add_xml(
        word,
        "<w:p><w:r><w:t>It </w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>does </w:t></w:r></w:ins>"
        "<w:del w:id='2' w:author='a'><w:r><w:delText>not </w:delText></w:r></w:del>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secretly </w:t></w:r>"
        "<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>apply.</w:t></w:r></w:p>",
    )
    assert read(word) == "It does apply."


def test_links_and_content_controls_are_read(word: Any) -> None:
    add_xml(word, "<w:p><w:hyperlink><w:r><w:t>a link</w:t></w:r></w:hyperlink></w:p>")
    add_xml(word, "<w:sdt><w:sdtContent><w:p><w:r><w:t>a control</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    assert read(word) == "a link\n\na control"


def test_field_codes_and_the_table_of_contents_are_left_out(word: Any) -> None:
    word.styles.add_style("toc 1", 1)
    word.add_paragraph("Chapter 1 ........ 7", style="toc 1")
    add_xml(word, "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>7</w:t></w:r></w:p>")
    assert read(word) == "7"


def test_merged_cells_are_said_once_across_and_in_every_row_down(word: Any) -> None:
    table = word.add_table(3, 3)
    for number, cell in enumerate(c for row in table.rows for c in row.cells):
        cell.text = str(number)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "wide"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "tall"
    assert read(word) == "| wide | 2 |\n| 3 | 4 | tall |\n| 6 | 7 | tall |"


def test_a_table_within_a_cell_is_part_of_its_row(word: Any) -> None:
    table = word.add_table(1, 2)
    table.cell(0, 0).text = "outer"
    inner = table.cell(0, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"
    assert read(word) == "| outer | a b |"


def test_two_tables_stand_apart(word: Any) -> None:
    for text in ("a", "b"):
        word.add_table(1, 1).cell(0, 0).text = text
    assert read(word) == "| a |\n\n| b |"


def test_the_properties_are_read(word: Any) -> None:
    about = word.core_properties
    about.title, about.author, about.created = "The rules", "Ada Lovelace", datetime(2024, 5, 8, 10)
    draft = loaded(word)
    assert (draft.title, draft.author, draft.created) == ("The rules", "Ada Lovelace", "2024-05-08")


def test_what_the_library_puts_into_every_file_is_not_believed(word: Any) -> None:
    draft = loaded(word)
    assert word.core_properties.author == "python-docx"
    assert (draft.title, draft.author, draft.created) == (None, None, None)


def test_footnotes_follow_at_the_end_and_lines_above_them_are_no_notes(word: Any) -> None:
    word.add_paragraph("With a note.")
    notes = f"""<w:footnotes {nsdecls("w")}>
        <w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>line</w:t></w:r></w:p></w:footnote>
        <w:footnote w:id="2"><w:p><w:r><w:t>Noted.</w:t></w:r></w:p></w:footnote></w:footnotes>"""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), word.part.package)
    word.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    assert read(word) == "With a note.\n\n## Notes\n\n- Noted."


def test_formulas_are_read(word: Any) -> None:
    word.add_paragraph("The energy is ")
    word.paragraphs[0]._p.append(parse_xml(f"<m:oMath {nsdecls('m')}><m:r><m:t>E=mc2</m:t></m:r></m:oMath>"))
    assert read(word) == "The energy is E=mc2"
