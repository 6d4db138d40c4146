"""Text in, its dates and amounts with their units and bounds out."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest import words
from qa.checks.dates import Date, take_dates
from qa.checks.number_words import digits_for_words

_SCALES = {
    "hundred": 2,
    "thousand": 3,
    "million": 6,
    "mio": 6,
    "mn": 6,
    "billion": 9,
    "bn": 9,
    "milliard": 9,
    "trillion": 12,
    "千": 3,
    "万": 4,
    "萬": 4,
    "亿": 8,
    "億": 8,
}
_SCALE = rf"(?P<scale>{'|'.join(sorted(_SCALES, key=len, reverse=True))})(?:e?[sn]\b|(?![a-zß-ÿ]))"
_UNITS = {
    "%": r"%|percent|per cent|per cents|prozent|pour cent|pour-cent|por ciento",
    "point": r"percentage points?|points?|prozentpunkte?n?",
    "eur": r"€|eur|euros?", "usd": r"\$|usd|(?:us |american )?dollars?", "gbp": r"£|gbp|pounds?(?: sterling)?",
    "jpy": r"jpy|yen|円", "cny": r"cny|rmb|yuan|元", "chf": r"chf|francs?|franken",
    "second": r"seconds?|sekunden?|secondes?|秒", "minute": r"minutes?|minuten?|分",
    "hour": r"hours?|hrs?|stunden?|heures?", "day": r"days?|tagen?|tage|jours?|días?",
    "week": r"weeks?|wochen?|semaines?", "month": r"months?|monaten?|monate|mois",
    "year": r"years?|jahren?|jahre|ans?|années?|años?", "km": r"km|kilomet(?:er|re)s?", "m": r"met(?:er|re)s?|m",
    "mile": r"miles?", "kg": r"kg|kilogram(?:me)?s?", "tonne": r"tons?|tonnes?|tonnen",
}  # fmt: skip
_UNIT = "|".join(rf"(?P<u{n}>{spelling})" for n, spelling in enumerate(_UNITS.values()))
_NUMBER = re.compile(
    r"(?P<currency>(?:€|\$|£|¥|\b(?:eur|usd|gbp|chf|jpy|cny|rmb))\s?)?"
    r"(?<!\d)(?<!\d[.,])(?P<number>\d{1,3}(?:[,.  ’']\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:\.\d+){2,}|\d+(?:[.,]\d+)?)"
    rf"(?P<th>st\b|nd\b|rd\b|th\b)?(?:[\s-]?{_SCALE})?(?:[\s-]?(?:{_UNIT})(?![^\W\d_]))?"
)
_CLOCK = re.compile(
    r"\b(?P<h>\d{1,2})(?:[:.h](?P<min>[0-5]\d))?\s?(?P<half>[ap])\.?m\b\.?|\b(?P<h24>[01]?\d|2[0-3])[:h](?P<min24>[0-5]\d)\b"
)
_SHORT_YEARS = re.compile(r"\b([12]\d)(\d{2})[-–/](\d{2})\b(?![-\d])")
_SIGNS = {"€": "eur", "$": "usd", "£": "gbp", "¥": "jpy"}
_BOUNDS = {
    ">": r"over|more than|above|exceed(?:s|ing|ed)?|upwards of|mehr als|über|plus de|más de",
    "<": r"under|less than|fewer than|below|weniger als|unter|moins de|menos de",
    ">=": r"at least|a minimum of|minimum|not less than|no (?:fewer|less) than|mindestens|au moins|al menos",
    "<=": r"up to|at most|a maximum of|maximum|no more than|not more than|höchstens|bis zu|jusqu['’]à|au plus|hasta",
    "~": r"about|around|approximately|approx\.?|nearly|almost|roughly|some|circa|close to|"
    r"etwa|rund|fast|ungefähr|environ|près de|unos|casi",
}  # fmt: skip
_BEFORE = [
    (sign, re.compile(rf"\b(?:{spelling})(?:\s+(?:a total of|the|de))?\s*$", re.IGNORECASE))
    for sign, spelling in _BOUNDS.items()
]
_AFTER = [
    (">=", re.compile(r"\s*(?:\w+\s+)?(?:\+|or (?:more|older|over|higher|longer)\b)", re.IGNORECASE)),
    ("<=", re.compile(r"\s*(?:\w+\s+)?or (?:less|fewer|younger|under)\b", re.IGNORECASE)),
]
_MINUS = re.compile(r"(?:^|[\s(:=|])(?:[-−–]|minus\s)$")
"""What stands before a number below zero; between two numbers there is no space before it, or one after it."""
_RANGE = re.compile(r"\s*(?:-|–|to|and|or|bis|und|à|et)\s*")
_LABEL = re.compile(
    r"\b(article|annex|recital|section|chapter|title|part|paragraph|point|clause|rule|item|table|figure|appendix|"
    r"volume|version|phase|stage|step|level|number|resolution|artikel|anhang|abschnitt|kapitel|anlage|chapitre)"
    r"(?:e?s|e?n)?\s+(?:no\.?\s*)?$"
)
"""What numbers name instead of counting it."""


@dataclass(frozen=True)
class Quantity:
    """A number and what it counts."""

    value: str
    """In digits without separators, scale applied: "3 million" is "3000000"; "-5" below zero; "14:30" for a time."""
    unit: str
    """A unit such as "%", "eur", "day", "th" (an ordinal); empty if another word follows."""
    bound: str
    """One of "", ">", ">=", "<", "<=", "~" ("about")."""
    nouns: tuple[str, ...]
    """The stems of up to three content words after it."""
    label: str = ""
    """What it is the number of, such as "articl" in "Article 5"; empty if it counts."""


@dataclass(frozen=True)
class Quantities:
    """The dates and quantities of a text, in order."""

    dates: tuple[Date, ...] = ()
    """What names a month."""
    numbers: tuple[Quantity, ...] = ()
    """The numbers that are no part of a date; years by themselves among them."""
    rest: str = ""
    """The text without them, case-folded."""

    @property
    def values(self) -> frozenset[str]:
        """Every number told, years and days of dates among them, and "month 11" for November."""
        told = {quantity.value for quantity in self.numbers}
        for date in self.dates:
            told.update(str(part) for part in (date.year, date.day) if part is not None)
            told.add(f"month {date.month}")
        return frozenset(told)


NOTHING_TOLD = Quantities()
"""What a text without dates and numbers tells."""


def is_unit(word: str) -> bool:
    """Return whether a word is a unit of amounts, such as "euros" or "days"."""
    return bool(re.fullmatch(_UNIT, word, re.IGNORECASE))


@lru_cache(maxsize=4096)
def quantities_of(text: str) -> Quantities:
    """Return the dates and quantities of a text.

    Example:
        >>> found = quantities_of("On November 1st, 2023, up to twenty-eight countries met.")
        >>> found.dates
        (Date(year=2023, month=11, day=1, swapped=False),)
        >>> found.numbers
        (Quantity(value='28', unit='', bound='<=', nouns=('countri', 'met')),)
    """
    text = unicodedata.normalize("NFKC", digits_for_words(text)).casefold()
    dates, text = take_dates(text)
    text = _SHORT_YEARS.sub(r"\1\2 - \1\3", text)
    clocks = tuple(_clock(match) for match in _CLOCK.finditer(text))
    text = _CLOCK.sub(" ; ", text)
    return Quantities(dates, (*clocks, *_numbers(text)), _NUMBER.sub(" ", text))


def with_bound(fragment: str, text: str) -> str:
    """Return an amount that a fragment cuts off from its bound as the text has it; else the fragment as it is.

    Example:
        >>> with_bound("8,000 volumes.", "The library holds some 8,000 volumes.")
        'some 8,000 volumes'
        >>> with_bound("5 years", "It takes 5 years or more.")
        '5 years or more'
    """
    bare = fragment.strip().rstrip(".")
    found = re.search(rf"(?<!\w){re.escape(bare)}(?!\w)", text) if quantities_of(bare).numbers else None
    if not found:
        return fragment
    before = [match.start() for _, pattern in _BEFORE if (match := pattern.search(text, 0, found.start()))]
    after = [match.end() for _, pattern in _AFTER if (match := pattern.match(text, found.end()))]
    return text[min(before, default=found.start()) : max(after, default=found.end())]


def _clock(match: re.Match[str]) -> Quantity:
    if match["half"]:
        hour, minute = int(match["h"]) % 12 + 12 * (match["half"] == "p"), match["min"] or "00"
    else:
        hour, minute = int(match["h24"]), match["min24"]
    return Quantity(f"{hour}:{minute}", "", "", ())


def _numbers(text: str) -> list[Quantity]:
    matches = list(_NUMBER.finditer(text))
    found: list[Quantity] = []
    for n in reversed(range(len(matches))):
        match = matches[n]
        rest = text[match.end() : matches[n + 1].start()] if n + 1 < len(matches) else text[match.end() :]
        scale, unit = _SCALES.get(match["scale"] or "", 0), _unit(match)
        if n + 1 < len(matches) and _RANGE.fullmatch(rest) and found:
            # "3 to 5 million euros": what follows the second number is also said of the first.
            scale, unit = scale or _SCALES.get(matches[n + 1]["scale"] or "", 0), unit or found[-1].unit
        nouns = tuple(words(re.split(r"[,;:.()]", rest, maxsplit=1)[0])[:3]) if not unit else ()
        label = _LABEL.search(text, 0, match.start())
        minus = _MINUS.search(text, 0, match.start())
        value = ("-" if minus else "") + _canonical(match["number"], scale)
        bound = _bound(text[: minus.start() + 1 if minus else match.start()], text[match.end() :])
        found.append(Quantity(value, unit, bound, nouns, label[1] if label else ""))
    return found[::-1]


def _unit(match: re.Match[str]) -> str:
    if match["currency"]:
        sign = match["currency"].strip()
        return _SIGNS.get(sign, sign)
    if match["th"]:
        return "th"
    return next((unit for n, unit in enumerate(_UNITS) if match[f"u{n}"]), "")


def _bound(before: str, after: str) -> str:
    for sign, pattern in _BEFORE[::-1]:
        if pattern.search(before[-40:]):
            return sign
    return next((sign for sign, pattern in _AFTER if pattern.match(after[:40])), "")


def _canonical(number: str, scale: int) -> str:
    if number.count(".") > 1 and not re.fullmatch(r"\d{1,3}(?:\.\d{3})+", number):
        return number  # 3.2.1: a version
    if re.fullmatch(r"\d{1,3}(?:[,.\s’']\d{3})+", number):
        number = re.sub(r"\D", "", number)
    else:
        whole, _, part = re.sub(r"[,.](?=\d+$)", "|", number).partition("|")
        number = re.sub(r"\D", "", whole) + (f".{part}" if part else "")
    value = (Decimal(number) * 10**scale).normalize()
    return f"{value:f}"
