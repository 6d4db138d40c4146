"""The sample documents and the questions on them: what data/README.md promises is so, by the real loader."""

import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ingest.loading import load_document
from ingest.records import Document

DATA = Path(__file__).parent.parent / "data"
CORPUS = DATA / "corpus"
NAMES = sorted(path.relative_to(CORPUS).as_posix() for path in CORPUS.rglob("*") if path.is_file())
QUESTIONS: list[dict[str, Any]] = [
    json.loads(line) for line in (DATA / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]
ANSWERABLE = [question for question in QUESTIONS if question["answerable"]]
UNANSWERABLE = [question for question in QUESTIONS if not question["answerable"]]
BY_A_HAIR = ("near-miss", "false-premise")

# Accepted wordings that no quote of their question holds: the same thing said otherwise.
SAID_OTHERWISE = {
    "q015": {"UK"},  # the abbreviation of the name in the quote
    "q026": {"8"},  # a figure for a number in words
    "q033": {"8"},  # a figure for a number in words
    "q040": {"profiling"},  # the noun for the verb
    "q050": {"1%", "1 per cent"},  # the unit written otherwise
    "q058": {"two-thirds"},  # with a hyphen
    "q063": {"nothing"},  # what "free of charge" amounts to
    "q067": {"9"},  # a figure for a number in words
    "q071": {"Joel Amberg"},  # the full name, given under "Attendance" in the same minutes
    "q079": {"29"},  # a figure for a number in words
    "q087": {"the person who signs"},  # the short form in the annex of the same guidelines
    "q120": {"120 days"},  # the quote says "from 120 to 90 days"
    "q132": {"annual", "every year"},  # other words for "once a year"
    "q136": {"exempt"},  # another word for "excepted"
}


@cache
def document(name: str) -> Document:
    return load_document(CORPUS / name, name)


def ids(questions: list[dict[str, Any]]) -> list[str]:
    return [str(question["id"]) for question in questions]


def test_every_format_is_there_at_least_three_times() -> None:
    formats = Counter(Path(name).suffix for name in NAMES)
    assert set(formats) == {".txt", ".md", ".html", ".pdf", ".docx"}
    assert min(formats.values()) >= 3
    assert len(NAMES) >= 18


@pytest.mark.parametrize("name", NAMES)
def test_a_document_says_its_title_date_and_author(name: str) -> None:
    loaded = document(name)
    assert loaded.title not in ("", Path(name).name, Path(name).stem)
    assert loaded.author
    assert loaded.date
    assert loaded.date.startswith("2024-")


@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".pdf")])
def test_a_pdf_has_between_two_and_five_pages(name: str) -> None:
    assert 2 <= len(document(name).pages) <= 5


def test_several_documents_are_long_enough_to_need_retrieval() -> None:
    assert sum(len(document(name).text.split()) >= 1_500 for name in NAMES) >= 5


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("halmere/")])
def test_a_document_of_the_invented_institution_says_that_it_is_invented(name: str) -> None:
    assert "invented" in document(name).text


def test_the_readme_names_every_document() -> None:
    readme = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if Path(name).name not in readme] == []


def test_question_ids_and_questions_are_unique() -> None:
    assert len(set(ids(QUESTIONS))) == len(QUESTIONS)
    assert len({question["question"].casefold() for question in QUESTIONS}) == len(QUESTIONS)


def test_there_are_enough_questions_and_enough_of_them_cannot_be_answered() -> None:
    assert len(QUESTIONS) >= 90
    assert len(UNANSWERABLE) >= 30
    assert sum(question["kind"] in BY_A_HAIR for question in UNANSWERABLE) >= len(UNANSWERABLE) / 2


@pytest.mark.parametrize("question", ANSWERABLE, ids=ids(ANSWERABLE))
def test_each_quote_occurs_in_its_document(question: dict[str, Any]) -> None:
    assert question["answers"]
    assert question["evidence"]
    for evidence in question["evidence"]:
        assert evidence["document"] in NAMES
        assert evidence["quote"] in document(evidence["document"]).text


@pytest.mark.parametrize("question", ANSWERABLE, ids=ids(ANSWERABLE))
def test_each_accepted_wording_is_in_a_quote_or_says_the_same_otherwise(question: dict[str, Any]) -> None:
    quotes = " ".join(evidence["quote"] for evidence in question["evidence"]).casefold()
    missing = {wording for wording in question["answers"] if wording.casefold() not in quotes}
    assert missing == SAID_OTHERWISE.get(question["id"], set())
    assert missing < set(question["answers"])


@pytest.mark.parametrize("question", UNANSWERABLE, ids=ids(UNANSWERABLE))
def test_an_unanswerable_question_has_neither_answer_nor_evidence(question: dict[str, Any]) -> None:
    assert question["answers"] == []
    assert question["evidence"] == []


def test_a_question_missed_by_a_hair_names_something_that_the_documents_speak_of() -> None:
    corpus_words = {word for name in NAMES for word in re.findall(r"\w+", document(name).text)}
    for question in UNANSWERABLE:
        if question["kind"] in BY_A_HAIR:
            names = [word for word in re.findall(r"\w+", question["question"])[1:] if word[0].isupper()]
            assert corpus_words.intersection(names), question["question"]


def test_every_document_is_the_evidence_for_some_question() -> None:
    asked = {evidence["document"] for question in ANSWERABLE for evidence in question["evidence"]}
    assert sorted(asked) == NAMES


@pytest.mark.parametrize("kind", ["contradiction", "two-documents"])
def test_questions_on_more_than_one_place_give_each_piece_of_evidence(kind: str) -> None:
    of_kind = [question for question in ANSWERABLE if question["kind"] == kind]
    assert of_kind
    for question in of_kind:
        assert len({evidence["document"] for evidence in question["evidence"]}) >= 2
