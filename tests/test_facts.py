"""Facts: what is read in a text before anything is compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from qa.checks.number_words import digits_for_words
from qa.checks.quantities import quantities_of
from qa.facts import Facts, facts_of, holds_name, same_name


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("twenty-eight countries", "28 countries"),
        ("Two hundred and four delegates", "204 delegates"),
        ("a hundred books", "100 books"),
        ("three thousand five hundred", "3500"),
        ("the twenty-first session", "the 21st session"),
        ("nineteen eighty-four", "nineteen eighty-four"),
        ("one of them", "one of them"),
        ("the first, the second", "the first, the second"),
        ("3 million", "3 million"),
        ("二十八个国家", "28个国家"),
        ("zwölf Länder", "12 Länder"),
    ],
)
def test_numbers_in_words_become_digits(written: str, digits: str) -> None:
    assert digits_for_words(written) == digits


@pytest.mark.parametrize(
    "written",
    [
        "1 November 2023", "November 1, 2023", "1st of November 2023", "2023-11-01", "Nov. 1, 2023", "1. November 2023",
        "1er novembre 2023", "1 de noviembre de 2023", "2023年11月1日",
    ],
)  # fmt: skip
def test_a_date_is_the_same_in_every_spelling(written: str) -> None:
    (date,) = quantities_of(f"It began on {written} there.").dates
    assert (date.year, date.month, date.day) == (2023, 11, 1)
    assert not quantities_of(f"It began on {written} there.").numbers


def test_a_date_in_figures_may_be_meant_in_either_order() -> None:
    (figures,), (words,) = quantities_of("11/1/2023").dates, quantities_of("1 November 2023").dates
    assert words.agrees_with(figures)
    assert not quantities_of("2 November 2023").dates[0].agrees_with(figures)


@pytest.mark.parametrize(
    ("written", "value", "unit", "bound"),
    [
        ("1,200 delegates", "1200", "", ""),
        ("€3.5 billion", "3500000000", "eur", ""),
        ("3 Milliarden Euro", "3000000000", "eur", ""),
        ("7 per cent", "7", "%", ""),
        ("4,5 %", "4.5", "%", ""),
        ("3 percentage points", "3", "point", ""),
        ("up to 35 days", "35", "day", "<="),
        ("no more than 12", "12", "", "<="),
        ("not less than 12", "12", "", ">="),
        ("18 or older", "18", "", ">="),
        ("nearly 300", "300", "", "~"),
        ("2 p.m.", "14:00", "", ""),
        ("version 3.2.1", "3.2.1", "", ""),
        ("28個国", "28", "", ""),
    ],
)
def test_an_amount_is_read_with_its_unit_and_bound(written: str, value: str, unit: str, bound: str) -> None:
    (number,) = quantities_of(written).numbers
    assert (number.value, number.unit, number.bound) == (value, unit, bound)


def test_what_is_said_of_a_range_is_said_of_both_its_ends() -> None:
    numbers = quantities_of("between 3 and 5 million euros").numbers
    assert [(number.value, number.unit) for number in numbers] == [("3000000", "eur"), ("5000000", "eur")]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Halmere opened its archive.", [("halmere",)]),
        ("Construction began in Dorne.", [("dorne",)]),
        ("Delegates met Mayor Orla Finch.", [("mayor", "orla", "finch")]),
        ("The EU met in May 2024.", [("eu",)]),
        ("Die Versammlung wurde in Halmere eröffnet.", []),
    ],
)
def test_names_are_told_from_what_merely_begins_a_sentence(text: str, names: list[tuple[str, ...]]) -> None:
    assert list(facts_of(text).names) == names


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("china", "chinese", True),
        ("france", "french", True),
        ("muller", "müller", True),
        ("halmere", "halmere’s", True),
        ("austria", "australia", False),
        ("velmark", "ostra", False),
    ],
)
def test_a_country_and_its_adjective_name_the_same(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same is same_name(other, one)


def test_an_acronym_stands_for_the_name_that_it_abbreviates() -> None:
    assert holds_name("eu", facts_of("The European Union signed."))
    assert not holds_name("un", facts_of("The European Union signed."))


@pytest.mark.parametrize(
    ("text", "denied"),
    [
        ("Ostra did not sign the charter.", {"sign"}),
        ("Ostra refused to sign the charter.", {"sign"}),
        ("Ostra hasn't yet signed.", {"sign"}),
        ("It was not only large.", set()),
        ("The archive opened.", set()),
    ],
)
def test_a_negation_denies_the_word_that_follows(text: str, denied: set[str]) -> None:
    assert facts_of(text).denied == denied


@given(st.one_of(any_text(), st.text()))
def test_any_text_has_facts(text: str) -> None:
    facts = facts_of(text)
    assert Facts.merged([facts]).words == facts.words
    assert not facts.denied & facts.unclear
