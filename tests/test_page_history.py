"""Conversations on this machine: kept, found, renamed, deleted; each browser sees its own."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedChatModel
from page_tools import ATTACK, CRANES, Me, Parsed, answering, asked, wait_until

from ingest import FootnoteError, IngestError, Library
from qa.page import listing
from qa.page.answers import turn_html
from qa.page.conversation import Conversation, Turn
from qa.page.handlers import Page
from qa.page.history import History


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "conversations.sqlite")


def kept(history: History, browser: str, turn: Turn) -> str:
    identifier = history.begin(browser, turn.question)
    history.add(identifier, turn)
    history.keep(turn)
    return identifier


def test_an_answer_comes_back_as_it_was(history: History, harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    identifier = kept(history, "me", turn)
    loaded = history.load("me", identifier)
    assert loaded is not None
    assert loaded.turns == [turn]
    assert turn_html(loaded.turns[0], 0) == turn_html(turn, 0)


def test_a_question_without_an_answer_says_that_the_program_ended(history: History) -> None:
    identifier = history.begin("me", "When?")
    history.add(identifier, Turn(question="When?"))
    loaded = history.load("me", identifier)
    assert loaded is not None
    assert "ask again" in (loaded.turns[0].problem or "")


def test_what_another_version_kept_leaves_the_question(history: History) -> None:
    turn = Turn(question="When?", stopped=True)
    identifier = kept(history, "me", turn)
    with sqlite3.connect(history.path) as connection:
        connection.execute("UPDATE turns SET record = '{\"question\": 3}'")
    connection.close()
    loaded = history.load("me", identifier)
    assert loaded is not None
    assert loaded.turns[0].question == "When?"
    assert "another version" in (loaded.turns[0].problem or "")


def test_no_browser_reaches_the_conversations_of_another(history: History) -> None:
    identifier = kept(history, "me", Turn(question="When?", stopped=True))
    assert history.load("you", identifier) is None
    assert history.list("you") == []
    history.rename("you", identifier, "Mine")
    history.delete("you", identifier)
    history.delete("you")
    assert [item.name for item in history.list("me")] == ["When?"]


def test_conversations_are_found_by_words_of_name_question_and_answer(history: History, harbour: Library) -> None:
    first = kept(history, "me", asked(harbour, ScriptedChatModel([CRANES])))
    second = kept(history, "me", Turn(question="Wer schloß die Tür?", stopped=True))
    history.rename("me", first, "  Port\n authority ")
    assert [item.identifier for item in history.list("me")] == [second, first]
    for search, found in (("ELEVEN cranes", [first]), ("SCHLOSS", [second]), ("port", [first]), ("port tür", [])):
        assert [item.identifier for item in history.list("me", search)] == found
    assert history.list("me", "port")[0].name == "Port authority"


def test_what_is_deleted_is_gone_from_the_file(history: History) -> None:
    one = kept(history, "me", Turn(question="Is Zebulon rich?", stopped=True))
    kept(history, "me", Turn(question="Is Yvette tall?", stopped=True))
    history.delete("me", one)
    assert b"Zebulon" not in history.path.read_bytes()
    assert [item.name for item in history.list("me")] == ["Is Yvette tall?"]
    history.delete("me")
    assert history.list("me") == []
    assert b"Yvette" not in history.path.read_bytes()


def test_an_answer_that_comes_after_its_conversation_was_deleted_is_not_kept(history: History) -> None:
    turn = Turn(question="When?", stopped=True)
    history.delete("me", kept(history, "me", turn))
    history.keep(turn)
    assert history.list("me") == []


def test_a_broken_file_is_an_error_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.sqlite").write_bytes(b"no database" * 100)
    with pytest.raises(FootnoteError, match="move the file away"):
        History(tmp_path / "broken.sqlite").list("me")


def test_a_full_disk_is_said_to_be_full(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    identifier, connect = history.begin("me", "When?"), sqlite3.connect

    def connect_to_full(*args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection = connect(*args, **kwargs)
        connection.execute("PRAGMA max_page_count = 1")  # no more than it has
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_to_full)
    with pytest.raises(FootnoteError, match="disk is full; make room on it"):
        history.add(identifier, Turn(question="When?" * 100_000))


def test_a_question_that_cannot_be_kept_is_answered_and_says_so(
    harbour: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = Page(answering(harbour, ScriptedChatModel(lambda _: CRANES)))
    conversation = Conversation()

    def ask() -> Turn:
        nonlocal conversation
        _, conversation, *_ = page.begin("How many cranes?", conversation, {}, Me())  # type: ignore[arg-type]
        assert wait_until(lambda: page.desk.live() == {})
        return conversation.turns[-1]

    def find_no_room(*_: Any) -> None:
        raise IngestError("The disk is full")

    ask()
    with monkeypatch.context() as full:
        full.setattr(page.history, "add", find_no_room)
        lost = ask()
    assert lost.answer is not None
    assert "This answer could not be kept. The disk is full" in Parsed(turn_html(lost, 1)).text
    ask()
    assert [bool(turn.identifier) for turn in conversation.turns] == [True, False, True]  # and it is still there


def test_hostile_names_of_conversations_are_only_text(history: History) -> None:
    identifier = kept(history, "me", Turn(question=ATTACK, stopped=True))
    html = listing.conversations_html(history.list("me"), identifier)
    html += listing.bar_html(Conversation(identifier=identifier, name=ATTACK, turns=[Turn(question="Why?")]))
    page = Parsed(html)
    assert not {"img", "script"} & {tag for tag, _ in page.elements}
    assert page.text.count(ATTACK) == 2
