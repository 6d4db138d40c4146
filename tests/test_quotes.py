"""Quotes by construction: a real parser of the grammar admits nothing but the evidence's own words."""

import re

import pytest
from fakes import ScriptedChatModel
from hypothesis import example, given
from hypothesis import strategies as st
from llguidance import LLMatcher, LLTokenizer
from texts import any_text
from town import CRANES, QUESTION, answering, assert_lawful

from ingest import DocumentInfo, Library
from qa import DocumentQA, Evidence, QASettings
from qa.quotes import compose_quotes, locate_quotes, quote_grammar, separator

BYTES = LLTokenizer("byte")
"""A tokenizer whose tokens are bytes, so that every text can be tried."""
AWKWARD = st.sampled_from([
    '"quoted" and \\"escaped\\" ', "back\\slash\\n\\u0041 ", "%llguidance {} ", "start: QUOTE\nQUOTE: /.*/ ",
    '{"substring_words": "x"} ', "| Q0 ", "/regex[^a]*/ ", "%regex {} ", "} ", "]] ", "'single' ", "«guillemets» ",
    "起重机有十一台。", "東京で会う", "ภาษาไทย", "👩‍👩‍👧 ", "e\u0301 ", "\u2028", "\x00", "\x85",
    "The harbour has eleven cranes. ", "<|im_end|> ", "<0x0A> ",
])  # fmt: skip
TEXTS = st.lists(st.one_of(any_text(), AWKWARD), min_size=1, max_size=4).map("".join).map(str.strip).filter(bool)


def admits(grammar: str, said: str) -> bool:
    matcher = LLMatcher(BYTES, grammar)
    assert not matcher.get_error(), matcher.get_error()
    tokens = list(said.encode())
    return matcher.try_consume_tokens(tokens) == len(tokens) and bool(matcher.is_accepting())


def evidence(*texts: str) -> list[Evidence]:
    return [
        Evidence(document=f"{n}.txt", start=10 * n, end=10 * n + len(text), text=text, score=1 / (n + 1))
        for n, text in enumerate(texts)
    ]


@given(texts=st.lists(TEXTS, min_size=1, max_size=4))
@example(texts=['say "%llguidance {}" \\ / | {} [] start: Q0', "起重机有十一台。"])
@example(texts=["# Title", "# Title\n\n\ufeff"])
@example(texts=["\ufeff\n\ufeff", "0", "0«"])
def test_the_grammar_of_any_passages_is_well_formed_and_admits_each_of_them_whole(texts: list[str]) -> None:
    grammar = quote_grammar(texts)
    assert all(admits(grammar, text) for text in texts)
    assert admits(grammar, separator(texts).join(texts[:3]))


@given(text=TEXTS, data=st.data())
def test_it_admits_the_words_that_stand_together_in_a_passage(text: str, data: st.DataObject) -> None:
    words = list(re.finditer(r"\w+", text))
    if not words or any(ord(character) > 0x2FF for character in text):
        return  # where a word begins and ends is the parser's own affair in other scripts
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    assert admits(quote_grammar([text]), text[words[first].start() : words[last].end()])


@given(texts=st.lists(TEXTS, min_size=1, max_size=3), said=st.one_of(TEXTS, any_text()))
def test_whatever_it_admits_stands_in_the_passages(texts: list[str], said: str) -> None:
    if admits(quote_grammar(texts), said):
        pieces = [piece.strip() for piece in said.split(separator(texts))]
        assert all(any(piece in text for text in texts) for piece in pieces)


@pytest.mark.parametrize(
    ("said", "admitted"),
    [
        (CRANES, True), ("eleven cranes", True), (f"{CRANES}\nIts bell is old.", True), ("twelve cranes", False),
        ("leven cranes", False), ("The harbour of Halmere has cranes.", False), ("", True), ('"}', False),
        ("eleven cranes Its bell", False),
    ],
)  # fmt: skip
def test_made_up_words_are_impossible(said: str, admitted: bool) -> None:
    assert admits(quote_grammar([CRANES, "Its bell is old."]), said) is admitted


@given(texts=st.lists(TEXTS, min_size=1, max_size=3), said=st.one_of(TEXTS, any_text()), data=st.data())
def test_every_located_quote_stands_at_its_offsets(texts: list[str], said: str, data: st.DataObject) -> None:
    known = evidence(*texts)
    chosen = data.draw(st.lists(st.sampled_from(texts), max_size=3))
    for quote in locate_quotes(separator(texts).join([said, *chosen]), known):
        (source,) = [item for item in known if item.document == quote.document]
        assert source.text[quote.start - source.start : quote.end - source.start] == quote.text != ""


def test_a_quote_within_an_earlier_one_is_not_given_twice() -> None:
    located = locate_quotes(f"{CRANES}\neleven cranes\nIts bell is old.", evidence(CRANES, "Its bell is old."))
    assert [quote.text for quote in located] == [CRANES, "Its bell is old."]


def test_the_answer_consists_of_the_quotes_that_the_model_chose(halmere: Library) -> None:
    model = ScriptedChatModel(["has eleven cranes"])
    answer = answering(halmere, model, style="quotes").ask(QUESTION)
    assert answer.text == "has eleven cranes [1]."
    assert [sentence.verdict for sentence in answer.sentences] == ["verbatim"]
    assert answer.citations[0].quote == "has eleven cranes"
    assert_lawful(answer, halmere)


def test_what_is_no_quote_gives_way_to_the_best_sentence(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(["It has twelve cranes."]), style="quotes").ask(QUESTION)
    assert answer.citations[0].quote == CRANES
    assert "twelve" not in answer.text
    assert_lawful(answer, halmere)


def test_quotes_are_refused_like_answers_and_found_without_a_model(halmere: Library) -> None:
    refused = answering(halmere, ScriptedChatModel(yes=0.0), style="quotes").ask(QUESTION)
    assert refused.outcome == "not_in_documents"
    plain = DocumentQA(halmere, QASettings(model="none", style="quotes")).ask(QUESTION)
    assert plain.citations[0].quote == CRANES


@given(text=TEXTS, said=TEXTS)
def test_what_is_shown_is_a_quote_whatever_the_model_says(text: str, said: str) -> None:
    known = evidence(text)
    info = DocumentInfo(
        name="0.txt", path="/0.txt", sha256="0", title="0", date=None, author=None, pages=(), characters=len(text),
        chunks=1, added="2024-01-01T00:00:00+00:00",
    )  # fmt: skip
    for citation in compose_quotes(said, known, {"0.txt": info}).citations:
        assert text[citation.start : citation.end] == citation.quote
