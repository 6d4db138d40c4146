"""Evidence: a few whole sentences, quoted exactly, within the budget and in reading order."""

import pytest
from fakes import KeywordEmbeddings
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from qa.evidence import choose_evidence, reading_order
from qa.records import Evidence, Passage

EMBEDDER = KeywordEmbeddings()
HARBOUR = "The town lies on a river. The harbour archive opened in May. Twelve seats are free. Bread is sold at noon."
BUDGET = "The council met twice. The budget of the harbour was four million. It rained."


def passage(text: str, document: str = "a", start: int = 0, score: float = 1.0, heading: str = "") -> Passage:
    return Passage(document=document, start=start, end=start + len(text), text=text, score=score, heading=heading)


def chosen(question: str, passages: list[Passage], max_chars: int = 200) -> list[str]:
    return [item.text for item in choose_evidence(question, passages, EMBEDDER, max_chars=max_chars)]


def test_no_passages_give_no_evidence() -> None:
    assert choose_evidence("When?", [], EMBEDDER, max_chars=900) == ()


def test_passages_without_sentences_give_no_evidence() -> None:
    assert chosen("When?", [passage(" \n\n"), passage("# Only a Heading"), passage("a.")]) == []


def test_the_sentence_that_answers_is_taken_before_all_others() -> None:
    assert chosen("When did the harbour archive open?", [passage(HARBOUR)], 40) == [
        "The harbour archive opened in May."
    ]


def test_the_best_sentence_is_taken_however_long_it_is() -> None:
    assert chosen("harbour archive", [passage(HARBOUR)], 1) == ["The harbour archive opened in May."]


def test_evidence_quotes_its_document_at_its_offsets_and_keeps_the_heading() -> None:
    item = choose_evidence(
        "Which harbour archive?", [passage(HARBOUR, "town.txt", start=500, heading="Town")], EMBEDDER, max_chars=10
    )[0]
    assert (" " * 500 + HARBOUR)[item.start : item.end] == item.text
    assert (item.document, item.heading) == ("town.txt", "Town")


def test_documents_come_in_order_of_their_best_sentence_and_sentences_as_they_stand() -> None:
    passages = [passage(HARBOUR, "a", score=0.2), passage(BUDGET, "b", score=1.0)]
    evidence = choose_evidence("What was the budget of the harbour?", passages, EMBEDDER, max_chars=1000)
    assert [item.text for item in evidence] == BUDGET.replace(". ", ".|").split("|") + HARBOUR.replace(
        ". ", ".|"
    ).split("|")


def test_a_rare_word_of_the_question_weighs_more_than_a_common_one() -> None:
    text = "Harbour staff met. Harbour boats left. Harbour walls fell. The lighthouse shone."
    assert chosen("harbour lighthouse", [passage(text)], 10) == ["The lighthouse shone."]


def test_a_sentence_beside_a_good_one_is_preferred_to_one_that_stands_alone() -> None:
    text = "Bread is sold. The harbour archive opened in May. Twelve seats are free.\n\nNobody came. Cats slept."
    found = chosen("When did the harbour archive open?", [passage(text)], 65)
    assert "The harbour archive opened in May." in found
    assert set(found) <= {"Bread is sold.", "The harbour archive opened in May.", "Twelve seats are free."}
    assert len(found) == 2


def test_reading_order_sorts_equal_documents_by_name() -> None:
    items = [
        Evidence(document=document, start=start, end=start + 1, text="x", score=score)
        for document, start, score in [("b", 5, 0.9), ("a", 7, 0.9), ("a", 2, 0.1), ("c", 0, 0.95)]
    ]
    assert [(item.document, item.start) for item in reading_order(items)] == [("c", 0), ("a", 2), ("a", 7), ("b", 5)]


@given(st.lists(any_text(min_size=1), min_size=1, max_size=3), st.text(max_size=40), st.integers(1, 400))
def test_evidence_of_any_passages_quotes_them_once_each_within_the_budget(
    texts: list[str], question: str, max_chars: int
) -> None:
    passages = [passage(text, f"{n}.txt", score=1 / (n + 1)) for n, text in enumerate(texts)]
    evidence = choose_evidence(question, passages, EMBEDDER, max_chars=max_chars)
    for item in evidence:
        assert texts[int(item.document[0])][item.start : item.end] == item.text
    assert len({(item.document, item.start) for item in evidence}) == len(evidence)
    best = max((item.score for item in evidence), default=0)
    longest_best = max((len(item.text) for item in evidence if item.score == best), default=0)
    assert sum(len(item.text) for item in evidence) <= max(max_chars, longest_best)
    assert evidence == reading_order(evidence)
    assert evidence == choose_evidence(question, passages, EMBEDDER, max_chars=max_chars)


def test_the_budget_is_filled_but_not_exceeded() -> None:
    found = chosen("harbour", [passage(HARBOUR), passage(BUDGET, "b")], 100)
    assert 60 <= sum(map(len, found)) <= 100


@pytest.mark.parametrize("question", ["", "🙂", "the of and"])
def test_a_question_without_words_still_gets_evidence(question: str) -> None:
    assert chosen(question, [passage(HARBOUR)]) != []
