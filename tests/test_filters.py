"""Filters: which names and dates match, and what is no filter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import make_document

from ingest import BadFilter, Filters
from ingest.records import DocumentInfo, info_of

DATES = st.dates().map(str)
LANGUAGES = {"a.txt": "en", "b.txt": "fr", "c.txt": "en", "d.txt": None}


def info(name: str, date: str | None = None) -> DocumentInfo:
    return info_of(make_document("Text.", name, date=date), 1)


@pytest.mark.parametrize(
    ("after", "before", "date", "matches"),
    [
        ("2024-05-10", None, "2024-05-10", True),
        ("2024-05-10", None, "2024-05-09", False),
        (None, "2024-05-10", "2024-05-10", True),
        (None, "2024-05-10", "2024-05-11", False),
        ("2024-05", "2024-05", "2024-05-31", True),
        ("2024-05", "2024-05", "2024-06-01", False),
        ("2024", None, "2023-12-31", False),
        ("2024-05-10", None, "2024-05", True),
        ("2024-05-10", None, "2024-04", False),
        ("2024-05-10", "2024-06", "2024", True),
        (None, "2024-02", "2024-03", False),
        (None, None, None, True),
        ("2024", None, None, False),
    ],
)
def test_partial_dates_match_what_may_lie_in_the_time(
    after: str | None, before: str | None, date: str | None, matches: bool
) -> None:
    assert Filters(after=after, before=before).match_date(date) is matches


@given(DATES, DATES, DATES)
def test_whole_dates_compare_as_days_do(after: str, before: str, date: str) -> None:
    if after <= before:
        assert Filters(after=after, before=before).match_date(date) == (after <= date <= before)


@given(DATES, DATES, st.sampled_from([4, 7]))
def test_a_shorter_date_never_leaves_out_what_the_longer_lets_in(after: str, date: str, length: int) -> None:
    if Filters(after=after).match_date(date):
        assert Filters(after=after).match_date(date[:length])
        assert Filters(after=after[:length]).match_date(date)


def test_one_pattern_of_several_is_enough_and_case_does_not_count() -> None:
    names = ["2024/Minutes-may.pdf", "minutes.txt", "plan.docx", "report.md"]
    chosen = Filters(documents=("*minutes*", "plan.*")).choose(map(info, names))
    assert [found.name for found in chosen] == ["2024/Minutes-may.pdf", "minutes.txt", "plan.docx"]


def test_a_single_pattern_needs_no_tuple() -> None:
    chosen = Filters(documents="*min*").choose(map(info, ["a.txt", "minutes.txt"]))  # type: ignore[arg-type]
    assert [found.name for found in chosen] == ["minutes.txt"]


def test_no_filter_chooses_every_document_and_even_none() -> None:
    assert [found.name for found in Filters().choose([info("a"), info("b", "2024")])] == ["a", "b"]
    assert Filters().choose([]) == ()
    assert Filters().empty


def test_a_filter_that_leaves_no_document_names_itself() -> None:
    with pytest.raises(BadFilter, match=r"No document is left by --after '2025' --document 'a\*'; see: footnote doc"):
        Filters(after="2025", documents=("a*",)).choose([info("a", "2024"), info("b", "2025")])


@pytest.mark.parametrize("date", ["24", "2024-13", "2024-02-30", "May 2024", "2024-5", "0000", "2024-05-01T00:00"])
def test_what_is_no_date_is_named_with_the_right_forms(date: str) -> None:
    with pytest.raises(BadFilter, match=r"is no date; write it as 2024, 2024-05 or 2024-05-31"):
        Filters(before=date)


def test_a_time_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(BadFilter, match="swap the two"):
        Filters(after="2024-06", before="2024-05")


def test_a_language_chooses_the_documents_that_are_written_in_it() -> None:
    infos = [info_of(make_document("Text.", name, language=code), 1) for name, code in LANGUAGES.items()]
    assert [found.name for found in Filters(language="EN-gb").choose(infos)] == ["a.txt", "c.txt"]
    assert Filters(language="en").to_dict()["language"] == "en"
    assert not Filters(language="en").empty
    assert Filters(language="").empty
    with pytest.raises(BadFilter, match="No document is left by --language 'de'"):
        Filters(language="de").choose(infos)


@pytest.mark.parametrize("language", ["english", "e", "12", "*"])
def test_what_is_no_code_of_a_language_is_refused(language: str) -> None:
    with pytest.raises(BadFilter, match="is no code of a language"):
        Filters(language=language)
