"""Text in, the spans of its sentences out; used for chunks, evidence and answers alike."""

import re
from itertools import chain, pairwise

Span = tuple[int, int]
"""Start and end offset in code points, end exclusive."""

_MARKUP_LINE = re.compile(r"^(#{1,6} |\||- |\d+[.)] )", re.MULTILINE)
_LIST_NUMBER = re.compile(r"\s*((?:\d{1,3}\.){0,5}\d{1,3}[.)]) ")
_DATE_LABEL = re.compile(
    r"^[ \t]*(?i:date|published|posted|updated)(?: on)?:? +\d{4}-\d\d-\d\d +(?=[^\W\d_a-z])", re.MULTILINE
)
"""A date that stands before a text without a line of its own, as in "date 2024-05-08 In a significant step"."""
_WORD_AND_END = re.compile(
    "(?:" + "|".join(rf"(?<=\b{word}\.)" for word in ("May", "art", "ill", "me", "no")) + r")(?=\s+[A-Z])"
)
"""Where a sentence ends with a word that sentencex takes for an abbreviation, as in "It opened in May. Ito came"."""


def sentence_spans(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without surrounding white space.

    Sentences are found by sentencex (the rules of Wikipedia's section translation); besides, a Markdown
    heading, list item or table row always begins one, and a blank line always ends one. White space between
    sentences belongs to none of them; all other characters belong to exactly one.

    Example:
        >>> sentence_spans("It opened. Dr. Ito spoke.")
        [(0, 10), (11, 25)]
    """
    from sentencex import segment

    spans: list[Span] = []
    for start, end in _blocks(text):
        number = _LIST_NUMBER.match(text, start, end)
        position, first = number.end() if number else start, len(spans)
        pieces = segment("en", text[position:end])
        for piece in chain.from_iterable(map(_WORD_AND_END.split, pieces)):
            stripped = piece.strip()
            if stripped:
                begin = position + piece.index(stripped)
                spans.append((begin, begin + len(stripped)))
            position += len(piece)
        if number:  # which sentencex would take for a sentence of its own
            spans[first : first + 1] = [(number.start(1), spans[first][1] if spans[first:] else number.end(1))]
    return spans


def _blocks(text: str) -> list[Span]:
    """Cut at blank lines, before each Markdown heading, list item and table row, after a heading or a date's label."""
    cuts = {0, len(text)}
    for match in re.finditer(r"\n\s*\n", text):
        cuts.add(match.end())
    cuts.update(match.end() for match in _DATE_LABEL.finditer(text))
    for match in _MARKUP_LINE.finditer(text):
        cuts.add(match.start())
        if match.group().startswith("#"):
            line_end = text.find("\n", match.end())
            cuts.add(len(text) if line_end < 0 else line_end + 1)
    return list(pairwise(sorted(cuts)))
