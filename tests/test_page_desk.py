"""The desk: questions from many readers, in order, each answered for itself."""

import asyncio
import threading

import pytest
from fakes import ScriptedChatModel
from page_tools import CRANES, Parsed, answering, slow, wait_until, watched

from ingest import Library, LibraryNotFound
from qa.page.answers import turn_html
from qa.page.choices import Choices
from qa.page.choices import answering as chosen
from qa.page.conversation import Turn
from qa.page.desk import AT_ONCE, Desk


def test_a_watcher_sees_the_evidence_the_draft_and_the_answer(harbour: Library) -> None:
    turn = Turn(question="How many cranes has the harbour?")
    changes = watched(turn, answering(harbour, slow([CRANES], pause=0.15)))
    assert changes >= 2
    assert turn.found
    assert turn.draft == CRANES
    assert turn.answer


def test_questions_begin_in_the_order_in_which_they_came_and_know_their_place(harbour: Library) -> None:
    let_go = threading.Event()

    def reply(_: object) -> str:
        assert let_go.wait(30)
        return CRANES

    desk, docs = Desk(), answering(harbour, ScriptedChatModel(reply))
    turns = [Turn(question=f"How many cranes has the harbour, asked {n} times?") for n in range(AT_ONCE + 3)]
    for turn in turns:
        desk.ask(turn, docs)
    assert [desk.ahead(turn) for turn in turns] == [0] * AT_ONCE + [1, 2, 3]
    desk.stop(turns[-2])
    assert [desk.ahead(turn) for turn in turns[-3:]] == [1, 0, 2]
    let_go.set()
    assert wait_until(lambda: not any(turn.running for turn in turns))
    assert [bool(turn.answer) for turn in turns] == [True] * (AT_ONCE + 1) + [False, True]


def test_an_answer_is_made_though_nobody_watches_and_is_handed_on_at_its_end(harbour: Library) -> None:
    ended: list[Turn] = []
    desk, turn = Desk(on_end=ended.append), Turn(question="How many cranes has the harbour?", identifier=7)
    desk.ask(turn, answering(harbour, ScriptedChatModel([CRANES])))
    assert wait_until(lambda: ended == [turn])
    assert turn.answer
    assert wait_until(lambda: desk.live() == {})


def test_stopping_closes_the_stream_and_the_model_says_no_more(harbour: Library) -> None:
    model = slow([" ".join(["word"] * 200)], pause=0.02)
    desk, turn = Desk(), Turn(question="How many cranes has the harbour?")

    async def stop_at_the_first_word() -> None:
        desk.ask(turn, answering(harbour, model))
        async for _ in desk.follow(turn):
            if turn.draft:
                desk.stop(turn)

    asyncio.run(stop_at_the_first_word())
    assert wait_until(lambda: desk.live() == {})
    assert turn.answer is None
    assert model.words_said < 100


@pytest.mark.parametrize("error", [LibraryNotFound("The library is gone"), OSError("The disk is full")])
def test_what_goes_wrong_when_a_turn_has_ended_is_said_and_logged_and_holds_up_nobody(
    harbour: Library, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def fail(_: Turn) -> None:
        raise error

    desk, docs = Desk(on_end=fail), answering(harbour, ScriptedChatModel(lambda _: CRANES))
    stopped = Turn(question="How many cranes has the harbour?")
    desk.stop(stopped)
    turns = [Turn(question="How many cranes has the harbour?") for _ in range(AT_ONCE + 1)]
    for turn in turns:
        desk.ask(turn, docs)
    assert wait_until(lambda: desk.live() == {})
    assert all(turn.answer for turn in turns)
    assert all("could not be kept" in Parsed(turn_html(turn, 0)).text for turn in turns)
    assert str(error) in caplog.text


def test_an_unexpected_error_stays_generic_on_the_page(harbour: Library, caplog: pytest.LogCaptureFixture) -> None:
    docs = answering(harbour, None)
    docs.retriever = None  # type: ignore[assignment]
    turn = Turn(question="How many cranes?")
    watched(turn, docs)
    assert "Something went wrong" in (turn.problem or "")
    assert "NoneType" in caplog.text


def test_strictness_and_quotes_only_hold_for_one_question(harbour: Library) -> None:
    docs = answering(harbour, ScriptedChatModel(lambda _: CRANES, yes=0.5))
    question = "How many cranes has the harbour?"
    outcomes = {name: chosen(docs, Choices(strictness=name)).ask(question).outcome for name in ("strict", "eager")}
    assert outcomes == {"strict": "not_in_documents", "eager": "answered"}
    assert chosen(docs, Choices()) is docs
    assert chosen(docs, Choices(quotes_only=True)).settings.style == "quotes"


def test_a_desk_that_closes_stops_every_question_and_hands_each_on(harbour: Library) -> None:
    go_on, ended = threading.Event(), []
    desk = Desk(on_end=ended.append)
    turns = [Turn(question="How many cranes has the harbour?") for _ in range(AT_ONCE + 2)]
    for turn in turns:
        desk.ask(turn, answering(harbour, slow(lambda _: CRANES, go_on=go_on)))
    assert wait_until(lambda: bool(turns[0].draft))
    desk.close()
    go_on.set()
    assert all(turn.stopped and not turn.running for turn in turns)
    assert all(turn in ended for turn in turns)
