"""A question that asks several things is answered thing by thing, and what is missing is named."""

import pytest
from fakes import ScriptedChatModel
from langchain_core.messages import BaseMessage
from town import CRANES, answering, assert_lawful

from ingest import Library
from qa import EvidenceFound, TextDrafted
from qa.dialogue.parts import parts_of

BELL = "Its bell was cast in 1822."


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        (
            "When was the charter signed, and how many towns signed it?",
            ("When was the charter signed?", "how many towns signed it?"),
        ),
        ("Who founded Halmere and why?", ("Who founded Halmere?", "why?")),
        ("When was it signed, and by whom?", ("When was it signed?", "by whom?")),
        ("what is a sluice; where is it built", ("what is a sluice?", "where is it built?")),
        (
            "What is it, where is it, and who keeps it?",
            ("What is it, where is it?", "who keeps it?"),
        ),
    ],
)
def test_a_question_is_divided_where_and_is_followed_by_another(question: str, parts: tuple[str, ...]) -> None:
    assert parts_of(question) == parts


@pytest.mark.parametrize(
    "question",
    [
        "How many cranes has the harbour?",
        "How and when did the plague come to Halmere?",
        "The border lies between Halmere and what other town?",
        "Which towns and which other places signed?",
        "Who paid for the crane, which was built in 1911?",
        "What do the mayor and those who keep the harbour say?",
        "When many people are arrested, what is done?",
        "Do the rules say who signs and when?",
        "And when was it signed?",
        "Who and what and where and when and why?",
        "",
        "?",
    ],
)
def test_a_question_that_asks_one_thing_stays_whole(question: str) -> None:
    assert parts_of(question) == (question,)


def says(replies: dict[str, str]) -> ScriptedChatModel:
    """Return a model whose gate says yes, and that answers by what stands in its prompt's last question."""

    def reply(messages: list[BaseMessage]) -> str:
        asked = str(messages[1].content).rsplit("Question: ", 1)[1]
        return next(said for key, said in replies.items() if key in asked)

    return ScriptedChatModel(reply, yes=lambda messages: 0.01 if "painter" in str(messages) else 0.95)


def test_each_part_is_answered_from_its_own_evidence_and_the_footnotes_are_one_series(halmere: Library) -> None:
    model = says({"cranes": CRANES, "bell": BELL})
    answer = answering(halmere, model).ask("How many cranes has the harbour, and when was the bell of the school cast?")
    assert answer.outcome == "answered"
    assert answer.text == "The harbour of Halmere has eleven cranes [1]. Its bell was cast in 1822 [2]."
    assert [citation.document for citation in answer.citations] == ["harbour.txt", "school.txt"]
    assert answer.understood is not None
    assert answer.understood.startswith("How many cranes has the harbour? ")
    assert_lawful(answer, halmere)


def test_what_the_documents_do_not_say_is_named(halmere: Library) -> None:
    model = says({"cranes": CRANES})
    answer = answering(halmere, model).ask("How many cranes has the harbour, and who was the painter of the school?")
    assert answer.outcome == "partial"
    assert answer.text == (
        "The harbour of Halmere has eleven cranes [1]. The documents don't say: who was the painter of the school?"
    )
    assert_lawful(answer, halmere)


def test_if_they_say_nothing_of_it_the_answer_says_no_more_than_that(halmere: Library) -> None:
    model = says({})
    answer = answering(halmere, model).ask("Who was the painter, and where did the painter live?")
    assert (answer.outcome, answer.text) == ("not_in_documents", "The documents don't say.")
    assert answer.passages
    assert_lawful(answer, halmere)


def test_a_later_part_is_understood_from_the_answer_to_the_one_before(halmere: Library) -> None:
    model = says({"cranes": CRANES, "crane built": "The oldest crane was built in 1911."})
    answer = answering(halmere, model).ask("How many cranes has the harbour, and when was the oldest crane built?")
    assert [sentence.citations for sentence in answer.sentences] == [(1,), (2,)]
    assert_lawful(answer, halmere)


def test_the_same_quote_for_two_parts_is_one_footnote(halmere: Library) -> None:
    model = says({"cranes": CRANES})
    answer = answering(halmere, model).ask("How many cranes has the harbour, and which town has eleven cranes?")
    assert len(answer.citations) == 1
    assert_lawful(answer, halmere)


def test_while_it_is_answered_each_part_brings_its_evidence_and_its_text(halmere: Library) -> None:
    model = says({"cranes": CRANES, "bell": BELL})
    events = list(
        answering(halmere, model).stream("How many cranes has the harbour, and when was the bell of the school cast?")
    )
    kinds = [type(event) for event in events]
    assert kinds.count(EvidenceFound) == 2
    assert kinds.index(TextDrafted) < len(kinds) - 1 - kinds[::-1].index(EvidenceFound)
    assert "".join(event.text for event in events if isinstance(event, TextDrafted)) == f"{CRANES} {BELL}"
