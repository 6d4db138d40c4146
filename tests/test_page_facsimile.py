"""Pages of PDFs as pictures: the quote is marked where it stands, and nothing is shown that isn't the file read."""

from dataclasses import replace
from pathlib import Path

import pytest
from page_tools import Parsed

from ingest import DocumentInfo, sentence_spans
from ingest.loading import load_document
from qa.page.facsimile import facsimile_html

PDF = Path(__file__).parents[1] / "data" / "corpus" / "halmere" / "budget-report-2024-half-year.pdf"


@pytest.fixture(scope="module")
def report() -> tuple[DocumentInfo, str]:
    document = load_document(PDF, PDF.name)
    info = DocumentInfo(
        name=document.name, path=str(PDF), sha256=document.sha256, title="<b>Budget", date=None, author=None,
        pages=document.pages, characters=len(document.text), chunks=1, added="",
    )  # fmt: skip
    return info, document.text


def test_every_sentence_of_a_page_is_marked_within_it(report: tuple[DocumentInfo, str]) -> None:
    info, text = report
    spans = [span for span in sentence_spans(text) if info.page_at(span[0]) == 2 == info.page_at(span[1])]
    for start, end in [spans[0], spans[len(spans) // 2], spans[-1]]:
        page = Parsed((facsimile_html(info, 2, text[start:end]) or "").replace("<img ", "<br "))
        boxes = page.of("box")
        assert boxes
        for box in boxes:
            shares = dict(part.split(":") for part in (box["style"] or "").split(";"))
            left, top, width, height = (float(shares[name][:-1]) for name in ("left", "top", "width", "height"))
            assert 0 <= left < left + width <= 100
            assert 0 <= top < top + height <= 100


def test_what_the_page_does_not_hold_is_not_marked(report: tuple[DocumentInfo, str]) -> None:
    html = facsimile_html(report[0], 1, "Nobody wrote this here.") or ""
    assert "box" not in html
    assert "&lt;b&gt;Budget as printed" in html


def test_a_file_that_changed_or_is_gone_is_not_shown(report: tuple[DocumentInfo, str], tmp_path: Path) -> None:
    info, _ = report
    assert facsimile_html(replace(info, sha256="0" * 64), 1, "x") is None
    assert facsimile_html(replace(info, path=str(tmp_path / "gone.pdf")), 1, "x") is None
