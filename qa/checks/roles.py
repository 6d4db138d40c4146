"""A sentence and its quotes in, who did what to whom the other way round out. For English word order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.checks.lexicon import BE, BREAKS, DETERMINERS, MUTUAL, PREPOSITIONS, VERBS
from qa.checks.tokens import Token
from qa.facts import Facts, same_name

_OPPOSED = {
    "agent": {"patient", "to", "against", "from", "for"},
    "patient": {"agent"},
    "to": {"from", "agent"},
    "from": {"to", "agent"},
    "against": {"for", "agent"},
    "for": {"against"},
}
_PAST = re.compile(
    r"(?:\w+ed|bought|sold|won|lost|beat|beaten|gave|given|paid|led|sent|told|sued|met|took|taken|made|wrote|written|built|chose|chosen|held|found|left|hit|"
    r"saw|seen|drew|taught)$",
    re.I,
)
_REACH = 12


@dataclass(frozen=True)
class _Entity:
    """A name, or a noun, with the preposition right before it."""

    words: tuple[str, ...]
    start: int
    end: int
    preposition: str


def reversed_roles(claim: Facts, quoted: Facts) -> str | None:
    """Return which name does in the claim what is done to it in the quotes, or which other name does it, or None."""
    claimed, told = _roles(claim), _roles(quoted)
    for (verb, role), names in claimed.items():
        for name in names:
            theirs = {r for (v, r), others in told.items() if v == verb and _among(name, others)}
            if theirs & _OPPOSED.get(role, set()) and role not in theirs:
                return f"“{_written(name)}” has another part in the quotes"
            fillers = told.get((verb, role), [])
            if role in _OPPOSED and fillers and not _among(name, fillers) and not theirs:
                return f"the quotes say it of “{_written(fillers[0])}”, not of “{_written(name)}”"
    return _swapped(claim, quoted)


def _roles(facts: Facts) -> dict[tuple[str, str], list[tuple[str, ...]]]:
    """Return the names by verb and role: "agent", "patient" or a preposition."""
    found: dict[tuple[str, str], list[tuple[str, ...]]] = {}
    tokens = facts.tokens
    entities = list(_entities(tokens))
    for n, token in enumerate(tokens):
        if not token.stem or token.name or token.stem[0].isdigit():
            continue
        passive, verb = _is_passive(tokens, n), _is_verb(tokens, n)
        start, end = _clause(tokens, n)
        for entity in entities:
            if not start <= entity.start < end or entity.start <= n < entity.end:
                continue
            role = entity.preposition
            if (not verb and not (role and entity.start > n and role != "by")) or token.stem in MUTUAL:
                continue
            if entity.start > n:
                role = "agent" if role == "by" else role or ("other" if passive else "patient")
            elif role:
                continue  # "Central to Halmere is": what stands before a verb under a preposition isn't the verb's
            else:
                role = "patient" if passive else "agent"
            found.setdefault((token.stem, role), []).append(entity.words)
    return found


def _entities(tokens: Sequence[Token]) -> Iterator[_Entity]:
    n, last = 0, _Entity((), -9, -9, "")
    while n < len(tokens):
        if not tokens[n].name:
            n += 1
            continue
        end = n
        while end < len(tokens) and tokens[end].name:
            end += 1
        words = tuple(re.sub(r"['’]s?$", "", token.text).casefold() for token in tokens[n:end])
        between = {token.text.casefold() for token in tokens[max(last.end, 0) : n]}
        # "to France, Spain and Italy": all three are gone to.
        joined = n - last.end <= 3 and between <= {",", "and", "or", "the", "&"} and between
        preposition = last.preposition if joined else _preposition(tokens, n)
        last = _Entity(words, n, end, preposition)
        following = tokens[end] if end < len(tokens) else None
        modifies = following and following.stem and not following.stem[0].isdigit() and not _is_verb(tokens, end)
        if not (modifies and following and following.text.islower()):  # "the Dorne bridge": it is of the bridge
            yield last
        n = end


def _preposition(tokens: Sequence[Token], n: int) -> str:
    """Return the preposition before the noun phrase that a token stands in; empty if there is none."""
    skipped = 0
    for i in range(n - 1, max(-1, n - 5), -1):
        word = tokens[i].text.casefold()
        if word in PREPOSITIONS:
            return "according" if i and tokens[i - 1].text.casefold() == "according" else word
        if word in DETERMINERS:
            continue
        skipped += 1
        if skipped > 1 or not tokens[i].stem or _PAST.match(word) or word in BE:
            return ""
    return ""


def _clause(tokens: Sequence[Token], n: int) -> tuple[int, int]:
    start = end = n
    while start > max(0, n - _REACH) and tokens[start - 1].text.casefold() not in BREAKS | {".", "?", "!"}:
        start -= 1
    while end < min(len(tokens), n + _REACH) and (
        end == n or tokens[end].text.casefold() not in BREAKS | {".", "?", "!"}
    ):
        end += 1
    return start, end


def _is_verb(tokens: Sequence[Token], n: int) -> bool:
    before = tokens[n - 1].text.casefold() if n else ""
    following = tokens[n + 1] if n + 1 < len(tokens) else Token("", "", False)
    present = tokens[n].text.endswith("s") and (following.name or following.text.casefold() in DETERMINERS)
    return bool(_PAST.match(tokens[n].text)) or present or before in BE | VERBS | {"to", "not"}


def _is_passive(tokens: Sequence[Token], n: int) -> bool:
    if not re.search(r"(?:ed|en|ld|nt|id|ght|de|un|wn|ne|st|ung|et|ost|on)$", tokens[n].text, re.I):
        return False
    before = [token.text.casefold() for token in tokens[max(0, n - 4) : n]]
    while before and (
        before[-1].endswith("ly") or before[-1] in {"not", "also", "then", "been", "being", "first", "later"}
    ):
        if before.pop() in {"been", "being"}:
            return True
    return bool(before) and (before[-1] in BE or _is_reduced(tokens, n))


def _is_reduced(tokens: Sequence[Token], n: int) -> bool:
    """Tell "the charter, signed by ..." and "a scale introduced in ...": a participle that follows its noun."""
    following = tokens[n + 1].text.casefold() if n + 1 < len(tokens) else ""
    before = tokens[n - 1]
    return following == "by" or (before.text == "," and following in PREPOSITIONS)


def _swapped(claim: Facts, quoted: Facts) -> str | None:
    """Return a verb whose neighbours, be they names or not, have changed places."""
    sides = _sides(quoted)
    for verb, agents, patients in _sides(claim):
        for other, their_agents, their_patients in sides:
            if verb == other and agents & their_patients - their_agents and patients & their_agents - their_patients:
                return f"who did it and to whom (“{verb}”) is the other way round in the quotes"
    return None


def _sides(facts: Facts) -> list[tuple[str, set[str], set[str]]]:
    found = []
    tokens = facts.tokens
    for n, token in enumerate(tokens):
        following = tokens[n + 1].text.casefold() if n + 1 < len(tokens) else ""
        if (
            token.name
            or not token.stem
            or not (_PAST.match(token.text) or (following in DETERMINERS and token.text.endswith("s")))
        ):
            continue
        start, end = _clause(tokens, n)
        before, after = _nouns(tokens[start:n][::-1]), _nouns(tokens[n + 1 : end])
        if _is_passive(tokens, n):
            by = [
                i
                for i in range(n + 1, end)
                if tokens[i].text.casefold() == "by" and not tokens[min(i + 1, end - 1)].text[0].isdigit()
            ]
            before, after = (_nouns(tokens[by[0] + 1 : end]) if by else set()), before
        found.append((token.stem, before, after))
    return found


def _nouns(tokens: Sequence[Token]) -> set[str]:
    return set([token.stem for token in tokens if token.stem and not _PAST.match(token.text)][:3])


def _among(name: tuple[str, ...], names: Sequence[tuple[str, ...]]) -> bool:
    return any(
        same_name(one, other) or "".join(w[0] for w in name) == other or "".join(w[0] for w in words) == one
        for words in names for one in name for other in words
    )  # fmt: skip


def _written(name: tuple[str, ...]) -> str:
    return " ".join(word.upper() if len(word) < 3 else word.capitalize() for word in name)
