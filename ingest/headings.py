"""Text in, its paragraphs and headings out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.sentences import Span

MARKDOWN_HEADING = re.compile(r"^(#{1,6}) +(.+)$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LONE_NUMBER = re.compile(r"\(?\w{1,5}[.)]")
_TITLE_CHARS = 90
"""A single line up to this long, without a sentence's end, is taken for a heading in plain text."""


@dataclass(frozen=True)
class Heading:
    """A heading line of a document."""

    start: int
    """Offset of its first character."""
    level: int
    """1 for the outermost."""
    title: str
    """Its words, without Markdown signs."""


def find_headings(text: str) -> list[Heading]:
    """Return the headings of `text` in order: Markdown ones, and lone lines that look like titles."""
    headings = []
    blocks = find_paragraphs(text)
    for number, (start, end) in enumerate(blocks):
        block = text[start:end].strip()
        for match in MARKDOWN_HEADING.finditer(text[start:end]):
            headings.append(Heading(start + match.start(), len(match[1]), match[2].strip()))
        if number < len(blocks) - 1 and _looks_like_title(block):
            headings.append(Heading(text.index(block, start), 1 if number == 0 else 2, block))
    return headings


def heading_path(above: Iterable[Heading]) -> str:
    """Join the titles of the headings that hold at the end of `above`, outermost first."""
    path: list[Heading] = []
    for heading in above:
        path = [outer for outer in path if outer.level < heading.level] + [heading]
    return " > ".join(heading.title for heading in path)


def find_paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut at blank lines.

    White space belongs to the paragraph before it, a lone number such as "(3)" to the one after it.
    """
    end = len(text) if end is None else end
    starts = [start]
    for match in _BLANK_LINE.finditer(text, start, end):
        if match.end() < end and not _LONE_NUMBER.fullmatch(text, starts[-1], match.start()):
            starts.append(match.end())
    return list(zip(starts, [*starts[1:], end], strict=True))


def _looks_like_title(block: str) -> bool:
    return (
        len(block) <= _TITLE_CHARS
        and "\n" not in block
        and block[:1].isalnum()
        and (block[0].isupper() or block[0].isdigit() or not block[0].isascii())
        and block[-1] not in ".,;:!?。！？…"
        and len(block.split()) <= 12
        and "|" not in block
    )
