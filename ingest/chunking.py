"""A Document in, the Chunks that partition its text out: cut at headings, lists and paragraphs, not in sentences."""

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain, pairwise

from ingest.headings import Heading, find_headings, find_paragraphs
from ingest.provisions import Provision, find_provisions
from ingest.records import Chunk, Document
from ingest.sentences import Span, sentence_spans

_LIST_ITEM = re.compile(r"\s*(?:\||(?:[-*•–—·]|\(?(?:\d{1,3}|[a-z]{1,4})[.)])\s)")
_WORD_GAP = re.compile(r"\S\s+(?=\S)")
_TOKEN_CHARS = 20
"""A stretch without any token counts as one a so many characters, so that no chunk grows without bound."""
_TITLE_CHARS = _PATH_CHARS = 100
"""The most of a title, and of a heading path, that is put in front of a chunk."""
_LEAST_SHARE = 5
"""A chunk's text may fill at least this part of its size, however much is put in front of it."""

TokenStarts = Callable[[str], Sequence[int]]
"""Gives the offset at which each token of a text starts, ascending."""


@dataclass(frozen=True, kw_only=True)
class ChunkSize:
    """How large a chunk may be."""

    tokens: int
    """The most tokens that are embedded for a chunk, title and heading path included; at least 1."""
    token_starts: TokenStarts
    """Tells a text's tokens."""
    headings: bool = True
    """Whether title and heading path are embedded with each chunk."""


def split_document(document: Document, size: ChunkSize) -> tuple[Chunk, ...]:
    """Return chunks that partition the document: joined in order, they are its text, character for character.

    A chunk never crosses a heading. Within a section lists with what introduces them, then paragraphs are put
    together while they fit; what doesn't fit by itself is cut at the next finer place: between list items,
    sentences, words, tokens. White space after a block belongs to the chunk before it.

    Args:
        document: The document; its text is not empty.
        size: How large a chunk may be.

    Returns:
        The chunks in order; at least one.
    """
    text = document.text
    provisions = find_provisions(text)
    ruler = _Ruler(text, size.token_starts)
    chunks: list[Chunk] = []
    for section in _sections(text, find_headings(text, provisions)):
        cuts = _cut_section(section, ruler, provisions, document.title, size)
        for start, end in pairwise([*cuts, section.end]):
            path, topic = _place(section, provisions, start, end)
            chunks.append(
                Chunk(
                    document=document.name, index=len(chunks), start=start, end=end, text=text[start:end],
                    heading=path, topic=topic,
                    page=bisect_right(document.pages, start) or 1 if document.pages else None,
                )
            )  # fmt: skip
    return tuple(chunks)


def text_for_search(title: str, chunk: Chunk) -> str:
    """Return what is embedded and indexed for a chunk: title and heading path in front of its text."""
    return search_prefix(title, chunk.heading, chunk.topic) + chunk.text


def search_prefix(title: str, path: str, topic: str = "") -> str:
    """Return the line that is put in front of a chunk's text: title, heading path and topic, shortened if long."""
    above = [title[:_TITLE_CHARS]] if not path.startswith(title) else []
    if len(path) > _PATH_CHARS:
        path = path[-_PATH_CHARS:].partition(" > ")[2] or path[-_PATH_CHARS:]
    return " > ".join([*above, *filter(None, [path, topic[:_TITLE_CHARS]])]) + "\n"


@dataclass(frozen=True, kw_only=True)
class _Section:
    """Headings that follow each other, and the text below them."""

    start: int
    end: int
    body: int
    """Where the text begins below the headings."""
    path: str


def _sections(text: str, headings: list[Heading]) -> Iterator[_Section]:
    """Cut the text before each heading that has something above it other than headings."""
    starts = [0]
    for above, heading in zip([None, *headings], headings, strict=False):
        if text[above.end if above else 0 : heading.start].strip():
            starts.append(heading.start)
    begins = [heading.start for heading in headings]
    path: list[Heading] = []
    for start, end in pairwise([*dict.fromkeys(starts), len(text)]):
        leading = headings[bisect_left(begins, start) : bisect_left(begins, end)]
        for heading in leading:
            path = [outer for outer in path if outer.level < heading.level] + [heading]
        body = leading[-1].end if leading else start
        while body < end and text[body].isspace():
            body += 1
        yield _Section(start=start, end=end, body=body, path=" > ".join(heading.title for heading in path))


def _cut_section(
    section: _Section, ruler: "_Ruler", provisions: Sequence[Provision], title: str, size: ChunkSize
) -> list[int]:
    """Return where chunks begin in a section, its own beginning included."""
    inside = _starting_in(provisions, section.start, section.end)
    limit = size.tokens
    if size.headings:
        paths = {(one.name, _topic(one)) for one in inside} | {(section.path, "")}
        limit -= len(size.token_starts(max((search_prefix(title, *path) for path in paths), key=len)))
    limit = max(limit, size.tokens // _LEAST_SHARE, 1)
    return _Filling(ruler, section.body, limit, inside).cut((section.start, section.end))


def _place(section: _Section, provisions: Sequence[Provision], start: int, end: int) -> tuple[str, str]:
    """Return the heading path of a chunk, and the topic of the provisions that it holds."""
    if not provisions:
        return section.path, ""
    first = _innermost(provisions, max(start, section.body) if start == section.start else start)
    last = _innermost(provisions, end - 1)
    if first is None or last is None:
        return section.path, ""
    common = [one for one, other in zip(first.path, last.path, strict=False) if one is other]
    differing = [path[len(common)].label for path in (first.path, last.path) if len(path) > len(common)]
    labels = [*(one.label for one in common), *([" – ".join(differing)] if len(differing) == 2 else [])]
    return " > ".join(labels), _topic(common[-1]) if common else ""


def _starting_in(provisions: Sequence[Provision], start: int, end: int) -> Sequence[Provision]:
    first, last = (bisect_left(provisions, offset, key=lambda one: one.start) for offset in (start, end))
    return provisions[first:last]


def _innermost(provisions: Sequence[Provision], offset: int) -> Provision | None:
    """Return the innermost provision that a character stands in."""
    n = bisect_right(provisions, offset, key=lambda one: one.start)
    found = provisions[n - 1] if n else None
    while found and found.end <= offset:
        found = found.above
    return found


def _topic(provision: Provision) -> str:
    return next((one.topic for one in reversed(provision.path) if one.topic), "")


class _Ruler:
    """Counts the tokens of any stretch of a text."""

    def __init__(self, text: str, token_starts: TokenStarts) -> None:
        self.text = text
        self.starts = array("q")  # a long document has millions
        for start, following in pairwise(chain([0], token_starts(text), [len(text)])):
            self.starts.extend(range(start, following, _TOKEN_CHARS))

    def count(self, start: int, end: int) -> int:
        """Return the number of tokens, not counting white space at the end."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return bisect_left(self.starts, end) - bisect_left(self.starts, start)

    def cut(self, span: Span) -> list[Span]:
        """Cut a stretch into its tokens."""
        inside = self.starts[bisect_right(self.starts, span[0]) : bisect_left(self.starts, span[1])]
        return list(pairwise([span[0], *inside, span[1]]))


class _Filling:
    """Cuts one section into chunks, each filled as far as `limit` tokens."""

    def __init__(self, ruler: _Ruler, body: int, limit: int, provisions: Sequence[Provision]) -> None:
        self.ruler = ruler
        self.text = ruler.text
        self.body = body
        self.limit = limit
        self.cuts: list[int] = []
        levels = sorted({one.level for one in provisions})
        numbered = [partial(self._numbered, [one for one in provisions if one.level <= level]) for level in levels]
        blocks: list[Callable[[Span], list[Span]]] = [*numbered, self._lists, self._paragraphs]
        self.finer = [*blocks, self._sentences, self._words, ruler.cut]
        """Cuts a stretch into pieces, the coarsest first."""
        self.blocks = len(blocks)
        """How many of them don't go into paragraphs."""

    def cut(self, section: Span) -> list[int]:
        """Return where chunks begin, the section's own beginning included."""
        self.cuts = [section[0]]
        self._fill(section, depth=0)
        return self.cuts

    def _fill(self, span: Span, depth: int) -> None:
        """Fill chunks with the pieces of a stretch; what doesn't fit into one is cut into finer pieces."""
        for start, end in self.finer[depth](span):
            if self._fits(self.cuts[-1], end):
                continue
            fits = self._fits(start, end)
            # Headings aren't left alone: they take along as many sentences as fit.
            alone = depth < self.blocks and start <= self.body
            if start > self.cuts[-1] and not alone:
                self.cuts.append(start)
            if alone or not fits:
                self._fill((start, end), depth + 1)

    def _fits(self, start: int, end: int) -> bool:
        return self.ruler.count(start, end) <= self.limit

    def _numbered(self, provisions: Sequence[Provision], span: Span) -> list[Span]:
        """Cut where a provision begins or ends."""
        places = {place for one in provisions for place in (one.start, one.end) if span[0] < place < span[1]}
        return list(pairwise([span[0], *sorted(places), span[1]]))

    def _lists(self, span: Span) -> list[Span]:
        """Put the items of a list, and a table's parts, together with the paragraph that introduces them."""
        groups: list[Span] = []
        open_list = False
        for start, end in self._paragraphs(span):
            item = bool(_LIST_ITEM.match(self.text, start, end))
            if item and open_list:
                groups[-1] = (groups[-1][0], end)
            else:
                groups.append((start, end))
            open_list = item or self.text[start:end].rstrip().endswith(":")
        return groups

    def _paragraphs(self, span: Span) -> list[Span]:
        return find_paragraphs(self.text, *span)

    def _sentences(self, span: Span) -> list[Span]:
        starts = [span[0] + start for start, _ in sentence_spans(self.text[slice(*span)])]
        return list(pairwise([span[0], *starts[1:], span[1]]))

    def _words(self, span: Span) -> list[Span]:
        return list(pairwise([span[0], *(match.end() for match in _WORD_GAP.finditer(self.text, *span)), span[1]]))
