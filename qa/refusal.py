"""A question and the evidence that doesn't answer it in, why not, in a sentence or two, out."""

import re
from collections.abc import Mapping, Sequence

from ingest import DocumentInfo, words
from qa.checks.lexicon import BE, IRREGULAR, JOINS, LIGHT, OPENERS, PREPOSITIONS, listed
from qa.checks.number_words import digits_for_words
from qa.gate import words_of
from qa.names import names_of
from qa.records import Evidence

MOST_PHRASES = 5
"""How many of the question's phrases are named as missing."""
_WRITTEN = re.compile(r"[^\W_]+(?:['’.,-][^\W_]+)*")
_WITHIN = re.compile(r" (?:(?:of|for|to|de|du) )?(?:(?:the|a|an|la|der|des) )?")
"""What may stand between two words of a phrase."""
_LIGHT = (OPENERS | JOINS | PREPOSITIONS | BE | LIGHT) | listed(
    "kind sort way part much many often long far again ever never just even too very up down out off apart instead "
    "happen mention tell describe explain list state provide use get go want please exactly actually currently usually"
)
"""Words, or their stems, whose absence tells a reader nothing."""


Part = tuple[str, Sequence[Evidence], bool | None]
"""A question, what was found for it, and whether the model doubted, before it wrote, that this states the answer; None
without a model."""


def why_not(parts: Sequence[Part], infos: Mapping[str, DocumentInfo]) -> str:
    """Return why questions aren't answered from what was found, as if they were one; empty without any.

    Args:
        parts: The questions; several, if that is what the reader's question consists of.
        infos: What is known of the documents, by name.
    """
    if not parts:
        return ""
    question = " ".join(asked for asked, _, _ in parts)
    evidence = [item for _, found, _ in parts for item in found]
    doubts = [doubted for _, _, doubted in parts if doubted is not None]
    if not evidence:
        return "Nothing in the documents has to do with the question."
    reasons = []
    if missing := missing_phrases(question, evidence, infos):
        reasons.append(f"Not in the sentences found: {_named(missing)}.")
    elif lacking := min((missing_phrases(question, [item], infos) for item in evidence), key=_length):
        reasons.append(f"No sentence found has all words of the question; the nearest lacks {_named(lacking)}.")
    they, them = ("they", "them") if reasons else ("the sentences found", "the sentences found")
    if not doubts:
        reasons.append(f"{they[0].upper()}{they[1:]} hold too little of the question to be quoted as its answer.")
    elif all(doubts):
        reasons.append(f"The model doubts that {they} state the answer.")
    else:
        reasons.append(f"What the model wrote is not borne out by {them}.")
    return " ".join(reasons)


def _named(missing: Sequence[str]) -> str:
    return ", ".join(f"“{phrase}”" for phrase in missing[:MOST_PHRASES])


def _length(phrases: Sequence[str]) -> int:
    return sum(len(words(phrase)) for phrase in phrases)


def missing_phrases(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> tuple[str, ...]:
    """Return what of a question, as written, stands neither in the evidence nor above it.

    Named are names, numbers and words that mean something by themselves; those that stand beside each other are one
    phrase, as in "mayor of Shanghai".
    """
    held, names = words_of(evidence, infos), names_of(question)
    spans: list[tuple[int, int]] = []
    for match in _WRITTEN.finditer(question):
        word = match.group()
        if not (word in names or _tells(word)) or not words(word) or not held.isdisjoint(words(word)):
            continue
        if spans and _WITHIN.fullmatch(question, spans[-1][1], match.start()):
            spans[-1] = spans[-1][0], match.end()
        else:
            spans.append(match.span())
    return tuple(dict.fromkeys(question[start:end] for start, end in spans))


def _tells(word: str) -> bool:
    in_words = word.isalpha() and digits_for_words(word).isdigit()  # "two" says less than "1650"
    folded = word.casefold()
    return not in_words and _LIGHT.isdisjoint({folded, IRREGULAR.get(folded, folded), *words(word)})
