"""A claim and the pieces of evidence that it may rest on in, how much of the claim they hold out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import words
from qa.checks.amounts import differing
from qa.checks.lexicon import LIGHT
from qa.checks.wording import opposite
from qa.facts import Facts, holds_name
from qa.records import Evidence

NAME_WEIGHT = 2.0
"""What a name or number weighs beside another word."""
MAX_GAP = 4
"""How many characters may stand between neighbours: a space, a new paragraph, a bullet."""
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|him|we|our|us|this|these|those|here|there|both|who)\b", re.I
)
_DEFINITE = re.compile(r"\b(?:the|this|that|these|those|both|our|its|their|said)\s+(\w+)(?:\s+(\w+))?", re.I)


@dataclass(frozen=True)
class Piece:
    """A piece of evidence, ready to be compared with a claim."""

    evidence: Evidence
    """Where it stands, and its words."""
    facts: Facts
    """What can be checked in them."""
    around: Facts
    """What its title, date and headings tell."""
    before: Facts
    """What stands before it: only the names that something in it may mean count."""

    @property
    def text(self) -> str:
        """Its words."""
        return self.evidence.text


def beside(one: Piece, other: Piece) -> bool:
    """Return whether two pieces stand next to each other in a document."""
    first, second = sorted((one.evidence, other.evidence), key=lambda item: item.start)
    return first.document == second.document and second.start - first.end <= MAX_GAP


def coverage_of(claim: Facts, cited: Sequence[Piece], among: frozenset[str] | None = None) -> float:
    """Return the share, by weight, 0 to 1, of the claim's words that the quotes hold; 1 if no such word counts.

    Args:
        claim: What the sentence tells.
        cited: The quotes.
        among: The words that count; all of them if None. Light words never do.
    """
    if among is not None and not among - LIGHT:
        return 1.0
    counted = (claim.words if among is None else among) - LIGHT or claim.words
    total = sum(weight_of(word, claim) for word in counted)
    held = sum(weight_of(word, claim) for word in counted - missing_words(claim, cited))
    return held / total if total else 0.0


def missing_words(claim: Facts, cited: Sequence[Piece]) -> frozenset[str]:
    """Return which words of the claim no cited piece holds; no numbers if all are there in another spelling."""
    missing = frozenset(word for word in claim.words if not any(holds(word, piece, claim) for piece in cited))
    quoted = Facts.merged([piece.facts for piece in cited])
    if missing & claim.quantities.values:
        around = Facts.merged([piece.around for piece in cited])
        if differing(claim.quantities, quoted.quantities, around.quantities) is None:
            missing -= claim.quantities.values
    if claim.negated != quoted.negated and (pair := opposite(claim, quoted)):
        missing -= {pair[0]}  # "not approved" of what was "rejected"
    return missing


def holds(word: str, piece: Piece, claim: Facts) -> bool:
    """Return whether a piece, its title or its headings hold a word of the claim, names in any of their forms."""
    near = piece.facts.words | piece.facts.acronyms | piece.around.words | piece.around.acronyms
    if word in near or word not in claim.name_words:
        return word in near
    runs = [run for run in claim.names if word in words(" ".join(run))]
    return any(
        "".join(part[0] for part in run) in near or holds_name(word, piece.facts) or _means(word, piece, run)
        for run in runs
    )


def weight_of(word: str, claim: Facts) -> float:
    """Return what a word of the claim weighs."""
    return NAME_WEIGHT if word in claim.name_words | claim.quantities.values else 1.0


def unnamed(claim: Facts, cited: Sequence[Piece]) -> str | None:
    """Return which name is neither in a quote nor what a pronoun or "the ..." of a quote stands for."""
    for run in claim.names:
        initials = {"".join(word[0] for word in run)}
        holders = [piece for piece in cited if initials & piece.facts.words]
        for word in run:
            if holders or any(holds_name(word, piece.facts) for piece in cited):
                continue
            if not any(_means(word, piece, run) for piece in cited):
                return f"“{word.upper() if len(word) < 4 else word.capitalize()}” is not in the quotes"
    return None


def _means(word: str, piece: Piece, run: tuple[str, ...]) -> bool:
    """Return whether a name that stands around or before a piece may be meant by something in it."""
    return (holds_name(word, piece.around) or holds_name(word, piece.before)) and _refers(piece, run)


def _refers(piece: Piece, run: tuple[str, ...]) -> bool:
    """Return whether something in a piece may stand for a name: a pronoun, "the council", or no other name at all.

    What follows "the" must have been spoken of: it is part of the name, or stands in the headings or right before.
    """
    if not piece.facts.names or _PRONOUN.search(piece.text):
        return True
    spoken_of = {stem for word in run for stem in words(word)} | piece.around.words | piece.before.words
    return any(
        spoken_of & set(words(" ".join(filter(None, match.groups())))) for match in _DEFINITE.finditer(piece.text)
    )
