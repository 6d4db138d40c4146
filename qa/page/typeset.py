"""A stretch of a document's text with marks in, HTML out: headings, tables and paragraphs as a reader expects them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from qa.page.markup import shown

_BLOCK = re.compile(r"[^\n](?:[^\n]|\n(?!\s*\n))*")
_LINE = re.compile(r"[^\n]+")
_HEADING = re.compile(r"(#{1,6}) +")
_CELL = re.compile(r"\|[ \t]*((?:\\.|[^|\\])*?)[ \t]*(?=\|)")
_RULE = re.compile(r"[\s|:-]+")


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A stretch of a document that is marked."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    css_class: str
    """How it is marked."""


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """A document's text with what is marked in it."""

    text: str
    """The whole text."""
    marks: Sequence[Mark]
    """Where two of them meet, the first one counts."""
    pages: Sequence[int]
    """Offset of each page's first character."""

    def html(self, low: int, high: int) -> str:
        """Return the text between two offsets as HTML; signs that only tell how it is laid out are laid out instead."""
        return "".join(self._block(*found.span()) for found in _BLOCK.finditer(self.text, low, high))

    def _block(self, start: int, end: int) -> str:
        lines = [found.span() for found in _LINE.finditer(self.text, start, end)]
        parts = []
        for kind, group in groupby(lines, key=lambda line: self._kind(*line)):
            inside = list(group)
            if kind == "heading":
                parts += [self._heading(*line) for line in inside]
            elif kind == "table":
                parts.append(self._table(inside))
            else:
                parts.append(f'<p dir="auto">{self._inline(inside[0][0], inside[-1][1])}</p>')
        return "".join(parts)

    def _kind(self, start: int, end: int) -> str:
        if _HEADING.match(self.text, start, end):
            return "heading"
        line = self.text[start:end].strip()
        return "table" if line.startswith("|") and line.endswith("|") and len(line) > 1 else "paragraph"

    def _heading(self, start: int, end: int) -> str:
        signs = _HEADING.match(self.text, start, end)
        level = len(signs[1]) if signs else 1
        inner = self._inline(start, end, skip=signs.end() if signs else start)
        # The document's title stands above as the second level.
        return (
            f'<p class="heading level-{level}" role="heading" aria-level="{min(level + 2, 6)}" dir="auto">{inner}</p>'
        )

    def _table(self, lines: Sequence[tuple[int, int]]) -> str:
        """Return rows of cells; the first row is the head, if a line below it says so."""
        rules = [bool(_RULE.fullmatch(self.text[start:end])) and "-" in self.text[start:end] for start, end in lines]
        rows = []
        for number, line in enumerate(lines):
            if rules[number]:
                continue
            cell = "th" if number == 0 and rules[1:2] == [True] else "td"
            inner = "".join(f"<{cell}>{content}</{cell}>" for content in self._cells(*line))
            rows.append(f"<tr>{inner}</tr>")
        body = f'<table dir="auto"><tbody>{"".join(rows)}</tbody></table>'
        return f'<div class="grid" role="group" aria-label="Table" tabindex="0">{body}</div>'

    def _cells(self, start: int, end: int) -> Iterator[str]:
        reached = start
        for found in _CELL.finditer(self.text, start, end):
            yield self._inline(reached, found.end(1), skip=found.start(1)).replace("\\|", "|")
            reached = found.end(1)

    def _inline(self, start: int, end: int, *, skip: int = 0) -> str:
        """Return the text between two offsets with its marks and page breaks.

        Args:
            start: Offset of the first character.
            end: Offset after the last one.
            skip: Offset up to which nothing but a page break is shown.
        """
        numbers = {offset: number for number, offset in enumerate(self.pages, start=1)}
        inside = {cut for mark in self.marks for cut in (mark.start, mark.end) if start < cut < end}
        pages = {page for page in self.pages if start < page < end}
        cuts = sorted({start, end} | inside | pages | ({skip} if start < skip < end else set()))
        pieces = []
        for left, right in pairwise(cuts):
            if left in numbers:
                pieces.append(_page(numbers[left]))
            mark = next((mark for mark in self.marks if mark.start <= left and right <= mark.end), None)
            piece = shown(self.text[left:right]) if left >= skip else ""
            pieces.append(f'<mark class="{mark.css_class}">{piece}</mark>' if mark and piece else piece)
        return "".join(pieces)


def _page(number: int) -> str:
    return f'<span class="page" role="img" aria-label="Page {number}" data-page="{number}"></span>'
