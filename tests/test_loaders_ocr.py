"""Scanned PDFs: read page by page where `footnote-qa[ocr]` is installed, and marked as read so."""

import hashlib
import io
import re
from importlib.util import find_spec
from pathlib import Path

import pypdfium2
import pytest
from fakes import KeywordEmbeddings
from pdf_files import Words, pdf_bytes
from PIL import Image, ImageDraw, ImageFont
from texts import make_document

from ingest import Library, add_paths
from ingest.loaders.draft import Refusal
from ingest.loaders.ocr import _in_reading_order
from ingest.loaders.pdf import load_pdf
from ingest.loaders.pdf_picture import draw_page
from ingest.loaders.pdf_records import Line
from ingest.records import READ_SCANS
from qa.composing import compose
from qa.records import Evidence

FIRST = ["Minutes of the harbour board", "The board met on Tuesday in the old mill.", "Nine members were present."]
SECOND = ["The ferry will sail twice a day from May.", "Nobody voted against it."]

needs_ocr = pytest.mark.skipif(find_spec("rapidocr") is None, reason="needs: pip install 'footnote-qa[ocr]'")


def scan(*pages: list[str]) -> bytes:
    """Return a PDF whose pages are pictures of these lines."""
    pictures = []
    for lines in pages:
        picture = Image.new("RGB", (1240, 877), "white")
        for number, line in enumerate(lines):
            ImageDraw.Draw(picture).text((90, 90 + 60 * number), line, fill="black", font=ImageFont.load_default(36))
        pictures.append(picture)
    file = io.BytesIO()
    pictures[0].save(file, "PDF", save_all=True, append_images=pictures[1:], resolution=150)
    return file.getvalue()


def squeezed(text: str) -> str:
    return re.sub(r"\W", "", text).casefold()


@needs_ocr
def test_a_scan_is_read_page_by_page() -> None:
    draft = load_pdf(scan(FIRST, [], SECOND))
    assert draft.recognised == (1, 3)
    assert [squeezed(part) for part in draft.parts] == [squeezed(" ".join(FIRST)), "", squeezed(" ".join(SECOND))]


@needs_ocr
def test_what_was_read_by_ocr_is_marked_in_the_library_and_in_citations(tmp_path: Path) -> None:
    (tmp_path / "minutes.pdf").write_bytes(scan(FIRST, SECOND))
    library = Library(tmp_path / "library", create=True, embedder=KeywordEmbeddings())
    report = add_paths(library, [tmp_path / "minutes.pdf"])
    assert not report.failed
    info = library.info("minutes.pdf")
    assert info.recognised == (1, 2)
    assert info.is_recognised(0)


@needs_ocr
def test_a_scan_on_which_nothing_is_written_is_refused() -> None:
    with pytest.raises(Refusal, match="is scanned, and no text could be recognised"):
        load_pdf(scan([]))


def test_without_ocr_a_scan_is_named_with_the_command_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.loaders.pdf.can_recognise", lambda: False)
    with pytest.raises(Refusal, match=r"is scanned, no text; to have scans read, pip install 'footnote-qa\[ocr\]'"):
        load_pdf(scan(FIRST))


def partly_scanned(*pages: list[str] | None) -> bytes:
    """Return a PDF whose pages bear these lines as text; None is a scanned page."""
    document = pypdfium2.PdfDocument(pdf_bytes([[Words(line, 60, 700) for line in page or []] for page in pages]))
    picture = pypdfium2.PdfDocument(scan(FIRST))
    for number, page in enumerate(pages):
        if page is None:
            document.import_pages(picture, [0], index=number)
            del document[number + 1]
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def test_without_ocr_the_scanned_pages_among_others_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [["The ferry sails."], None, ["The mill is closed."], None, None, ["Nobody came."]]
    assert load_pdf(partly_scanned(*pages[:1])).unread == ()
    monkeypatch.setattr("ingest.loaders.pdf.can_recognise", lambda: False)
    draft = load_pdf(partly_scanned(*pages))
    assert draft.unread == (2, 4, 5)
    assert draft.parts == ("The ferry sails.", "", "The mill is closed.", "", "", "Nobody came.")
    library = Library(tmp_path, create=True, embedder=KeywordEmbeddings())
    info = library.replace(make_document("The ferry sails.", name="a.pdf", pages=(0, 16), unread=draft.unread))
    assert info.note == f"pages 2, 4–5: can be read only as a picture; {READ_SCANS}"
    assert library.info("a.pdf").note == info.note


@pytest.mark.skipif(find_spec("rapidocr") is not None, reason="footnote-qa[ocr] reads the scanned page")
def test_adding_says_which_pages_are_missing_and_reads_again_once_ocr_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "minutes.pdf").write_bytes(partly_scanned(["The ferry sails."], None))
    library = Library(tmp_path / "library", create=True, embedder=KeywordEmbeddings())
    for status in ("added", "unchanged"):
        [report] = add_paths(library, [tmp_path / "minutes.pdf"]).documents
        assert (report.status, report.note) == (status, f"page 2: can be read only as a picture; {READ_SCANS}")
    monkeypatch.setattr("ingest.loading.can_recognise", lambda: True)
    assert [report.status for report in add_paths(library, [tmp_path / "minutes.pdf"]).documents] == ["updated"]


@needs_ocr
def test_a_quote_on_a_scan_is_marked_where_it_stands_be_it_upside_down(tmp_path: Path) -> None:
    upright = scan(FIRST)
    page = pypdfium2.PdfDocument(upright)[0]
    turned = io.BytesIO()
    page.render(scale=150 / 72).to_pil().rotate(180).save(turned, "PDF", resolution=150)
    for data, is_turned in ((upright, False), (turned.getvalue(), True)):
        (tmp_path / "scan.pdf").write_bytes(data)
        assert squeezed(load_pdf(data).parts[0]) == squeezed(" ".join(FIRST))
        picture = draw_page(tmp_path / "scan.pdf", hashlib.sha256(data).hexdigest(), 1, "The board met on Tuesday")
        assert picture is not None
        [(left, top, width, height)] = picture.boxes
        assert (left > 0.5, top > 0.5) == (is_turned, is_turned)
        assert 0.2 < width < 0.6 > 10 * height


def test_boxes_of_lines_that_overlap_a_little_change_no_order() -> None:
    heights = ((72, 16), (58, 14), (44, 17), (30, 13))  # of boxes of lines 14 points apart
    lines = [Line(text=str(n), left=60 - n, right=300, base=base, size=size) for n, (base, size) in enumerate(heights)]
    assert [line.text for line in _in_reading_order(lines[::-1])] == ["0", "1", "2", "3"]


def test_columns_are_read_one_after_the_other_below_what_spans_them() -> None:
    left = [Line(text=f"left {n}", left=50, right=250, base=600 - 14 * n, size=10) for n in range(3)]
    right = [Line(text=f"right {n}", left=300, right=500, base=601 - 14 * n, size=10) for n in range(3)]
    title = Line(text="title", left=50, right=500, base=700, size=12)
    mixed = [line for pair in zip(right, left, strict=True) for line in pair]
    assert _in_reading_order([*mixed, title]) == [title, *left, *right]


def test_a_citation_tells_whether_its_quote_was_read_by_ocr(tmp_path: Path) -> None:
    library = Library(tmp_path, create=True, embedder=KeywordEmbeddings())
    text = "The ferry sails twice.\n\nThe mill is closed."
    info = library.replace(make_document(text, name="a.pdf", pages=(0, 24), recognised=(2,)))
    assert library.info("a.pdf").recognised == (2,)
    evidence = [
        Evidence(document="a.pdf", start=at, end=at + len(quote), text=quote, score=1.0)
        for quote in ("The ferry sails twice.", "The mill is closed.")
        for at in [text.index(quote)]
    ]
    composed = compose(
        "What sails and what is closed?", "The ferry sails twice. The mill is closed.", evidence, {"a.pdf": info}
    )
    assert {citation.quote: citation.ocr for citation in composed.citations} == {
        "The ferry sails twice.": False,
        "The mill is closed.": True,
    }
