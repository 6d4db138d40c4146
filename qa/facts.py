"""Text in, what can be checked in it without a model out: words, numbers, names, acronyms and negations."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest import words

_UNITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = {word: 10 * n for n, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], 2)}
_SMALL = {word: n for n, word in enumerate(_UNITS)}
_SCALES = {"hundred": 100, "thousand": 1000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_NUMBER_WORD = "|".join(sorted([*_UNITS, *_TENS, *_SCALES], key=len, reverse=True))
_NUMBER_PHRASE = re.compile(rf"\b(?:{_NUMBER_WORD})(?:(?:[\s-]|\sand\s)+(?:{_NUMBER_WORD}))*\b", re.IGNORECASE)
_ORDINAL_DIGITS = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_NAME = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’]*")
_NEGATION = re.compile(r"\b(?:not|no|never|without|neither|nor|cannot|none)\b|n['’]t\b", re.IGNORECASE)
_REACH_WORDS = 3
"""How many content words after a negation are taken to be denied."""


@dataclass(frozen=True)
class Facts:
    """What can be compared between two texts; all words are stemmed and case-folded."""

    words: frozenset[str] = frozenset()
    """Content words, numbers among them as digits."""
    numbers: frozenset[str] = frozenset()
    """Numbers as digits without thousands separators; "twenty-eight" is "28"."""
    names: frozenset[str] = frozenset()
    """Words with a capital that don't merely begin the text."""
    acronyms: frozenset[str] = frozenset()
    """Initials of each run of capitalised words, such as "eu" for European Union."""
    negated: frozenset[str] = frozenset()
    """The content words that follow a negation closely."""

    @classmethod
    def merged(cls, parts: Sequence["Facts"]) -> "Facts":
        """Return what stands in any of the parts."""
        union = frozenset[str]().union
        return cls(
            words=union(*(part.words for part in parts)),
            numbers=union(*(part.numbers for part in parts)),
            names=union(*(part.names for part in parts)),
            acronyms=union(*(part.acronyms for part in parts)),
            negated=union(*(part.negated for part in parts)),
        )


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """Return what can be checked in a text.

    Example:
        >>> sorted(facts_of("It was signed by twenty-eight countries.").numbers)
        ['28']
    """
    text = _ORDINAL_DIGITS.sub(r"\1", digits_for_words(text))
    found = words(text)
    return Facts(
        words=frozenset(found),
        numbers=frozenset(word for word in found if word[0].isdigit()),
        names=_names(text),
        acronyms=_acronyms(text),
        negated=_negated(text),
    )


def digits_for_words(text: str) -> str:
    """Return the text with numbers in words as digits: "two hundred and four" becomes "204".

    "One" by itself stays, since it is a pronoun as often as a number; so do scale words after digits ("3 million").
    """
    return _NUMBER_PHRASE.sub(lambda match: _as_digits(match.group()), text)


def _as_digits(phrase: str) -> str:
    parts = [part for part in re.split(r"[\s-]+", phrase.casefold()) if part != "and"]
    if parts[0] in _SCALES or parts == ["one"]:
        return phrase
    total = current = 0
    for part in parts:
        if part == "hundred":
            current *= 100
        elif part in _SCALES:
            total, current = total + current * _SCALES[part], 0
        else:
            current += _SMALL.get(part, _TENS.get(part, 0))
    return str(total + current)


def _names(text: str) -> frozenset[str]:
    names: set[str] = set()
    for match in _NAME.finditer(text):
        word = match.group()
        begins = not text[: match.start()].strip(" \"'“‘(")
        if not begins or sum(letter.isupper() for letter in word) > 1:
            names.update(words(word))
    return frozenset(names)


def _acronyms(text: str) -> frozenset[str]:
    found: set[str] = set()
    for run in re.findall(r"[A-ZÀ-Þ]\w+(?:\s+(?:of|the|for|and|on|in)\s+[A-ZÀ-Þ]\w+|[\s-]+[A-ZÀ-Þ]\w+)+", text):
        parts = re.split(r"[\s-]+", run)
        found.update({"".join(p[0] for p in parts).casefold(), "".join(p[0] for p in parts if p[0].isupper()).casefold()})
    return frozenset(word for initials in found for word in words(initials))


def _negated(text: str) -> frozenset[str]:
    found: set[str] = set()
    for match in _NEGATION.finditer(text):
        found.update(words(re.split(r"[,;:.]", text[match.end() :], maxsplit=1)[0])[:_REACH_WORDS])
    return frozenset(found)
