"""Text in, its paragraphs and headings out."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.loaders.about import is_byline
from ingest.loaders.dates import is_date_line
from ingest.provisions import Provision, find_provisions
from ingest.sentences import Span

MARKDOWN_HEADING = re.compile(r"^(#{1,6}) +(.+)$", re.MULTILINE)
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_LONE_NUMBER = re.compile(r"\(?\w{1,5}[.)]")
_DEEPEST = 6
"""Levels of Markdown; those of a regulation's units come after them."""
_TITLE_CHARS = 90
"""A single line up to this long, without a sentence's end, is taken for a heading in plain text."""

_ABOUT = re.compile(
    r"(?:authors?|by|byline|editors?|dated?|published|posted|updated|last updated|issued|from|to|cc|bcc|subject|sent|re"
    r"|source|sources|photo|image|picture|figure|credit|caption|tel|telephone|phone|fax|mobile|e-?mail|mail|contact"
    r"|web(?:site)?|url|link|tags?|keywords|categor(?:y|ies)|doi|isbn|issn|copyright|word count|reading time) ?:"
    r"|(?:page|seite|p\.|s\.) ?\d+(?: ?(?:of|von|/) ?\d+)?$|\d+[ -]min(?:ute)?s? read$|(?:https?://|www\.)\S+$"
    r"|\S+@\S+\.\S+$|(?:published|posted|updated|last updated|issued|dated) (?:on |at )?\W*\w+ ?\d",
    re.IGNORECASE,
)
"""What stands about a text, such as "Photo: Reuters", is no title of what comes below it."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_ENTRY = re.compile(
    r"\d|(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec|mon|tues?|wed|thu|fri|sat|sun)[a-z]*\b", re.IGNORECASE
)
_FIRST = 4
"""Among so many paragraphs at the beginning a date is that of the text."""


@dataclass(frozen=True)
class Heading:
    """A heading line of a document."""

    start: int
    """Offset of its first character."""
    level: int
    """1 for the outermost."""
    title: str
    """Its words, without Markdown signs."""
    end: int
    """Offset after it, and after the title that stands below the number of an article."""


def find_headings(text: str, provisions: Sequence[Provision] = ()) -> list[Heading]:
    """Return the headings of `text` in order: Markdown ones, lone lines that look like titles, and units of a law.

    Args:
        text: The text.
        provisions: What `find_provisions` says of it. Below the first unit, lone lines are no headings: laws are full
            of short lines.
    """
    units = [one for one in provisions if one.kind and one.kind != "recital"]
    named = [Heading(unit.start, _DEEPEST + unit.level, unit.label, unit.body) for unit in units]
    others = [
        heading
        for heading in _titles(text)
        if not units or heading.start < units[0].start or text.startswith("#", heading.start)
    ]
    taken = [bisect_right(named, heading.start, key=lambda unit: unit.start) for heading in others]
    free = [heading for heading, n in zip(others, taken, strict=True) if not n or heading.start >= named[n - 1].end]
    return sorted([*named, *free], key=lambda heading: heading.start)


def stands_under(text: str, start: int, path: str) -> bool:
    """Tell whether a character of `text` can lie in a chunk that has this heading path.

    Args:
        text: The text.
        start: The character's offset.
        path: Titles of headings and labels of provisions joined by " > ", as in `Chunk.heading`.
    """
    provisions = find_provisions(text)
    above: list[Heading] = []
    for heading in find_headings(text, provisions):
        if heading.start > start:
            break
        above = [outer for outer in above if outer.level < heading.level] + [heading]
        if heading.end >= start:  # A heading lies in the chunk of what comes below it.
            start = heading.end + len(text[heading.end :]) - len(text[heading.end :].lstrip())
    inside = [one.label for one in provisions if one.start <= start < one.end]
    titles = set(" > ".join(["", *(heading.title for heading in above), *inside]).split(" > "))
    labels = {one.label for one in provisions}
    return all(part in titles or set(part.split(" – ")) <= labels for part in path.split(" > "))


def _titles(text: str) -> list[Heading]:
    headings = []
    blocks = find_paragraphs(text)
    for number, (start, end) in enumerate(blocks):
        block = text[start:end].strip()
        for match in MARKDOWN_HEADING.finditer(text[start:end]):
            headings.append(Heading(start + match.start(), len(match[1]), match[2].strip(), start + match.end()))
        if number < len(blocks) - 1 and _looks_like_title(block) and not _tells_about(block, number):
            begin = text.index(block, start)
            headings.append(Heading(begin, 1 if number == 0 else 2, block, begin + len(block)))
    return headings


def is_lone_number(text: str) -> bool:
    """Tell whether a text is nothing but the number of what comes after it, such as "(3)", "iv." or "b)"."""
    return bool(_LONE_NUMBER.fullmatch(text))


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


def _tells_about(line: str, number: int) -> bool:
    """Tell whether a short line says something about the text around it, as who wrote it, and is no title.

    Args:
        line: The line.
        number: How many paragraphs stand before it. A date heads an entry, but not at the beginning.
    """
    if _ABOUT.match(line) or is_byline(line) or not (any(map(str.isalpha, line)) or _YEAR.fullmatch(line)):
        return True
    return is_date_line(line) and (number < _FIRST or not _ENTRY.match(line))


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
