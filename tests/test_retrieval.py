"""Retrieval: two searches fused, in an order that never depends on chance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import make_document

from ingest import BadFilter, Filters, Library
from qa.records import Passage
from qa.retrieval import HybridRetriever, fuse

TOWN = {
    "archive.txt": "The harbour archive opened in May. Its reading room has twelve seats.",
    "budget.txt": "The budget came to four million. The harbour took half of it.",
    "mayor.txt": "The mayor resigned in June after a vote of the assembly.",
}


@pytest.fixture
def town(library: Library) -> Library:
    library.replace_many([make_document(text, name) for name, text in TOWN.items()])
    return library


def names(passages: tuple[Passage, ...]) -> list[str]:
    return [passage.document for passage in passages]


def test_fusion_is_the_mean_of_both_searches_scaled_to_0_and_1() -> None:
    dense = {1: 0.9, 2: 0.5, 3: 0.1}
    keyword = {2: 8.0, 4: 4.0, 5: 2.0}
    # Scaled: 1, 0.5 and 0; and 1, a third and 0.
    expected = {1: 0.5, 2: 0.75, 3: 0.0, 4: 1 / 6, 5: 0.0}
    assert fuse([dense, keyword]) == pytest.approx(expected)


def test_scores_that_are_all_alike_are_all_best() -> None:
    assert fuse([{7: 0.2, 8: 0.2}]) == {7: 1.0, 8: 1.0}


def test_no_ranking_gives_no_scores() -> None:
    assert fuse([]) == {}


@given(st.lists(st.dictionaries(st.integers(0, 9), st.floats(-1e6, 1e6), min_size=1), min_size=1, max_size=3))
def test_fused_scores_are_0_to_1_for_every_position_of_any_ranking(rankings: list[dict[int, float]]) -> None:
    fused = fuse(rankings)
    assert fused.keys() == {position for ranking in rankings for position in ranking}
    assert all(0 <= score <= 1 + 1e-9 for score in fused.values())


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
def test_each_mode_finds_the_passage_that_shares_the_questions_words(town: Library, mode: str) -> None:
    retriever = HybridRetriever(library=town, mode=mode)
    assert names(retriever.passages("When did the mayor resign after the vote?"))[0] == "mayor.txt"


def test_keyword_search_alone_finds_only_what_shares_a_word(town: Library) -> None:
    assert names(HybridRetriever(library=town, mode="bm25").passages("harbour budget")) == [
        "budget.txt",
        "archive.txt",
    ]


def test_a_question_without_known_words_still_has_nearest_passages(town: Library) -> None:
    assert len(HybridRetriever(library=town).passages("zebras?")) == 3
    assert HybridRetriever(library=town, mode="bm25").passages("zebras?") == ()


def test_passages_are_best_first_within_the_limit_and_quote_their_documents(town: Library) -> None:
    passages = HybridRetriever(library=town, limit=2).passages("harbour")
    scores = [passage.score for passage in passages]
    assert len(scores) == 2
    assert 1 >= scores[0] >= scores[1] >= 0
    for passage in passages:
        assert TOWN[passage.document][passage.start : passage.end] == passage.text


def test_a_limit_of_none_gives_no_passages(town: Library) -> None:
    assert HybridRetriever(library=town, limit=0).passages("harbour") == ()


def test_equal_passages_are_in_order_of_their_documents(library: Library) -> None:
    library.replace_many([make_document("The same words.", name, title="t") for name in "dbcae"])
    retriever = HybridRetriever(library=library)
    assert names(retriever.passages("same words")) == list("abcde")


def test_an_empty_library_gives_no_passages(library: Library) -> None:
    assert HybridRetriever(library=library).passages("harbour") == ()


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
def test_what_is_added_changed_and_removed_afterwards_is_followed(town: Library, mode: str) -> None:
    retriever = HybridRetriever(library=town, mode=mode)
    assert "ferry.txt" not in names(retriever.passages("ferry timetable"))
    town.replace(make_document("The ferry timetable has changed.", "ferry.txt"))
    assert names(retriever.passages("ferry timetable"))[0] == "ferry.txt"
    town.replace(make_document("The ferry was sold.", "ferry.txt"))
    assert retriever.passages("ferry timetable")[0].text == "The ferry was sold."
    town.remove("ferry.txt")
    assert "ferry.txt" not in names(retriever.passages("ferry timetable"))


def test_the_title_is_searched_too(library: Library) -> None:
    library.replace(make_document("It came to four million.", "a", title="Lighthouse repairs"))
    library.replace(make_document("It came to five million.", "b", title="School meals"))
    assert names(HybridRetriever(library=library, mode="bm25").passages("lighthouse")) == ["a"]


def test_langchains_invoke_gives_documents_whose_metadata_quote_them(town: Library) -> None:
    found = HybridRetriever(library=town).invoke("Who resigned in June?")
    assert found[0].metadata["document"] == "mayor.txt"
    assert 0 <= found[0].metadata["score"] <= 1
    for document in found:
        text = town.text(document.metadata["document"])
        assert text[document.metadata["start"] : document.metadata["end"]] == document.page_content


@pytest.mark.parametrize("mode", ["hybrid", "dense", "bm25"])
def test_only_the_documents_that_the_filters_leave_are_searched(library: Library, mode: str) -> None:
    library.replace_many(
        [
            make_document("The harbour took half of it.", f"{year}/budget-{number}.txt", date=f"{year}-05")
            for year in (2023, 2024)
            for number in range(40)
        ]
    )
    retriever = HybridRetriever(library=library, mode=mode)
    only = Filters(documents=("2024/*",), after="2024")
    assert len(retriever.passages("harbour", only)) == 10
    assert all(name.startswith("2024/") for name in names(retriever.passages("harbour", only)))
    one = Filters(documents=["2023/budget-39.*"])
    assert names(retriever.passages("harbour", one)) == ["2023/budget-39.txt"]
    assert names(HybridRetriever(library=library, mode=mode, filters=one).passages("harbour")) == names(
        retriever.passages("harbour", one)
    )


def test_a_filter_may_leave_more_documents_than_the_database_takes_at_once(
    town: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.store._NAMES", 1)
    filters = Filters(documents=("archive*", "budget*"))
    dense = HybridRetriever(library=town, mode="dense").passages("harbour archive", filters)
    assert names(dense) == ["archive.txt", "budget.txt"]


def test_filters_that_leave_no_document_are_an_error(town: Library) -> None:
    with pytest.raises(BadFilter, match=r"No document is left by --document 'minutes\*'; see: footnote documents"):
        HybridRetriever(library=town).passages("harbour", Filters(documents=("minutes*",)))
