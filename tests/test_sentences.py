"""Sentences: their spans quote the text and cover it."""

import pytest
from hypothesis import example, given
from texts import any_text

from ingest import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text)]


@given(any_text())
@example("\r\n\r\nA.\x0cB.\x1c \u2028C")
@example("# \n\n| a |\n- b\n1) c")
def test_spans_are_in_order_apart_and_cover_every_character_but_white_space(text: str) -> None:
    position = 0
    for start, end in sentence_spans(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        position = end
    assert not text[position:].strip()


def test_an_abbreviation_ends_no_sentence() -> None:
    assert sentences("Dr. Ito opened it. It cost $3.5 million.") == [
        "Dr. Ito opened it.",
        "It cost $3.5 million.",
    ]


def test_a_word_that_looks_like_an_abbreviation_may_end_a_sentence() -> None:
    assert sentences("It opened in May. Twelve came. He said no. Ito left.") == [
        "It opened in May.",
        "Twelve came.",
        "He said no.",
        "Ito left.",
    ]
    assert sentences("See no. 5 and art. 6.") == ["See no. 5 and art. 6."]


def test_a_date_before_the_first_sentence_is_none_of_its_words() -> None:
    text = " date 2024-05-08 In a significant step, France and China met. Date 2024-05-08 in figures."
    assert sentences(text) == [
        "date 2024-05-08",
        "In a significant step, France and China met.",
        "Date 2024-05-08 in figures.",
    ]


def test_a_blank_line_ends_a_sentence_that_has_no_full_stop() -> None:
    assert sentences("The assembly\n\nmet in May") == ["The assembly", "met in May"]


def test_a_heading_stands_apart_from_the_line_below_it() -> None:
    assert sentences("# Budget\nIt grew.") == ["# Budget", "It grew."]


@pytest.mark.parametrize(
    "text",
    ["- one\n- two", "1. one\n2. two", "| a | b |\n| c | d |"],
    ids=["bullets", "numbers", "table rows"],
)
def test_each_line_of_a_list_or_table_is_a_sentence(text: str) -> None:
    assert sentences(text) == text.split("\n")


def test_chinese_sentences_are_told_apart() -> None:
    assert sentences("会议在上海开幕。三千人参加。") == ["会议在上海开幕。", "三千人参加。"]


@pytest.mark.parametrize("text", ["", " \n\n\t "], ids=["empty", "white space"])
def test_nothing_has_no_sentences(text: str) -> None:
    assert sentence_spans(text) == []
