"""A question and the evidence that doesn't answer it in, why not, in a sentence or two, out."""

import re
from collections.abc import Mapping, Sequence

from ingest import DocumentInfo, words
from qa.gate import words_of
from qa.records import Evidence

MOST_WORDS = 5
"""How many of the question's words are named as missing."""
_WRITTEN = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")


def why_not(
    question: str,
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    likelihood: float | None,
    threshold: float,
) -> str:
    """Return why a question isn't answered from what was found.

    Args:
        question: The question.
        evidence: What was found.
        infos: What is known of the documents, by name.
        likelihood: The gate's probability that the evidence states the answer; None without a model.
        threshold: The least probability that is asked for.
    """
    if not evidence:
        return "Nothing in the documents has to do with the question."
    reasons = []
    if missing := missing_words(question, evidence, infos):
        reasons.append(f"Not in the sentences found: {_named(missing)}.")
    elif lacking := min((missing_words(question, [item], infos) for item in evidence), key=len):
        reasons.append(f"No sentence found has all words of the question; the nearest lacks {_named(lacking)}.")
    they, them = ("they", "them") if reasons else ("the sentences found", "the sentences found")
    if likelihood is None:
        reasons.append(f"{they[0].upper()}{they[1:]} hold too little of the question to be quoted as its answer.")
    elif likelihood < threshold:
        reasons.append(f"The model doubts that {they} state the answer.")
    else:
        reasons.append(f"What the model wrote is not borne out by {them}.")
    return " ".join(reasons)


def _named(missing: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in missing[:MOST_WORDS])


def missing_words(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> tuple[str, ...]:
    """Return the content words of a question, as written, that stand neither in the evidence nor above it."""
    held = words_of(evidence, infos)
    written = dict.fromkeys(match.group() for match in _WRITTEN.finditer(question))
    return tuple(word for word in written if words(word) and held.isdisjoint(words(word)))
