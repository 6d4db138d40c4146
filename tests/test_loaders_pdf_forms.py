"""What was added to the pages of a PDF: fields that were filled in, free texts, notes, attached files."""

import hashlib
from pathlib import Path

import pytest
from loading_tools import write
from pdf_files import file_bytes

from ingest.loaders.draft import Refusal
from ingest.loaders.pdf import load_pdf
from ingest.loaders.pdf_picture import draw_page
from ingest.loading import load_documents
from ingest.records import Document

PRINTED = b"BT /F1 12 Tf 60 700 Td (Name of the member:) Tj 0 -40 Td (Town:) Tj 0 -40 Td (I sign below.) Tj ET"
LOOK = b"/DA (/F1 12 Tf 0 g) /F 4"


def stream(content: bytes, about: bytes = b"") -> bytes:
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (about, len(content), content)


def drawn(words: bytes) -> bytes:
    """How a field or stamp with these words looks."""
    fonts = b"/Resources << /Font << /F1 3 0 R >> >>"
    return stream(
        b"BT /F1 12 Tf 2 5 Td (%s) Tj ET" % words, b"/Type /XObject /Subtype /Form /BBox [0 0 200 20] " + fonts
    )


def pdf(*annotations: bytes, printed: bytes = PRINTED, more: tuple[bytes, ...] = ()) -> bytes:
    """A page with these annotations, numbered from 7, which `more` objects follow."""
    numbers = b" ".join(b"%d 0 R" % number for number in range(7, 7 + len(annotations)))
    form = b"/AcroForm << /Fields [%s] /DR << /Font << /F1 3 0 R >> >> >>" % numbers
    about = b"/Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 6 0 R"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % (form if b"/Widget" in b"".join(annotations) else b""),
        b"<< /Type /Pages /Kids [5 0 R] /Count 1 >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< >>",
        b"<< %s /Annots [%s] >>" % (about, numbers),
        stream(printed),
    ]
    return file_bytes([*objects, *(b"<< /Type /Annot %s >>" % annotation for annotation in annotations), *more])


def field(value: bytes, x: int, y: int, more: bytes = b"") -> bytes:
    place = b"/Rect [%d %d %d %d]" % (x, y - 5, x + 200, y + 15)
    return b"/Subtype /Widget /FT /Tx /T (f%d) /V (%s) %s %s %s" % (y, value, place, LOOK, more)


def text_of(data: bytes) -> str:
    return "".join(load_pdf(data).parts)


def test_the_values_of_fields_stand_after_their_labels() -> None:
    data = pdf(
        field(b"Ada Lovelace", 200, 700), field(b"Halmere", 200, 660, b"/AP << /N 9 0 R >>"), more=(drawn(b"Halmere"),)
    )
    assert text_of(data) == "Name of the member: Ada Lovelace\nTown: Halmere\nI sign below."


def test_a_value_of_several_lines_below_a_label_stays_together() -> None:
    more = b"/Ff 4096 /MaxLen 900"
    value = b"We met on Tuesday in the old mill and spoke of the harbour."
    text = text_of(
        pdf(field(value, 60, 550, more), printed=b"BT /F1 12 Tf 60 580 Td (Remarks) Tj 0 -100 Td (End) Tj ET")
    )
    assert text.split() == ["Remarks", *value.decode().split(), "End"]


def test_a_form_with_nothing_printed_on_it_is_read() -> None:
    assert text_of(pdf(field(b"Ada Lovelace", 200, 700), printed=b"")) == "Ada Lovelace"


def test_buttons_and_hidden_fields_are_left_out() -> None:
    button = b"/Subtype /Widget /FT /Btn /Ff 65536 /T (b) /Rect [60 500 200 520] /MK << /CA (Print) >> " + LOOK
    hidden = field(b"unseen", 200, 660).replace(b"/F 4", b"/F 2")
    assert text_of(pdf(button, hidden)) == "Name of the member: Town:\n\nI sign below."


def test_free_texts_and_stamps_stand_where_they_are_printed() -> None:
    free = b"/Subtype /FreeText /Contents (Mill, not hall.) /Rect [60 640 300 660] /F 4 /AP << /N 10 0 R >>"
    stamp = b"/Subtype /Stamp /Rect [60 500 260 520] /F 4 /AP << /N 11 0 R >>"
    bare = b"/Subtype /FreeText /Contents (Not drawn.) /Rect [60 440 300 460] " + LOOK
    text = text_of(pdf(free, stamp, bare, more=(drawn(b"Mill, not hall."), drawn(b"Approved"))))
    assert text.split("\n\n") == [
        "Name of the member:",
        "Town:\nMill, not hall.",
        "I sign below.",
        "Approved",
        "- Note: Not drawn.",
    ]


def test_notes_and_remarks_follow_at_the_end_of_their_page() -> None:
    note = b"/Subtype /Text /Contents (Ask her\\nagain.) /T (Grace) /Rect [500 700 520 720] /F 4"
    remark = b"/Subtype /Highlight /Contents (Is this so?) /Rect [60 610 200 640] /QuadPoints [60 9 200 9 60 0 200 0]"
    popup = b"/Subtype /Popup /Contents (Ask her again.) /Parent 7 0 R /Rect [400 600 500 700]"
    link = b"/Subtype /Link /Contents (Opens a page) /Rect [60 610 200 640]"
    for filled in ((), (field(b"Ada", 200, 700),)):
        text = text_of(pdf(note, remark, popup, link, *filled))
        assert text.startswith("Name of the member:")
        assert text.endswith("I sign below.\n\n- Note by Grace: Ask her again.\n- Note: Is this so?")


def test_a_page_with_nothing_but_a_note_is_read() -> None:
    note = b"/Subtype /Text /Contents (Missing page.) /Rect [500 700 520 720]"
    assert text_of(pdf(note, printed=b"")) == "- Note: Missing page."


EMBEDDED = stream(b"They met.", b"/Type /EmbeddedFile")


def attached(data: bytes, names: tuple[bytes, ...]) -> bytes:
    """The PDF with the file of object 8 attached to it under these names."""
    files = b" ".join(
        b"(%d) << /Type /Filespec /F (%s) /UF (%s) /EF << /F 8 0 R >> >>" % (n, name, name)
        for n, name in enumerate(names)
    )
    return data.replace(b"/Catalog", b"/Catalog /Names << /EmbeddedFiles << /Names [%s] >> >>" % files)


def outcomes(folder: Path, data: bytes) -> dict[str, str]:
    """Return the text, or the reason, of each document of a PDF."""
    found = load_documents(write(folder, "a.pdf", data), "a.pdf")
    return {name: one.text if isinstance(one, Document) else str(one) for name, one in found.items()}


def test_attached_files_are_documents_of_their_own(tmp_path: Path) -> None:
    pin = b"/Subtype /FileAttachment /Rect [9 9 29 29] /FS << /Type /Filespec /F (pinned.csv) /EF << /F 8 0 R >> >>"
    data = attached(pdf(pin, more=(EMBEDDED,)), (b"minutes.txt", b"logo.png", b"minutes.txt"))
    found = outcomes(tmp_path, data)
    assert list(found) == ["a.pdf", "a.pdf/minutes.txt", "a.pdf/logo.png", "a.pdf/minutes (2).txt", "a.pdf/pinned.csv"]
    assert found["a.pdf/minutes (2).txt"] == "They met."
    assert found["a.pdf/pinned.csv"] == "| They met. |"


def test_a_portfolio_without_a_text_of_its_own_gives_its_files(tmp_path: Path) -> None:
    link = b"/Subtype /Link /Rect [9 9 29 29]"
    data = attached(pdf(link, more=(EMBEDDED,), printed=b""), (b"minutes.txt",))
    assert outcomes(tmp_path, data) == {"a.pdf/minutes.txt": "They met."}


def test_a_scan_that_is_not_read_gives_the_files_attached_to_it(tmp_path: Path) -> None:
    pictured = b"q 500 0 0 800 0 0 cm BI /W 1 /H 1 /BPC 8 /CS /G ID x EI Q"
    data = attached(pdf(b"/Subtype /Link /Rect [9 9 29 29]", more=(EMBEDDED,), printed=pictured), (b"minutes.txt",))
    found = outcomes(tmp_path, data)
    assert "is scanned, " in found["a.pdf"]
    assert found["a.pdf/minutes.txt"] == "They met."


def test_an_attached_file_that_is_damaged_is_named(tmp_path: Path) -> None:
    data = attached(pdf(b"/Subtype /Link /Rect [9 9 29 29]"), (b"minutes.txt",))
    found = outcomes(tmp_path, data)
    assert "'a.pdf/minutes.txt' is empty or damaged in the PDF" in found["a.pdf/minutes.txt"]


def test_a_form_that_only_adobe_reader_fills_with_life_is_refused() -> None:
    data = pdf(field(b"Please wait...", 200, 700)).replace(b"/Pages 2", b"/NeedsRendering true /Pages 2")
    with pytest.raises(Refusal, match=r"is a form that only Adobe Reader can show \(XFA\); print it there"):
        load_pdf(data.replace(b"/DR <<", b"/XFA (x) /DR <<"))


def test_a_quote_from_a_field_is_marked_where_it_stands(tmp_path: Path) -> None:
    data = pdf(field(b"Ada Lovelace", 200, 700))
    path = tmp_path / "form.pdf"
    path.write_bytes(data)
    for quote, starts in (("Ada Lovelace", [200]), ("Name of the member: Ada Lovelace", [60, 200]), ("Nobody.", [])):
        picture = draw_page(path, hashlib.sha256(data).hexdigest(), 1, quote)
        assert picture is not None
        assert [round(left * 595, -1) for left, *_ in picture.boxes] == starts
