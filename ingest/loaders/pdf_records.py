"""What is known of a line of text on a page of a PDF, and of the pieces that wide gaps part in it."""

import re
from dataclasses import dataclass

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff]{2,}")
"""Letters of Hebrew, Arabic and their kin."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """What stands in a line between two wide gaps."""

    text: str
    """Its words, on one line."""
    left: float
    """Left edge of the first character, in points."""
    right: float
    """Right edge of the last character."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of text on a page; places are in points, from the page's lower left corner."""

    text: str
    """Its words, on one line, never empty."""
    left: float
    """Left edge of the first character."""
    right: float
    """Right edge of the last character."""
    base: float
    """Height of its baseline above the page's lower edge."""
    size: float
    """Height of its characters, that of the font from the deepest to the highest."""
    angle: float = 0.0
    """Direction of writing in radians, rounded; 0 is upright."""
    broken: bool = False
    """Whether its last word goes on in the next line; the hyphen is not in the text."""
    filled: bool = False
    """Whether it holds what was typed into a field: neither the line before nor the one after it is continued."""
    pieces: tuple[Piece, ...] = ()
    """What wide gaps part in it, from left to right; empty if none does, or if it isn't upright."""
    bold: bool = False
    """Whether its first character is bold, if it has pieces."""
    row: int = 0
    """Number of the row in its table, from 1, if its text is one in Markdown; else 0."""


def pieces_of(line: Line) -> tuple[Piece, ...]:
    """Return what wide gaps part in a line; all of it if none does."""
    return line.pieces or (Piece(text=line.text, left=line.left, right=line.right),)


def is_level(line: Line, other: Line) -> bool:
    """Tell whether two lines stand at the same height."""
    return abs(line.base - other.base) < 0.6 * max(line.size, other.size)
