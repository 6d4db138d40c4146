"""A sentence and its quotes in, what is compared, timed or directed the other way round out."""

import re
from collections.abc import Sequence

from qa.checks.lexicon import DETERMINERS, TIMES
from qa.checks.tokens import Token
from qa.checks.wording import opposite
from qa.facts import Facts

_CONTRARY = [
    {"before", "after"},
    {"to", "from"},
    {"for", "against"},
    {"since", "until"},
    {"above", "below"},
    {"with", "without"},
    {"inside", "outside"},
    {"from", "until"},
    {"by", "after"},
]

_COMPARES = re.compile(
    r"(?:\w{2,}est|most|least|compar\w+|exceed\w*|surpass\w*|out\w+ed|beat|beaten|won|rather|before|after)$", re.I
)


def turned_round(claim: Facts, quoted: Facts) -> str | None:
    """Return which preposition or comparison is the other way round in the quotes, or None."""
    return _contrary(claim, quoted) or _compared(claim, quoted) or _untimed(claim, quoted)


def _contrary(claim: Facts, quoted: Facts) -> str | None:
    """Return a word that another, contrary preposition stands before in the quotes."""
    claimed, told = _directions(claim), _directions(quoted)
    for word, prepositions in claimed.items():
        for pair in _CONTRARY:
            mine, theirs = prepositions & pair, told.get(word, set()) & pair
            if mine and theirs and not mine & theirs:
                return f"it is “{min(theirs)} {word}” in the quotes"
    return None


def _untimed(claim: Facts, quoted: Facts) -> str | None:
    """Return that the claim puts one thing before or after another, and the quotes don't."""
    mine, theirs = ({token.text.casefold() for token in facts.tokens} for facts in (claim, quoted))
    for word, alike in TIMES.items():
        if word in mine and not alike & theirs:
            return f"“{word}” is not in the quotes"
    return None


def _directions(facts: Facts) -> dict[str, set[str]]:
    directed = frozenset().union(*_CONTRARY)
    found: dict[str, set[str]] = {}
    for n, token in enumerate(facts.tokens):
        if token.text.casefold() in directed:
            for following in facts.tokens[n + 1 : n + 4]:
                word = following.stem
                if word:
                    found.setdefault(word, set()).add(token.text.casefold())
                    break
                if following.text.casefold() not in DETERMINERS:
                    break
    return found


def _compared(claim: Facts, quoted: Facts) -> str | None:
    """Return that what is compared has changed places around "than"."""
    one, other = _around_than(claim), _around_than(quoted)
    if one and not other and not any(_COMPARES.match(token.text) for token in quoted.tokens):
        return "the quotes don't compare them"
    if not one or not other:
        return None
    left, right = one
    if left & other[0] and _other_adjective(claim, quoted):
        return "the comparison is the other way round in the quotes"
    if left & other[1] - other[0] and right & other[0] - other[1] and not _other_adjective(claim, quoted):
        return "the comparison is the other way round in the quotes"
    return None


def _other_adjective(claim: Facts, quoted: Facts) -> bool:
    adverbs = [
        {token.text.casefold() for token in facts.tokens} & {"more", "less", "fewer"} for facts in (claim, quoted)
    ]
    return opposite(claim, quoted) is not None or bool(adverbs[0] ^ adverbs[1])


def _around_than(facts: Facts) -> tuple[set[str], set[str]] | None:
    texts = [token.text.casefold() for token in facts.tokens]
    if "than" not in texts:
        return None
    at = texts.index("than")
    if texts[at + 1 : at + 2] and texts[at + 1][0].isdigit():  # "more than 20" compares nothing with anything
        return None
    return _stems(facts.tokens[:at]), _stems(facts.tokens[at + 1 :])


def _stems(tokens: Sequence[Token]) -> set[str]:
    return {token.stem for token in tokens if token.stem and not token.stem[0].isdigit()}
