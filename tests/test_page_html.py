"""Answers and documents as HTML, with untrusted text in them."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import ScriptedChatModel
from hypothesis import given
from hypothesis import strategies as st
from page_tools import ATTACK, CRANES, HARBOUR, Parsed, asked, info

import qa.page
from ingest import DocumentNotFound, Library
from qa.page.answers import turn_html
from qa.page.conversation import Conversation, Place, Turn
from qa.page.markup import action, quoted, shown, written_date
from qa.page.reader import reader_html

# Untrusted text


@given(st.text())
def test_whatever_the_text_is_its_html_has_no_element(text: str) -> None:
    assert Parsed(f"<p>{shown(text)}</p>").elements == [("p", {})]


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="‪‫‬‭‮⁦⁧⁨⁩")))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert Parsed(f"<p>{shown(text)}</p>").text == text


@given(st.text())
def test_a_button_carries_any_value_unchanged(value: str) -> None:
    (_, attributes), *_ = Parsed(action("select", "x", name=value)).elements
    carried = json.loads(attributes["data-with"] or "")["name"]
    assert carried == value


def test_characters_that_turn_the_direction_become_visible_signs() -> None:
    assert shown("safe\u202egnp.exe") == "safe‹U+202E›gnp.exe"


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-05-01", "1 May 2024"), ("2024-05", "May 2024"), ("2024", "2024"), (None, ""),
        ("2024-13-01", "2024-13-01"), ("<b>", "<b>"),
    ],
)  # fmt: skip
def test_dates_are_written_as_far_as_they_are_known(date: str | None, words: str) -> None:
    assert written_date(date) == words


# Answers


def test_each_sentence_ends_in_the_footnote_that_opens_its_quote(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    page = Parsed(turn_html(turn, 0))
    (marker,) = page.of("marker")
    assert json.loads(marker["data-with"] or "") == {"kind": "footnote", "turn": "0", "number": "1"}
    assert f"{CRANES[:-1]}." in page.text
    assert "[1]" not in page.text.split("sentence checked")[0]
    assert len(page.of("card")) == 1
    assert "14 May 2024" in page.text


def test_the_verdict_of_each_sentence_is_on_the_page_with_its_meaning(harbour: Library) -> None:
    question = "How many cranes has the harbour of Halmere, and when was its oldest crane built?"
    turn = asked(harbour, ScriptedChatModel([CRANES, "The oldest crane was built in 1911."]), question)
    assert turn.answer is not None
    first, second = turn.answer.sentences
    turn.answer = replace(turn.answer, sentences=(first, replace(second, verdict="supported")))
    page = Parsed(turn_html(turn, 0))
    assert len(page.of("verbatim")) >= 1
    assert len(page.of("supported")) >= 1
    assert "2 sentences checked: 1 word for word, 1 supported" in page.text
    assert "Every number, name and negation" in page.text


def test_a_partial_answer_says_that_something_was_left_out(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([f"{CRANES} Pirates stole 40 of them in 1822."]))
    page = Parsed(turn_html(turn, 0))
    assert page.of("partial")
    assert "Answered in part" in page.text
    assert "The passages found don't say more." in page.text
    assert "Pirates" not in page.text


def test_an_answer_that_the_documents_lack_shows_the_nearest_passages(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel(yes=0.0), "Who painted the harbour?")
    page = Parsed(turn_html(turn, 0))
    assert page.of("not_in_documents")
    assert "Nearest passages (1)" in page.text
    assert not page.of("marker")


def test_a_draft_is_marked_as_unchecked_until_the_answer_is_there(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    drafting = turn_html(replace(turn, answer=None), 0)
    assert "Draft, not checked" in drafting
    assert CRANES in Parsed(drafting).text
    assert "Draft" not in turn_html(turn, 0)


def test_a_question_that_waits_says_how_many_are_before_it() -> None:
    assert "number 3 in the queue" in turn_html(Turn(question="?"), 0, ahead=3)
    assert "queue" not in turn_html(Turn(question="?"), 0)


def test_why_a_sentence_has_its_verdict_is_on_the_page(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    assert turn.answer is not None
    assert turn.answer.sentences[0].reason == "its words stand in the quote"
    assert Parsed(turn_html(turn, 0)).text.count("The sentence's words stand in the quote") == 2


def test_markup_in_question_draft_and_answer_is_only_text(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([f"{CRANES} {ATTACK}"]), f"How many cranes has {ATTACK}?")
    unfinished = Turn(question=turn.question, infos=turn.infos, found=turn.found, draft=turn.draft)
    problem = Turn(question=ATTACK, problem=ATTACK)
    for each in (turn, unfinished, problem):
        page = Parsed(turn_html(each, 0))
        assert not {"img", "script"} & {tag for tag, _ in page.elements}
        assert ATTACK in page.text


def test_an_expected_error_stands_on_the_page_in_its_own_words(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([OSError("the cable is out")]))
    assert turn.problem is not None
    assert "the cable is out" in Parsed(turn_html(turn, 0)).text


# The document beside it


def test_the_document_is_shown_whole_with_exactly_the_quote_marked() -> None:
    start = HARBOUR.index("The oldest")
    quote = "The oldest crane was built in 1911."
    place = Place(document="harbour.txt", start=start, end=start + len(quote), quote=quote)
    page = Parsed(reader_html(info(), HARBOUR, place, 0))
    assert page.marked == [quote]
    assert "nobody took the post." in page.text


def test_a_mark_goes_on_over_the_ends_of_paragraphs_and_pages() -> None:
    text = "One two.\n\nThree four.\n\nFive six."
    page = Parsed(
        reader_html(info(pages=(0, 10)), text, Place(document="d", start=4, end=len(text) - 4, quote=text[4:-4]), 0)
    )
    assert page.marked == ["two.", "Three four.", "Five "]
    assert [attributes["data-page"] for attributes in page.of("page")] == ["1", "2"]


def test_a_quote_that_moved_is_marked_where_it_stands_now_and_the_reader_is_told() -> None:
    place = Place(document="d", start=0, end=len(CRANES), quote=CRANES)
    page = Parsed(reader_html(info(), f"{CRANES[:-1]}, it was said.\n\n{HARBOUR}", place, 0))
    assert page.marked == [CRANES]
    assert "stands elsewhere in it now" in page.text


def test_a_quote_that_a_changed_document_has_no_more_is_still_shown() -> None:
    page = Parsed(reader_html(info(), HARBOUR, Place(document="d", start=0, end=5, quote="Other <b>words</b>"), 0))
    assert not page.marked
    assert "has changed since the answer, and the quote isn’t in it any more:Other <b>words</b>" in page.text


def test_a_long_document_is_shown_around_the_passage_with_a_way_to_the_rest() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(20_000))
    start = text.index("Paragraph 9999.")
    page = Parsed(
        reader_html(info(), text, Place(document="d", start=start, end=start + 15, quote="Paragraph 9999."), 0)
    )
    assert page.marked == ["Paragraph 9999."]
    assert len(page.text) < 120_000
    assert "Earlier text" in page.text
    assert "Later text" in page.text


def test_headings_and_tables_are_laid_out_and_their_signs_are_not_shown() -> None:
    text = "## Costs\n\n| Work | Euros |\n|---|---|\n| Pier \\| piles | 1,420 |\n\n| no table\n"
    start = text.index("Pier")
    page = Parsed(reader_html(info(), text, Place(document="d", start=start, end=start + 4, quote="Pier"), 0))
    assert [name for name, _ in page.elements if name in ("th", "td")] == ["th", "th", "td", "td"]
    assert page.marked == ["Pier"]
    assert "Pier | piles" in page.text
    assert "---" not in page.text
    assert "#" not in page.text
    assert "| no table" in page.text
    assert page.of("level-2")[0]["aria-level"] == "4"


def test_a_page_that_begins_with_a_table_or_a_heading_is_numbered() -> None:
    text = "| One |\n| Two |\n\n# Three"
    pages = (0, text.index("| Two"), text.index("#"))
    page = Parsed(reader_html(info(pages=pages), text, Place(document="d"), 0))
    assert [attributes["data-page"] for attributes in page.of("page")] == ["1", "2", "3"]


@pytest.mark.parametrize(("text", "way"), [("يضم 11", "rtl"), ("11 שלום", "rtl"), ("eleven", "ltr"), ("12", "ltr")])
def test_quotes_are_set_the_way_they_are_written(text: str, way: str) -> None:
    assert quoted(text).startswith(f'<q dir="{way}">')


# The signs of headings and tables are laid out instead.
@given(st.text(st.characters(exclude_characters="#|"), min_size=1, max_size=300), st.data())
def test_any_text_is_shown_without_losing_a_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    pages = tuple(sorted(data.draw(st.sets(st.integers(0, len(text) - 1), max_size=3))))
    place = Place(document="d", start=start, end=end, quote=text[start:end])
    html = reader_html(info(pages=pages), text, place, 0)
    body = Parsed(html[html.index('<div class="text"') :].removesuffix("</article>")).text
    assert "".join(body.split()) == "".join(Parsed(f"<p>{shown(text)}</p>").text.split())


@pytest.mark.parametrize(
    "wanted",
    [
        {}, {"kind": "footnote"}, {"kind": "document"}, {"kind": "document", "name": "a", "at": "b"},
        {"kind": "footnote", "turn": "0", "number": "9"}, {"kind": "passage", "turn": "x", "number": "0"},
        {"kind": "evidence", "turn": "5", "number": "0"}, {"kind": "passage", "turn": "0", "number": "0"},
    ],
)  # fmt: skip
def test_a_click_on_what_is_not_there_is_an_expected_error(wanted: dict[str, str]) -> None:
    with pytest.raises(DocumentNotFound):
        Conversation(turns=[Turn(question="?", problem="none")]).place(wanted)


# Colours


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_every_colour_of_text_stands_out_from_the_ground_it_is_on(colours: str) -> None:
    light, dark = (Path(qa.page.__file__).parent / "page.css").read_text("utf-8").split(".dark {")
    named = dict(re.findall(r"--([\w-]+): (#\w{6})", light if colours == "light" else dark.partition("}")[0]))
    grounds = {
        "ink": ["paper", "leaf", "tint", "mark", "mark-soft", "amber-tint", "slate-tint"],
        "soft": ["paper", "leaf", "tint", "slate-tint"],
        "accent": ["paper", "leaf", "tint"],
        "amber": ["paper", "amber-tint"],
        "alarm": ["slate-tint"],
        "paper": ["accent", "ink"],
    }
    for text, below in grounds.items():
        for ground in below:
            high, low = sorted((_luminance(named[text]), _luminance(named[ground])), reverse=True)
            assert (high + 0.05) / (low + 0.05) >= 4.5, (text, ground)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as WCAG 2 defines it."""
    shares = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [share / 12.92 if share <= 0.03928 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
