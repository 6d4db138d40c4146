"""A question and its evidence in, the probability that the evidence states the answer out."""

import math
import re
from collections.abc import Mapping, Sequence

from langchain_core.callbacks import BaseCallbackHandler

from ingest import DocumentInfo, words
from qa.language_model import LanguageModel
from qa.prompts import gate_messages
from qa.records import Evidence

MISSING_NAME_PENALTY = 1.5
"""Taken from the log-odds if the question names somebody or something, or a number, that the evidence doesn't."""

_NAME = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’]*")


def answerability(
    question: str,
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    model: LanguageModel,
    callbacks: Sequence[BaseCallbackHandler] = (),
) -> float:
    """Return the probability, 0 to 1, that the evidence states the answer.

    It is the model's own, read from the log-probabilities of its yes and no (Kadavath et al. 2022, "Language Models
    (Mostly) Know What They Know"), lowered if a name or number of the question doesn't occur in the evidence.
    """
    probability = model.yes_probability(gate_messages(question, evidence, infos), callbacks)
    if not missing_names(question, evidence, infos):
        return probability
    probability = min(max(probability, 1e-6), 1 - 1e-6)
    log_odds = math.log(probability / (1 - probability)) - MISSING_NAME_PENALTY
    return 1 / (1 + math.exp(-log_odds))


def missing_names(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> frozenset[str]:
    """Return the names and numbers of the question, stemmed, that stand neither in the evidence nor above it."""
    held: set[str] = set()
    for item in evidence:
        info = infos[item.document]
        held.update(words(f"{item.text} {item.heading} {info.title} {info.date or ''}"))
    wanted = {word for word in words(question) if word[0].isdigit()}
    for match in _NAME.finditer(question):
        begins = not question[: match.start()].strip(" \"'“‘(")
        if not begins or sum(letter.isupper() for letter in match.group()) > 1:
            wanted.update(words(match.group()))
    return frozenset(wanted - held)
