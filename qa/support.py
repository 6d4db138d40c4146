"""A sentence and the evidence in, its verdict and the fewest pieces that support it out. No model is used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from ingest import words
from qa.checks.amounts import differing
from qa.checks.bearing import misplaced, of_another, other_subject
from qa.checks.coverage import Piece, beside, coverage_of, holds, missing_words, unnamed, weight_of
from qa.checks.cuts import cut_short
from qa.checks.order import turned_round
from qa.checks.roles import reversed_roles
from qa.checks.wording import opposite, overstated, retracted, unattributed, widened
from qa.facts import Facts, facts_of, is_statement
from qa.records import Evidence, Verdict

MIN_COVERAGE = 0.7
"""Share of a sentence's content words, by weight, that its citations must hold for it to be supported."""
MIN_PREDICATE = 0.5
"""The same of the words that are neither names nor numbers: what is said of them must not be the sentence's own."""
MAX_CITATIONS = 3
MIN_GAIN = 2.0
"""Weight of the words that a second or third citation must add."""
_TRIED = 3
"""How many pieces are tried as the only citation."""
_SCORE = {"constant": -2.62, "coverage": 3.58, "numbers": -1.88, "names": -1.31}
"""Logistic regression on 180 claims of WiCE: coverage, and ln(1 + n) of the numbers and of the names' words missing."""
_ANY_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+")


@dataclass(frozen=True)
class Support:
    """What was found when a sentence was checked."""

    verdict: Verdict
    """Whether the sentence's words stand in the evidence, follow from it, or neither."""
    cited: tuple[int, ...]
    """Positions in the evidence of what supports it, most important first; the nearest one if it is unsupported."""
    coverage: float
    """Share of the sentence's content words, by weight, that the cited evidence holds, 0 to 1."""
    reason: str
    """One phrase saying why, for people."""
    score: float = 0.0
    """How likely it is supported, by coverage and by missing names and numbers alone, 0 to 1; 1 if verbatim."""


def check_support(sentence: str, evidence: Sequence[Evidence], context: Sequence[str]) -> Support:
    """Return whether the evidence supports a sentence, and which pieces of it do.

    A sentence is *verbatim* if its words, in their order, stand in one piece of evidence that says them as plainly.
    It is *supported* if the cited pieces hold at least `MIN_COVERAGE` of its content words and nothing in it is
    missing from them or said otherwise there: dates, amounts, names, negations, who did what to whom, "may" and
    "must", "only" and "all", and whose word it is. docs/verdicts.md tells how well that works.

    Args:
        sentence: One sentence, without footnote markers.
        evidence: The pieces of evidence that it may rest on.
        context: For each piece of evidence, the title, date and headings that it stands under.

    Returns:
        The verdict. Without evidence, or if none resembles the sentence, it is unsupported and cites nothing.
    """
    claim = facts_of(sentence)
    pieces = [
        Piece(item, facts_of(item.text), facts_of(line), facts_of(item.before))
        for item, line in zip(evidence, context, strict=True)
    ]
    for position, piece in enumerate(pieces):
        if _stands_in(piece, sentence, claim) and (
            not is_statement(claim) or _plainly(sentence, claim, [piece]) is None
        ):
            return Support("verbatim", (position,), 1.0, "its words stand in the quote", 1.0)
    anywhere = _selections(claim, pieces, adjoining=False)
    score = max((_score(claim, [pieces[n] for n in chosen]) for chosen in anywhere), default=0.0)
    nearest = None
    for chosen in _selections(claim, pieces, adjoining=True):
        cited = [pieces[n] for n in chosen]
        coverage = coverage_of(claim, cited)
        reason = _objection(sentence, claim, cited)
        said = coverage_of(claim, cited, among=claim.words - claim.name_words - claim.quantities.values)
        if reason is None and coverage >= MIN_COVERAGE and said > MIN_PREDICATE:
            reason = f"what it says stands in the quote{'s' * (len(chosen) > 1)}"
            return Support("supported", chosen, coverage, reason, score)
        if nearest is None:
            reason = reason or f"only {min(coverage, said):.0%} of its words stand in the quote"
            nearest = Support("unsupported", chosen, coverage, reason, score)
    return nearest or Support("unsupported", (), 0.0, "nothing in the evidence resembles it")


def _objection(sentence: str, claim: Facts, cited: Sequence[Piece]) -> str | None:
    """Return what in the claim the quotes don't bear out, as one phrase, or None."""
    quoted = Facts.merged([piece.facts for piece in cited])
    around = Facts.merged([piece.around for piece in cited])
    in_english = claim.english and quoted.english
    return (
        differing(claim.quantities, quoted.quantities, around.quantities)
        or unnamed(claim, cited)
        or of_another(sentence, [piece.text for piece in cited])
        or misplaced(sentence, [piece.facts for piece in cited])
        or (_other_in_english(sentence, claim, quoted, around) if in_english else None)
        or _plainly(sentence, claim, cited)
    )


def _other_in_english(sentence: str, claim: Facts, quoted: Facts, around: Facts) -> str | None:
    return other_subject(sentence, quoted, around) or reversed_roles(claim, quoted) or turned_round(claim, quoted)


def _plainly(sentence: str, claim: Facts, cited: Sequence[Piece]) -> str | None:
    quote = " ".join(piece.text for piece in cited)
    return (
        (cut_short(sentence, quote) if claim.english or any(piece.facts.english for piece in cited) else None)
        or retracted(sentence, claim, quote)
        or unattributed(sentence, claim, quote)
        or overstated(sentence, claim, quote)
        or widened(sentence, claim, quote)
        or _denied(claim, Facts.merged([piece.facts for piece in cited]))
    )


def _denied(claim: Facts, quoted: Facts) -> str | None:
    """Return what is denied in the claim and affirmed in the quotes, or the other way round."""
    excluded = quoted.excluded & claim.words
    if excluded:
        return None if claim.negated or claim.excluded else f"the quote excepts “{min(excluded)}”"
    mine = claim.denied & quoted.words - quoted.denied - quoted.unclear
    theirs = quoted.denied & claim.words - claim.denied - claim.unclear
    if mine or theirs:
        return f"“{min(mine | theirs)}” is denied in one and affirmed in the other"
    pair = opposite(claim, quoted)
    if pair and claim.negated == quoted.negated:
        return f"it says “{pair[0]}”, the quote “{pair[1]}”"
    english = claim.denied | quoted.denied
    if (claim.negated and not quoted.negated and not pair) or (
        claim.negated != quoted.negated and not english and not pair
    ):
        return "it is denied in one and affirmed in the other"
    return None


def _score(claim: Facts, cited: Sequence[Piece]) -> float:
    missing = missing_words(claim, cited)
    score = _SCORE["constant"] + _SCORE["coverage"] * coverage_of(claim, cited)
    score += _SCORE["numbers"] * log1p(len(missing & claim.quantities.values))
    score += _SCORE["names"] * log1p(len(missing & claim.name_words))
    return 1 / (1 + exp(-score))


def _selections(claim: Facts, pieces: Sequence[Piece], *, adjoining: bool) -> list[tuple[int, ...]]:
    """Return what may be cited, to be tried in order: the best single pieces, then the best with what it lacks.

    `adjoining`: only neighbours together. What is told in two places needn't be of the same thing.
    """
    own = [sum(weight_of(w, claim) for w in claim.words & (p.facts.words | p.facts.acronyms)) for p in pieces]
    # On a tie the piece whose title and headings fit better, then the earlier one.
    order = sorted(range(len(pieces)), key=lambda n: (-own[n], -len(claim.words & pieces[n].around.words), n))
    order = [n for n in order if own[n] > 0]
    selections: list[tuple[int, ...]] = [(n,) for n in order[:_TRIED]]
    for first in order[:1]:
        chosen = [first]
        while len(chosen) < min(MAX_CITATIONS, len(order)):
            missing = {word for word in claim.words if not any(holds(word, pieces[n], claim) for n in chosen)}
            others = [n for n in order if n not in chosen]
            if adjoining:
                others = [n for n in others if any(beside(pieces[n], pieces[m]) for m in chosen)]
            gains = {
                n: sum(weight_of(w, claim) for w in missing & (pieces[n].facts.words | pieces[n].facts.acronyms))
                for n in others
            }
            if not gains:
                break
            best = max(gains, key=lambda n: gains[n])
            if gains[best] < MIN_GAIN:
                break
            chosen.append(best)
            selections.append(tuple(chosen))
    return selections


def _stands_in(piece: Piece, sentence: str, claim: Facts) -> bool:
    """Return whether a sentence's words stand in a piece, and its amounts are of the same things there."""
    told = differing(claim.quantities, piece.facts.quantities, piece.around.quantities)
    return told is None and _contains_in_order(piece.text, sentence)


def _contains_in_order(text: str, sentence: str) -> bool:
    wanted = [word.casefold() for word in _ANY_WORD.findall(sentence)]
    found = [word.casefold() for word in _ANY_WORD.findall(text)]
    return bool(wanted) and bool(words(sentence)) and f" {' '.join(wanted)} " in f" {' '.join(found)} "
