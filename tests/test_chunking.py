"""Chunks: they partition their document, and are cut where a reader would cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text, make_document

from ingest import sentence_spans, text_for_search
from ingest.chunking import find_headings, split_document
from ingest.records import Chunk

PARAGRAPH = "The assembly met in May. It chose a new chair. Nobody objected."


def split(text: str, chunk_chars: int = 100, **known: object) -> tuple[Chunk, ...]:
    return split_document(make_document(text, **known), chunk_chars=chunk_chars)


@given(any_text(min_size=1), st.integers(1, 400))
def test_chunks_partition_the_text_and_quote_it(text: str, chunk_chars: int) -> None:
    chunks = split(text, chunk_chars)
    assert "".join(chunk.text for chunk in chunks) == text
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert all(text[chunk.start : chunk.end] == chunk.text != "" for chunk in chunks)


@given(any_text(min_size=1), st.integers(1, 400))
def test_no_chunk_is_longer_than_asked_but_for_the_white_space_after_it(text: str, chunk_chars: int) -> None:
    assert all(len(chunk.text.strip()) <= chunk_chars for chunk in split(text, chunk_chars))


@given(any_text(min_size=1), st.integers(1, 400))
def test_no_chunk_goes_on_beyond_a_heading_that_has_text_above_it(text: str, chunk_chars: int) -> None:
    headings = find_headings(text)
    lines = {heading.start for heading in headings}
    for chunk in split(text, chunk_chars):
        for heading in headings:
            if chunk.start < heading.start < chunk.end:
                above = text[chunk.start : heading.start]
                lines_above = re.finditer(r"^[^\S\n]*(?=\S)", above, re.MULTILINE)
                beginnings = {chunk.start + line.end() for line in lines_above}
                assert beginnings <= lines, above


@given(any_text(min_size=1), st.integers(100, 400))
def test_a_sentence_that_fits_into_a_chunk_is_never_cut(text: str, chunk_chars: int) -> None:
    chunks = split(text, chunk_chars)
    for start, end in sentence_spans(text):
        if end - start <= chunk_chars:
            inside = [c.start for c in chunks if start < c.start < end]
            assert not inside, text[start:end]


@given(any_text(min_size=1), st.integers(1, 400), st.data())
def test_a_chunks_page_is_the_last_that_starts_at_or_before_it(
    text: str, chunk_chars: int, data: st.DataObject
) -> None:
    later = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    pages = (0, *sorted(later))
    for chunk in split(text, chunk_chars, pages=pages):
        assert chunk.page == max(number for number, start in enumerate(pages, 1) if start <= chunk.start)


def test_whole_paragraphs_are_put_together_while_they_fit() -> None:
    text = "\n\n".join([PARAGRAPH] * 4)
    assert [chunk.text.count("The assembly") for chunk in split(text, 140)] == [2, 2]


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    chunks = split(" ".join([PARAGRAPH] * 5), 100)
    assert len(chunks) > 3
    assert all(chunk.text.rstrip().endswith(".") for chunk in chunks)


def test_a_long_sentence_is_cut_between_words() -> None:
    chunks = split("alpha beta gamma delta " * 20, 100)
    assert len(chunks) > 4
    assert {word for chunk in chunks for word in chunk.text.split()} == {"alpha", "beta", "gamma", "delta"}


def test_a_chunk_knows_the_headings_that_it_stands_under() -> None:
    text = f"# Report\n\n## Money\n\n{PARAGRAPH}\n\n## People\n\n{PARAGRAPH}\n"
    assert [chunk.heading for chunk in split(text, 400)] == ["Report", "Report > People"]


def test_a_heading_stays_with_the_text_below_it() -> None:
    text = f"# Report\n\n{PARAGRAPH}\n\n## People\n\n{' '.join([PARAGRAPH] * 3)}"
    assert [chunk.text.startswith("## People") for chunk in split(text, 100)].count(True) == 1
    people = next(chunk for chunk in split(text, 100) if chunk.text.startswith("## People"))
    assert "The assembly met" in people.text


def test_a_lone_short_line_without_a_full_stop_is_a_heading() -> None:
    text = f"{PARAGRAPH}\n\nThe Budget of 2024\n\n{PARAGRAPH}"
    assert [heading.title for heading in find_headings(text)] == ["The Budget of 2024"]


@pytest.mark.parametrize("line", ["It was late.", "and so on", "| a | b |", "Two\nlines", "Title:"])
def test_an_ordinary_line_is_no_heading(line: str) -> None:
    assert find_headings(f"{PARAGRAPH}\n\n{line}\n\n{PARAGRAPH}") == []


def test_a_lone_number_belongs_to_the_paragraph_after_it() -> None:
    text = f"{PARAGRAPH}\n\n(3)\n\n{PARAGRAPH}"
    assert [chunk.text.startswith("(3)") for chunk in split(text, 100)] == [False, True]


def test_a_document_without_pages_has_chunks_without_pages() -> None:
    assert [chunk.page for chunk in split(PARAGRAPH)] == [None]


def test_title_and_headings_go_in_front_of_what_is_searched() -> None:
    chunk = split(f"# Money\n\n{PARAGRAPH}", 400)[0]
    assert text_for_search("Report", chunk).startswith("Report > Money\n")


def test_a_title_that_is_the_first_heading_is_not_repeated() -> None:
    chunk = split(f"# Report\n\n{PARAGRAPH}", 400)[0]
    assert text_for_search("Report", chunk).startswith("Report\n")
