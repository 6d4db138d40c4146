"""Pages of a PDF that can be read only as pictures: in fonts that don't say their letters, or scans with a stamp."""

import io

import pypdfium2
import pytest
from pdf_files import Words, file_bytes, paragraph, pdf_bytes
from PIL import Image

from ingest.loaders.draft import Refusal
from ingest.loaders.pdf import load_pdf

TEXT = "The council adopts the rules that this chapter lays down, and it publishes them without delay."


@pytest.fixture(autouse=True)
def without_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.pdf.can_recognise", lambda: False)


def stream(content: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)


def set_in(font: bytes, codes: str, *more: bytes) -> bytes:
    """A page with these codes in hexadecimal in a font; `more` objects are numbered from 7."""
    about = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 999 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 6 0 R"
    pages = b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>"
    shown = stream(b"BT /F1 12 Tf 20 700 Td <%s> Tj ET" % codes.encode())
    catalogue = b"<< /Type /Catalog /Pages 2 0 R >>"
    return file_bytes([catalogue, pages, font, b"<< >>", b"<< %s >>" % about, shown, *more])


def drawn_letters(numbers: dict[str, int]) -> bytes:
    """The text in a font whose letters are drawings with names that say nothing, numbered like this."""
    differences = " ".join(f"{number} /g{number}" for number in numbers.values())
    drawings = " ".join(f"/g{number} 7 0 R" for number in numbers.values())
    font = (
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 750 750] /FontMatrix [0.001 0 0 0.001 0 0] /Resources << >> "
        f"/CharProcs << {drawings} >> /Encoding << /Type /Encoding /Differences [{differences}] >> "
        f"/FirstChar 0 /LastChar 255 /Widths [{'600 ' * 256}] >>"
    )
    codes = "".join(f"{numbers[letter]:02x}" for letter in TEXT)
    return set_in(font.encode(), codes, stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f"))


def glyphs_of_a_file() -> bytes:
    """The text as the numbers that letters have in most font files, which isn't what they have elsewhere."""
    font = b"<< /Type /Font /Subtype /Type0 /BaseFont /A+B /Encoding /Identity-H /DescendantFonts [7 0 R] >>"
    system = b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >>"
    kind = b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A+B /DW 600 /FontDescriptor 8 0 R %s >>" % system
    about = b"<< /Type /FontDescriptor /FontName /A+B /Flags 4 /FontBBox [0 0 999 999] /Ascent 800 /Descent -200 >>"
    return set_in(font, "".join(f"{ord(letter) - 29:04x}" for letter in TEXT), kind, about)


@pytest.mark.parametrize(
    "data",
    [
        drawn_letters({letter: number for number, letter in enumerate(dict.fromkeys(TEXT), 33)}),
        drawn_letters({letter: number for number, letter in enumerate(dict.fromkeys(TEXT), 1)}),
        glyphs_of_a_file(),
    ],
    ids=["numbered by first use", "numbered by first use from 1", "numbered as in the font's file"],
)
def test_text_in_a_font_that_does_not_say_its_letters_is_not_taken_for_text(data: bytes) -> None:
    with pytest.raises(Refusal, match=r"^doesn't say which letters its fonts show, .*footnote-qa\[ocr\]"):
        load_pdf(data)


def test_old_fonts_that_say_nothing_but_number_letters_as_usual_are_read() -> None:
    assert load_pdf(drawn_letters({letter: ord(letter) for letter in TEXT})).parts == (TEXT,)


def test_a_page_in_such_a_font_among_others_is_named() -> None:
    document = pypdfium2.PdfDocument(pdf_bytes([paragraph(TEXT, 700)]))
    document.import_pages(pypdfium2.PdfDocument(glyphs_of_a_file()))
    file = io.BytesIO()
    document.save(file)
    draft = load_pdf(file.getvalue())
    assert (draft.parts, draft.unread) == ((TEXT, ""), (2,))


def stamped_scan(*words: Words, width: int = 595) -> bytes:
    """A page that is a picture, so wide, with these words over it."""
    scan = io.BytesIO()
    Image.new("L", (595, 842), 255).save(scan, "PDF", resolution=72)
    picture = next(iter(pypdfium2.PdfDocument(scan.getvalue())[0].get_objects())).get_bitmap()
    document = pypdfium2.PdfDocument(pdf_bytes([list(words)]))
    page = document[0]
    image = pypdfium2.PdfImage.new(document)
    image.set_bitmap(picture)
    image.set_matrix(pypdfium2.PdfMatrix().scale(width, 842))
    page.insert_obj(image)
    page.gen_content()
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_a_scan_with_nothing_but_a_stamp_on_its_margin_is_named_as_a_scan() -> None:
    draft = load_pdf(stamped_scan(Words("Received 8 May 2024", 300, 820), Words("7", 290, 20)))
    assert draft.unread == (1,)
    assert "Received 8 May 2024" in draft.parts[0]


def test_a_picture_beside_text_or_behind_it_makes_no_scan() -> None:
    assert load_pdf(stamped_scan(Words("A title", 60, 500))).unread == ()
    assert load_pdf(stamped_scan(Words("A letter's end", 60, 820), width=100)).unread == ()
