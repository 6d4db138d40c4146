"""Pages of PDFs as pictures: the quote is marked where it stands, and nothing is shown that isn't the file read."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from page_tools import Parsed, info
from pdf_files import file_bytes, paragraph, pdf_bytes

from ingest import DocumentInfo, loader_process, sentence_spans
from ingest.loader_process import LoaderProcess
from ingest.loaders.limits import LoadingLimits
from ingest.loading import load_document
from qa.page import facsimile
from qa.page.facsimile import BROKEN, facsimile_html, facsimiles_html

PDF = Path(__file__).parents[1] / "data" / "corpus" / "halmere" / "budget-report-2024-half-year.pdf"


@pytest.fixture(scope="module")
def report() -> tuple[DocumentInfo, str]:
    document = load_document(PDF, PDF.name)
    known = info(document.name, title="<b>Budget", characters=len(document.text), pages=document.pages)
    return replace(known, path=str(PDF), sha256=document.sha256), document.text


def test_every_sentence_of_a_page_is_marked_within_it(report: tuple[DocumentInfo, str]) -> None:
    known, text = report
    spans = [span for span in sentence_spans(text) if known.page_at(span[0]) == 2 == known.page_at(span[1])]
    for start, end in [spans[0], spans[len(spans) // 2], spans[-1]]:
        page = Parsed(facsimile_html(known, 2, text[start:end]).replace("<img ", "<br "))
        boxes = page.of("box")
        assert boxes
        for box in boxes:
            shares = dict(part.split(":") for part in (box["style"] or "").split(";"))
            left, top, width, height = (float(shares[name][:-1]) for name in ("left", "top", "width", "height"))
            assert 0 <= left < left + width <= 100
            assert 0 <= top < top + height <= 100


def test_a_quote_that_goes_on_over_the_end_of_a_page_is_marked_on_both(report: tuple[DocumentInfo, str]) -> None:
    known, text = report
    end = known.pages[1]
    pages = facsimiles_html(known, end - 60, text[end - 60 : end + 60]).split('<div class="facsimile">')[1:]
    assert [page.count("Page 1 of") + 2 * page.count("Page 2 of") for page in pages] == [1, 2]
    assert all('class="box"' in page for page in pages)


@pytest.mark.parametrize(("angle", "side"), [(90, (1, 0)), (180, (1, 1)), (270, (0, 1))])
def test_a_quote_on_a_page_that_is_turned_is_marked_where_it_stands(
    tmp_path: Path, angle: int, side: tuple[int, int]
) -> None:
    lines = paragraph(
        "The oldest crane was built in 1911 by a smith of Halmere, and works on market days.", 780, width=30
    )
    turned = pdf_bytes([lines]).replace(b"/Type /Page /Parent", b"/Type /Page /Rotate %d /Parent" % angle)
    known = of_file(tmp_path / "turned.pdf", turned)
    page = Parsed(facsimile_html(known, 1, "The oldest crane was built in 1911 by a smith").replace("<img ", "<br "))
    box = dict(part.split(":") for part in (page.of("box")[0]["style"] or "").split(";"))
    # What begins at the upper left of the page as it was written is at one side of it as it is read.
    assert (float(box["left"][:-1]) > 50, float(box["top"][:-1]) > 50) == side
    assert (float(box["width"][:-1]) < float(box["height"][:-1])) == (angle != 180)


def test_what_the_page_does_not_hold_is_not_marked(report: tuple[DocumentInfo, str]) -> None:
    html = facsimile_html(report[0], 1, "Nobody wrote this here.")
    assert "box" not in html
    assert "&lt;b&gt;Budget as printed" in html


def test_a_file_that_changed_or_is_gone_is_not_shown(report: tuple[DocumentInfo, str], tmp_path: Path) -> None:
    known, _ = report
    assert "add it again" in facsimile_html(replace(known, sha256="0" * 64), 1, "x")
    assert "add it again" in facsimile_html(replace(known, path=str(tmp_path / "gone.pdf")), 1, "x")


def of_file(path: Path, data: bytes) -> DocumentInfo:
    path.write_bytes(data)
    return replace(info(path.name), path=str(path), sha256=hashlib.sha256(data).hexdigest())


def pdf(box: str, content: bytes, forms: int = 0) -> bytes:
    """Return a PDF of one page, with forms each of which draws the next one twenty times."""
    names = [f"/Resources << /XObject << /F {number} 0 R >> >>" for number in range(5, 5 + forms)] + [""]
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {names[0]} >>"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>", page.encode()]
    objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    for name in names[1:]:
        again = b"/F Do " * 20 if name else b"0 0 9 9 re f"
        kind = f"<< /Type /XObject /Subtype /Form /BBox [0 0 99 99] {name} /Length {len(again)} >>".encode()
        objects.append(kind + b"\nstream\n" + again + b"\nendstream")
    return file_bytes(objects)


@pytest.mark.parametrize("box", ["0 0 10000000 10000000", "0 0 0.001 50000", "0 0 0 0", "9 9 1 1"])
def test_a_page_of_an_impossible_size_is_drawn_small_or_not_at_all(tmp_path: Path, box: str) -> None:
    shown = facsimile_html(of_file(tmp_path / "huge.pdf", pdf(box, b"0 0 9 9 re f")), 1, "x")
    assert "as printed" in shown or BROKEN in shown
    assert len(shown) < 2_000_000


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4\n", pdf("0 0 9 9", b"").replace(b"/Kids [3 0 R]", b"/Kids [2 0 R]")])
def test_a_broken_file_is_said_to_be_broken(tmp_path: Path, data: bytes) -> None:
    assert BROKEN in facsimile_html(of_file(tmp_path / "broken.pdf", data), 1, "x")


def test_a_page_that_takes_for_ever_is_given_up_and_the_next_one_drawn(
    report: tuple[DocumentInfo, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = LoaderProcess(LoadingLimits(seconds=1))
    monkeypatch.setattr(facsimile, "artist", impatient)
    bomb = of_file(tmp_path / "bomb.pdf", pdf("0 0 99 99", b"/F Do " * 20, forms=12))
    assert BROKEN in facsimile_html(bomb, 1, "x")
    assert "as printed" in facsimile_html(report[0], 1, "x")
    impatient.close()


def test_a_page_that_breaks_what_draws_it_breaks_nothing_else(
    report: tuple[DocumentInfo, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    crash = "import ingest.loader_worker as worker, os; worker.draw_page = lambda *_: os.abort(); "
    frail = LoaderProcess()
    monkeypatch.setattr(facsimile, "artist", frail)
    monkeypatch.setattr(loader_process, "_START", loader_process._START.replace("from ingest", f"{crash}from ingest"))
    assert BROKEN in facsimile_html(report[0], 1, "x")
    monkeypatch.undo()
    monkeypatch.setattr(facsimile, "artist", frail)
    assert "as printed" in facsimile_html(report[0], 1, "x")
    frail.close()
