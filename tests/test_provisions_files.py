"""A regulation that comes as a PDF or a Word file has the provisions that its text has."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from fakes import KeywordEmbeddings
from pdf_files import PAGE_WIDTH, Words, paragraph, pdf_bytes
from regulation import LAMPS

from ingest import Library, add_paths
from ingest.provisions import find_provisions
from qa.retrieval import HybridRetriever

MARK = re.compile(r"\(\w{1,4}\)|\d{1,2}\.")
UNIT = re.compile(r"(?:Article|Chapter|Section|Annex) \w+", re.IGNORECASE)
TOP, FOOT, LEFT, HANGING = 780, 60, 60, 30


def blocks() -> Iterator[tuple[str, str]]:
    """Yield the regulation's paragraphs, each with the number that stands before it."""
    mark = ""
    for line in filter(None, LAMPS.splitlines()):
        if MARK.fullmatch(line):
            mark = line
        else:
            yield mark, line
            mark = ""


def as_pdf() -> bytes:
    """Set it as official journals do: headings centred, numbers hanging before their paragraphs."""
    pages: list[list[Words]] = [[]]
    y = float(TOP)
    for mark, line in blocks():
        left = LEFT + (HANGING if mark[1:2].isalpha() else 0)
        if not mark and len(line) < 60 and line[-1] not in ".;:,":
            words = [Words(line, PAGE_WIDTH / 2 - 3 * len(line), y)]
        else:
            words = paragraph(line, y, x=left + (HANGING if mark else 0), width=58 if mark else 70)
        if words[-1].y < FOOT:
            pages.append([])
            words = [Words(word.text, word.x, word.y + TOP - y) for word in words]
        pages[-1] += [*([Words(mark, left, words[0].y)] if mark else []), *words]
        y = words[-1].y - 22
    return pdf_bytes(pages)


def as_docx() -> bytes:
    word = docx.Document()
    for mark, line in blocks():
        if UNIT.fullmatch(line):
            word.add_heading(line, 2)
        else:
            word.add_paragraph(f"{mark}\t{line}" if mark else line)
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


@pytest.fixture(params=["lamps.pdf", "lamps.docx"])
def library(request: pytest.FixtureRequest, tmp_path: Path) -> Library:
    file = tmp_path / str(request.param)
    file.write_bytes(as_pdf() if file.suffix == ".pdf" else as_docx())
    opened = Library(tmp_path / "library", create=True, embedder=KeywordEmbeddings())
    assert not add_paths(opened, [file]).failed
    return opened


def test_a_file_has_the_provisions_of_the_regulation(library: Library) -> None:
    [info] = library.documents()
    found = [provision.name for provision in find_provisions(library.text(info.name))]
    assert found == [provision.name for provision in find_provisions(LAMPS)]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("What does Article 3(1)(b) forbid?", "lamps that shine upwards"),
        ("Article 3(1)(b)(ii)", "the harbour master has allowed them"),
        ("recital 3", "The rules of Article 4(2) should"),
        ("annex i, point 2(b)", "the mill yard"),
    ],
)
def test_a_provision_of_a_file_is_found_first_by_its_name(library: Library, question: str, words: str) -> None:
    assert words in HybridRetriever(library=library).passages(question)[0].text
