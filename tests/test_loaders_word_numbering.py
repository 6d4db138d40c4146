"""Numbers that Word computes: of articles, clauses and points, as lawyers cite them."""

import io
from collections.abc import Sequence

import pytest
from docx import Document as new_docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.loaders.normalising import normalise_text
from ingest.loaders.numerals import numeral
from ingest.loaders.word import load_docx
from ingest.provisions import find_provisions

Paragraph = tuple[str, str]
"""What stands in a paragraph's properties, and its text."""


def level(depth: int, form: str, text: str, more: str = "", suffix: str = "") -> str:
    return (
        f"<w:lvl w:ilvl='{depth}'><w:start w:val='1'/><w:numFmt w:val='{form}'/>{more}{suffix}"
        f"<w:lvlText w:val='{text}'/></w:lvl>"
    )


def at(depth: int, number: int = 1) -> str:
    return f"<w:numPr><w:ilvl w:val='{depth}'/><w:numId w:val='{number}'/></w:numPr>"


def read(levels: str, paragraphs: Sequence[Paragraph], nums: Sequence[str] = ("",), styles: Sequence[str] = ()) -> str:
    """Return the text of a document with one abstract definition, so many "nums" of it, styles, and paragraphs."""
    word = new_docx()
    root = word.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    root.append(parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='0'>{levels}</w:abstractNum>"))
    for number, changes in enumerate(nums, 1):
        abstract = "<w:abstractNumId w:val='0'/>"
        root.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='{number}'>{abstract}{changes}</w:num>"))
    for style in styles:
        word.styles.element.append(parse_xml(f"<w:style {nsdecls('w')} w:type='paragraph' {style}</w:style>"))
    for properties, text in paragraphs:
        run = f"<w:r><w:t>{text}</w:t></w:r>"
        paragraph = parse_xml(f"<w:p {nsdecls('w')}><w:pPr>{properties}</w:pPr>{run}</w:p>")
        word.element.body.insert(len(word.element.body) - 1, paragraph)
    file = io.BytesIO()
    word.save(file)
    return normalise_text(load_docx(file.getvalue()).parts[0])


LAW = (
    level(0, "decimal", "Article %1")
    + level(1, "decimal", "%1.%2")
    + level(2, "lowerLetter", "(%3)")
    + level(3, "lowerRoman", "(%4)")
)


def test_articles_clauses_and_points_bear_the_numbers_that_word_shows() -> None:
    text = read(
        LAW,
        [
            (at(0), "Scope"),
            (at(1), "This law applies:"),
            (at(2), "to ships;"),
            (at(3), "large;"),
            (at(3), "small;"),
            (at(2), "to boats."),
            ("", "A paragraph without number."),
            (at(1), "It applies here."),
            (at(2), "Once more."),
            (at(0), "Fees"),
            (at(1), "They are due."),
        ],
    )
    assert text == (
        "Article 1 Scope\n\n1.1 This law applies:\n\n- (a) to ships;\n- (i) large;\n- (ii) small;\n- (b) to boats.\n\n"
        "A paragraph without number.\n\n1.2 It applies here.\n\n- (a) Once more.\n\nArticle 2 Fees\n\n2.1 They are due."
    )
    assert [(one.label, one.topic) for one in find_provisions(text) if one.kind] == [
        ("Article 1", "Scope"),
        ("Article 2", "Fees"),
    ]


def test_a_heading_is_numbered_through_its_style_and_those_that_it_is_made_from() -> None:
    levels = level(0, "upperRoman", "%1.", "<w:pStyle w:val='Part'/>") + level(
        1, "decimal", "%1.%2", "<w:isLgl/><w:pStyle w:val='Sub'/>"
    )
    number = "<w:pPr><w:numPr><w:numId w:val='1'/></w:numPr>{}</w:pPr>"
    styles = (
        "w:styleId='Part'><w:name w:val='Part'/><w:basedOn w:val='Heading1'/>" + number.format(""),
        "w:styleId='Sub'><w:name w:val='Sub'/>" + number.format("<w:outlineLvl w:val='1'/>"),
        "w:styleId='SubOwn'><w:name w:val='Own'/><w:basedOn w:val='Sub'/>",
    )
    paragraphs = [("<w:pStyle w:val='Part'/>", "Rules"), ("<w:pStyle w:val='Part'/>", "More rules")]
    paragraphs += [("<w:pStyle w:val='SubOwn'/>", "Ships"), ("<w:pStyle w:val='Sub'/>" + at(0, 0), "Unnumbered")]
    clause = "The supplier shall, within ten days of the end of each month, deliver a report on all that was sold."
    paragraphs += [("<w:pStyle w:val='Sub'/>", clause)]
    assert read(levels, paragraphs, styles=styles) == (
        f"# I. Rules\n\n# II. More rules\n\n## 2.1 Ships\n\n## Unnumbered\n\n2.2 {clause}"
    )


def test_lists_count_on_or_begin_anew_as_their_definitions_say() -> None:
    levels = level(0, "decimal", "%1)") + level(1, "decimal", "%1-%2", "<w:lvlRestart w:val='0'/>")
    anew = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride>"
    paragraphs = [(at(0), "a"), (at(1), "b"), (at(0), "c"), (at(1), "d"), (at(0, 2), "e"), (at(0, 2), "f")]
    text = read(levels, [*paragraphs, (at(0, 3), "g")], nums=("", anew, ""))
    assert text == "1) a\n\n1-1 b\n\n2) c\n\n2-2 d\n\n7) e\n8) f\n9) g"


def test_deleted_paragraphs_are_not_counted_and_empty_ones_are() -> None:
    deleted = "<w:rPr><w:del w:id='1' w:author='a'/></w:rPr>"
    paragraphs = [(at(0), "Scope"), (at(0) + deleted, ""), (at(0), ""), ("", "Fees"), (at(0), "End")]
    assert read(LAW, paragraphs) == "Article 1 Scope\n\nArticle 2\n\nFees\n\nArticle 3 End"


def test_bullets_stay_bullets_and_a_label_may_touch_its_text() -> None:
    levels = level(0, "bullet", "\u2022") + level(1, "chineseCounting", "第%2条", suffix="<w:suff w:val='nothing'/>")
    assert read(levels, [(at(0), "a"), (at(1), "总则"), (at(1), "附则")]) == "- a\n\n第一条总则\n\n第二条附则"


def test_a_numbered_cell_of_a_table_bears_its_number() -> None:
    word = new_docx()
    table = word.add_table(2, 2)
    for row, text in zip(table.rows, ("Rope", "Sail"), strict=True):
        row.cells[0].paragraphs[0].style = "List Number"
        row.cells[1].text = text
    file = io.BytesIO()
    word.save(file)
    assert load_docx(file.getvalue()).parts == ("| 1. | Rope |\n| 2. | Sail |",)


@pytest.mark.parametrize(
    ("form", "numerals"),
    [
        ("decimal", "1 2 10 15 28 101"),
        ("lowerLetter", "a b j o bb wwww"),
        ("lowerAlpha", "a b j o ab cw"),
        ("upperLetter", "A B J O BB WWWW"),
        ("upperRoman", "I II X XV XXVIII CI"),
        ("ordinal", "1st 2nd 10th 15th 28th 101st"),
        ("ordinalText", "First Second Tenth Fifteenth Twenty-eighth 101"),
        ("cardinalText", "One Two Ten Fifteen Twenty-eight 101"),
        ("decimalZero", "01 02 10 15 28 101"),
        ("chineseCounting", "一 二 十 十五 二十八 一百零一"),
        ("japaneseCounting", "一 二 十 十五 二十八 百一"),
        ("russianUpper", "А Б К П Ю ОООО"),
        ("hebrew1", "א ב י טו כח קא"),
        ("never heard of", "1 2 10 15 28 101"),
    ],
)
def test_numbers_are_written_as_programs_write_them(form: str, numerals: str) -> None:
    assert [numeral(value, form) for value in (1, 2, 10, 15, 28, 101)] == numerals.split()


def test_a_number_that_a_form_cannot_write_is_given_in_digits() -> None:
    forms = ("lowerRoman", "lowerLetter", "chineseCounting", "ordinalText", "decimalEnclosedCircle", "upperAlpha")
    assert [numeral(0, form) for form in forms] == ["0"] * 6
    assert [numeral(10**6, form) for form in forms[:5]] == ["1000000"] * 5
