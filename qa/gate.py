"""A question and its evidence in, the probability that the evidence states the answer out."""

import math
from collections.abc import Mapping, Sequence

from ingest import DocumentInfo, words
from qa.assembly import Composition
from qa.checks.reply import turns_elsewhere
from qa.language_model import LanguageModel
from qa.names import names_of
from qa.prompts import gate_messages
from qa.records import Evidence

SCORE_WEIGHT = 0.67
"""Added to the log-odds for each point that the best evidence scores above the usual, or taken from them below it."""
USUAL_SCORE = 2.5
MISSING_NAME_PENALTY = 1.5
"""Taken from the log-odds if the question names somebody or something, or a number, that the evidence doesn't."""
RELUCTANCE = {"qwen2.5-coder-0.5b-instruct": 0.7, "smollm2-135m-instruct": 0.7}
"""Added to the log-odds for models that say yes less readily than the default one."""
UNSUPPORTED_PENALTY = 0.3
"""Taken from the log-odds if nothing of what the model then wrote is supported by the evidence."""
NOTHING_QUOTED_PENALTY = 1.3
"""Taken from the log-odds if no quote could take its place either."""
ELSEWHERE_PENALTY = 1.0
"""Taken from the log-odds if neither the draft nor its quotes speak of the deed or the things that were asked about."""


def answerability(
    question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo], model: LanguageModel
) -> float:
    """Return the probability, 0 to 1, that the evidence states the answer.

    It is the model's own, read from the log-probabilities of its yes and no (Kadavath et al. 2022, "Language Models
    (Mostly) Know What They Know"), moved by how well the best piece of evidence fits the question, and lowered if a
    name or number of the question doesn't occur in the evidence.

    Args:
        question: The question.
        evidence: What it is to be answered from; at least one piece.
        infos: What is known of the documents, by name.
        model: The chat model.
    """
    probability = model.yes_probability(gate_messages(question, evidence, infos))
    penalty = -RELUCTANCE.get(model.description["name"], 0.0)
    penalty += SCORE_WEIGHT * (USUAL_SCORE - max(item.score for item in evidence))
    if missing_names(question, evidence, infos):
        penalty += MISSING_NAME_PENALTY
    return lowered(probability, penalty)


def draft_penalty(question: str, draft: str, composition: Composition, *, mended: bool) -> float:
    """Return what is taken from the log-odds once the model has written: a draft tells of the evidence, too.

    Args:
        question: The question.
        draft: What the model wrote.
        composition: The answer that was made of it.
        mended: Whether nothing of the draft stands, so that a quote took its place, or nothing.
    """
    if not composition.sentences:
        return NOTHING_QUOTED_PENALTY
    told = " ".join(citation.quote for citation in composition.citations)
    return UNSUPPORTED_PENALTY * mended + ELSEWHERE_PENALTY * turns_elsewhere(draft, told, question)


def lowered(probability: float, penalty: float) -> float:
    """Return the probability whose log-odds are lower by `penalty`."""
    probability = min(max(probability, 1e-6), 1 - 1e-6)
    log_odds = math.log(probability / (1 - probability)) - penalty
    return 1 / (1 + math.exp(-log_odds))


def missing_names(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> frozenset[str]:
    """Return the names and numbers of the question, stemmed, that stand neither in the evidence nor above it."""
    numbers = frozenset(word for word in words(question) if word[0].isdigit())
    return numbers.union(words(" ".join(names_of(question)))) - words_of(evidence, infos)


def words_of(evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> frozenset[str]:
    """Return the words, stemmed, of the evidence and of the titles, dates and headings that it stands under."""
    held: set[str] = set()
    for item in evidence:
        info = infos[item.document]
        held.update(words(f"{item.text} {item.heading} {info.title} {info.date or ''}"))
    return frozenset(held)
