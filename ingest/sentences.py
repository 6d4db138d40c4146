"""Text in, the spans of its sentences out; used for chunks, evidence and answers alike."""

import re

Span = tuple[int, int]
"""Start and end offset in code points, end exclusive."""

_MARKUP_LINE = re.compile(r"^(#{1,6} |\||- |\d+[.)] )", re.MULTILINE)


def sentence_spans(text: str) -> list[Span]:
    """Return the spans of the sentences of `text`, in order, without surrounding white space.

    Sentences are found by sentencex (the rules of Wikipedia's section translation); besides, a Markdown heading,
    list item or table row always begins one, and a blank line always ends one. White space between
    sentences belongs to none of them; all other characters belong to exactly one.

    Example:
        >>> sentence_spans("It opened. Dr. Ito spoke.")
        [(0, 10), (11, 25)]
    """
    from sentencex import segment

    spans = []
    for start, end in _blocks(text):
        position = start
        for piece in segment("en", text[start:end]):
            stripped = piece.strip()
            if stripped:
                begin = position + piece.index(stripped)
                spans.append((begin, begin + len(stripped)))
            position += len(piece)
    return spans


def _blocks(text: str) -> list[Span]:
    """Cut at blank lines and before each Markdown heading, list item and table row, and after a heading line."""
    cuts = {0, len(text)}
    for match in re.finditer(r"\n\s*\n", text):
        cuts.add(match.end())
    for match in _MARKUP_LINE.finditer(text):
        cuts.add(match.start())
        if match.group().startswith("#"):
            line_end = text.find("\n", match.end())
            cuts.add(len(text) if line_end < 0 else line_end + 1)
    ordered = sorted(cuts)
    return list(zip(ordered, ordered[1:], strict=False))
