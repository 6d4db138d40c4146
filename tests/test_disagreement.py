"""Where documents disagree, the answer shows both, and doesn't blend them."""

from pathlib import Path

import pytest
from fakes import ScriptedChatModel
from town import answering, assert_lawful

from ingest import Library, add_paths
from qa import Answer
from qa.cli import print_answer

NEW = "From 1 September staff may work from home on up to three days a week."
OLD = "Staff may work from home on up to two days a week."
QUESTION = "On how many days a week may staff work from home?"
SAID = "Staff may work from home on up to three days a week."


@pytest.fixture
def disagreeing(library: Library, tmp_path: Path) -> Library:
    (tmp_path / "minutes.txt").write_text(f"Minutes of the council\n\n2024-06-27\n\n{NEW}\n", encoding="utf-8")
    (tmp_path / "handbook.txt").write_text(f"Staff handbook\n\n2024-01-08\n\n{OLD}\n", encoding="utf-8")
    add_paths(library, [tmp_path])
    return library


def ask(library: Library, said: str = SAID, question: str = QUESTION) -> Answer:
    return answering(library, ScriptedChatModel(lambda _: said, yes=0.95)).ask(question)


def test_what_another_document_says_otherwise_is_shown_with_its_date(disagreeing: Library) -> None:
    answer = ask(disagreeing)
    assert [citation.quote for citation in answer.citations] == [NEW]
    (other,) = answer.otherwise
    assert (other.quote, other.number, other.title, other.date) == (OLD, 2, "Staff handbook", "2024-01-08")
    assert disagreeing.text(other.document)[other.start : other.end] == other.quote
    assert "[2]" not in answer.text
    assert_lawful(answer, disagreeing)


def test_what_the_answer_cites_itself_is_not_shown_again(disagreeing: Library) -> None:
    answer = ask(disagreeing, f"{SAID} {OLD}")
    assert {citation.quote for citation in answer.citations} == {NEW, OLD}
    assert answer.otherwise == ()


def test_the_record_and_the_command_tell_it_too(disagreeing: Library, capsys: pytest.CaptureFixture[str]) -> None:
    answer = ask(disagreeing)
    assert [citation["quote"] for citation in answer.to_dict()["otherwise"]] == [OLD]
    print_answer(answer)
    shown = capsys.readouterr().out
    assert "Other documents have it otherwise:" in shown
    assert shown.index(NEW) < shown.index(OLD)


@pytest.mark.parametrize(
    "other",
    [
        "From September staff may work from home on up to three days a week.",
        "Staff may work from home.",
        "The canteen is open on five days a week.",
        "Staff may work from abroad on up to 20 days a year.",
        "Wrong: staff may work from home on up to two days a week.",
    ],
    ids=["the same", "no number", "another thing", "another rule", "called wrong"],
)
def test_what_agrees_or_is_of_something_else_is_not_shown(library: Library, tmp_path: Path, other: str) -> None:
    (tmp_path / "minutes.txt").write_text(f"Minutes of the council\n\n{NEW}\n", encoding="utf-8")
    (tmp_path / "other.txt").write_text(f"A note\n\n{other}\n", encoding="utf-8")
    add_paths(library, [tmp_path])
    assert ask(library).otherwise == ()


def test_one_document_is_not_set_against_itself(library: Library, tmp_path: Path) -> None:
    (tmp_path / "minutes.txt").write_text(f"Minutes\n\n{NEW}\n\n{OLD}\n", encoding="utf-8")
    add_paths(library, [tmp_path])
    assert ask(library).otherwise == ()


def test_dates_that_differ_are_shown_and_those_told_less_exactly_are_not(library: Library, tmp_path: Path) -> None:
    texts = {
        "report": "The reading room of the archive opens to the public on 14 September 2024.",
        "minutes": "The reading room of the archive opens to the public on 9 November 2024.",
        "leaflet": "The reading room of the archive opens to the public in September 2024.",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.txt").write_text(f"{name.capitalize()}\n\n{text}\n", encoding="utf-8")
    add_paths(library, [tmp_path])
    answer = ask(library, texts["report"], "When does the reading room of the archive open to the public?")
    assert [citation.quote for citation in answer.otherwise] == [texts["minutes"]]


def test_a_refusal_shows_no_disagreement(disagreeing: Library) -> None:
    answer = answering(disagreeing, ScriptedChatModel(yes=0.01)).ask(QUESTION)
    assert (answer.outcome, answer.otherwise) == ("not_in_documents", ())
