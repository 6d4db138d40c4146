"""Chunks: they partition their document, and are cut where a reader would cut."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from regulation import LAMPS, ORDINANCE
from texts import any_text, make_document

from ingest import sentence_spans, text_for_search
from ingest.chunking import ChunkSize, split_document
from ingest.headings import find_headings, stands_under
from ingest.records import Chunk

PARAGRAPH = "The assembly met in May. It chose a new chair. Nobody objected."


def split(text: str, tokens: int = 100, **known: object) -> tuple[Chunk, ...]:
    """Cut a text, every character counting as a token, and nothing put in front of a chunk."""
    size = ChunkSize(tokens=tokens, token_starts=lambda text: range(len(text)), headings=False)
    return split_document(make_document(text, **known), size)


@given(any_text(min_size=1), st.integers(1, 400))
def test_chunks_partition_the_text_and_quote_it(text: str, tokens: int) -> None:
    chunks = split(text, tokens)
    assert "".join(chunk.text for chunk in chunks) == text
    assert [chunk.index for chunk in chunks] == list(range(len(chunks)))
    assert all(text[chunk.start : chunk.end] == chunk.text != "" for chunk in chunks)


@given(any_text(min_size=1), st.integers(1, 400))
def test_no_chunk_has_more_tokens_than_asked_but_for_the_white_space_after_it(text: str, tokens: int) -> None:
    assert all(len(chunk.text.strip()) <= tokens for chunk in split(text, tokens))


@given(any_text(min_size=1), st.integers(1, 400))
def test_no_chunk_goes_on_beyond_a_heading_that_has_text_above_it(text: str, tokens: int) -> None:
    headings = find_headings(text)
    lines = {heading.start for heading in headings}
    for chunk in split(text, tokens):
        for heading in headings:
            if chunk.start < heading.start < chunk.end:
                above = text[chunk.start : heading.start]
                lines_above = re.finditer(r"^[^\S\n]*(?=\S)", above, re.MULTILINE)
                beginnings = {chunk.start + line.end() for line in lines_above}
                assert beginnings <= lines, above


@given(any_text(min_size=1), st.integers(100, 400))
def test_a_sentence_that_fits_into_a_chunk_is_never_cut(text: str, tokens: int) -> None:
    chunks = split(text, tokens)
    for start, end in sentence_spans(text):
        if end - start <= tokens:
            inside = [c.start for c in chunks if start < c.start < end]
            assert not inside, text[start:end]


@given(any_text(min_size=1), st.integers(1, 400), st.data())
def test_a_chunks_page_is_the_last_that_starts_at_or_before_it(text: str, tokens: int, data: st.DataObject) -> None:
    later = data.draw(st.lists(st.integers(0, len(text)), max_size=5))
    pages = (0, *sorted(later))
    for chunk in split(text, tokens, pages=pages):
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
    assert [chunk.heading for chunk in split(text, 400)] == ["Report > Money", "Report > People"]


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


@given(any_text(min_size=1), st.integers(240, 400))
def test_what_is_embedded_for_a_chunk_fits_with_its_title_and_headings(text: str, tokens: int) -> None:
    size = ChunkSize(tokens=tokens, token_starts=lambda text: range(len(text)))
    document = make_document(text, title="A Title")
    embedded = [text_for_search(document.title, chunk).rstrip() for chunk in split_document(document, size)]
    assert all(len(text) <= tokens for text in embedded)


def test_long_titles_and_headings_leave_room_for_the_text() -> None:
    text = f"# {'Very long heading ' * 40}\n\n{' '.join([PARAGRAPH] * 20)}"
    size = ChunkSize(tokens=254, token_starts=lambda text: range(len(text)))
    document = make_document(text, title="Very long title " * 40)
    embedded = [text_for_search(document.title, chunk).rstrip() for chunk in split_document(document, size)]
    assert all(len(text) <= 254 for text in embedded[4:])
    assert all("Very long title" in text and "long heading" in text for text in embedded)


def test_a_list_stays_together_with_what_introduces_it() -> None:
    items = "".join(f"- point {number}\n\n" for number in range(5))
    chunks = split(f"{PARAGRAPH}\n\nIt decided:\n\n{items}{PARAGRAPH}", 130)
    assert [chunk.text.count("point") for chunk in chunks if "point" in chunk.text] == [5]
    assert any(chunk.text.startswith("It decided:") for chunk in chunks)


def test_a_table_stays_together_where_it_fits() -> None:
    table = "| town | delegates |\n| --- | --- |\n" + "| Halmere | 12 |\n" * 4
    chunks = split(f"{PARAGRAPH}\n\n{table}\n{PARAGRAPH}", 130)
    assert [chunk.text.count("Halmere") for chunk in chunks if "Halmere" in chunk.text] == [4]


def test_a_table_that_does_not_fit_is_cut_between_rows() -> None:
    chunks = split("| town | delegates |\n| --- | --- |\n" + "| Halmere | 12 |\n" * 20, 100)
    assert len(chunks) > 3
    assert all(chunk.text.startswith("|") and chunk.text.endswith("|\n") for chunk in chunks)


def test_a_stretch_in_which_the_embedder_sees_one_token_is_cut_all_the_same() -> None:
    size = ChunkSize(tokens=50, token_starts=lambda text: [0])
    chunks = split_document(make_document("x" * 10_000), size)
    assert all(len(chunk.text) <= 1000 for chunk in chunks)


def test_a_document_without_pages_has_chunks_without_pages() -> None:
    assert [chunk.page for chunk in split(PARAGRAPH)] == [None]


def test_title_and_headings_go_in_front_of_what_is_searched() -> None:
    chunk = split(f"# Money\n\n{PARAGRAPH}", 400)[0]
    assert text_for_search("Report", chunk).startswith("Report > Money\n")


def test_a_title_that_is_the_first_heading_is_not_repeated() -> None:
    chunk = split(f"# Report\n\n{PARAGRAPH}", 400)[0]
    assert text_for_search("Report", chunk).startswith("Report\n")


@pytest.mark.parametrize("text", [LAMPS, ORDINANCE, "# Port\n\n## Cranes > Old\n\nOne.\n\nTwo.\n\n# School\n\nThree."])
def test_every_sentence_stands_under_the_heading_path_of_its_chunk_and_no_other(text: str) -> None:
    for chunk in split(text, 400):
        starts = [chunk.start + start for start, _ in sentence_spans(chunk.text)]
        assert all(stands_under(text, start, chunk.heading) for start in starts)
        assert not any(stands_under(text, start, f"{chunk.heading} > Elsewhere") for start in starts)
