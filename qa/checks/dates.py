"""Text in, its dates out, whatever their spelling, and the text without them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MONTHS = """
january jan janvier januar enero|february feb février fevrier februar febrero|march mar mars märz marzo|
april apr avril abril|may mai mayo|june jun juin juni junio|july jul juillet juli julio|
august aug août aout agosto|september sep sept septembre septiembre|october oct octobre oktober octubre|
november nov novembre noviembre|december dec décembre decembre dezember diciembre
"""
MONTHS = {name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()}
"""Number of a month by its name or abbreviation in English, French, German and Spanish."""
_MONTH = rf"(?P<m>{'|'.join(sorted(MONTHS, key=len, reverse=True))})\b\.?"
_DAYS = (
    r"(?P<d>\d{1,2})(?:st|nd|rd|th|er|\.)?"
    r"(?:\s*(?:-|–|to|and|until|und|bis|et|au|y)\s*(?P<e>\d{1,2})(?:st|nd|rd|th|\.)?)?"
)
_YEAR = r"(?P<y>[12]\d{3})\b(?![.,]\d)"
_DATES = [
    re.compile(pattern)
    for pattern in (
        r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b",
        r"(?:(?P<y>\d{4})\s?年\s?)?(?P<m>\d{1,2})\s?月(?:\s?(?P<d>\d{1,2})\s?日)?",
        r"\b(?P<d>\d{1,2})[./](?P<m>\d{1,2})[./](?P<y>\d{4})\b",
        rf"\b{_DAYS}\s+(?:of\s+|de\s+)?{_MONTH}(?:,?\s*(?:de\s+)?{_YEAR})?",
        rf"\b{_MONTH}\s+(?:the\s+)?{_DAYS}\b(?!\d)(?:,?\s*{_YEAR})?",
        rf"\b{_MONTH},?\s+(?:of\s+|de\s+)?{_YEAR}",
        rf"(?:(?<=\bin )|(?<=\bby )|(?<=\bof )|(?<=\bsince )|(?<=\buntil )|(?<=\bafter )|(?<=\bbefore )){_MONTH}",
    )
]


@dataclass(frozen=True)
class Date:
    """A date as far as it is told."""

    year: int | None
    """None if only the day and month are told."""
    month: int
    """1 to 12."""
    day: int | None
    """None if only the month is told."""
    swapped: bool = False
    """Whether day and month may also be meant the other way round (1/11/2023)."""

    def agrees_with(self, other: "Date") -> bool:
        """Return whether nothing that both tell differs, and the other tells the day if this one does."""
        years = self.year is None or other.year is None or self.year == other.year
        if years and self.month == other.month and (self.day is None or self.day == other.day):
            return True
        both_ways = (self.swapped or other.swapped) and self.day is not None and other.day is not None
        return years and both_ways and (self.month, self.day) == (other.day, other.month)

    def __str__(self) -> str:
        name = next(name for name, number in MONTHS.items() if number == self.month).capitalize()
        return " ".join(str(part) for part in (self.day, name, self.year) if part is not None)


def take_dates(text: str) -> tuple[tuple[Date, ...], str]:
    """Return the dates of a case-folded text that name a month, and the text with a blank for each.

    Example:
        >>> take_dates("on november 1st, 2023, it")[0]
        (Date(year=2023, month=11, day=1, swapped=False),)
    """
    dates: list[Date] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            dates.extend(_dates_in(match))
        text = pattern.sub(" ; ", text)
    return tuple(dates), text


def _dates_in(match: re.Match[str]) -> Iterator[Date]:
    found = match.groupdict()
    month = MONTHS.get(found["m"].rstrip(".")) or int(found["m"])
    year = int(found["y"]) if found.get("y") else None
    if not found.get("d"):
        yield Date(year, month, None)
        return
    numeric = found["m"].isdigit() and bool(re.search(r"[./]\d", match.group()))
    for day in (found["d"], found.get("e")):
        if day:
            yield Date(year, month, int(day), swapped=numeric)


def whole_date(fragment: str, text: str) -> str:
    """Return a date that a fragment cuts short as the text has it; the fragment as it is if it cuts none short.

    Example:
        >>> whole_date("November 2023", "It was signed on 1 November 2023.")
        '1 November 2023'
        >>> whole_date("November 1", "It was signed on November 1, 2023.")
        'November 1, 2023'
    """
    bare = fragment.strip().rstrip(".")
    if not re.match(rf"(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?(?:{'|'.join(MONTHS)})\b", bare, re.IGNORECASE):
        return fragment
    found = re.search(rf"(?:\b\d{{1,2}}(?:st|nd|rd|th)?\s+)?\b{re.escape(bare)}\b(?:,?\s+\d{{4}}\b)?", text)
    return found.group() if found and len(found.group()) > len(bare) else fragment
