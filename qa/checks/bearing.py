"""A sentence and its quotes in, what it tells of something that the quotes tell otherwise, or don't speak of, out."""

import re
from collections.abc import Sequence

from qa.checks.dates import Date
from qa.checks.lexicon import LIGHT
from qa.checks.quantities import Quantities, Quantity
from qa.checks.tokens import stem_of
from qa.facts import Facts, facts_of

_CLAUSES = re.compile(r"[;:()]|,\s(?!\d)|\b(?:and|but|while|whereas|which|who|that)\b")
"""What divides a sentence: an amount belongs to what stands on its side."""
_OF = re.compile(r"\b([a-z][\w-]+) of (?:the |an? )?((?:[A-Z][\w’'-]*)(?: (?:of |van |de |the )?[A-Z][\w’'-]*)*)")
"""What is of somebody: "the length of the Rhine"."""
_SUBJECT = re.compile(
    r"(?:The|Its|Their|His|Her|An?)\s(?:[\w’'-]+\s){0,4}?([a-z’'-]+)\s"
    r"(?:(?:of|for|in|at|from|on|to)\s[^,;]*?\s)?(?:is|was|are|were|will be)\s"
)
"""What a sentence says something is: "The salary of the director is"."""


def of_another(sentence: str, quotes: Sequence[str]) -> str | None:
    """Return what is of one in the sentence and of another in the quotes, or None: "the length of the Rhine".

    Args:
        sentence: The sentence.
        quotes: The texts of its quotes.
    """
    told = [match.groups() for quote in quotes for match in _OF.finditer(quote)]
    for thing, owner in (match.groups() for match in _OF.finditer(sentence)):
        others = [other for what, other in told if stem_of(what) == stem_of(thing)]
        named = [re.compile(rf"{re.escape(word)}(?:['’]s?)?\s+(?:\w+\s+)?{re.escape(thing)}") for word in owner.split()]
        if not others or any(set(owner.split()) & set(other.split()) for other in others):
            continue
        if not any(pattern.search(quote) for pattern in named for quote in quotes):
            return f"the quotes tell the {thing} of “{others[0]}”, not of “{owner}”"
    return None


def misplaced(sentence: str, quotes: Sequence[Facts]) -> str | None:
    """Return which date or amount of a clause has another in the quote that fits the clause better, or None.

    "The report is due in 2031" doesn't follow from "The report is due in 2029" and "It is assessed in 2031".

    Args:
        sentence: The sentence.
        quotes: What each of its quotes tells.
    """
    for clause in _CLAUSES.split(sentence):
        facts = facts_of(clause)
        said = facts.words - facts.quantities.values - LIGHT
        everything: tuple[Date | Quantity, ...] = (*facts.quantities.dates, *facts.quantities.numbers)
        for told in everything:
            holders = [len(said & quote.words) for quote in quotes if _tells(told, quote.quantities)]
            others = [len(said & quote.words) for quote in quotes if _tells_another(told, quote.quantities)]
            if holders and others and max(others) > max(holders):
                value = told if isinstance(told, Date) else told.value
                return f"“{value}” is told of something else in the quotes"
    return None


def _tells(told: Date | Quantity, quoted: Quantities) -> bool:
    if isinstance(told, Date):
        return any(told.agrees_with(other) for other in quoted.dates)
    return told.value in quoted.values


def _tells_another(told: Date | Quantity, quoted: Quantities) -> bool:
    """Return whether a quote tells a date or amount of the same kind, but not this one."""
    if _tells(told, quoted):
        return False
    if isinstance(told, Date):
        return bool(quoted.dates)
    return bool(told.unit) and any(other.unit == told.unit for other in quoted.numbers)


def other_subject(sentence: str, quoted: Facts, around: Facts) -> str | None:
    """Return what a sentence says what it is, where the quotes don't speak of it: "The salary of the director is".

    Args:
        sentence: The sentence.
        quoted: What its quotes tell.
        around: What their titles, dates and headings tell.
    """
    match = _SUBJECT.match(sentence)
    stem = stem_of(match[1]) if match else ""
    if match and stem and stem not in quoted.words | around.words | LIGHT:
        return f"“{match[1]}” is not in the quotes"
    return None
