"""Greetings and questions about the library itself are answered as what they are, and no other question is."""

import json
from pathlib import Path

import pytest
from fakes import ScriptedChatModel
from hypothesis import given
from texts import any_text, make_document
from town import answering, assert_lawful

from ingest import Library
from qa import AnswerChecked
from qa.dialogue.courtesy import MOST_LISTED, answer_without_documents

DATA = Path(__file__).parent.parent / "data"


def asked_in(path: Path) -> list[str]:
    return [json.loads(line)["question"] for line in path.read_text("utf-8").splitlines()]


def asked_in_conversations() -> list[str]:
    lines = (DATA / "conversations.jsonl").read_text("utf-8").splitlines()
    return [turn[way] for line in lines for turn in json.loads(line)["turns"] for way in ("question", "full")]


@pytest.mark.parametrize(
    "greeting",
    ["Hello", "hi!", "Hello there", "Good morning.", "Thank you", "thanks a lot!", "Thank you very much.", "Merci",
     "OK, thanks", "Bye", "How are you?", "Hey, how are you?", "What can you do?", "Who are you?", "help", "你好"],
)  # fmt: skip
def test_a_greeting_is_answered_without_the_model_and_cites_nothing(halmere: Library, greeting: str) -> None:
    model = ScriptedChatModel()
    (event,) = answering(halmere, model).stream(greeting)
    assert isinstance(event, AnswerChecked)
    assert (event.answer.kind, event.answer.outcome) == ("greeting", "answered")
    assert model.prompts == []
    assert_lawful(event.answer, halmere)


@pytest.mark.parametrize(
    "question",
    ["Which documents are there?", "What documents do you have?", "list the documents", "Show me all documents.",
     "What files have I added?", "Which papers are in the library?", "what's in this library?",
     "Do you have any documents from 2024?", "What documents do you have from May 2024?"],
)  # fmt: skip
def test_a_question_about_the_library_lists_its_documents(halmere: Library, question: str) -> None:
    answer = answering(halmere, ScriptedChatModel()).ask(question)
    assert (answer.kind, answer.outcome) == ("library", "answered")
    assert "- Harbour report, 2024-05-14 (harbour.txt)" in answer.text
    assert ("- School report, undated (school.txt)" in answer.text) == ("2024" not in question)
    assert_lawful(answer, halmere)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many documents are there?", "There are 2 documents."),
        ("How many documents do you have from 2024?", "There is 1 document from 2024."),
        ("Which documents are there from June 2024?", "There are no documents from June 2024."),
        ("How many documents are there since 2024-05-14?", "There is 1 document since 2024-05-14."),
        ("How many documents are there after May 2024?", "There are no documents after May 2024."),
        ("How many documents are there before 2025?", "There is 1 document before 2025."),
    ],
)
def test_dates_narrow_the_list(halmere: Library, question: str, said: str) -> None:
    assert answering(halmere, ScriptedChatModel()).ask(question).text == said


def test_an_empty_library_and_a_full_one_are_told_in_few_words(library: Library) -> None:
    assert answer_without_documents("Which documents are there?", []) == ("library", "There are no documents yet.")
    library.replace_many([make_document("Text.", f"{n}.txt", title="A\nB") for n in range(MOST_LISTED + 5)])
    found = answer_without_documents("Which documents are there?", library.documents())
    assert found is not None
    assert len(found[1].splitlines()) == MOST_LISTED + 2
    assert "- A B, undated (0.txt)" in found[1]
    assert "and 5 more" in found[1]


@pytest.mark.parametrize("question", [*asked_in(DATA / "questions.jsonl"), *asked_in_conversations()])
def test_no_question_about_what_documents_say_is_taken_for_another(question: str) -> None:
    assert answer_without_documents(question, []) is None


@pytest.mark.parametrize(
    "question",
    ["Which documents are there in French?", "Hello Kitty was designed by whom?", "Thanks to whom was it signed?",
     "Which documents must a provider keep?", "How many documents did the Council approve in 2024?",
     "What documents do you have to show at the border?", "Are there documents that the Act requires?",
     "What does the declaration say about help?", "Who are you allowed to invite?"],
)  # fmt: skip
def test_a_question_that_only_begins_like_one_is_left_to_the_documents(question: str) -> None:
    assert answer_without_documents(question, []) is None


@given(question=any_text())
def test_no_text_is_too_odd_to_be_looked_at(question: str) -> None:
    answer_without_documents(question, [])
