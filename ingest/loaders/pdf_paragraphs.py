"""Lines of PDF pages -> text in which a paragraph is one line and a blank line stands between paragraphs."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import median, quantiles
from typing import Literal

from ingest.loaders.pdf_records import Line
from ingest.loaders.pdf_tables import with_tables
from ingest.provisions import UNITS

Relation = Literal["same", "line", "paragraph"]

_BULLET = re.compile(r"[•●▪■◦○‣⁃\uf0b7]\s*(?=\S)|[∙·–—*-]\s+(?=\S)")
_SURE_BULLETS = "•●▪■◦○‣⁃\uf0b7"
_MARKER = re.compile(r"(?:\d{1,3}[.)]|\([a-z\d]{1,4}\)|[a-z]\))\s", re.IGNORECASE)
_UNIT = re.compile(rf"(?:{'|'.join(UNITS)})\s+(?:\d{{1,4}}[a-z]?|[IVXLC]{{1,7}}|[A-Z])", re.IGNORECASE)
"""A line that says nothing but which article, chapter or annex begins."""
_ENDED = re.compile(r"[.!?:;…。！？؟।][\"'”’»)\]\d]*$")
_CJK = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")
_HYPHENS = ("-", "\u2010")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_HEADING_CHARS = 150
_LARGER = 1.15
_LONGEST_WORD = 60
_LEAST_HALF = 4
"""Letters of a half of a word with a hyphen of its own that stands nowhere else."""
_NEAR_LINES = 60
_SHORT = 0.6


def pages_text(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Return each page's text: paragraphs as single lines, headings in larger type and tables as in Markdown.

    Where the layout doesn't clearly show that two lines belong together, the line break stays.
    """
    lines = [line for page in pages for line in page]
    if not lines:
        return ["" for _ in pages]
    layout = _Layout(lines)
    return [layout.text(with_tables(page)) for page in pages]


class _Layout:
    """What the lines of a document have in common."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._words = Counter(word.lower() for line in lines for word in _WORD.findall(line.text))
        self._body = median(line.size for line in lines for _ in range(0, len(line.text), 10))
        steps = [
            (line.base - after.base) / line.size
            for line, after in pairwise(lines)
            if _similar(line, after) and 0.5 * line.size < line.base - after.base < 3 * line.size
        ]
        # Most steps lead to the next line of a paragraph, some across a gap: the lower quartile is of the
        # first kind.
        self._step = quantiles(steps, n=4)[0] if len(steps) > 1 else 1.2
        levels = sorted({round(line.size) for line in lines if self._is_large(line)}, reverse=True)
        self._levels = {size: min(level, 3) for level, size in enumerate(levels, 1)}

    def text(self, page: Sequence[Line]) -> str:
        """Return the text of a page."""
        edge = max((line.right for line in page), default=0.0)
        return "\n\n".join(self._block_text(block, edge) for block in self._blocks(page))

    def _is_large(self, line: Line) -> bool:
        return not line.row and line.size > self._body * _LARGER and sum(map(str.isalpha, line.text)) > 2

    def _blocks(self, page: Sequence[Line]) -> list[list[Line]]:
        """Return runs of lines without a gap or a change of size or column between them."""
        blocks: list[list[Line]] = []
        for line in page:
            if blocks and self._touch(blocks[-1][-1], line):
                blocks[-1].append(line)
            else:
                blocks.append([line])
        return blocks

    def _touch(self, line: Line, after: Line) -> bool:
        if line.row or after.row:
            return after.row > 1
        if not _similar(line, after) or line.angle or after.angle:
            return False
        step = line.base - after.base
        if step < -0.5 * line.size:  # the top of the next column
            return not _ENDED.search(line.text) and after.text[:1].islower() and not self._is_large(line)
        overlap = min(line.right, after.right) - max(line.left, after.left)
        return overlap > 0 and step <= self._step * line.size * 1.25

    def _block_text(self, block: Sequence[Line], edge: float) -> str:
        first = block[0]
        if self._is_large(first) and sum(len(line.text) for line in block) <= _HEADING_CHARS:
            words = first.text
            for line, after in pairwise(block):
                words = self._joined(words, line, after)
            return "#" * self._levels[round(first.size)] + " " + words
        listed = _is_listed(block, edge)
        text = _BULLET.sub("- ", first.text, count=1) if _BULLET.match(first.text) else first.text
        for position, (line, after) in enumerate(pairwise(block)):
            relation = "line" if listed else _relation(block, position)
            if relation == "same":
                text = self._joined(text, line, after)
            else:
                start = "\n" if relation == "line" else "\n\n"
                item = _BULLET.sub("- ", after.text, count=1) if _BULLET.match(after.text) else after.text
                text += ("-" if line.broken else "") + start + item
        return text

    def _joined(self, text: str, line: Line, after: Line) -> str:
        """Return `text`, which ends with `line`, continued by the next line; a broken word is mended.

        Whether the hyphen belongs to the word is looked up in the rest of the document: "well-" + "known"
        keeps it if "well-known" stands elsewhere more often than "wellknown", or if the latter never does, but both
        of its halves do.
        """
        if not (line.broken or text.endswith(_HYPHENS)):
            both_cjk = _CJK.match(text[-1:]) and _CJK.match(after.text)
            return text + ("" if both_cjk else " ") + after.text
        stem = text if line.broken else text[:-1]
        left, right = _WORD.findall(stem[-_LONGEST_WORD:])[-1:], _WORD.match(after.text)
        if not (left and right and stem[-1:].isalpha()):
            return text + ("-" if line.broken else "" if stem[-1:].isalnum() else " ") + after.text
        whole = self._words[(left[0] + right[0]).lower()]
        parts = self._words[f"{left[0]}-{right[0]}".lower()]
        # Once it counts itself here; shorter ones are rather syllables.
        halves = all(len(half) >= _LEAST_HALF and self._words[half.lower()] > 1 for half in (left[0], right[0]))
        kept = "-" in left[0] or parts > whole or not after.text[0].islower() or (halves and not whole)
        return stem + ("-" if kept else "") + after.text


def _similar(line: Line, after: Line) -> bool:
    return max(line.size, after.size) <= _LARGER * min(line.size, after.size)


def _is_listed(block: Sequence[Line], edge: float) -> bool:
    """Tell whether the lines are short and all begin like names or numbers, as in an address or a heading."""
    width = max(line.right for line in block) - min(line.left for line in block)
    short = width < _SHORT * (edge - min(line.left for line in block))
    return short and not any(line.broken or line.text[:1].islower() or _ENDED.search(line.text) for line in block)


def _relation(block: Sequence[Line], position: int) -> Relation:
    """Tell how a line of a block and the next one belong together.

    The line break was wanted if the next line's first word would have fitted into the line before it.
    """
    line, after = block[position], block[position + 1]
    if line.filled or after.filled or after.row:
        return "line"
    if _UNIT.fullmatch(line.text) or _UNIT.fullmatch(after.text):
        return "paragraph"
    if position and _UNIT.fullmatch(block[position - 1].text) and _MARKER.match(after.text):
        return "paragraph"  # between them stands the title
    ended = bool(_ENDED.search(line.text))
    if _BULLET.match(after.text) and (ended or after.text[0] in _SURE_BULLETS or _BULLET.match(block[0].text)):
        return "line"
    if line.broken:
        return "same"
    if ended and _MARKER.match(after.text):
        return "line"
    starts_anew = ended and not after.text[:1].islower()
    if starts_anew and _is_indented(block, position):
        return "paragraph"
    width = (after.right - after.left) / len(after.text)
    # A block may go on in the next column: only lines above and below tell how far this one could have gone.
    near = block[max(0, position - _NEAR_LINES) : position + _NEAR_LINES]
    edge = max(other.right for other in near if other.left < line.right and other.right > line.left)
    room = edge - line.right
    if room > (len(after.text.split(maxsplit=1)[0]) + 2) * width:
        return "paragraph" if starts_anew else "line"
    return "same"


def _is_indented(block: Sequence[Line], position: int) -> bool:
    """Tell whether the next line begins a paragraph by being set in, rather than hanging under a marker."""
    line, after = block[position], block[position + 1]
    indent = 0.7 * line.size
    hangs = _BULLET.match(line.text) or _MARKER.match(line.text)
    if hangs or not indent < after.left - line.left < 6 * line.size:
        return False
    following = block[position + 2] if position + 2 < len(block) else None
    return following is None or after.left - following.left > indent
