"""A question in, ranked Passages out: vectors from Chroma and BM25, fused; provisions by their names."""

import threading
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict, PrivateAttr

from ingest import Chunk, Filters, KeywordIndex, Library
from ingest.provisions import find_provisions
from qa.names import of_documents_named
from qa.records import Passage
from qa.references import Regulation, put_named_first

CANDIDATES = 50
"""How many chunks each of the two searches proposes."""


class HybridRetriever(BaseRetriever):
    """LangChain's retriever over a library: cosine similarity and BM25, each scaled to 0..1 and added.

    Min-max fusion with equal weights found the right passage first more often than either search alone and
    than reciprocal rank fusion; see docs/decisions.md.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    """The library to search."""
    limit: int = 10
    """The most passages returned."""
    mode: Literal["hybrid", "dense", "bm25"] = "hybrid"
    """Which of the two searches are used."""
    filters: Filters = Filters()
    """Which documents are searched when `passages` isn't told."""
    _index: "_Index | None" = PrivateAttr(default=None)
    _lock: Any = PrivateAttr(default_factory=threading.Lock)

    def passages(self, question: str, filters: Filters | None = None) -> tuple[Passage, ...]:
        """Return the passages for a question, best first; ties by document and position.

        If the question has names, documents that hold none of them are passed over where others do.

        Args:
            question: The question.
            filters: Which documents are searched; by default, those of the retriever's own filters.

        Raises:
            BadFilter: No document is left to search.
        """
        names = self._names(filters or self.filters)
        index = self._current_index()
        dense = self._dense_scores(question, index, names) if self.mode != "bm25" else {}
        keyword = self._keyword_scores(question, index, names) if self.mode != "dense" else {}
        scores = fuse([ranking for ranking in (dense, keyword) if ranking])
        ranked = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        passages = [_passage(index.chunks[position], score) for position, score in ranked]
        searched = {name: one for name, one in index.regulations.items() if names is None or name in names}
        about = of_documents_named(question, passages, index.text_of)
        return put_named_first(question, about, searched)[: self.limit]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[LangChainDocument]:
        return [
            LangChainDocument(
                page_content=passage.text,
                metadata={
                    "document": passage.document, "start": passage.start, "end": passage.end,
                    "score": passage.score, "heading": passage.heading,
                },
            )
            for passage in self.passages(query)
        ]  # fmt: skip

    def _names(self, filters: Filters) -> list[str] | None:
        """Return the names of the documents to search; None for all."""
        if filters.empty:
            return None
        infos = self.library.documents()
        chosen = filters.choose(infos)
        return [info.name for info in chosen] if len(chosen) < len(infos) else None

    def _keyword_scores(self, question: str, index: "_Index", names: list[str] | None) -> dict[int, float]:
        scores = index.keywords.scores(question)
        if names is not None:
            wanted = set(names)
            scores = [(position, score) for position, score in scores if index.chunks[position].document in wanted]
        return dict(scores[:CANDIDATES])

    def _dense_scores(self, question: str, index: "_Index", names: list[str] | None) -> dict[int, float]:
        hits = self.library.search(self.library.embedder.embed_query(question), CANDIDATES, names)
        positions = [(index.positions.get((hit.chunk.document, hit.chunk.index)), hit.similarity) for hit in hits]
        return {position: similarity for position, similarity in positions if position is not None}

    def _current_index(self) -> "_Index":
        with self._lock:
            revision = self.library.catalogue.revision
            if self._index is None or self._index.revision != revision:
                self._index = _Index(self.library, revision)
            return self._index


class _Index:
    """The library's chunks and their keywords as of one revision."""

    def __init__(self, library: Library, revision: int) -> None:
        self._titles = {info.name: info.title for info in library.documents()}
        self.revision = revision
        self.chunks: list[Chunk] = []
        self.regulations: dict[str, Regulation] = {}
        for document, group in groupby(library.all_chunks(), key=lambda chunk: chunk.document):
            chunks = list(group)
            self.chunks.extend(chunk for chunk in chunks if chunk.text.strip())
            provisions = find_provisions("".join(chunk.text for chunk in chunks))
            if provisions:
                passages = [_passage(chunk, 0.0) for chunk in chunks]
                self.regulations[document] = Regulation(provisions=provisions, chunks=passages)
        self.positions = {(chunk.document, chunk.index): n for n, chunk in enumerate(self.chunks)}
        self.keywords = KeywordIndex(
            [library.search_text(self._titles.get(chunk.document, ""), chunk) for chunk in self.chunks]
        )

    def text_of(self, document: str) -> str:
        """Return a document's name, title and text."""
        start = bisect_left(self.chunks, document, key=attrgetter("document"))
        stop = bisect_right(self.chunks, document, key=attrgetter("document"))
        text = "".join(chunk.text for chunk in self.chunks[start:stop])
        return f"{document}\n{self._titles.get(document, '')}\n{text}"


def fuse(rankings: Sequence[dict[int, float]]) -> dict[int, float]:
    """Return the mean of the rankings' scores, each scaled its best to 1 and its worst, or absence, to 0.

    Args:
        rankings: For each search, position of a chunk -> score, higher is better.

    Returns:
        Position -> score, 0 to 1; empty for no rankings.
    """
    fused: dict[int, float] = {}
    for ranking in rankings:
        low, high = min(ranking.values()), max(ranking.values())
        for position, score in ranking.items():
            scaled = (score - low) / (high - low) if high > low else 1.0
            fused[position] = fused.get(position, 0.0) + scaled / len(rankings)
    return fused


def _passage(chunk: Chunk, score: float) -> Passage:
    return Passage(
        document=chunk.document, start=chunk.start, end=chunk.end, text=chunk.text,
        score=round(score, 6), index=chunk.index, heading=chunk.heading,
    )  # fmt: skip
