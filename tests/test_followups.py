"""Follow-ups: what leans on the question before and what it means; and the conversations that measure it."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedChatModel
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text
from town import CRANES, QUESTION, answering, assert_lawful

from ingest import Library
from ingest.loading import load_document
from qa import Answer, DocumentQA, QASettings, Turn
from qa.answering import past_turns
from qa.dialogue.followups import is_followup, understand

DATA = Path(__file__).parent.parent / "data"
QUESTIONS = [json.loads(line) for line in (DATA / "questions.jsonl").read_text("utf-8").splitlines()]
CONVERSATIONS = [json.loads(line) for line in (DATA / "conversations.jsonl").read_text("utf-8").splitlines()]
TURNS = [turn for conversation in CONVERSATIONS for turn in conversation["turns"]]
SIGNED = Turn(question="When was the Bletchley Declaration signed?", answer="It was signed on 1 November 2023.")


def follow(question: str, *before: str | Turn) -> str | None:
    turns = [turn if isinstance(turn, Turn) else Turn(question=turn, answer="") for turn in before]
    return understand(question, turns)


# What stands alone


@pytest.mark.parametrize("question", [question["question"] for question in QUESTIONS])
def test_a_question_that_stands_alone_is_never_understood_otherwise(question: str) -> None:
    assert follow(question, SIGNED) is None


@pytest.mark.parametrize("turn", TURNS, ids=lambda turn: turn["full"][:40])
def test_a_turn_asked_in_full_stands_alone(turn: dict[str, Any]) -> None:
    assert not is_followup(turn["full"])


def test_the_first_question_of_a_conversation_is_taken_as_asked() -> None:
    assert understand("And when was it signed?", []) is None


# What leans on the question before


@pytest.mark.parametrize(
    ("question", "before", "meant"),
    [
        ("And when was it signed?", "Who wrote the Halmere Statement?", "When was the Halmere Statement signed?"),
        ("Who signed it?", SIGNED, "Who signed the Bletchley Declaration?"),
        ("What about China?", "When did France sign the declaration?", "When did China sign the declaration?"),
        ("How about the Board?", "Can the Court impose fines?", "Can the Board impose fines?"),
        ("And Ferry?", "Which company supplies Quill?", "Which company supplies Ferry?"),
        ("And in 2023?", "How many delegates came in October 2024?", "How many delegates came in 2023?"),
        ("Why?", "When was Sieve suspended?", "Why was Sieve suspended?"),
        ("Since when?", "Where is the WAIC held?", "Since when is the WAIC held?"),
        ("For students?", "What does a card cost for adults?", "What does a card cost for students?"),
        ("What about a lost badge?", "When must staff report an incident?", "When must staff report a lost badge?"),
        ("Where did they meet?", "When did France and China agree?", "Where did France and China meet?"),
        ("What are its rules?", "Who chairs the AI Board?", "What are the AI Board’s rules?"),
        ("And?", SIGNED, None),
        ("What about?", SIGNED, None),
        ("Who paid, and who gave the lecture?", SIGNED, None),
        ("And who gave the lecture?", SIGNED, "About the Bletchley Declaration: who gave the lecture?"),
    ],
)
def test_a_follow_up_is_understood(question: str, before: str | Turn, meant: str | None) -> None:
    assert follow(question, before) == meant


def test_a_person_is_who_the_answer_named() -> None:
    who = Turn(question="Who gave the opening lecture?", answer="Prof. Leila Marchetti gave the opening lecture.")
    assert follow("What did she propose?", who) == "What did Leila Marchetti propose?"
    assert follow("What was her proposal?", who) == "What was Leila Marchetti’s proposal?"


def test_what_the_last_turn_does_not_name_is_looked_for_in_those_before() -> None:
    later = Turn(question="How many people came in 2023?", answer="")
    assert follow("Who signed it?", SIGNED, later) == "Who signed the Bletchley Declaration?"


@given(question=any_text(), before=any_text(), said=any_text())
def test_no_text_is_too_odd_to_be_understood_or_left(question: str, before: str, said: str) -> None:
    meant = understand(question, [Turn(question=before, answer=said)])
    assert meant is None or meant.strip()


# In the chain


def test_a_follow_up_finds_what_it_means_and_the_record_says_what_that_is(halmere: Library) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    first = docs.ask("When was the school of Halmere built?")
    second = docs.ask("And its bell?", history=[Turn(question="What is known of the School?", answer="")])
    assert first.understood is None
    assert second.question == "And its bell?"
    assert second.understood is not None
    assert "School" in second.understood
    assert second.passages[0].document == "school.txt"
    assert_lawful(second, halmere)


def test_the_model_is_asked_what_was_understood_and_nothing_more_often(halmere: Library) -> None:
    model = ScriptedChatModel(lambda _: CRANES)
    docs = answering(halmere, model)
    first = docs.ask(QUESTION)
    calls = len(model.prompts)
    second = docs.ask("And how many cranes has it?", history=[Turn(question="Who runs the Harbour?", answer=""), first])
    assert second.understood is not None
    assert len(model.prompts) == 2 * calls
    assert all(second.understood in str(prompt[-1].content) for prompt in model.gate_prompts[1:])


def test_a_history_of_answers_is_what_was_understood_and_said_without_markers(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))
    answers: list[Answer | Turn] = [docs.ask("Hello"), docs.ask(QUESTION)]
    assert past_turns(answers) == [Turn(question=QUESTION, answer=CRANES)]


@given(history=st.lists(st.builds(Turn, question=any_text(), answer=any_text()), max_size=3))
def test_a_history_changes_nothing_for_a_question_that_stands_alone(history: list[Turn]) -> None:
    assert understand(QUESTION, history) is None


def test_the_page_hands_earlier_answers_on_and_shows_what_was_understood(halmere: Library) -> None:
    from qa.page.answers import turn_html
    from qa.page.conversation import Conversation, Turn
    from qa.page.desk import Desk

    docs, desk, conversation = DocumentQA(halmere, QASettings(model="none")), Desk(), Conversation()
    for question in ("Who cast the bell of the School?", "What about its roof?"):
        turn = Turn(question=question)
        desk.ask(turn, docs, conversation.history())
        conversation.turns.append(turn)
        asyncio.run(_ended(desk, turn))
    shown = turn_html(turn, 1)
    assert "Understood as: " in shown
    assert "The roof is made of slate" in shown


async def _ended(desk: Any, turn: Any) -> None:
    async for _ in desk.follow(turn):
        pass


# The conversations


def test_there_are_enough_conversations_of_two_and_three_turns() -> None:
    assert len(CONVERSATIONS) >= 40
    assert {len(conversation["turns"]) for conversation in CONVERSATIONS} == {2, 3}
    assert len({conversation["id"] for conversation in CONVERSATIONS}) == len(CONVERSATIONS)


def test_each_first_turn_is_asked_in_full_and_each_conversation_holds_a_follow_up() -> None:
    for conversation in CONVERSATIONS:
        first, *rest = conversation["turns"]
        assert first["question"] == first["full"]
        assert any(turn["question"] != turn["full"] for turn in rest) or conversation["id"] == "c27"


@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation["id"])
def test_each_quote_of_a_conversation_occurs_in_its_document_and_holds_an_answer(conversation: dict[str, Any]) -> None:
    for turn in conversation["turns"]:
        quotes = [evidence["quote"] for evidence in turn["evidence"]]
        for evidence in turn["evidence"]:
            name = evidence["document"]
            assert evidence["quote"] in load_document(DATA / "corpus" / name, name).text
        assert any(answer.casefold() in " ".join(quotes).casefold() for answer in turn["answers"])


def test_nearly_every_follow_up_of_the_conversations_is_noticed() -> None:
    follow_ups = [turn["question"] for turn in TURNS if turn["question"] != turn["full"]]
    assert sum(is_followup(question) for question in follow_ups) / len(follow_ups) >= 0.95
