"""A sentence and a quote in, where the sentence breaks off within a phrase of the quote out."""

import re

from ingest.words import STOP_WORDS
from qa.checks.lexicon import JOINS
from qa.checks.quantities import is_unit

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’-][^\W_]+)*")
_WHOLE_BEFORE = JOINS | (STOP_WORDS - {"if", "more", "most"})
"""Words that begin another phrase, so that what stands before them is whole."""


def cut_short(sentence: str, quote: str) -> str | None:
    """Return the word before which a sentence breaks off that stands in the quote, or None.

    "The council approved the budget" doesn't follow from "The council approved the budget cut". What is cited is
    whole where the quote goes on with a sign or with a word that joins another phrase.
    """
    wanted = [match.group().casefold() for match in _TOKEN.finditer(sentence)]
    found = list(_TOKEN.finditer(quote))
    folded = [match.group().casefold() for match in found]
    ends = [n + len(wanted) for n in range(len(found) - len(wanted) + 1) if folded[n : n + len(wanted)] == wanted]
    if not wanted or not ends:
        return None
    following = [_goes_on(quote, found, end) for end in ends]
    return None if None in following else f"“{following[0]}” is left out"


def _goes_on(quote: str, found: list[re.Match[str]], end: int) -> str | None:
    """Return the word that goes on with the phrase, or None if the phrase ends there."""
    if end == len(found) or not quote[found[end - 1].end() : found[end].start()].isspace():
        return None
    word = found[end].group()
    # Amounts and their units are compared elsewhere: "€35 million" is whole before "euros".
    return None if word.casefold() in _WHOLE_BEFORE or is_unit(word) else word
