"""Text in, its words and signs out, each with its stem and whether it is a name."""

import re
from dataclasses import dataclass

from ingest import words
from qa.checks.dates import MONTHS
from qa.checks.lexicon import HONORIFICS, IRREGULAR, OPENERS, OTHER_STOP_WORDS, VERBS

TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W_]+(?:['’.](?=[^\W_])[^\W_]+)*|[^\w\s]")
_NO_NAME = re.compile(r"(?:s|ion|ment|ing|ness|ity|ance|ence|ship|ly|ed|ism|age|al|ure|one|body|thing)$")
"""Endings of what begins a sentence without an article and is no name: "Delegates met", "Construction began"."""
_VERB_LIKE = re.compile(r"(?:and|['’]s|[a-z]+ed|[a-z]+s)$")


@dataclass(frozen=True)
class Token:
    """A word or sign of a text."""

    text: str
    """As written."""
    stem: str
    """Its stem; empty for stop words and signs."""
    name: bool
    """Whether it is a name or part of one."""


def stem_of(word: str) -> str:
    """Return the stem of a word, the present of common irregular verbs ("met" gives "meet"); empty for a stop word."""
    folded = word.casefold()
    stems = words(IRREGULAR.get(folded, folded))
    return stems[0] if stems and folded not in OTHER_STOP_WORDS else ""


def tokens_of(text: str, english: bool) -> tuple[Token, ...]:
    """Return the words and signs of a text in order; names are told by capitals, in German by nothing."""
    found = [match.group() for match in TOKEN.finditer(text)]
    tokens: list[Token] = []
    for n, word in enumerate(found):
        stem = stem_of(word)
        capital = word[0].isupper() and word.casefold() not in MONTHS.keys() | HONORIFICS
        begins = n == 0 or (n == 1 and not found[0][0].isalnum()) or found[n - 1] in {".", ":", "“", "?", "!"}
        shouted = sum(letter.isupper() for letter in word) > 1 or (any(letter.isdigit() for letter in word) and capital)
        name = capital and english and bool(stem) and (not begins or _starts_with_name(found[n:]))
        tokens.append(Token(word, stem, name or shouted))
    return tuple(tokens)


def _starts_with_name(rest: list[str]) -> bool:
    """Tell "Halmere opened" and "Orla Finch" from "Construction began" and "Delegates met"; errs towards no name."""
    word, following = rest[0], rest[1] if len(rest) > 1 else ""
    if word.casefold() in OPENERS:
        return False
    if re.search(r"['’]s$", word) or following[:1].isupper():
        return True
    return bool(_VERB_LIKE.match(following) or following in VERBS | IRREGULAR.keys()) and not _NO_NAME.search(word)


def is_english(text: str) -> bool:
    """Return whether a text has no more German, French or Spanish function words than English ones."""
    found = [word.casefold() for word in TOKEN.findall(text)]
    english = sum(
        word in {"the", "of", "and", "to", "by", "was", "is", "were", "with", "on", "that", "are"} for word in found
    )
    return english >= sum(word in OTHER_STOP_WORDS for word in found)
