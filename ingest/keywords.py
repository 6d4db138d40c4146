"""Chunks in, the chunks that share a question's words out: BM25 (Robertson and Zaragoza 2009) by bm25s."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.words import words

if TYPE_CHECKING:
    import bm25s


class KeywordIndex:
    """BM25 over texts; built in memory, about a second for ten megabytes.

    Args:
        texts: The texts; their positions are what `search` returns.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        tokens = [words(text) for text in texts]
        self._index = _build(tokens) if any(tokens) else None

    def scores(self, question: str) -> list[tuple[int, float]]:
        """Return (position, BM25 score) of every text that shares a word with the question, best first.

        Scores are positive and have no upper bound. Ties are in order of position. No shared word gives an
        empty list.
        """
        wanted = words(question)
        if self._index is None or not wanted:
            return []
        values = self._index.get_scores(wanted)
        found = [(int(position), float(values[position])) for position in values.nonzero()[0]]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def _build(tokens: list[list[str]]) -> "bm25s.BM25":
    import bm25s

    logging.getLogger("bm25s").setLevel(logging.WARNING)  # else it tells every log of each index
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
    index.index(tokens, show_progress=False)
    return index
