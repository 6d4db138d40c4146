"""A Document in, the Chunks that partition its text out: cut at headings and paragraphs, not in sentences."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from ingest.records import Chunk, Document
from ingest.sentences import Span, sentence_spans

_MARKDOWN_HEADING = re.compile(r"(#{1,6}) +(.+)")
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


def split_document(document: Document, *, chunk_chars: int) -> tuple[Chunk, ...]:
    """Return chunks that partition the document: joined in order, they are its text, character for character.

    A chunk never crosses a heading. Within a section whole paragraphs are put together up to
    `chunk_chars`; a longer paragraph is cut between sentences, a longer sentence between words. White space
    after a block belongs to the chunk before it.

    Args:
        document: The document; its text is not empty.
        chunk_chars: The most characters a chunk has, not counting trailing white space; at least 1.

    Returns:
        The chunks in order; at least one.
    """
    text = document.text
    headings = find_headings(text)
    cuts = [0]
    for section in _sections(text, headings):
        cuts.extend(_section_cuts(text, section, chunk_chars))
    starts = sorted(set(cuts))
    heading_starts = [heading.start for heading in headings]
    chunks = []
    for index, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True)):
        above = headings[: bisect_right(heading_starts, start)]
        chunks.append(
            Chunk(
                document=document.name,
                index=index,
                start=start,
                end=end,
                text=text[start:end],
                heading=heading_path(above),
                page=bisect_right(document.pages, start) or 1 if document.pages else None,
            )
        )
    return tuple(chunks)


def text_for_search(title: str, chunk: Chunk) -> str:
    """Return what is embedded and indexed for a chunk: title and heading path in front of its text."""
    above = [title] if not chunk.heading.startswith(title) else []
    if chunk.heading:
        above.append(chunk.heading)
    return f"{' > '.join(above)}\n{chunk.text}"


def find_headings(text: str) -> list[Heading]:
    """Return the headings of `text` in order: Markdown ones, and lone lines that look like titles."""
    headings = []
    blocks = _paragraphs(text)
    for number, (start, end) in enumerate(blocks):
        block = text[start:end].strip()
        for match in re.finditer(r"^(#{1,6}) +(.+)$", text[start:end], re.MULTILINE):
            headings.append(Heading(start + match.start(), len(match[1]), match[2].strip()))
        if number < len(blocks) - 1 and _looks_like_title(block):
            headings.append(Heading(text.index(block, start), 1 if number == 0 else 2, block))
    return headings


def heading_path(above: list[Heading]) -> str:
    """Join the titles of the headings that hold at the end of `above`, outermost first."""
    path: list[Heading] = []
    for heading in above:
        path = [outer for outer in path if outer.level < heading.level] + [heading]
    return " > ".join(heading.title for heading in path)


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


def _sections(text: str, headings: list[Heading]) -> list[Span]:
    """Cut the text before each heading that has something above it other than headings."""
    starts = [0]
    for previous, heading in zip([None, *headings], headings, strict=False):
        between = text[previous.start if previous else 0 : heading.start]
        if len(between.strip().splitlines()) > (1 if previous else 0):
            starts.append(heading.start)
    starts = sorted(set(starts))
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _section_cuts(text: str, section: Span, chunk_chars: int) -> list[int]:
    """Return where chunks begin in a section, the section's own beginning included."""
    cuts = [section[0]]
    filled_from = section[0]
    for start, end in _paragraphs(text, *section):
        length = len(text[filled_from:end].rstrip())
        if length <= chunk_chars:
            continue
        if len(text[start:end].rstrip()) <= chunk_chars:
            cuts.append(start)
            filled_from = start
            continue
        # A long paragraph begins a chunk of its own, unless only a heading stands before it.
        if start > filled_from and not _MARKDOWN_HEADING.fullmatch(text[filled_from:start].strip()):
            cuts.append(start)
            filled_from = start
        for piece in _long_paragraph_cuts(text, (start, end), filled_from, chunk_chars):
            cuts.append(piece)
            filled_from = piece
    return cuts


def _long_paragraph_cuts(text: str, paragraph: Span, filled_from: int, chunk_chars: int) -> list[int]:
    cuts = []
    start, end = paragraph
    for sentence_start, sentence_end in sentence_spans(text[start:end]):
        begin, finish = start + sentence_start, start + sentence_end
        if finish - filled_from > chunk_chars and begin > filled_from:
            cuts.append(begin)
            filled_from = begin
        while finish - filled_from > chunk_chars:
            space = text.rfind(" ", filled_from + 1, filled_from + chunk_chars)
            filled_from = space + 1 if space > filled_from else filled_from + chunk_chars
            cuts.append(filled_from)
    return cuts


def _paragraphs(text: str, start: int = 0, end: int | None = None) -> list[Span]:
    """Cut at blank lines.

    White space belongs to the paragraph before it, a lone number such as "(3)" to the one after it.
    """
    end = len(text) if end is None else end
    starts = [start]
    for match in _BLANK_LINE.finditer(text, start, end):
        if match.end() < end and not _LONE_NUMBER.fullmatch(text, starts[-1], match.start()):
            starts.append(match.end())
    return list(zip(starts, [*starts[1:], end], strict=True))
