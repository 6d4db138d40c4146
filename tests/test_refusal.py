"""Whoever gets no answer is told why."""

import pytest
from fakes import ScriptedChatModel
from town import CRANES, QUESTION, answering, assert_lawful

from ingest import Library
from qa import DocumentQA, QASettings
from qa.page.answers import turn_html
from qa.page.conversation import Turn
from qa.refusal import MOST_PHRASES


def test_the_words_of_the_question_that_were_not_found_are_named_as_they_were_written(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(yes=0.1)).ask("Who painted Halmere's harbour in 1650?")
    assert answer.outcome == "not_in_documents"
    assert answer.reason.startswith("Not in the sentences found: “painted”, “1650”. ")
    assert_lawful(answer, halmere)


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("How many of the two bridges went up to the mayor of Shanghai?", "“bridges”, “mayor of Shanghai”"),
        ("Which two came up in the harbour?", ""),
        ("What does the State Council say of the harbour?", "“State Council”"),
    ],
)
def test_only_what_means_something_by_itself_is_named_and_what_stands_together_as_one(
    halmere: Library, question: str, named: str
) -> None:
    reason = answering(halmere, ScriptedChatModel(yes=0.1)).ask(question).reason
    assert reason.partition("found: ")[2].partition(". ")[0] == named


def test_words_that_stand_only_in_different_sentences_are_named(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(yes=0.01)).ask("Who is the keeper of the school's bell?")
    assert answer.reason.startswith("No sentence found has all words of the question; the nearest lacks “")


def test_of_many_words_that_were_not_found_some_are_named(halmere: Library) -> None:
    question = "Harbour: zinnias, roses, lilies, tulips, dahlias, asters, irises?"
    reason = answering(halmere, ScriptedChatModel(yes=0.1)).ask(question).reason
    assert reason.count("“") == MOST_PHRASES


def test_where_all_its_words_were_found_the_models_estimate_is_the_reason(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(yes=0.01)).ask(QUESTION)
    assert answer.reason == "The model doubts that the sentences found state the answer."


def test_a_draft_that_nothing_bears_out_is_told_of(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(["The excerpts don't say."])).ask(QUESTION)
    assert answer.reason == "What the model wrote is not borne out by the sentences found."


def test_what_only_the_draft_made_doubtful_is_laid_to_the_draft(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(["The excerpts don't say."], yes=0.6)).ask(QUESTION)
    assert answer.settings["answerability"] < answer.settings["threshold"]
    assert answer.reason == "What the model wrote is not borne out by the sentences found."


def test_without_a_gate_no_estimate_is_given_as_the_reason(halmere: Library) -> None:
    model = ScriptedChatModel(["The excerpts don't say."], yes=0.01)
    assert "doubts" not in answering(halmere, model, gate="off").ask(QUESTION).reason


def test_without_a_model_too_little_of_the_question_was_found(halmere: Library) -> None:
    answer = DocumentQA(halmere, QASettings(model="none")).ask("Which harbour exports zinnias and roses?")
    assert answer.outcome == "not_in_documents"
    assert "“exports zinnias”, “roses”" in answer.reason


def test_an_empty_library_has_nothing_to_do_with_the_question(library: Library) -> None:
    reason = answering(library, ScriptedChatModel()).ask(QUESTION).reason
    assert reason == "Nothing in the documents has to do with the question."


def test_an_answer_has_no_such_reason_and_a_part_that_is_missing_has_one(halmere: Library) -> None:
    model = ScriptedChatModel(lambda _: CRANES, yes=lambda messages: 0.01 if "painter" in str(messages) else 0.95)
    docs = answering(halmere, model)
    assert docs.ask(QUESTION).reason == ""
    partial = docs.ask("How many cranes has the harbour, and who was the painter of the school?")
    assert partial.outcome == "partial"
    assert "“painter”" in partial.reason


def test_several_parts_without_an_answer_have_one_reason(halmere: Library) -> None:
    question = "Who was the painter of the school, and who was the baker of the harbour?"
    answer = answering(halmere, ScriptedChatModel(yes=0.01)).ask(question)
    assert answer.outcome == "not_in_documents"
    assert answer.reason.startswith("Not in the sentences found: “painter”, “baker”. The model doubts that they state")
    assert answer.reason.count("doubts") == 1


def test_the_page_shows_the_reason_and_runs_nothing_of_it(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel(yes=0.1)).ask("Who painted <img/src=x> the harbour?")
    html = turn_html(Turn(question=answer.question, answer=answer), 0)
    assert "Not in the sentences found" in html
    assert "<img" not in html
