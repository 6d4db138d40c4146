"""Regulations: their provisions are told by how they are numbered, and found by name."""

import re
from itertools import pairwise
from pathlib import Path
from string import ascii_lowercase

import pytest
from fakes import KeywordEmbeddings
from hypothesis import given
from regulation import LAMPS, ORDINANCE
from texts import any_text, make_document

from ingest import Library
from ingest.chunking import ChunkSize, split_document
from ingest.provisions import find_provisions
from qa.evidence import choose_evidence
from qa.records import NamedPassage
from qa.references import read_references
from qa.retrieval import HybridRetriever

ASKED = [
    ("What does Article 3(1)(b) forbid?", "lamps that shine upwards"),
    ("Article 3(1)(b)(ii)", "the harbour master has allowed them"),
    ("What is said in point (c) of Article 3(1)?", "lamps of more than ninety candles"),
    ("point (c) of paragraph 1 of Article 3", "lamps of more than ninety candles"),
    ("Article 3(1), first subparagraph, point (a)", "lamps that flicker"),
    ("art. 3 para 2", "Owners take forbidden lamps down"),
    ("What does Article 4(2) say?", "In the dark hours every second lamp"),
    ("Article 2(2)", "‘dark hours’ means"),
    ("What is Article 5 about?", "The warden walks the streets"),
    ("recital 3", "The rules of Article 4(2) should"),
    ("Recital (1)", "Lamps that burn all night"),
    ("Annex I point 2", "Mill Lane:"),
    ("annex i, point 2(b)", "the mill yard"),
    ("point 1 of Annex 1", "Quay Street"),
    ("Annex II, Section B, point 1", "Name of the owner"),
]


@pytest.fixture
def lamps(tmp_path: Path) -> Library:
    library = Library(tmp_path / "lamps", create=True, embedder=KeywordEmbeddings())
    library.replace(make_document(LAMPS, name="lamps.txt", title="Lamp Regulation"))
    library.replace(make_document("The council met. Nobody spoke of Article 3(1)(b).", name="minutes.txt"))
    return library


def names(text: str) -> list[str]:
    return [provision.name for provision in find_provisions(text)]


def test_provisions_are_named_by_their_path() -> None:
    found = names(LAMPS)
    assert found[:5] == ["Recital 1", "Recital 2", "Recital 3", "Chapter I", "Chapter I > Article 1"]
    assert "Chapter II > Section 1 > Article 3 > 1 > (b) > (ii)" in found
    assert found[-1] == "Annex II > Section B > 1"
    assert len(found) == len(set(found)) == 33


def test_articles_know_their_titles() -> None:
    topics = {provision.label: provision.topic for provision in find_provisions(LAMPS) if provision.kind}
    assert topics["Article 3"] == "Forbidden lamps"
    assert topics["Chapter II"] == "DUTIES"
    assert topics["Annex I"] == "Streets exempted under Article 4(2)"


def test_what_stands_below_a_list_is_no_part_of_its_last_point() -> None:
    texts = {provision.name: LAMPS[provision.start : provision.end] for provision in find_provisions(LAMPS)}
    article = "Chapter II > Section 1 > Article 3 > 1"
    assert texts[f"{article} > (c)"].strip().endswith("ninety candles.")
    assert texts[article].strip().endswith("the lighthouse.")


def test_numbers_may_stand_in_the_line_of_their_text() -> None:
    assert names(re.sub(r"(?m)^(\(\w+\)|\d+\.)\n\n", r"\1 ", LAMPS)) == names(LAMPS)
    assert names(re.sub(r"(?m)^(\(\w+\)|\d+\.)\n\n", r"\1\t", LAMPS).replace("\n\n", "\n")) == names(LAMPS)


def test_markdown_with_indented_lists_has_provisions_too() -> None:
    assert names(ORDINANCE) == [
        "Article 1", "Article 2", "Article 2 > 1", "Article 2 > 2", "Article 2 > 2 > (a)", "Article 2 > 2 > (b)",
        "Article 2 > 2 > (b) > (i)", "Article 2 > 2 > (b) > (ii)", "Article 2 > 3",
        "Schedule 1", "Schedule 1 > 1", "Schedule 1 > 2",
    ]  # fmt: skip
    assert [provision.topic for provision in find_provisions(ORDINANCE) if provision.kind] == [
        "Scope",
        "Moorings",
        "Fees",
    ]


def test_a_letter_i_after_h_is_a_letter_unless_a_second_numeral_follows() -> None:
    points = "".join(f"({letter}) lamps of kind {letter};\n\n" for letter in "abcdefghij")
    text = f"Article 1\n\n{points}\n\nArticle 2\n\nNothing."
    assert names(text)[1:11] == [f"Article 1 > ({letter})" for letter in "abcdefghij"]


def test_points_may_bear_any_letter() -> None:
    text = "Article 1\n\n" + "".join(f"({letter}) lamps;\n" for letter in ascii_lowercase) + "\nArticle 2\n\nNone."
    assert names(text) == ["Article 1", *(f"Article 1 > ({letter})" for letter in ascii_lowercase), "Article 2"]


@pytest.mark.parametrize(
    "text",
    [
        "Article 5 of the treaty was discussed.\n\nArticle 6 was not.",
        "Rules\n\nFew.\n\nArts\n\nMany.\n\nArticles\n\nNone.\n\nParty\n\nOn Friday.",
        "Chapter 1\n\nIt was night.\n\nChapter 2\n\nIt was day.",
        "1. Milk\n2. Eggs\n\n(a) fresh\n(b) boiled",
        "",
    ],
)
def test_other_texts_have_no_provisions(text: str) -> None:
    assert find_provisions(text) == []


@given(any_text())
def test_provisions_lie_within_what_they_stand_in(text: str) -> None:
    text = f"Article 1\n\n{text}\n\nArticle 2\n\n{text}"
    for provision in find_provisions(text):
        assert 0 <= provision.start < provision.body <= provision.end <= len(text)
        assert not provision.above or provision.above.start <= provision.start < provision.end <= provision.above.end


@pytest.mark.parametrize(("tokens", "expected"), [(60, " > 1 > (b) – (c)"), (20, " > 1 > (b) > (ii)")])
def test_a_chunk_knows_the_path_of_its_provision(tokens: int, expected: str) -> None:
    size = ChunkSize(tokens=tokens, token_starts=KeywordEmbeddings().token_starts, headings=False)
    chunks = split_document(make_document(LAMPS), size)
    chunk = next(chunk for chunk in chunks if "allowed them in writing" in chunk.text)
    assert chunk.heading == f"Chapter II > Section 1 > Article 3{expected}"
    assert chunk.topic == "Forbidden lamps"
    assert "".join(chunk.text for chunk in chunks) == LAMPS


def test_no_chunk_holds_parts_of_two_articles() -> None:
    size = ChunkSize(tokens=250, token_starts=KeywordEmbeddings().token_starts)
    for chunk in split_document(make_document(LAMPS), size):
        assert sum(f"Article {number}\n\n" in chunk.text for number in range(1, 6)) <= 1


@pytest.mark.parametrize(("question", "words"), ASKED)
def test_a_provision_is_found_first_by_its_name(lamps: Library, question: str, words: str) -> None:
    passages = HybridRetriever(library=lamps).passages(question)
    assert words in passages[0].text
    for passage in passages:
        assert lamps.text(passage.document)[passage.start : passage.end] == passage.text


@pytest.mark.parametrize(("question", "words"), ASKED)
def test_the_named_provision_is_in_the_evidence(lamps: Library, question: str, words: str) -> None:
    passages = HybridRetriever(library=lamps).passages(question)
    evidence = choose_evidence(question, passages, lamps.embedder, max_chars=400)
    best = max(evidence, key=lambda item: item.score)
    assert passages[0].start <= best.start < best.end <= passages[0].end
    assert best.heading == passages[0].heading
    assert any(words in item.text for item in evidence)


def test_what_introduces_a_point_comes_with_it(lamps: Library) -> None:
    passages = HybridRetriever(library=lamps).passages("Article 3(1)(c)")
    assert "The following lamps are forbidden:" in passages[1].text


def test_passages_do_not_overlap_when_a_provision_was_cut_out_of_them(lamps: Library) -> None:
    passages = HybridRetriever(library=lamps).passages("How do Article 3(1)(b) and Article 3 differ from Article 3(1)?")
    inside = sorted((p.start, p.end) for p in passages if p.document == "lamps.txt")
    assert all(end <= start for (_, end), (start, _) in pairwise(inside))


def test_a_provision_that_is_not_there_gives_what_it_would_stand_in(lamps: Library) -> None:
    passages = HybridRetriever(library=lamps).passages("Article 4(2)(x)")
    assert "In the dark hours" in passages[0].text


def test_a_provision_of_another_act_is_not_taken_for_one_of_this(lamps: Library) -> None:
    retriever = HybridRetriever(library=lamps)
    other = retriever.passages("What does Article 4(2) of Regulation (EU) 2016/679 say?")
    same = retriever.passages("What does Article 4(2) of Regulation 2031/7 say?")
    assert not any(isinstance(passage, NamedPassage) for passage in other)
    assert isinstance(same[0], NamedPassage)


def test_a_question_that_names_nothing_is_answered_as_before(lamps: Library) -> None:
    passages = HybridRetriever(library=lamps).passages("Who walks the streets?")
    assert not any(isinstance(passage, NamedPassage) for passage in passages)
    assert "The warden walks" in passages[0].text


@pytest.mark.parametrize(
    "question", ["Who wrote articles of association?", "Which part of the annex is long?", "I was there"]
)
def test_an_ordinary_question_names_no_provision(question: str) -> None:
    assert read_references(question) == []


@given(any_text())
def test_reading_references_never_fails(text: str) -> None:
    read_references(text)
    read_references(f"Article 5(1)(h) {text} point 4 of Annex III")


def test_a_question_of_many_points_is_read_without_trying_every_way() -> None:
    assert read_references("paragraph 1 of " * 130) == read_references("point a, of " * 160) == []
