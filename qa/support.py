"""A sentence and the evidence in, its verdict and the fewest pieces of evidence that support it out. No model is used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import words
from qa.facts import Facts, facts_of
from qa.records import Evidence, Verdict

MIN_COVERAGE = 0.7
"""Share of a sentence's content words that its citations must hold for it to be supported."""
MAX_CITATIONS = 3
_ANY_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Support:
    """What was found when a sentence was checked."""

    verdict: Verdict
    """Whether the sentence's words stand in the evidence, follow from it, or neither."""
    cited: tuple[int, ...]
    """Positions in the evidence of what supports it, most important first; the nearest one if it is unsupported."""
    coverage: float
    """Share of the sentence's content words that the cited evidence holds, 0 to 1."""
    reason: str
    """One phrase saying why, for people."""


def check_support(sentence: str, evidence: Sequence[Evidence], context: Sequence[str]) -> Support:
    """Return whether the evidence supports a sentence, and which pieces of it do.

    A sentence is *verbatim* if its words, in their order, stand in one piece of evidence. It is *supported* if every
    number, name and negation in it has its counterpart in the cited evidence, and the evidence holds at least
    `MIN_COVERAGE` of its content words. Names may also stand in the evidence's title or headings.

    Args:
        sentence: One sentence, without footnote markers.
        evidence: The pieces of evidence that it may rest on.
        context: For each piece of evidence, the title, date and headings that it stands under.

    Returns:
        The verdict. Without evidence it is unsupported and cites nothing.
    """
    for position, item in enumerate(evidence):
        if _contains_in_order(item.text, sentence):
            return Support("verbatim", (position,), 1.0, "its words stand in the quote")
    claim = facts_of(sentence)
    pieces = [facts_of(item.text) for item in evidence]
    settings = [facts_of(line) for line in context]
    cited = _cover(claim, pieces, settings)
    if not cited:
        return Support("unsupported", (), 0.0, "nothing in the evidence resembles it")
    quoted = Facts.merged([pieces[n] for n in cited])
    around = Facts.merged([settings[n] for n in cited])
    coverage = _coverage(claim, quoted, around)
    reason = _contradiction(claim, quoted, around)
    if reason is None and coverage < MIN_COVERAGE:
        reason = f"only {coverage:.0%} of its words stand in the quotes"
    if reason is not None:
        return Support("unsupported", tuple(cited), coverage, reason)
    return Support("supported", tuple(cited), coverage, f"{coverage:.0%} of its words stand in the quotes")


def _contradiction(claim: Facts, quoted: Facts, around: Facts) -> str | None:
    """Return what in the claim the quotes don't bear out, in words, or None."""
    missing = claim.numbers - quoted.numbers - around.numbers
    if missing:
        return f"{_listed(missing)} is not in the quotes"
    missing = claim.names - quoted.words - around.words - quoted.acronyms - around.acronyms
    if missing:
        return f"{_listed(missing)} is not in the quotes"
    differing = (claim.negated ^ quoted.negated) & claim.words & quoted.words
    if differing:
        return f"{_listed(differing)} is denied in one and affirmed in the other"
    return None


def _listed(found: frozenset[str]) -> str:
    return ", ".join(f"“{word}”" for word in sorted(found))


def _coverage(claim: Facts, quoted: Facts, around: Facts) -> float:
    if not claim.words:
        return 0.0
    held = claim.words & (quoted.words | around.words | quoted.acronyms | around.acronyms)
    return len(held) / len(claim.words)


def _cover(claim: Facts, pieces: Sequence[Facts], settings: Sequence[Facts]) -> list[int]:
    """Choose greedily the fewest pieces that hold the claim's words; names and numbers count double."""
    missing = claim.words
    chosen: list[int] = []
    while missing and len(chosen) < MAX_CITATIONS:
        gains = [
            sum(2 if word in claim.names | claim.numbers else 1 for word in missing & (piece.words | piece.acronyms))
            for piece in pieces
        ]
        # On a tie the piece whose heading fits better, then the earlier one.
        best = max(range(len(pieces)), key=lambda n: (gains[n], len(missing & settings[n].words), -n), default=None)
        if best is None or gains[best] < (2 if chosen else 1):
            break
        chosen.append(best)
        missing = missing - pieces[best].words - pieces[best].acronyms - settings[best].words
    return chosen


def _contains_in_order(text: str, sentence: str) -> bool:
    wanted = [word.casefold() for word in _ANY_WORD.findall(sentence)]
    found = [word.casefold() for word in _ANY_WORD.findall(text)]
    return bool(wanted) and bool(words(sentence)) and f" {' '.join(wanted)} " in f" {' '.join(found)} "
