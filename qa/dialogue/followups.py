"""A question and the turns before it in, what it means on its own out; and nothing where it stands alone anyway.

No model is asked: what a follow-up leaves out is the name or phrase of the question before ("it"), that question's
frame ("What about France?", "And in 2023?", "Why?"), or its subject ("And who paid?").
"""

import re
from collections.abc import Sequence
from itertools import pairwise, takewhile

from qa.dialogue.mentions import (
    AUXILIARIES,
    DATE,
    FUNCTION_WORDS,
    PERSON,
    PLURAL,
    PREPOSITIONS,
    WH,
    Mention,
    Token,
    mentions,
    tokens,
)
from qa.dialogue.pronouns import agrees, is_possessive, unexplained_pronoun
from qa.records import Turn

_OPENING = re.compile(r"^(?:and|but|also|so|then|or|ok|okay)\b[\s,:…-]*", re.IGNORECASE)
_ABOUT = re.compile(r"^(?:what|how) about\b\s*", re.IGNORECASE)
_ELSE = re.compile(r"^(?:who|what|where|which|anything|anyone|nobody|how) (?:else|more)\b", re.IGNORECASE)
_MAX_FRAGMENT_WORDS = 12


def is_followup(question: str) -> bool:
    """Return whether a question leans on what was said before it.

    It does if it begins with "and" or "what about", has no verb, asks for something "else", or holds a pronoun that
    nothing in the question itself explains.

    Example:
        >>> [is_followup(q) for q in ("And when was it signed?", "When was the declaration signed?")]
        [True, False]
    """
    found = tokens(question)
    opens = _OPENING.match(question) or _ABOUT.match(question) or _ELSE.match(question)
    return bool(opens) or _is_fragment(found) or unexplained_pronoun(found) is not None


def understand(question: str, history: Sequence[Turn]) -> str | None:
    """Return a follow-up as a question that stands alone; None for one that does so already.

    Args:
        question: The question as asked.
        history: The turns before it, oldest first.

    Example:
        >>> understand("What about China?", [Turn(question="When did France sign?", answer="In May.")])
        'When did China sign?'
    """
    if not history or not is_followup(question):
        return None
    former = history[-1]
    opened = _OPENING.sub("", question.strip())
    bare = _ABOUT.sub("", opened).rstrip(" ?.!") + "?"
    if not any(character.isalnum() for character in bare):
        return None  # "And?"
    resolved = _capitalised(_with_referents(bare, history))
    if _ABOUT.match(opened) or _is_fragment(tokens(bare), opened=opened != question.strip()):
        first = tokens(bare)[0]
        fragment = resolved if first.word in FUNCTION_WORDS or first.text[0].isupper() else _uncapitalised(resolved)
        return _in_frame(fragment.rstrip("?"), former.question)
    leans = unexplained_pronoun(tokens(bare)) is not None
    if resolved != _capitalised(bare) or (_names(bare) and not leans):
        return resolved
    return _about(history, resolved)


def _is_fragment(found: Sequence[Token], *, opened: bool = False) -> bool:
    """Return whether a question has no verb: "Why?", "Since when?", "In 2023?"; `opened`: after "and"."""
    found = [token for token in found if token.text[0].isalnum()]
    if not 0 < len(found) <= _MAX_FRAGMENT_WORDS or any(token.word in AUXILIARIES for token in found):
        return False
    first, rest = found[0].word, found[1:]
    if first in WH:
        return all(token.word in FUNCTION_WORDS for token in rest) or (first == "how" and len(rest) == 1)
    if any(token.word in WH for token in found[2:]):
        return False
    return opened or first in PREPOSITIONS or first in ("the", "only", "not", "its", "their")


def _with_referents(question: str, history: Sequence[Turn]) -> str:
    """Return a question with the first unexplained pronoun replaced by what it stands for."""
    found = tokens(question)
    pronoun = unexplained_pronoun(found)
    referent = _referent(pronoun.kind, history) if pronoun and pronoun.kind else None
    if pronoun is None or referent is None:
        return question
    n = pronoun.position
    token, before = found[n], found[n - 1].word if n else ""
    referent = re.sub(r"^(?:a|an) ", "the ", referent)
    if before == "of" and token.word == "them" and not referent.startswith("the "):
        referent = f"the {referent}"
    if is_possessive(found, n) and not referent.endswith(("'s", "’s")):
        referent += "’" if referent.endswith("s") else "’s"
    return question[: token.start] + (referent if n else _capitalised(referent)) + question[token.end :]


def _referent(kind: frozenset[str], history: Sequence[Turn]) -> str | None:
    """Return what a pronoun stands for: of the latest turn that has something, names before other phrases."""
    for turn in reversed(history):
        asked, said = mentions(turn.question), mentions(turn.answer)
        if kind is PERSON:
            who = re.match(r"(?:to |by |for )?(?:who|whom|which)\b", turn.question, re.IGNORECASE)
            candidates = [*said, *asked] if who else [*asked, *said]
            names = [mention.text for mention in candidates if mention.named and not DATE.fullmatch(mention.text)]
            if names:
                # Of "Leila Marchetti gave", a phrase as answers have it, what is written as a name.
                return " ".join(takewhile(lambda word: not word[0].islower(), names[0].split())) or names[0]
            continue
        candidates = [mention for mention in asked if agrees(mention, kind)]
        if kind is PLURAL and _pair(turn.question):
            return _pair(turn.question)
        ranked = sorted(candidates, key=lambda mention: _rank(mention, kind))
        if ranked:
            return ranked[0].text
    return None


def _rank(mention: Mention, kind: frozenset[str]) -> tuple[bool, ...]:
    if kind is PLURAL:
        return (not mention.plural, not mention.asked, not mention.named)
    pure = all(word[:1].isupper() for word in mention.text.split() if word not in ("the", "a", "an"))
    return (mention.asked, not mention.named, not pure, mention.plural, not mention.definite)


def _pair(question: str) -> str | None:
    """Return two names joined by "and", if the question has such."""
    for left, right in pairwise(mentions(question)):
        if left.named and right.named and question[left.end : right.start].strip() == "and":
            return question[left.start : right.end]
    return None


def _in_frame(fragment: str, former: str) -> str:
    """Return the former question with the fragment in the place of its counterpart, or after it."""
    found = tokens(fragment)
    if found[0].word in WH or (found[0].word in PREPOSITIONS and len(found) > 1 and found[1].word in WH):
        asked = tokens(former)
        verb = next((token for token in asked if token.word in AUXILIARIES), None)
        return f"{fragment} {former[verb.start :]}" if verb else f"{fragment}: {former}"
    date, old_date = DATE.search(fragment), _last_date(former)
    if date and old_date:
        return former[: old_date.start()] + date.group() + former[old_date.end() :]
    inner = _uncapitalised(fragment) if found[0].word in FUNCTION_WORDS else fragment
    counterpart = _phrase(found, former) or _counterpart(found, former)
    if counterpart:
        return former[: counterpart[0]] + inner + former[counterpart[1] :]
    return f"{former.rstrip(' ?')}, {inner}?"


def _phrase(found: Sequence[Token], former: str) -> tuple[int, int] | None:
    """Return where the former question has a phrase with the fragment's preposition, up to a comma or the end."""
    if found[0].word not in PREPOSITIONS:
        return None
    asked = tokens(former)
    begins = [n for n, token in enumerate(asked) if n > 0 and token.word == found[0].word]
    if not begins:
        return None
    signs = [token.start for token in asked[begins[-1] :] if not token.text[0].isalnum()]
    return asked[begins[-1]].start, signs[0] if signs else len(former)


def _last_date(text: str) -> re.Match[str] | None:
    return next(iter(reversed(list(DATE.finditer(text)))), None)


def _counterpart(found: Sequence[Token], former: str) -> tuple[int, int] | None:
    """Return where the former question has a name, or a phrase, of the fragment's shape; the last of equals."""
    if found[0].word in PREPOSITIONS:
        return None
    article = found[0].word if found[0].word in ("the", "a", "an") else ""
    named = any(token.text[0].isupper() and token.word not in FUNCTION_WORDS for token in found[bool(article) :])
    others = [m for m in mentions(former) if m.named == named and not m.asked and not DATE.fullmatch(m.text)]
    if not named:  # of phrases, the one with the same article; "the" is too common to tell anything
        others = [mention for mention in others if article in ("a", "an") and re.match("an? ", mention.text)]

    def likeness(mention: Mention) -> tuple[bool, int]:
        return (mention.definite == bool(article), -abs(len(mention.text.split()) - len(found)))

    best = max(reversed(others), key=likeness, default=None)
    return (best.start, best.end) if best else None


def _about(history: Sequence[Turn], question: str) -> str:
    """Return a question with what the latest turns were about in front."""
    for turn in reversed(history):
        topics = [m.text for m in mentions(turn.question) if m.named or m.definite]
        topics = [topic for topic in topics if not DATE.fullmatch(topic)]
        if topics:
            return f"About {' and '.join(topics)}: {_uncapitalised(question)}"
    return f"After “{history[-1].question}”: {_uncapitalised(question)}"


def _names(text: str) -> list[str]:
    return [mention.text for mention in mentions(text) if mention.named and not DATE.fullmatch(mention.text)]


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def _uncapitalised(text: str) -> str:
    return text[:1].lower() + text[1:]
