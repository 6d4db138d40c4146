"""A question in, what it speaks of out: names and noun phrases, found by function words and capitals alone.

English only, and without a grammar: what stands between function words is a phrase, and a verb at its edge is
recognised by the auxiliary in front. That is enough to know what "it" may stand for in the next question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


BE = _set("is are was were be been being am")
OTHER_AUXILIARIES = _set("do does did has have had can could will would shall should may might must")
_HAVE = _set("have has had")
AUXILIARIES = BE | OTHER_AUXILIARIES
WH = _set("who whom whose which what when where why how")
PREPOSITIONS = _set(
    "of in on at to for from by with without under over about against between among after before during until till "
    "since within above below into than per as besides despite through according regarding concerning"
)
SINGULAR = _set("it its itself")
PERSON = _set("he him his she her hers himself herself")
PLURAL = _set("they them their theirs themselves")
DEMONSTRATIVES = _set("this that these those")
_DETERMINERS = _set("a an the") | DEMONSTRATIVES
_OTHERS = _set(
    "i you we us me my your our one ones none nothing something anything nobody anyone someone there then here and "
    "or but nor if because while whether so not no yes only also too even ever never still yet just else again most "
    "many much more less least few several some any all both each every either neither other another others same "
    "such own first please up out off down back away long often soon fast high large old far quickly early late"
)
FUNCTION_WORDS = AUXILIARIES | WH | PREPOSITIONS | SINGULAR | PERSON | PLURAL | DEMONSTRATIVES | _DETERMINERS | _OTHERS
COLLECTIVES = _set("people police staff media children members persons men women criteria data")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DATE = re.compile(rf"(?:\b\d{{1,2}} )?\b(?:{_MONTHS})(?: \d{{1,2}},)?(?: \d{{4}})?\b|\b(?:1[5-9]|20)\d\d\b")
"""A year, a month, or a day, in English."""
_PARTICIPLE = re.compile(r"ed$|^(?:held|given|kept|built|made|set|found|taken|chosen|written|paid|sent|shown|put)$")
_TOKEN = re.compile(r"\w+(?:[.,'’/-]\w+)*['’]?|[^\w\s]")


@dataclass(frozen=True, kw_only=True)
class Token:
    """A word or a sign."""

    text: str
    """As written."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""

    @property
    def word(self) -> str:
        """The word in lower case."""
        return self.text.casefold()


@dataclass(frozen=True, kw_only=True)
class Mention:
    """A name or noun phrase."""

    text: str
    """As written, with its article if there is one."""
    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    first: int
    """Position of its first token, article included."""
    named: bool
    """Whether it holds a name."""
    plural: bool
    """Whether its head is a plural."""
    definite: bool
    """Whether it has an article or a demonstrative."""
    asked: bool
    """Whether it is what is asked for: "which company", "how many delegates"."""


def tokens(text: str) -> list[Token]:
    """Return the words and signs of a text in order."""
    return [Token(text=m.group(), start=m.start(), end=m.end()) for m in _TOKEN.finditer(text)]


def is_name(found: Sequence[Token], position: int) -> bool:
    """Return whether a token is part of a name: capitals, but not those that only begin the sentence."""
    text = found[position].text
    if not text[:1].isupper() or found[position].word in FUNCTION_WORDS - {"may", "will"}:
        return False
    if position > 0 and found[position - 1].text not in ('"', "“", "‘", "("):
        return True
    following = found[position + 1].text if position + 1 < len(found) else ""
    return sum(letter.isupper() for letter in text) > 1 or following[:1].isupper()


def mentions(text: str) -> list[Mention]:
    """Return the names and noun phrases of a text in order.

    Example:
        >>> [mention.text for mention in mentions("How many licences of Quill did the Council approve?")]
        ['licences of Quill', 'the Council']
    """
    found = tokens(text)
    return [_mention(text, found, *run) for run in _joined_by_of(found, _runs(found))]


def _runs(found: Sequence[Token]) -> list[tuple[int, int]]:
    """Return the stretches between function words, as positions of the first token and after the last."""
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for n in range(len(found) + 1):
        inside = n < len(found) and _is_content(found, n)
        # A verb stands between what is asked for and a name: "which company supplies | Tidewatch".
        breaks = start is not None and inside and is_name(found, n) and not _leads_to_name(found, start, n - 1)
        if start is not None and (not inside or breaks):
            runs.append((start, n))
            start = None
        if inside and start is None:
            start = n
    trimmed = [_without_verb(found, run) for run in runs]
    return [run for run in trimmed if run[0] < run[1]]


def _is_content(found: Sequence[Token], n: int) -> bool:
    token = found[n]
    if not token.text[0].isalnum() or (token.word.endswith("ly") and not is_name(found, n)):
        return False
    return token.word not in FUNCTION_WORDS or (token.text == "May" and n > 0)


def _leads_to_name(found: Sequence[Token], start: int, n: int) -> bool:
    if start > 0 and found[start - 1].word in _DETERMINERS:
        return True
    return is_name(found, n) or _is_possessive(found[n]) or found[n].text[0].isdigit()


def _is_possessive(token: Token) -> bool:
    return token.word.endswith(("'s", "’s", "'", "’"))


def _without_verb(found: Sequence[Token], run: tuple[int, int]) -> tuple[int, int]:
    start, end = run
    before = start - 1
    if before >= 0 and found[before].word in _DETERMINERS:
        before -= 1
    word = found[before].word if before >= 0 else ""
    while before >= 0 and found[before].word in ("many", "much"):
        before -= 1
    followed = found[end].word if end < len(found) else ""
    if word in ("who", "how", "when", "why", "where") or (start == 0 and not is_name(found, 0)):
        return start + 1, end
    lower = next((n for n in range(end - 1, start - 1, -1) if is_name(found, n) or _is_possessive(found[n])), start - 1)
    tail = end - 1 - lower
    if tail == 0 or end - start < 2 or followed in AUXILIARIES | {"of"} or _is_possessive(found[end - 2]):
        return run
    do = OTHER_AUXILIARIES - _HAVE
    if word in do and start <= lower and tail > 1 and not followed.isalnum():
        return start, lower + 1  # a verb with its object: "can the Board | impose fines"
    past = _PARTICIPLE.search(found[end - 1].word)
    asks_verb = start <= lower and tail == 1 and {token.word for token in found[:start]} & do
    if word in do | {"that"} or asks_verb or past or (before >= 0 and found[before].word in WH):
        return start, end - 1
    return run


def _joined_by_of(found: Sequence[Token], runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs:
        between = [token.word for token in found[joined[-1][1] : start]] if joined else []
        if between in (["of"], ["of", "the"], ["of", "a"]) and not is_name(found, joined[-1][1] - 1):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _mention(text: str, found: Sequence[Token], start: int, end: int) -> Mention:
    definite = start > 0 and found[start - 1].word in _DETERMINERS
    first = start - 1 if definite else start
    before = first - 1
    while before >= 0 and found[before].word in ("many", "much", "two", "three", "four"):
        before -= 1
    begin, stop = found[first].start, found[end - 1].end
    of = next((n for n in range(start, end) if found[n].word == "of"), end)
    head = found[of - 1].word
    plural = head in COLLECTIVES or (head.endswith("s") and not head.endswith(("ss", "us", "is", "'s", "’s")))
    return Mention(
        text=text[begin:stop], start=begin, end=stop, first=first, definite=definite,
        named=any(is_name(found, n) for n in range(start, end)), plural=plural,
        asked=before >= 0 and found[before].word in WH,
    )  # fmt: skip
