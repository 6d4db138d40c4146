"""A Document in, the Chunks that partition its text out: cut at headings, lists and paragraphs, not in sentences."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.headings import Heading, find_headings, find_paragraphs, heading_path
from ingest.records import Chunk, Document
from ingest.sentences import Span, sentence_spans

_LIST_ITEM = re.compile(r"\s*(?:\||(?:[-*•–—·]|\(?(?:\d{1,3}|[a-z]{1,4})[.)])\s)")
_WORD_GAP = re.compile(r"\S\s+(?=\S)")
_SENTENCES = 2
"""How deep sentences come among the pieces that a section is cut into."""
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
    headings = find_headings(text)
    ruler = _Ruler(text, size.token_starts)
    starts: list[int] = []
    paths: list[str] = []
    for start, end in _sections(text, headings):
        # All headings in a section stand at its beginning.
        inside = headings[: bisect_left(headings, end, key=lambda heading: heading.start)]
        path = heading_path(inside)
        above = len(size.token_starts(search_prefix(document.title, path))) if size.headings else 0
        body = _body(text, start, inside)
        limit = max(size.tokens - above, size.tokens // _LEAST_SHARE, 1)
        cuts = _Filling(ruler, body, limit).cut((start, end))
        starts.extend(cuts)
        paths.extend([path] * len(cuts))
    return tuple(
        Chunk(
            document=document.name, index=index, start=start, end=end, text=text[start:end], heading=path,
            page=bisect_right(document.pages, start) or 1 if document.pages else None,
        )
        for index, ((start, end), path) in enumerate(zip(pairwise([*starts, len(text)]), paths, strict=True))
    )  # fmt: skip


def text_for_search(title: str, chunk: Chunk) -> str:
    """Return what is embedded and indexed for a chunk: title and heading path in front of its text."""
    return search_prefix(title, chunk.heading) + chunk.text


def search_prefix(title: str, path: str) -> str:
    """Return the line that is put in front of a chunk's text: title and heading path, both shortened if long."""
    above = [title[:_TITLE_CHARS]] if not path.startswith(title) else []
    if len(path) > _PATH_CHARS:
        path = path[-_PATH_CHARS:].partition(" > ")[2] or path[-_PATH_CHARS:]
    return " > ".join([*above, *([path] if path else [])]) + "\n"


def _sections(text: str, headings: list[Heading]) -> list[Span]:
    """Cut the text before each heading that has something above it other than headings."""
    starts = [0]
    for previous, heading in zip([None, *headings], headings, strict=False):
        between = text[previous.start if previous else 0 : heading.start]
        if len(between.strip().splitlines()) > (1 if previous else 0):
            starts.append(heading.start)
    starts = sorted(set(starts))
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _body(text: str, start: int, headings: list[Heading]) -> int:
    """Return where a section's text begins below its headings."""
    if not headings or headings[-1].start < start:
        return start
    line_end = text.find("\n", headings[-1].start)
    rest = text[line_end:]
    return line_end + len(rest) - len(rest.lstrip()) if line_end >= 0 else len(text)


class _Ruler:
    """Counts the tokens of any stretch of a text."""

    def __init__(self, text: str, token_starts: TokenStarts) -> None:
        self.text = text
        self.starts: list[int] = []
        for start, following in pairwise([0, *token_starts(text), len(text)]):
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

    def __init__(self, ruler: _Ruler, body: int, limit: int) -> None:
        self.ruler = ruler
        self.text = ruler.text
        self.body = body
        self.limit = limit
        self.cuts: list[int] = []

    def cut(self, section: Span) -> list[int]:
        """Return where chunks begin, the section's own beginning included."""
        self.cuts = [section[0]]
        self._fill(section, depth=0)
        return self.cuts

    def _fill(self, span: Span, depth: int) -> None:
        """Fill chunks with the pieces of a stretch; what doesn't fit into one is cut into finer pieces."""
        finer = (self._lists, self._paragraphs, self._sentences, self._words, self.ruler.cut)
        for start, end in finer[depth](span):
            if self._fits(self.cuts[-1], end):
                continue
            fits = self._fits(start, end)
            # Headings aren't left alone: they take along as many sentences as fit.
            alone = depth < _SENTENCES and start <= self.body
            if start > self.cuts[-1] and not alone:
                self.cuts.append(start)
            if alone or not fits:
                self._fill((start, end), depth + 1)

    def _fits(self, start: int, end: int) -> bool:
        return self.ruler.count(start, end) <= self.limit

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
