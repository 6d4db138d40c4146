"""A question in, the pronoun out that nothing in the question explains: what makes it lean on the one before."""

from collections.abc import Sequence
from dataclasses import dataclass

from qa.dialogue.mentions import (
    AUXILIARIES,
    COLLECTIVES,
    DATE,
    DEMONSTRATIVES,
    FUNCTION_WORDS,
    PERSON,
    PLURAL,
    PREPOSITIONS,
    SINGULAR,
    WH,
    Mention,
    Token,
    mentions,
)

_POSSESSIVE = {"its", "his", "their", "theirs", "hers"}
_BOUNDARY_WORDS = (
    ", ; : and or but if when that because after before while who which whose than as since until where how"
)
_BOUNDARIES = frozenset(_BOUNDARY_WORDS.split())


@dataclass(frozen=True)
class Pronoun:
    """A word that stands for something said before."""

    position: int
    """Which token it is, from 0."""
    kind: frozenset[str]
    """Which words it goes with: singular things, persons, plurals; empty if no phrase can take its place."""


def unexplained_pronoun(found: Sequence[Token]) -> Pronoun | None:
    """Return the first pronoun that nothing before it in the question explains."""
    for n, token in enumerate(found):
        kind = next((kind for kind in (SINGULAR, PERSON, PLURAL) if token.word in kind), None)
        if kind and token.text != "IT" and not _is_expletive(found, n) and not _explained(found, n, kind):
            return Pronoun(n, kind)
        if token.word in DEMONSTRATIVES and _points_back(found, n):
            alone = n + 1 >= len(found) or found[n + 1].word in FUNCTION_WORDS or not found[n + 1].text[0].isalnum()
            singular = token.word in ("this", "that")
            return Pronoun(n, (SINGULAR if singular else PLURAL) if alone else frozenset())
        if token.word in ("one", "ones", "none", "others", "then", "there") and _stands_alone(found, n):
            return Pronoun(n, frozenset())
    return None


def _is_expletive(found: Sequence[Token], n: int) -> bool:
    """Return whether "it" stands for nothing: "what does it cost to enter"."""
    following = [token.word for token in found[n + 1 :]]
    return following[:1] in (["cost"], ["take"], ["mean"]) and "to" in following and "according" not in following


def _explained(found: Sequence[Token], n: int, kind: frozenset[str]) -> bool:
    before = found[n - 1].word if n else ""
    if found[0].word == "who" and kind is not SINGULAR and is_possessive(found, n):
        return True  # "who gave their name"
    subject = is_possessive(found, n) or before in AUXILIARIES or before in _BOUNDARIES
    reach = n if subject else _clause_start(found, n)
    text = _text(found[:reach])
    candidates = [mention for mention in mentions(text) if agrees(mention, kind, bound=True)]
    if before in AUXILIARIES:  # "what majority does it need": what is asked for isn't what does it
        candidates = [mention for mention in candidates if not mention.asked or mention.end < found[n - 1].start - 1]
    rivals = sum(token.word in kind for token in found[:n])
    return len(candidates) > (rivals if not subject else 0)


def is_possessive(found: Sequence[Token], n: int) -> bool:
    """Return whether a pronoun is followed by what somebody has: "its name", "her lecture"."""
    following = found[n + 1].word if n + 1 < len(found) else "?"
    before_noun = following[0].isalnum() and following not in AUXILIARIES | PREPOSITIONS | WH | {"and", "or"}
    return found[n].word in _POSSESSIVE or (found[n].word == "her" and before_noun)


def _clause_start(found: Sequence[Token], n: int) -> int:
    return max((m for m in range(1, n) if found[m].word in _BOUNDARIES), default=0)


def _text(found: Sequence[Token]) -> str:
    """Return tokens at their offsets, as the text that they came from."""
    text = ""
    for token in found:
        text += " " * (token.start - len(text)) + token.text
    return text


def agrees(mention: Mention, kind: frozenset[str], *, bound: bool = False) -> bool:
    """Return whether a pronoun can stand for a mention; `bound`: within one question, where "they" is anybody."""
    if DATE.fullmatch(mention.text):
        return False
    if kind is PLURAL:
        return mention.plural or (bound and (mention.named or not COLLECTIVES.isdisjoint(mention.text.split())))
    if kind is PERSON:
        return mention.named or mention.definite
    return mention.named or (not mention.plural and (bound or mention.definite))


def _points_back(found: Sequence[Token], n: int) -> bool:
    """Return whether "this" or "that" is a pronoun or goes with a noun, and isn't a conjunction."""
    before = found[n - 1].word if n else ""
    following = found[n + 1].word if n + 1 < len(found) else "?"
    if found[n].word in ("these", "those"):
        return following not in ("who", "that", "with", "of", "in", "which", "whose")
    if found[n].word == "this" or not following[0].isalnum() or before in AUXILIARIES:
        return following not in ("year", "month", "week")
    if any(token.text == "," for token in found[:n]):
        return False
    ends = n + 2 >= len(found) or not found[n + 2].text[0].isalnum()
    return following not in FUNCTION_WORDS and ends and not (before and before not in FUNCTION_WORDS and n < 3)


def _stands_alone(found: Sequence[Token], n: int) -> bool:
    word, before = found[n].word, found[n - 1].word if n else ""
    following = found[n + 1].word if n + 1 < len(found) else "?"
    if word in ("one", "ones", "others", "none"):
        new = n > 1 and found[n - 2].word in ("a", "another") and before not in FUNCTION_WORDS
        return new or (before != "as" and (not following[0].isalnum() or following in AUXILIARIES))
    return not following[0].isalnum() and before not in AUXILIARIES
