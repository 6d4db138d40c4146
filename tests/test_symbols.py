"""Signs of symbol fonts, and what Word and PowerPoint show without storing it: ticks, chosen entries, numbers."""

import io
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl.styles import Font
from pdf_files import file_bytes
from pptx.oxml import parse_xml as parse_slide_xml

from ingest.loaders.normalising import normalise_text
from ingest.loaders.pdf import load_pdf
from ingest.loaders.sheets import load_xlsx
from ingest.loaders.slides import load_pptx
from ingest.loaders.symbols import in_unicode
from ingest.loaders.word import load_docx

A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'


def saved(made: Any) -> bytes:
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def word_text(*paragraphs: str) -> str:
    """What is read of a Word document whose body has these paragraphs, given by what is in each."""
    made = docx.Document()
    for inside in paragraphs:
        made.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{inside}</w:p>"))
    return normalise_text(load_docx(saved(made)).parts[0])


def run(text: str, font: str = "") -> str:
    return (
        f'<w:r><w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'
    )


def field(code: str) -> str:
    marks = ("<w:r><w:fldChar w:fldCharType='begin'/></w:r>", "<w:r><w:fldChar w:fldCharType='end'/></w:r>")
    return f"{marks[0]}<w:r><w:instrText> {code} </w:instrText></w:r>{marks[1]}"


@pytest.mark.parametrize(
    ("text", "font", "signs"),
    [
        ("\uf0fc", "Wingdings", "✓"),
        ("üûþ¨", "Wingdings", "✓✗☑◻"),
        ("\uf0e0", "Wingdings-Regular", "→"),
        ("abc £ \uf0b7", "ABCDEF+SymbolMT", "αβχ ≤ •"),
        ("P\uf0a3", "Wingdings 2", "✓□"),
        ("}", "Wingdings 3", "▶"),
        ("a", "Webdings", "✔"),
        ("\uf0ff", "Webdings", "\ufffd"),
        ("ü 🙂", "Arial", "ü 🙂"),
        ("🙂 \t", "Wingdings", "🙂 \t"),
        ("\uf0a7 \uf0b7", None, "▪ •"),
    ],
)
def test_a_sign_of_a_symbol_font_becomes_that_of_unicode(text: str, font: str | None, signs: str) -> None:
    assert in_unicode(text, font) == signs


def test_no_text_keeps_characters_that_only_a_symbol_font_can_show() -> None:
    every = "".join(chr(code) for code in range(0xF020, 0xF100))
    assert not [letter for letter in normalise_text(every) if "\uf000" <= letter <= "\uf0ff"]
    assert normalise_text("\uf0b7 One") == "• One"


def test_signs_in_a_word_document_are_read() -> None:
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'
    assert word_text(sign + run(" Agreed ") + run("à", "Wingdings") + run(" déjà")) == "☑ Agreed → déjà"


def test_boxes_that_are_ticked_and_entries_that_are_chosen_are_read() -> None:
    begin = "<w:r><w:fldChar w:fldCharType='begin'><w:ffData>{}</w:ffData></w:fldChar></w:r>"
    boxes = [
        f"<w:checkBox><w:default w:val='0'/>{checked}</w:checkBox>"
        for checked in ("<w:checked/>", "<w:checked w:val='0'/>", "")
    ]
    entries = "<w:ddList><w:result w:val='1'/><w:listEntry w:val='North'/><w:listEntry w:val='South'/></w:ddList>"
    text = word_text("".join(begin.format(inside) + run(" ") for inside in (*boxes, entries)))
    assert text == "☒ ☐ ☐ South"


def test_fields_that_number_paragraphs_are_counted() -> None:
    numbered = [field("AUTONUM") + run("\tFirst"), field("AUTONUM") + run("\tSecond")]
    points = [
        field(code) + run(" x") for code in ("LISTNUM", "LISTNUM \\l 2", "LISTNUM \\l 2", "LISTNUM", "LISTNUM \\s 7")
    ]
    simple = '<w:fldSimple w:instr=" AUTONUMLGL "/>' + run(" Legal")
    stored = f'<w:fldSimple w:instr=" AUTONUMLGL ">{run("9.")}</w:fldSimple>{run(" Stored")}'
    lines = word_text(*numbered, *points, simple, stored, field("PAGE") + run("Page")).split("\n\n")
    assert lines == [
        *("1.\tFirst", "2.\tSecond", "1) x", "a) x", "b) x", "2) x", "7) x"),
        *("1. Legal", "9. Stored", "Page"),
    ]


def test_headings_are_numbered_by_such_fields_at_their_levels() -> None:
    style = "<w:pPr><w:outlineLvl w:val='{}'/></w:pPr>"
    depths = (0, 1, 1, 0, 1)
    text = word_text(*(style.format(depth) + field("AUTONUMLGL") + run(" Scope") for depth in depths))
    assert [line for line in text.split("\n") if line] == [
        *("# 1. Scope", "## 1.1. Scope", "## 1.2. Scope", "# 2. Scope", "## 2.1. Scope"),
    ]


def test_signs_on_slides_are_read_and_words_typed_after_them_stay() -> None:
    made = pptx.Presentation()
    frame = made.slides.add_slide(made.slide_layouts[6]).shapes.add_textbox(0, 0, 9, 9).text_frame
    sign = "<a:rPr><a:sym typeface='Wingdings'/></a:rPr>"
    letter = "<a:rPr><a:latin typeface='Wingdings'/></a:rPr>"
    runs = f"<a:r>{sign}<a:t>à</a:t></a:r><a:r>{sign}<a:t> déjà </a:t></a:r><a:r>{letter}<a:t>\uf0fcü</a:t></a:r>"
    frame._txBody.append(parse_slide_xml(f"<a:p {A}>{runs}</a:p>"))
    assert normalise_text(load_pptx(saved(made)).parts[0]) == "## Slide 1\n\n→ déjà ✓✓"


@pytest.mark.parametrize("holder", ["layout", "master", "styles"])
def test_paragraphs_bear_the_numbers_that_their_layout_gives_them(holder: str) -> None:
    made = pptx.Presentation()
    layout = made.slide_layouts[1]
    slide = made.slides.add_slide(layout)
    slide.shapes.title.text = "Steps"
    slide.placeholders[1].text = "Dig\nBuild\nOpen"
    number = f"<a:buAutoNum {A} type='arabicPeriod'/>"
    level = parse_slide_xml(f"<a:lvl1pPr {A}>{number}</a:lvl1pPr>")
    if holder == "styles":
        style = layout.slide_master._element.find("{*}txStyles/{*}bodyStyle/{*}lvl1pPr")
        for bullet in style.findall("{*}buChar"):
            style.replace(bullet, parse_slide_xml(number))
    else:
        places = layout.placeholders if holder == "layout" else layout.slide_master.placeholders
        styles = next(place for place in places if place.placeholder_format.idx == 1)._element.txBody
        styles.find("{*}lstStyle").append(level)
    plain = slide.placeholders[1].text_frame.paragraphs[1]
    assert normalise_text(load_pptx(saved(made)).parts[0]) == "## Steps\n\n1. Dig\n2. Build\n3. Open"
    plain._p.get_or_add_pPr().append(parse_slide_xml(f"<a:buNone {A}/>"))
    assert normalise_text(load_pptx(saved(made)).parts[0]) == "## Steps\n\n1. Dig\n- Build\n1. Open"


def test_a_tick_in_a_cell_is_read() -> None:
    made = openpyxl.Workbook()
    made.active.append(["Paid", "ü", "ü"])
    made.active["B1"].font = Font(name="Wingdings")
    assert "| Paid | ✓ | ü |" in load_xlsx(saved(made)).parts[0]


def pdf_in(font: str, codes: str) -> bytes:
    """A page whose font says that its letters mean these characters, given in hexadecimal digits."""
    letters = "".join(f"<{33 + number:02x}> <{code}>\n" for number, code in enumerate(codes.split()))
    count = len(codes.split())
    mapping = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /x def /CMapType 2 def\n"
        f"1 begincodespacerange <00> <ff> endcodespacerange\n{count} beginbfchar\n{letters}endbfchar\n"
        "endcmap CMapName currentdict /CMap defineresource pop end end"
    ).encode()
    shown = "".join(f"{33 + number:02x}" for number in range(count))
    content = (
        f"BT /F2 10 Tf 60 700 Td (They agreed on all of these points:) Tj /F1 10 Tf 0 -14 Td <{shown}> Tj ET".encode()
    )
    return file_bytes(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 6 0 R"
            b" /Resources << /Font << /F1 5 0 R /F2 8 0 R >> >> >>",
            b"<< >>",
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /ToUnicode 7 0 R >>".encode(),
            b"<< /Length %d >>\nstream\n" % len(content) + content + b"\nendstream",
            b"<< /Length %d >>\nstream\n" % len(mapping) + mapping + b"\nendstream",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        ]
    )


@pytest.mark.parametrize(
    ("font", "codes", "text"),
    [("Wingdings-Regular", "F0FC F0D8", "✓➢"), ("SymbolMT", "F061 F0B7", "α•"), ("ABCDEF+Garamond", "F041 F062", "Ab")],
)
def test_signs_in_a_pdf_are_read(font: str, codes: str, text: str) -> None:
    assert text in load_pdf(pdf_in(font, codes)).parts[0].replace(" ", "")
