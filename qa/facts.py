"""Text in, what can be checked in it without a model out: words, names, acronyms, negations, quantities."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest import words
from qa.number_words import digits_for_words
from qa.quantities import MONTHS, Quantities, quantities_of

_TOKEN = re.compile(r"[^\W_]+(?:['’.](?=[^\W_])[^\W_]+)*|[^\w\s]")
_OTHER_STOP_WORDS = frozenset(
    """
    der die das den dem des ein eine einen einem einer eines und oder ist sind war waren wurde wurden wird werden hat
    haben auf für mit von vom zu zum zur bei beim aus nach sich es sie er als auch an am im ins dass
    le la les l un une des du de d et ou est sont était été a ont fut furent en au aux dans par pour sur avec ce cette
    ces son sa ses leur leurs il elle ils elles qui que qu se s
    el los las una y o es son fue fueron ha han por para con su sus del al
    """.split()
)
_IRREGULAR = dict(
    pair.split(":")
    for pair in """
    met:meet held:hold built:build gave:give given:give won:win sold:sell bought:buy paid:pay made:make wrote:write
    written:write took:take taken:take chose:choose chosen:choose led:lead left:leave began:begin begun:begin said:say
    sent:send spent:spend told:tell grew:grow grown:grow fell:fall fallen:fall rose:rise risen:rise became:become
    came:come went:go gone:go saw:see seen:see knew:know known:know ran:run spoke:speak spoken:speak drew:draw
    drawn:draw lost:lose kept:keep brought:bring taught:teach thought:think fought:fight stood:stand understood:understand
    lent:lend sought:seek shown:show shut:shut broke:break broken:break children:child women:woman men:man
    """.split()
)
_HONORIFICS = frozenset("mr mrs ms dr prof sir dame herr frau m mme".split())
_PEOPLES = {
    "french": "france", "dutch": "netherlands", "british": "britain", "swiss": "switzerland", "danish": "denmark",
    "greek": "greece", "welsh": "wales", "polish": "poland", "spanish": "spain", "turkish": "turkey", "usa": "us",
    "american": "us", "u.s": "us", "u.k": "uk", "chinese": "china", "irish": "ireland", "finnish": "finland",
    "swedish": "sweden", "e.u": "eu",
}  # fmt: skip
"""Adjectives and spellings of countries that share too little with the country's name."""
_PEOPLE_ENDING = re.compile(r"(?:ese|i?ans?|ish|is?|ers?|ic)$")
_NEGATOR = re.compile(
    r"\b(?:not|never|cannot|nobody|no one|neither|nor|none|no longer|instead of|rather than|unable to|refus(?:e|es|ed|ing) to|fail(?:s|ed|ing)? to|declin(?:e|es|ed|ing) to|"
    r"lack(?:s|ed|ing)?|prohibit(?:s|ed)? (?:from )?|no)\b|n['’]t\b",
    re.I,
)
_EXCEPT = re.compile(r"\b(?:except(?:ing)?(?: for)?|excluding|without|other than|apart from|with the exception of)\b", re.I)
_OTHER_NEGATION = re.compile(
    r"\b(?:nicht|kein\w*|niemals|ohne|weder|verweiger\w+|pas|jamais|sans|aucune?|n['’]a|nunca|sin|tampoco)\b|[不没沒未無无]|ません|ない|なかった",
    re.I,
)
_SKIPPED = re.compile(r"(?:yet|even|ever|been|being|be|have|has|had|only|longer|just|really|\w+ly)$", re.I)
_SCOPE_WORDS = 5


@dataclass(frozen=True)
class Token:
    """A word or sign of a text."""

    text: str
    """As written."""
    stem: str
    """Its stem; empty for stop words and signs."""
    name: bool
    """Whether it is a name or part of one."""


@dataclass(frozen=True)
class Facts:
    """What can be compared between two texts; all words are stemmed and case-folded."""

    tokens: tuple[Token, ...] = ()
    """Words and signs in order."""
    words: frozenset[str] = frozenset()
    """Content words; numbers and months as `Quantities.values` has them."""
    names: tuple[tuple[str, ...], ...] = ()
    """Runs of capitalised words, each word as written but case-folded, without what merely begins the text."""
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
    quantities: Quantities = Quantities()
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
    english, quantities = _is_english(text), quantities_of(text)
    tokens = _tokens(text, english)
    denied, unclear = _following(_NEGATOR, text)
    return Facts(
        tokens=tokens,
        words=frozenset(_IRREGULAR.get(word, word) for word in words(quantities.rest)) - _OTHER_STOP_WORDS | quantities.values,
        names=_names(tokens),
        acronyms=_acronyms(text),
        denied=denied,
        unclear=unclear - denied,
        excluded=_following(_EXCEPT, text)[0],
        negated=bool(_NEGATOR.search(text) or _OTHER_NEGATION.search(text)),
        quantities=quantities,
        english=english,
    )


def stem_of(word: str) -> str:
    """Return the stem of a word, the present of common irregular verbs ("met" gives "meet"); empty for a stop word."""
    folded = word.casefold()
    stems = words(_IRREGULAR.get(folded, folded))
    return stems[0] if stems and folded not in _OTHER_STOP_WORDS else ""


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


def _plain(word: str) -> str:
    word = re.sub(r"['’]s?$", "", word)
    word = _PEOPLES.get(word, word)
    return "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))


def _tokens(text: str, english: bool) -> tuple[Token, ...]:
    found = [match.group() for match in _TOKEN.finditer(text)]
    tokens: list[Token] = []
    for n, word in enumerate(found):
        stem = stem_of(word)
        capital = word[0].isupper() and word.casefold() not in MONTHS.keys() | _HONORIFICS
        begins = n == 0 or (n == 1 and not found[0][0].isalnum()) or found[n - 1] in {".", ":", "“", "?", "!"}
        shouted = sum(letter.isupper() for letter in word) > 1 or any(letter.isdigit() for letter in word) and capital
        name = shouted or (
            capital and english and (bool(stem) or not begins) and (not begins or _starts_with_name(found[n:]))
        )
        tokens.append(Token(word, stem, bool(capital and name) or shouted))
    return tuple(tokens)


_NO_NAME = re.compile(r"(?:s|ion|ment|ing|ness|ity|ance|ence|ship|ly|ed|ism|age|al|ure|one|body|thing)$")
_ARTICLE_LIKE = re.compile(
    r"(?:the|a|an|this|that|these|those|its|their|his|her|our|my|your|each|every|all|some|many|most|several|both|no|any|few|in|on|at|by|for|from|to|of|with|after|before|during|since|until|under|over|about|according|between|among|through|as|if|when|while|although|because|however|also|there|it|he|she|they|we|you|i|one|who|what|which|where|how|yes|not|only|and|but|or|so)$",
    re.I,
)
_VERB_LIKE = re.compile(
    r"(?:is|was|has|had|will|did|does|are|were|have|can|may|must|should|would|and|['’]s|[a-z]+ed|[a-z]+s|paid|won|lost|met|took|made|gave|led|sent|built|held|bought|sold|began|became|said|went|came|chose|wrote)$"
)


def _starts_with_name(rest: list[str]) -> bool:
    """Tell "Halmere opened" and "Orla Finch" from "Construction began" and "Delegates met"; errs towards no name."""
    word, following = rest[0], rest[1] if len(rest) > 1 else ""
    if _ARTICLE_LIKE.match(word):
        return False
    if re.search(r"['’]s$", word) or following[:1].isupper():
        return True
    return bool(_VERB_LIKE.match(following)) and not _NO_NAME.search(word)


def _names(tokens: Sequence[Token]) -> tuple[tuple[str, ...], ...]:
    runs: list[list[str]] = [[]]
    for n, token in enumerate(tokens):
        if token.name:
            runs[-1].append(re.sub(r"['’]s?$", "", token.text).casefold())
        linked = (
            token.text in {"of", "the", "and", "-", "for"} and runs[-1] and n + 1 < len(tokens) and tokens[n + 1].name
        )
        if not token.name and not linked or re.search(r"['’]s?$", token.text):
            runs.append([])
    return tuple(tuple(run) for run in runs if run)


def _acronyms(text: str) -> frozenset[str]:
    found: set[str] = set()
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
        following = [stem for word in _TOKEN.findall(after) if not _SKIPPED.match(word) and (stem := stem_of(word))]
        nearest.update(following[:1])
        later.update(following[1:_SCOPE_WORDS])
    return frozenset(nearest), frozenset(later)


def _is_english(text: str) -> bool:
    found = [word.casefold() for word in _TOKEN.findall(text)]
    english = sum(word in {"the", "of", "and", "to", "by", "was", "is", "were", "with", "on", "that", "are"} for word in found)
    return english >= sum(word in _OTHER_STOP_WORDS for word in found)
