"""What readers said of answers: kept with the receipt, listed, and made into questions for an evaluation."""

import json
from dataclasses import replace
from pathlib import Path

from command_line import Command
from fakes import ScriptedChatModel
from page_tools import CRANES, asked

from ingest import Library
from qa.evaluation.questions import check_evidence, read_questions
from qa.feedback import feedback_questions, write_questions
from qa.page.conversation import Turn
from qa.page.history import FILE, History

QUESTION = "How many cranes has the harbour?"


def judged(library: Library, *, yes: float = 1.0, **said: str) -> Turn:
    turn = asked(library, ScriptedChatModel([CRANES], yes=yes), said.pop("question", QUESTION))
    turn.thumb, turn.comment = said["thumb"], said.get("comment", "")  # type: ignore[assignment]
    turn.identifier = int(said.get("identifier", 1))
    return turn


def test_an_answer_called_right_becomes_a_question_with_its_quotes_as_evidence(
    harbour: Library, tmp_path: Path
) -> None:
    write_questions(feedback_questions([judged(harbour, thumb="up")]), tmp_path / "feedback.jsonl")
    (question,) = read_questions(tmp_path / "feedback.jsonl").questions
    assert (question.id, question.question, question.answerable) == ("feedback-1", QUESTION, True)
    assert [(gold.document, gold.quote) for gold in question.evidence] == [("harbour.txt", CRANES)]
    check_evidence([question], harbour.text, "feedback.jsonl")


def test_a_refusal_called_right_has_no_answer_and_one_called_wrong_has(harbour: Library) -> None:
    painter = "Who painted the harbour?"
    right, wrong = (
        feedback_questions([judged(harbour, yes=0.0, question=painter, thumb=thumb, comment="Ada")])[0]
        for thumb in ("up", "down")
    )
    assert (right["answerable"], right["evidence"]) == (False, [])
    assert (wrong["answerable"], wrong["evidence"], wrong["comment"]) == (True, [], "Ada")


def test_an_answer_called_wrong_is_no_evidence(harbour: Library) -> None:
    (question,) = feedback_questions([judged(harbour, thumb="down")])
    assert question["evidence"] == []


def test_the_last_word_on_a_question_counts_and_one_of_some_documents_does_not(harbour: Library) -> None:
    turns = [judged(harbour, thumb="down"), judged(harbour, thumb="up", identifier="2")]
    assert [question["id"] for question in feedback_questions(turns)] == ["feedback-2"]
    assert turns[1].answer is not None
    turns[1].answer = replace(turns[1].answer, settings={"filters": {"after": "2024"}})
    assert [question["id"] for question in feedback_questions(turns)] == ["feedback-1"]


def test_the_command_lists_what_was_said_and_writes_questions(
    harbour: Library, command: Command, tmp_path: Path
) -> None:
    history = History(harbour.folder / FILE)
    for thumb in ("up", ""):
        turn = judged(harbour, thumb=thumb, comment="So\nit \x1b[31mis")
        history.add(history.begin("me", turn.question), turn)
        history.keep(turn)
    done = command("feedback", "--library", harbour.folder)
    assert done.out.decode() == f"right: {QUESTION}: So it [31mis\n"
    done = command("feedback", "--library", harbour.folder, "--json")
    (record,) = json.loads(done.out)["feedback"]
    assert (record["thumb"], record["comment"]) == ("up", "So\nit \x1b[31mis")
    done = command("feedback", "--library", harbour.folder, "--questions", tmp_path / "asked.jsonl")
    assert ": 1" in done.errors
    assert len(read_questions(tmp_path / "asked.jsonl").questions) == 1
    done = command("feedback", "--library", harbour.folder, "--questions", tmp_path / "no" / "asked.jsonl")
    assert (done.code, "can't be written" in done.errors) == (1, True)
