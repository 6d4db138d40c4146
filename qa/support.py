"""A sentence and the evidence in, its verdict and the fewest pieces that support it out. No model is used."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log1p

from ingest import words
from qa.checks.lexicon import LIGHT
from qa.checks.order import turned_round
from qa.checks.quantities import differing
from qa.checks.roles import reversed_roles
from qa.checks.wording import opposite, overstated, unattributed, widened
from qa.facts import Facts, facts_of, holds_name, is_statement
from qa.records import Evidence, Verdict

MIN_COVERAGE = 0.7
"""Share of a sentence's content words, by weight, that its citations must hold for it to be supported."""
MIN_PREDICATE = 0.5
"""The same of the words that are neither names nor numbers: what is said of them must not be the sentence's own."""
MAX_CITATIONS = 3
NAME_WEIGHT = 2.0
"""What a name or number weighs beside another word."""
MIN_GAIN = 2.0
"""Weight of the words that a second or third citation must add."""
_TRIED = 3
"""How many pieces are tried as the only citation."""
_SCORE = {"constant": -2.62, "coverage": 3.58, "numbers": -1.88, "names": -1.31}
"""Logistic regression on 180 claims of WiCE: coverage, and ln(1 + n) of the numbers and of the names' words missing."""
_ANY_WORD = re.compile(r"[^\W_]+")
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|he|she|his|her|him|we|our|us|this|these|those|here|there|both|who)\b", re.I
)
_DEFINITE = re.compile(
    r"^\W*(?:the|this|that|these|those|both|our|its|their)\b|\b(?:the|this|that|these|those|said)\s+(?:\w+\s+)?(\w+)",
    re.I,
)


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


@dataclass(frozen=True)
class _Piece:
    text: str
    facts: Facts
    around: Facts
    """What its title, date and headings tell."""
    before: Facts
    """What stands before it: only the names that something in it may mean count."""


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
        _Piece(item.text, facts_of(item.text), facts_of(line), facts_of(item.before))
        for item, line in zip(evidence, context, strict=True)
    ]
    for position, piece in enumerate(pieces):
        stands = _contains_in_order(piece.text, sentence)
        if stands and (not is_statement(claim) or _plainly(sentence, claim, [piece]) is None):
            return Support("verbatim", (position,), 1.0, "its words stand in the quote", 1.0)
    selections = _selections(claim, pieces)
    score = max((_score(claim, [pieces[n] for n in chosen]) for chosen in selections), default=0.0)
    nearest = None
    for chosen in selections:
        cited = [pieces[n] for n in chosen]
        coverage = _coverage(claim, cited)
        reason = _objection(sentence, claim, cited)
        said = _coverage(claim, cited, among=claim.words - claim.name_words - claim.quantities.values)
        if reason is None and coverage >= MIN_COVERAGE and said >= MIN_PREDICATE:
            reason = f"what it says stands in the quote{'s' * (len(chosen) > 1)}"
            return Support("supported", chosen, coverage, reason, score)
        if nearest is None:
            reason = reason or f"only {min(coverage, said):.0%} of its words stand in the quote"
            nearest = Support("unsupported", chosen, coverage, reason, score)
    return nearest or Support("unsupported", (), 0.0, "nothing in the evidence resembles it")


def _objection(sentence: str, claim: Facts, cited: Sequence[_Piece]) -> str | None:
    """Return what in the claim the quotes don't bear out, as one phrase, or None."""
    quoted = Facts.merged([piece.facts for piece in cited])
    around = Facts.merged([piece.around for piece in cited])
    in_english = claim.english and quoted.english
    return (
        differing(claim.quantities, quoted.quantities, around.quantities)
        or _unnamed(claim, cited)
        or (reversed_roles(claim, quoted) or turned_round(claim, quoted) if in_english else None)
        or _plainly(sentence, claim, cited)
    )


def _plainly(sentence: str, claim: Facts, cited: Sequence[_Piece]) -> str | None:
    quote = " ".join(piece.text for piece in cited)
    return (
        unattributed(sentence, claim, quote)
        or overstated(sentence, claim, quote)
        or widened(sentence, claim, quote)
        or _denied(claim, Facts.merged([piece.facts for piece in cited]))
    )


def _unnamed(claim: Facts, cited: Sequence[_Piece]) -> str | None:
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


def _means(word: str, piece: _Piece, run: tuple[str, ...]) -> bool:
    """Return whether a name that stands around or before a piece may be meant by something in it."""
    return (holds_name(word, piece.around) or holds_name(word, piece.before)) and _refers(piece, run)


def _refers(piece: _Piece, run: tuple[str, ...]) -> bool:
    """Return whether something in a piece may stand for a name: a pronoun, "the council", or no other name at all."""
    if not piece.facts.names or _PRONOUN.search(piece.text):
        return True
    near = frozenset(stem for word in run for stem in words(word)) | piece.around.words
    return any(match[1] is None or near & set(words(match[1])) for match in _DEFINITE.finditer(piece.text))


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


def _missing(claim: Facts, cited: Sequence[_Piece]) -> frozenset[str]:
    """Return which words of the claim no cited piece holds; no numbers if all are there in another spelling."""
    missing = frozenset(word for word in claim.words if not any(_holds(word, piece, claim) for piece in cited))
    quoted = Facts.merged([piece.facts for piece in cited])
    if missing & claim.quantities.values:
        around = Facts.merged([piece.around for piece in cited])
        if differing(claim.quantities, quoted.quantities, around.quantities) is None:
            missing -= claim.quantities.values
    if claim.negated != quoted.negated and (pair := opposite(claim, quoted)):
        missing -= {pair[0]}  # "not approved" of what was "rejected"
    return missing


def _coverage(claim: Facts, cited: Sequence[_Piece], among: frozenset[str] | None = None) -> float:
    """Return the share, by weight, of the claim's words that the quotes hold; 1 if there are none among those asked."""
    if among is not None and not among - LIGHT:
        return 1.0
    counted = (claim.words if among is None else among) - LIGHT or claim.words
    total = sum(_weight(word, claim) for word in counted)
    held = sum(_weight(word, claim) for word in counted - _missing(claim, cited))
    return held / total if total else 0.0


def _score(claim: Facts, cited: Sequence[_Piece]) -> float:
    missing = _missing(claim, cited)
    score = _SCORE["constant"] + _SCORE["coverage"] * _coverage(claim, cited)
    score += _SCORE["numbers"] * log1p(len(missing & claim.quantities.values))
    score += _SCORE["names"] * log1p(len(missing & claim.name_words))
    return 1 / (1 + exp(-score))


def _holds(word: str, piece: _Piece, claim: Facts) -> bool:
    near = piece.facts.words | piece.facts.acronyms | piece.around.words | piece.around.acronyms
    if word in near or word not in claim.name_words:
        return word in near
    runs = [run for run in claim.names if word in words(" ".join(run))]
    return any(
        "".join(part[0] for part in run) in near or holds_name(word, piece.facts) or _means(word, piece, run)
        for run in runs
    )


def _weight(word: str, claim: Facts) -> float:
    return NAME_WEIGHT if word in claim.name_words | claim.quantities.values else 1.0


def _selections(claim: Facts, pieces: Sequence[_Piece]) -> list[tuple[int, ...]]:
    """Return what may be cited, to be tried in order: the best single pieces, then the best with what it lacks."""
    own = [sum(_weight(w, claim) for w in claim.words & (p.facts.words | p.facts.acronyms)) for p in pieces]
    # On a tie the piece whose title and headings fit better, then the earlier one.
    order = sorted(range(len(pieces)), key=lambda n: (-own[n], -len(claim.words & pieces[n].around.words), n))
    order = [n for n in order if own[n] > 0]
    selections: list[tuple[int, ...]] = [(n,) for n in order[:_TRIED]]
    for first in order[:1]:
        chosen = [first]
        while len(chosen) < min(MAX_CITATIONS, len(order)):
            missing = {word for word in claim.words if not any(_holds(word, pieces[n], claim) for n in chosen)}
            gains = {
                n: sum(_weight(w, claim) for w in missing & (pieces[n].facts.words | pieces[n].facts.acronyms))
                for n in order if n not in chosen
            }  # fmt: skip
            best = max(gains, key=lambda n: gains[n])
            if gains[best] < MIN_GAIN:
                break
            chosen.append(best)
            selections.append(tuple(chosen))
    return selections


def _contains_in_order(text: str, sentence: str) -> bool:
    wanted = [word.casefold() for word in _ANY_WORD.findall(sentence)]
    found = [word.casefold() for word in _ANY_WORD.findall(text)]
    return bool(wanted) and bool(words(sentence)) and f" {' '.join(wanted)} " in f" {' '.join(found)} "
