import io
from datetime import date, datetime

import pytest
from loading_tools import zip_bytes
from odfdo import Document as OpenDocument
from odfdo import Element, Header, List, Paragraph, Table
from openpyxl import Workbook
from pptx import Presentation
from pptx.util import Inches

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.kinds import kind_of
from ingest.loaders.normalising import normalise_text
from ingest.loaders.open_document import load_odt
from ingest.loaders.rich_text import load_rtf
from ingest.loaders.sheets import load_csv, load_xlsx
from ingest.loaders.slides import load_pptx


def text_of(draft: Draft) -> str:
    return normalise_text(draft.parts[0])


def saved(made: Workbook | OpenDocument | object) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


# --- slides


def presentation() -> bytes:
    made = Presentation()
    first = made.slides.add_slide(made.slide_layouts[1])
    first.shapes.title.text = "The budget"
    first.placeholders[1].text = "It grew\nIt was agreed"
    first.notes_slide.notes_text_frame.text = "Thank the treasurer."
    second = made.slides.add_slide(made.slide_layouts[6])
    table = second.shapes.add_table(2, 2, 0, 0, Inches(4), Inches(1)).table
    for place, words in enumerate(("Year", "Sum", "2024", "4 | 5 million")):
        table.cell(place // 2, place % 2).text = words
    group = second.shapes.add_group_shape()
    group.shapes.add_textbox(0, 0, Inches(1), Inches(1)).text_frame.text = "In a group."
    made.slides.add_slide(made.slide_layouts[6])
    made.core_properties.title = "Budget talk"
    made.core_properties.author = "Ada"
    made.core_properties.created = datetime(2024, 5, 8)
    return saved(made)


def test_each_slide_is_a_page_with_its_title_texts_tables_and_notes() -> None:
    draft = load_pptx(presentation())
    assert [normalise_text(part) for part in draft.parts] == [
        "## The budget\n\n- It grew\n- It was agreed\n\n### Notes\n\nThank the treasurer.",
        "## Slide 2\n\n| Year | Sum |\n| 2024 | 4 \\| 5 million |\n\nIn a group.",
        "",
    ]
    assert draft.paged
    assert (draft.title, draft.author, draft.created) == ("Budget talk", "Ada", "2024-05-08")


def test_what_the_template_of_presentations_says_of_itself_is_not_believed() -> None:
    draft = load_pptx(saved(Presentation()))
    assert (draft.title, draft.author, draft.created) == (None, None, None)


# --- sheets


def workbook() -> Workbook:
    made = Workbook()
    made.active.title = "Members"
    for row in (["Town", "Share", "Since"], ["Halmere", 0.125, date(2024, 5, 8)], [], ["Ostby", 1e6, None, None]):
        made.active.append(row)
    made.active["B2"].number_format = "0.0%"
    second = made.create_sheet("Times")
    second.append([datetime(2024, 5, 8, 10, 30), True, 0.1 + 0.2, "a\nb"])
    return made


def test_each_sheet_is_a_headed_table_of_the_values_as_they_are_shown() -> None:
    made = workbook()
    made.properties.creator = "Ada"
    made.properties.title = "The list"
    draft = load_xlsx(saved(made))
    assert text_of(draft) == (
        "## Members\n\n| Town | Share | Since |\n| Halmere | 12.5% | 2024-05-08 |\n| Ostby | 1000000 |  |\n\n"
        "## Times\n\n| 2024-05-08 10:30 | TRUE | 0.3 | a b |"
    )
    assert (draft.title, draft.author) == ("The list", "Ada")


def test_a_workbook_of_empty_cells_is_refused() -> None:
    with pytest.raises(Refusal, match="without a filled cell"):
        load_xlsx(saved(Workbook()))


@pytest.mark.parametrize(
    "text",
    ["a,b\n1,2\n", "a;b\r\n1;2", "a\tb\n1\t2", "a|b\n1|2", 'a,b\n"1",2\n\n', "sep=;\na;b\n1;2", "\ufeffa,b,\n1,2,\n,,"],
)
def test_values_are_parted_by_whatever_sign_parts_them(text: str) -> None:
    assert text_of(load_csv(text.encode())) == "| a | b |\n| 1 | 2 |"


def test_signs_within_values_part_nothing() -> None:
    assert text_of(load_csv(b'name;note\n"Ito; Ada";"1,5 m\nlong"\nBo;"x, y"')) == (
        "| name | note |\n| Ito; Ada | 1,5 m long |\n| Bo | x, y |"
    )


def test_a_table_in_utf_16_and_one_with_a_stray_nul_are_read() -> None:
    assert text_of(load_csv("a,b\n1,2\n".encode("utf-16"))) == "| a | b |\n| 1 | 2 |"
    assert text_of(load_csv(b"town,note\nHalmere,the harbour\0 archive\n")).endswith(
        "| Halmere | the harbour archive |"
    )


def test_a_file_that_merely_is_called_a_table_keeps_its_words() -> None:
    assert text_of(load_csv(b"Just a sentence.")) == "| Just a sentence. |"


# --- OpenDocument


def test_an_open_document_becomes_markdown() -> None:
    made = OpenDocument("text")
    body = made.body
    body.clear()
    body.append(Paragraph("The rules", style="Title"))
    body.append(Header(2, "Fees"))
    body.append(Paragraph("A copy  costs\t2 EUR.\nAlways."))
    body.append(List(["one", "two"]))
    table = Table("Prices")
    table.set_values([["Kind", "Fee"], ["Copy", "2 EUR"]])
    body.append(table)
    made.meta.title = "Rules of the house"
    made.meta.initial_creator = "Ada"
    data = saved(made)
    draft = load_odt(data)
    assert kind_of(data, ".txt") == ".odt"
    assert text_of(draft) == (
        # The library's template numbers headings.
        "# The rules\n\n## 1.1. Fees\n\nA copy  costs\t2 EUR.\nAlways.\n\n- one\n- two\n\n"
        "| Kind | Fee |\n| Copy | 2 EUR |"
    )
    assert (draft.title, draft.author) == ("Rules of the house", "Ada")


def test_lists_of_an_open_document_bear_their_numbers() -> None:
    made = OpenDocument("text")
    level = "<text:list-level-style-number text:level='{}' style:num-format='{}' {}/>"
    levels = (
        level.format(1, "1", "style:num-prefix='Article '"),
        level.format(2, "1", "text:display-levels='2'"),
        level.format(3, "a", "style:num-prefix='(' style:num-suffix=')'"),
        "<text:list-level-style-bullet text:level='4' text:bullet-char='-'/>",
    )
    made.insert_style(Element.from_tag(f"<text:list-style style:name='Law'>{''.join(levels)}</text:list-style>"))
    made.body.clear()
    point = "<text:list><text:list-item><text:p>to ships;</text:p></text:list-item>{}</text:list>"
    dash = "<text:list><text:list-item><text:p>large</text:p></text:list-item></text:list>"
    points = point.format(f"<text:list-item>{dash}</text:list-item>")
    clause = f"<text:list><text:list-item><text:p>It applies:</text:p>{points}</text:list-item></text:list>"
    made.body.append(
        Element.from_tag(
            "<text:list xml:id='one' text:style-name='Law'><text:list-item text:start-value='4'>"
            f"<text:p>Scope</text:p>{clause}</text:list-item>"
            "<text:list-header><text:p>A remark.</text:p></text:list-header></text:list>"
        )
    )
    made.body.append(Paragraph("Between."))
    item = "<text:list-item><text:p>Fees</text:p><text:p>They are due.</text:p></text:list-item>"
    for more in ("text:continue-list='one'", ""):
        made.body.append(Element.from_tag(f"<text:list text:style-name='Law' {more}>{item}</text:list>"))
    assert text_of(load_odt(saved(made))) == (
        "Article 4 Scope\n\n4.1 It applies:\n\n- (a) to ships;\n- large\n- A remark.\n\nBetween.\n\n"
        "Article 5 Fees\n\n- They are due.\n\nArticle 1 Fees\n\n- They are due."
    )


def test_deleted_text_of_an_open_document_is_left_out_and_notes_and_comments_follow_at_the_end() -> None:
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>unseen</text:p></text:deletion>"
        "</text:changed-region></text:tracked-changes><text:section><text:p>Seen<office:annotation>"
        '<dc:creator xmlns:dc="http://purl.org/dc/elements/1.1/">Ada</dc:creator>'
        "<text:p>Is it?</text:p></office:annotation>, <text:span>all</text:span> of it<text:note><text:note-body>"
        '<text:p>Noted.</text:p></text:note-body></text:note>.<text:s text:c="3"/>End.</text:p></text:section>'
        "</office:text></office:body></office:document-content>"
    )
    base = OpenDocument("text")
    buffer = io.BytesIO()
    base.save(buffer)
    import zipfile

    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    data = zip_bytes({**members, "content.xml": content})
    assert text_of(load_odt(data)) == (
        "Seen, all of it.   End.\n\n## Notes\n\n- Noted.\n\n## Comments\n\n- Ada: Is it?"
    )


# --- rich text


def test_a_rich_text_file_becomes_its_text_with_rows_of_tables() -> None:
    markup = (
        r"{\rtf1\ansi\ansicpg1252{\info{\title R\'e9sum\'e9}{\author Ada}{\creatim\yr2024\mo5\dy8}}"
        r"\pard The {\b bold} word, \u8364? and \'e9.\par\trowd a\cell b\cell\row\pard End.\par}"
    )
    draft = load_rtf(markup.encode("ascii"))
    assert text_of(draft) == "The bold word, € and é.\n| a | b |\nEnd."
    assert (draft.title, draft.author, draft.created) == ("Résumé", "Ada", "2024-05-08")


def test_a_rich_text_file_in_another_code_page_is_read() -> None:
    assert text_of(load_rtf(rb"{\rtf1\ansi\ansicpg1251\pard \'cf\'f0\'e8\'e2\'e5\'f2\par}")) == "Привет"


def test_footnotes_of_a_rich_text_file_follow_at_the_end_in_its_code_page() -> None:
    markup = (
        rb"{\rtf1\ansi\ansicpg1251\pard First.{\footnote \pard {\b A} note: \'cf\'f0\'e8.} Last.{\*\footnote Two.}\par}"
    )
    assert text_of(load_rtf(markup)) == "First. Last.\n\n## Notes\n\n- A note: При.\n- Two."


def test_a_footnote_that_does_not_end_is_read_to_the_end() -> None:
    assert text_of(load_rtf(rb"{\rtf1\ansi First.{\footnote A note")).endswith("- A note")


def test_a_rich_text_file_without_text_is_refused() -> None:
    with pytest.raises(Refusal, match="without text"):
        load_rtf(rb"{\rtf1\ansi }")
