"""What a claim and its quotes tell of dates and amounts in, where they differ out."""

import re

from ingest import words
from qa.checks.dates import Date
from qa.checks.quantities import Quantities, Quantity, quantities_of

_ENTAILED_BY = {"": {""}, "~": {"~", ""}, ">=": {">=", ">", ""}, "<=": {"<=", "<", ""}, ">": {">"}, "<": {"<"}}
"""For each bound, from which it follows: "at least 5" from "5", "more than 5" and itself."""
_LOOSE_UNITS = [{"", "year"}, {"", "eur"}, {"", "usd"}, {"", "gbp"}]
"""Units that one side may leave out: "aged 12" and "12 years", "35 million" and "35 million euros"."""
_EXTREMES = {
    "<=": re.compile(r"\b(?:maximum|limit|limited|cap|capped|ceiling|highest|longest|largest|as much as|höchst\w*)\b"),
    ">=": re.compile(r"\b(?:minimum|lowest|shortest|threshold|mindest\w*)\b"),
}
"""Words elsewhere in a sentence that say a bound: "The maximum fine is 35 million euros"."""
_HOW_MANY = re.compile(r"\bhow many\b(.*)", re.IGNORECASE)
_YEAR = re.compile(r"(?:1\d|20)\d\d")


def differing(claim: Quantities, quoted: Quantities, around: Quantities) -> str | None:
    """Return what a claim tells of dates and amounts that a quote doesn't, as one phrase, or None.

    Args:
        claim: What the sentence tells.
        quoted: What the quotes tell.
        around: What their titles, dates and headings tell: years, and numbers of the same thing.
    """
    for date in claim.dates:
        if not _told(date, quoted, around):
            return f"the date “{date}” is not in the quotes"
    for number in claim.numbers:
        if number.value not in quoted.values:
            if not any(_same_of_context(number, other) for other in around.numbers) and not _is_year_of(number, around):
                return f"“{number.value}” is not in the quotes"
            continue
        same = [other for other in quoted.numbers if other.value == number.value]
        if _beyond(number, same, claim):
            return f"“{number.value}” is qualified otherwise in the quotes"
        if same and (reason := _mismatch(number, same, quoted)):
            return reason
    return None


def counts_another(question: str, answer: str, quote: str) -> bool:
    """Return whether "how many" is answered with a number by which the quote counts another thing.

    "390 billion" doesn't tell how many species there are where "390 billion trees of 16,000 species" are told of.
    """
    match = _HOW_MANY.search(question)
    asked = words(match[1])[:1] if match else []
    if not asked:
        return False
    told = quantities_of(quote).numbers
    counted = {number.value for number in told if asked[0] in number.nouns}
    given = {number.value for number in quantities_of(answer).numbers}
    return bool(counted and given) and given.isdisjoint(counted) and given <= {number.value for number in told}


def _told(date: Date, quoted: Quantities, around: Quantities) -> bool:
    if any(date.agrees_with(other) and (date.year is None or other.year is not None) for other in quoted.dates):
        return True
    years = {*quoted.values, *around.values}
    fits = any(date.agrees_with(other) for other in quoted.dates) and str(date.year) in years
    return fits or any(date == other for other in around.dates)


def _is_year_of(number: Quantity, around: Quantities) -> bool:
    return bool(_YEAR.fullmatch(number.value)) and not number.unit and number.value in around.values


def _same_of_context(number: Quantity, other: Quantity) -> bool:
    """Return whether a heading's or title's number is the one meant: "Article 5", but not the 5 of "5. Literacy"."""
    if number.value != other.value or number.unit != other.unit or number.label != other.label:
        return False
    return bool(number.label or number.unit or set(number.nouns[:2]) & set(other.nouns))


def _beyond(number: Quantity, same: list[Quantity], claim: Quantities) -> bool:
    extreme = {bound for bound, pattern in _EXTREMES.items() if pattern.search(claim.rest)}
    return bool(same) and all(other.bound not in _ENTAILED_BY[number.bound] | extreme for other in same)


def _mismatch(number: Quantity, same: list[Quantity], quoted: Quantities) -> str | None:
    if not any(number.unit == other.unit or {number.unit, other.unit} in _LOOSE_UNITS for other in same):
        return f"“{number.value}” counts something else in the quotes"
    if number.label and all(other.label and other.label != number.label for other in same):
        return f"“{number.value}” is the number of something else in the quotes"
    nouns = set(number.nouns[:2])
    if nouns and all(not nouns & set(other.nouns) for other in same):
        elsewhere = {other.nouns[0] for other in quoted.numbers if other.nouns and other.value != number.value}
        if nouns & elsewhere:
            return f"“{number.value}” counts something else in the quotes"
    return None
