"""Text in, what can be checked in it without a model out: words, names, acronyms, negations, quantities."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest import words
from qa.checks.lexicon import IRREGULAR, OTHER_STOP_WORDS
from qa.checks.number_words import digits_for_words
from qa.checks.quantities import NOTHING_TOLD, Quantities, quantities_of
from qa.checks.tokens import TOKEN, Token, is_english, stem_of, tokens_of

_PEOPLES = {
    "french": "france", "dutch": "netherlands", "british": "britain", "swiss": "switzerland", "danish": "denmark",
    "greek": "greece", "welsh": "wales", "polish": "poland", "spanish": "spain", "turkish": "turkey", "usa": "us",
    "american": "us", "u.s": "us", "u.k": "uk", "chinese": "china", "irish": "ireland", "finnish": "finland",
    "swedish": "sweden", "e.u": "eu",
}  # fmt: skip
"""Adjectives and spellings of countries that share too little with the country's name."""
_PEOPLE_ENDING = re.compile(r"(?:ese|i?ans?|ish|is?|ers?|ic)$")
_NEGATOR = re.compile(
    r"\b(?:not|never|cannot|nobody|no one|neither|nor|none|no longer|instead of|rather than|unable to|"
    r"refus(?:e|es|ed|ing) to|fail(?:s|ed|ing)? to|declin(?:e|es|ed|ing) to|lack(?:s|ed|ing)?|"
    r"prohibit(?:s|ed)? (?:from )?|no)\b|n['’]t\b",
    re.I,
)
_EXCEPT = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|excluding|without|other than|apart from|unlike|with the exception of)\b", re.I
)
_OTHER_NEGATION = re.compile(
    r"\b(?:nicht|kein\w*|niemals|ohne|weder|verweiger\w+|pas|jamais|sans|aucune?|n['’]a|nunca|sin|tampoco)\b|[不没沒未無无]|ません|ない|なかった",
    re.I,
)
_SKIPPED = re.compile(r"(?:yet|even|ever|been|being|be|have|has|had|only|longer|just|really|\w+ly)$", re.I)
_SCOPE_WORDS = 5
_PREDICATE = re.compile(r"is|are|was|were|has|have|had|will|would|can|may|must|should|do|does|did|\w+ed", re.I)


@dataclass(frozen=True)
class Facts:
    """What can be compared between two texts; all words are stemmed and case-folded."""

    tokens: tuple[Token, ...] = ()
    """Words and signs in order."""
    words: frozenset[str] = frozenset()
    """Content words; numbers and months as `Quantities.values` has them."""
    names: tuple[tuple[str, ...], ...] = ()
    """Runs of capitalised words, each word as written but case-folded, without what merely begins the text."""
    name_words: frozenset[str] = frozenset()
    """The stems of the words of all names."""
    acronyms: frozenset[str] = frozenset()
    """Initials of each run of capitalised words, such as "eu" for European Union."""
    denied: frozenset[str] = frozenset()
    """Words that a negation stands right before."""
    unclear: frozenset[str] = frozenset()
    """Words that follow a negation less closely."""
    negated: bool = False
    """Whether any negation stands in the text, whatever the language."""
    excluded: frozenset[str] = frozenset()
    """Words that follow "except", "without" and the like."""
    quantities: Quantities = NOTHING_TOLD
    """Dates and numbers."""
    english: bool = True
    """Whether its word order may be read as English."""

    @classmethod
    def merged(cls, parts: Sequence["Facts"]) -> "Facts":
        """Return what stands in any of the parts."""
        union = frozenset[str]().union
        denied = union(*(part.denied for part in parts))
        affirmed = union(*(part.words - part.denied - part.unclear for part in parts))
        return cls(
            tokens=tuple(token for part in parts for token in (*part.tokens, Token(".", "", False))),
            words=union(*(part.words for part in parts)),
            names=tuple(run for part in parts for run in part.names),
            name_words=union(*(part.name_words for part in parts)),
            acronyms=union(*(part.acronyms for part in parts)),
            denied=denied - affirmed,
            unclear=union(*(part.unclear for part in parts)) | denied & affirmed,
            negated=any(part.negated for part in parts),
            excluded=union(*(part.excluded for part in parts)),
            english=all(part.english for part in parts),
            quantities=Quantities(
                tuple(date for part in parts for date in part.quantities.dates),
                tuple(number for part in parts for number in part.quantities.numbers),
            ),
        )


@lru_cache(maxsize=4096)
def facts_of(text: str) -> Facts:
    """Return what can be checked in a text.

    Example:
        >>> sorted(facts_of("Halmere did not sign the European Union's charter.").denied)
        ['sign']
    """
    text = " ".join(unicodedata.normalize("NFKC", digits_for_words(text)).split())
    english, quantities = is_english(text), quantities_of(text)
    tokens = tokens_of(text, english)
    names = _names(tokens)
    found = frozenset(IRREGULAR.get(word, word) for word in words(quantities.rest))
    denied, unclear = _following(_NEGATOR, text)
    # What is also said without a negation is not plainly denied.
    twice = frozenset(word for word in denied if sum(token.stem == word for token in tokens) > 1)
    return Facts(
        tokens=tokens,
        words=found - OTHER_STOP_WORDS | quantities.values,
        names=names,
        name_words=frozenset(word for run in names for part in run for word in words(part)),
        acronyms=_acronyms(text),
        denied=denied - twice,
        unclear=unclear | twice,
        excluded=_following(_EXCEPT, text)[0],
        negated=bool(_NEGATOR.search(text) or _OTHER_NEGATION.search(text)),
        quantities=quantities,
        english=english,
    )


def is_statement(facts: Facts) -> bool:
    """Tell a sentence from a bare "28 countries", which claims nothing by itself."""
    return any(_PREDICATE.fullmatch(token.text) or token.text.casefold() in IRREGULAR for token in facts.tokens)


def holds_name(word: str, facts: Facts) -> bool:
    """Return whether a text holds a word of a name, be it as the adjective of a country or within an acronym.

    Example:
        >>> holds_name("china", facts_of("The Chinese delegation left."))
        True
    """
    stems = frozenset(words(word)) or {word}
    if stems <= facts.words | facts.acronyms:
        return True
    return any(token.text[0].isupper() and same_name(word, token.text.casefold()) for token in facts.tokens)


def same_name(one: str, other: str) -> bool:
    """Return whether two case-folded words name the same: "halmere’s" and "halmere", "chinese" and "china"."""
    one, other = (_plain(word) for word in (one, other))
    if one == other:
        return True
    shorter, longer = sorted((one, other), key=len)
    root = _PEOPLE_ENDING.sub("", longer)
    return len(root) >= 4 and root != longer and shorter.startswith(root[:-1] if root[-1:] == "i" else root)


@lru_cache(maxsize=8192)
def _plain(word: str) -> str:
    word = re.sub(r"['’]s?$", "", word)
    word = _PEOPLES.get(word, word)
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def _names(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    runs: list[list[str]] = [[]]
    for n, token in enumerate(tokens):
        if token.name:
            runs[-1].append(re.sub(r"['’]s?$", "", token.text).casefold())
        linked = (
            token.text in {"of", "the", "and", "-", "for"} and runs[-1] and n + 1 < len(tokens) and tokens[n + 1].name
        )
        if (not token.name and not linked) or re.search(r"['’]s?$", token.text):
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def _acronyms(text: str) -> frozenset[str]:
    found: set[str] = set()
    text = re.sub(r"\b(?:The|A|An|In|On|At|For|By)\s", lambda opener: opener.group().casefold(), text)
    for run in re.findall(r"[A-ZÀ-Þ]\w+(?:\s+(?:of|the|for|and|on|in)\s+[A-ZÀ-Þ]\w+|[\s-]+[A-ZÀ-Þ]\w+)+", text):
        parts = re.split(r"[\s-]+", run)
        found.update({"".join(p[0] for p in parts), "".join(p[0] for p in parts if p[0].isupper())})
    return frozenset(initials.casefold() for initials in found)


def _following(pattern: re.Pattern[str], text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems right after what a pattern finds, and those a little later in the same clause."""
    nearest: set[str] = set()
    later: set[str] = set()
    for match in pattern.finditer(text):
        if re.match(r"not only\b", text[match.start() :], re.I):
            continue
        after = re.split(r"[,;:.]|\bbut\b", text[match.end() :], maxsplit=1)[0]
        following = [stem for word in TOKEN.findall(after) if not _SKIPPED.match(word) and (stem := stem_of(word))]
        nearest.update(following[:1])
        later.update(following[1:_SCOPE_WORDS])
    return frozenset(nearest), frozenset(later)
