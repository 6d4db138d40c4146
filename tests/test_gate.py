"""What makes the gate hold it more or less likely that the evidence states the answer."""

import math

import pytest
from fakes import ScriptedChatModel

from ingest import DocumentInfo, sentence_spans
from ingest.model_files import find_model
from qa.composing import compose, mend
from qa.gate import (
    ELSEWHERE_PENALTY,
    MISSING_NAME_PENALTY,
    NOTHING_QUOTED_PENALTY,
    RELUCTANCE,
    UNSUPPORTED_PENALTY,
    USUAL_SCORE,
    answerability,
    draft_penalty,
    lowered,
)  # fmt: skip
from qa.language_model import LanguageModel
from qa.records import Evidence

CRANES = "The harbour has eleven cranes."
QUESTION = "How many cranes has the harbour?"
INFOS = {
    "harbour.txt": DocumentInfo(
        name="harbour.txt", path="/harbour.txt", sha256="0", title="Harbour", date=None, author=None, pages=(),
        characters=30, chunks=1, added="2024-05-01T00:00:00Z",
    )
}  # fmt: skip


def log_odds(question: str = QUESTION, score: float = USUAL_SCORE, name: str = "scripted") -> float:
    """Return the log-odds of the answer where the model itself holds it for as likely as not."""
    model = LanguageModel(ScriptedChatModel(yes=0.5), {"name": name})
    evidence = [Evidence(document="harbour.txt", start=0, end=len(CRANES), text=CRANES, heading="", score=score)]
    probability = answerability(question, evidence, INFOS, model)
    return math.log(probability / (1 - probability))


@pytest.mark.parametrize("alias", ["small", "tiny"])
def test_a_model_that_says_yes_less_readily_is_believed_sooner(alias: str) -> None:
    name = find_model(alias, "chat").name
    assert log_odds(name=name) - log_odds() == pytest.approx(RELUCTANCE[name])
    assert find_model("default", "chat").name not in RELUCTANCE


def test_a_usual_question_on_usual_evidence_is_left_to_the_model() -> None:
    assert log_odds() == pytest.approx(0)


def test_evidence_that_fits_better_and_names_that_it_lacks_count() -> None:
    assert log_odds(score=USUAL_SCORE + 1) > 0 > log_odds(score=USUAL_SCORE - 1)
    assert log_odds(question="How many cranes has Vesk?") == pytest.approx(-MISSING_NAME_PENALTY)


@pytest.mark.parametrize(
    ("question", "draft", "penalty"),
    [
        ("Who chaired the port's council?", "The port's charter was signed by Ada Ito.", ELSEWHERE_PENALTY),
        ("Who wrote the port's charter?", "The port's charter was signed by Ada Ito.", ELSEWHERE_PENALTY),
        ("Who signed the port's charter?", "The port's charter was signed by Ada Ito.", 0),
        ("Who wrote the port's charter?", "Ada Ito", 0),
        ("Who built the port?", "It was built by Bo Lund.", 0),
        ("Who is in charge of the port's charter?", "The port's charter was signed by Ada Ito.", 0),
        ("Where was the port's charter signed?", "The port's charter was signed by Ada Ito.", 0),
        ("Who chaired the port's council?", "Eve Moss chaired it.", UNSUPPORTED_PENALTY),
        ("How many masts has the port's crane?", "It has 11.", ELSEWHERE_PENALTY),
        ("How many masts has the port's crane?", "It has eleven masts.", UNSUPPORTED_PENALTY + ELSEWHERE_PENALTY),
        ("How many metres has the port's crane?", "It has 11.", 0),
        ("How many times was the port's crane moved?", "It has 11.", 0),
        ("How many ships are in the port?", "Nine ships are in the port.", NOTHING_QUOTED_PENALTY),
    ],
)
def test_a_draft_that_does_not_stand_or_turns_elsewhere_makes_an_answer_less_likely(
    question: str, draft: str, penalty: float
) -> None:
    text = "The port's charter was signed by Ada Ito. It was built by Bo Lund. Its crane has 11 wheels."
    evidence = [
        Evidence(document="harbour.txt", start=start, end=end, text=text[start:end], heading="", score=USUAL_SCORE)
        for start, end in sentence_spans(text)
    ]
    composed = compose(question, draft, evidence, INFOS)
    mended = not composed.sentences
    answer = mend(question, draft, evidence, INFOS) if mended else composed
    assert draft_penalty(question, draft, answer, mended=mended) == penalty


def test_no_probability_is_certain_after_it_is_lowered() -> None:
    assert 0 < lowered(0.0, 0) < lowered(1.0, 3) < 1
