"""What the page's links save: briefs and receipts, and only for the browser that asked."""

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import httpx
import pytest
from docx.oxml.ns import qn
from fakes import ScriptedChatModel
from gradio import EventData
from lxml import etree
from page_tools import ATTACK, CRANES, Me, Parsed, answering, asked, served, wait_until, write_files

from ingest import Library, add_paths
from qa.page.beneath import beneath_html
from qa.page.brief import brief_html
from qa.page.brief_docx import brief_docx
from qa.page.choices import Choices
from qa.page.conversation import Conversation, Turn
from qa.page.handlers import Page
from qa.page.visitor import COOKIE
from qa.receipts import read_receipt
from qa.verifying import from_library, verify_receipt

QUESTION = "How many cranes has the harbour?"
ARABIC = "يضم الميناء إحدى عشرة رافعة."


def answered(page: Page) -> Conversation:
    """Ask as the page does, and return the conversation once it is kept."""
    _, conversation, *_ = page.begin(QUESTION, Conversation(), Choices().keep(), Me())  # type: ignore[arg-type]
    assert wait_until(lambda: page.desk.live() == {})
    return conversation


def event(**data: str) -> EventData:
    return EventData(None, data)


def notes(content: bytes) -> list[str]:
    """Return the texts of a DOCX file's footnotes."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        root = etree.fromstring(archive.read("word/footnotes.xml"))
    return ["".join(note.itertext()) for note in root if note.get(qn("w:type")) is None]


def test_a_receipt_from_the_page_holds_when_it_is_verified(harbour: Library, tmp_path: Path) -> None:
    docs = answering(harbour, ScriptedChatModel([CRANES]))
    (turn,) = answered(Page(docs)).turns
    with served(docs) as address:
        mine = httpx.get(f"{address}/receipt/{turn.identifier}", cookies={COOKIE: "me"})
        yours = httpx.get(f"{address}/receipt/{turn.identifier}", cookies={COOKIE: "you"})
        none = [httpx.get(f"{address}/receipt/{wrong}", cookies={COOKIE: "me"}) for wrong in ("999", "9" * 30, "x")]
    assert {response.status_code for response in (yours, *none)} == {404}
    (tmp_path / "receipt.json").write_bytes(mine.content)
    receipt = read_receipt(tmp_path / "receipt.json")
    assert receipt["answer"]["text"] == turn.answer.text  # type: ignore[union-attr]
    assert all(check.ok for check in verify_receipt(receipt, from_library(harbour)))


def test_a_word_brief_has_real_footnotes_that_carry_the_quotes(harbour: Library) -> None:
    docs = answering(harbour, ScriptedChatModel([CRANES]))
    conversation = answered(Page(docs))
    with served(docs) as address:
        brief = f"{address}/brief/{conversation.identifier}.docx"
        mine = httpx.get(brief, cookies={COOKIE: "me"})
        yours = httpx.get(brief, cookies={COOKIE: "you"})
    assert yours.status_code == 404
    document = docx.Document(io.BytesIO(mine.content))
    texts = [paragraph.text for paragraph in document.paragraphs]
    assert QUESTION in texts
    assert CRANES in texts
    (reference,) = document.element.iter(qn("w:footnoteReference"))
    assert reference.get(qn("w:id")) == "1"
    (note,) = notes(mine.content)
    assert f"“{CRANES}” Harbour report, 14 May 2024 (harbour.txt, characters" in note


def test_nothing_hostile_in_a_word_brief_is_more_than_text(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]), f"How many cranes has the harbour {ATTACK}?")
    problem = Turn(question=f"\x00\ud800\ufffe{ATTACK}", problem=ATTACK)
    content = brief_docx(Conversation(name=f"{ATTACK}\u202e\x01" * 20, turns=[turn, problem, Turn(question="x")]))
    assert "‹U+202E›" in docx.Document(io.BytesIO(content)).paragraphs[0].text
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        relations = "".join(archive.read(name).decode() for name in archive.namelist() if name.endswith(".rels"))
    assert "External" not in relations


def test_an_arabic_answer_runs_leftwards_in_both_briefs(library: Library, tmp_path: Path) -> None:
    add_paths(library, write_files(tmp_path / "files", {"harbour.txt": f"تقرير الميناء\n\n{ARABIC}\n"}))
    turn = asked(library, ScriptedChatModel([ARABIC]), "كم رافعة يضم الميناء؟")
    conversation = Conversation(turns=[turn])
    paragraphs = [p for p in docx.Document(io.BytesIO(brief_docx(conversation))).paragraphs if "رافعة" in p.text]
    assert [p._p.pPr.find(qn("w:bidi")) is not None for p in paragraphs] == [True, True]
    assert all(run.font.rtl for p in paragraphs for run in p.runs if "رافعة" in run.text)
    (note,) = notes(brief_docx(conversation))
    assert f"“{ARABIC}” تقرير الميناء (harbour.txt, characters" in note
    html = Parsed(brief_html(conversation))
    ways = [attributes.get("dir") for tag, attributes in html.elements if tag in ("h2", "p", "li")]
    assert ways[:3] == ["rtl", "rtl", "rtl"]


def test_a_thumb_and_a_comment_are_kept_with_the_receipt_and_taken_back(harbour: Library) -> None:
    page = Page(answering(harbour, ScriptedChatModel([CRANES])))
    conversation = answered(page)
    said: dict[str, Any] = {"turn": str(conversation.turns[0].identifier), "thumb": "down"}
    _, html = page.judge(conversation, Me(), event(**said))
    assert "What should it say" in html
    _, html = page.judge(conversation, Me(), event(**said, text=f"{ATTACK}\u202e"))
    assert "<img" not in html
    (kept,) = page.history.judged()
    assert (kept.thumb, kept.comment) == ("down", f"{ATTACK}‹U+202E›")
    assert kept.receipt
    page.judge(conversation, Me(), event(**said))
    assert page.history.judged() == []


@pytest.mark.parametrize("said", [{}, {"turn": "0", "thumb": "up"}, {"turn": "1", "thumb": "sideways"}])
def test_a_thumb_that_points_nowhere_changes_nothing(harbour: Library, said: dict[str, str]) -> None:
    page = Page(answering(harbour, ScriptedChatModel([CRANES])))
    page.judge(answered(page), Me(), event(**said))
    assert page.history.judged() == []


def test_what_is_not_kept_offers_neither_receipt_nor_thumbs(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    assert turn.answer is not None
    html = beneath_html(turn, turn.answer)
    assert "receipt/" not in html
    assert "thumb" not in html
