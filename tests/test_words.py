"""Words: what counts of a text, the same however it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from ingest import words


@given(st.one_of(any_text(), st.text()))
def test_any_text_has_words_none_of_them_empty(text: str) -> None:
    assert all(words(text))


@given(st.text(st.characters(codec="ascii")))
def test_upper_and_lower_case_are_one(text: str) -> None:
    assert words(text.upper()) == words(text.lower()) == words(text)


@given(st.text("上海会议東京かなカナ", min_size=2))
def test_chinese_and_japanese_give_each_pair_of_neighbours(text: str) -> None:
    assert words(text) == [text[i : i + 2] for i in range(len(text) - 1)]


def test_a_single_chinese_character_is_a_word() -> None:
    assert words("海") == ["海"]


def test_chinese_within_latin_text_is_found_beside_it() -> None:
    assert set(words("AI大会 opens")) == {"ai", "大会", "open"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,200", "1200"),
        ("The delegates", "a delegate"),
        ("Shanghai's", "shanghai"),
        ("Shanghai’s", "Shanghai"),
        ("the boys' club", "boy clubs"),
        ("ﬁnance", "finance"),
        ("ＷＡＩＣ", "waic"),
        ("STRASSE", "straße"),
        ("cafe\u0301", "café"),
    ],
)
def test_two_ways_of_writing_give_the_same_words(one: str, other: str) -> None:
    assert words(one) == words(other) != []


@pytest.mark.parametrize(("one", "other"), [("3.5", "35"), ("2023", "2024"), ("-", "x"), ("1.2", "1.20")])
def test_different_figures_are_different_words(one: str, other: str) -> None:
    assert words(one) != words(other)


def test_words_keep_their_order_and_repetitions_and_lose_the_small_ones() -> None:
    assert words("The cat saw the cat") == ["cat", "saw", "cat"]


def test_a_text_of_signs_has_no_words() -> None:
    assert words("— … 🙂 !?") == []
