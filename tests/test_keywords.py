"""BM25: texts that share a question's words, best first."""

import logging
import math

import pytest

from ingest import KeywordIndex

TEXTS = ["The harbour archive opened", "The mayor opened the market", "Nothing of note", "archive archive"]


def test_only_texts_that_share_a_word_are_found() -> None:
    assert {position for position, _ in KeywordIndex(TEXTS).scores("Who opened it?")} == {0, 1}


def test_an_index_is_built_without_a_word(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("bm25s").setLevel(logging.DEBUG)  # as its import leaves it
    with caplog.at_level(logging.DEBUG):
        KeywordIndex(TEXTS)
    assert not caplog.records


def test_scores_are_positive_and_best_first() -> None:
    scores = [score for _, score in KeywordIndex(TEXTS).scores("archive opened")]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0


def test_the_score_is_that_of_bm25_reckoned_by_hand() -> None:
    index = KeywordIndex(["red apple", "green apple tree", "blue sky"])
    # One of three texts has "red"; two words, and 7/3 on average; k1 = 1.2, b = 0.75 (Lucene's form, without k1 + 1).
    rarity = math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    expected = rarity * 1 / (1 + 1.2 * (1 - 0.75 + 0.75 * 2 / (7 / 3)))
    assert index.scores("red") == [(0, pytest.approx(expected, rel=1e-5))]


def test_a_rare_word_counts_more_than_a_common_one() -> None:
    index = KeywordIndex(["opened market", "opened harbour", "opened school", "opened museum"])
    assert index.scores("opened harbour")[0][0] == 1


def test_equal_scores_are_in_order_of_position() -> None:
    found = KeywordIndex(["same words here"] * 5).scores("same")
    assert [position for position, _ in found] == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("question", ["", "the of and", "🙂", "zebra"])
def test_a_question_that_shares_no_word_finds_nothing(question: str) -> None:
    assert KeywordIndex(TEXTS).scores(question) == []


@pytest.mark.parametrize("texts", [[], [""], ["🙂", "the"]], ids=["none", "empty", "wordless"])
def test_an_index_without_words_finds_nothing(texts: list[str]) -> None:
    assert KeywordIndex(texts).scores("harbour") == []


def test_a_repeated_word_in_the_question_is_no_error() -> None:
    assert KeywordIndex(TEXTS).scores("archive archive archive")[0][0] == 3
