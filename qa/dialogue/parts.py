"""A question in, the questions that it consists of out: "When was it signed, and by whom?" asks two things."""

import re

from qa.dialogue.mentions import PREPOSITIONS, WH, tokens

MOST_PARTS = 3
"""A question with more parts than this is asked whole: each part costs as much as a question."""
_JOINT = re.compile(
    r"(?:\s*[,;]\s*(?:and|but)|\s+and|\s*;)\s+"
    r"(?=(?:(?:in|on|at|to|by|from|for|of|with|under|until|since|about)\s+)?(?:who|whom|whose|what|when|where|which|why|how)\b)",
    re.IGNORECASE,
)
_ONE_OF_SEVERAL = re.compile(r"^(?:\w+\s+)?(?:what|which)\s+(?:other|else|another)\b", re.IGNORECASE)


def parts_of(question: str) -> tuple[str, ...]:
    """Return the questions that a question consists of, in order; itself alone if it asks one thing.

    It is divided where "and" is followed by a question word and each side asks something by itself. What a later part
    leaves out ("and why?", "and where was it signed?") is understood as that of a follow-up.

    Example:
        >>> parts_of("When was the charter signed, and how many towns signed it?")
        ('When was the charter signed?', 'how many towns signed it?')
        >>> parts_of("Which towns and what other places signed it?")
        ('Which towns and what other places signed it?',)
    """
    pieces = [piece.strip(" ?.") for piece in _JOINT.split(question.strip())]
    if not 1 < len(pieces) <= MOST_PARTS or not all(_asks(piece, first=not n) for n, piece in enumerate(pieces)):
        return (question,)
    return tuple(f"{piece}?" for piece in pieces)


def _asks(piece: str, *, first: bool) -> bool:
    """Return whether a piece is a question; one that isn't the first may be no more than "why" or "by whom"."""
    found = [token.word for token in tokens(piece) if token.text[0].isalnum()]
    if not found or _ONE_OF_SEVERAL.match(piece) or not any(word in WH for word in found[:2]):
        return False
    if not first and all(word in WH | PREPOSITIONS for word in found):
        return True  # "and by whom?"
    return len(found) > 2
