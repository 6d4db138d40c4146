"""Chunks and their vectors in, the nearest ones out: the local Chroma store. The only user of chromadb."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.errors import IngestError, LibraryNotWritten
from ingest.records import Chunk

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_Vectors = list[Sequence[float] | Sequence[int]]
_PAGE = 2000
"""Chunks read or written at once; Chroma takes at most 5,461 here."""

_NAMES = 20_000
"""Names of documents asked for at once."""


@dataclass(frozen=True, kw_only=True)
class StoredChunk:
    """A chunk as it lies in the store."""

    identifier: str
    """Document, version and position: differs between two versions of a document."""
    sha256: str
    """SHA-256 of the file that its document was read from."""
    chunk: Chunk
    """The chunk."""
    similarity: float = 0.0
    """Cosine similarity to what was searched for, -1 to 1; 0 if nothing was."""


class ChunkStore:
    """A Chroma collection in a folder. It knows nothing of what exists: that is the catalogue's matter.

    Args:
        folder: The folder; made if it isn't there.

    Raises:
        IngestError: What is in the folder can't be opened.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reopen()

    def reopen(self) -> None:
        """Read the vectors anew: Chroma doesn't notice when another process changes them."""
        import chromadb
        from chromadb.api.shared_system_client import SharedSystemClient
        from chromadb.config import Settings

        # Else Chroma would hand out the client, and the vectors, that this process has in memory already.
        SharedSystemClient.clear_system_cache()
        try:
            client = chromadb.PersistentClient(str(self.folder), settings=Settings(anonymized_telemetry=False))
            # Without an embedding function of ours Chroma would fetch one of its own.
            self._collection: Collection = client.get_or_create_collection(
                "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
            )
        except Exception as error:
            raise IngestError(
                f"The store {self.folder} can't be opened ({_first_line(error)}); remove it and add again"
            ) from error

    def put(self, chunks: Sequence[tuple[str, Chunk]], vectors: Sequence[Sequence[float]]) -> list[str]:
        """Write chunks, each with the SHA-256 of its file, and their vectors; return their identifiers."""
        identifiers = [f"{chunk.document}#{sha256[:16]}#{chunk.index}" for sha256, chunk in chunks]
        for start in range(0, len(chunks), _PAGE):
            page = chunks[start : start + _PAGE]
            rows: _Vectors = [list(vector) for vector in vectors[start : start + _PAGE]]
            with self._write_errors():
                self._collection.upsert(
                    ids=identifiers[start : start + _PAGE],
                    documents=[chunk.text for _, chunk in page],
                    embeddings=rows,
                    metadatas=[_metadata(chunk, sha256) for sha256, chunk in page],
                )
        return identifiers

    def version(self, document: str, sha256: str) -> list[Chunk]:
        """Return the chunks of one version of a document, in order."""
        where: dict[str, Any] = {"$and": [{"document": document}, {"sha256": sha256}]}
        with self._read_errors():
            found = self._collection.get(where=where, include=["documents", "metadatas"])
        return sorted((stored.chunk for stored in _stored(found)), key=lambda chunk: chunk.index)

    def vectors(self, documents: Sequence[str]) -> list[tuple[StoredChunk, list[float]]]:
        """Return the chunks of these documents, of whatever version, with their vectors; in no order.

        Chroma gives no vector at all where one is lost; then the list is empty.
        """
        found: list[tuple[StoredChunk, list[float]]] = []
        for where in _of_documents(documents):
            try:
                rows: Any = self._collection.get(where=where, include=["documents", "metadatas", "embeddings"])
            except Exception:
                return []
            found.extend(zip(_stored(rows), rows["embeddings"].tolist(), strict=True))
        return found

    def without_vectors(self) -> Iterator[StoredChunk]:
        """Yield the chunks whose vectors are lost, and some beside them; in no order."""
        for offset in self._offsets():
            try:
                self._collection.get(limit=_PAGE, offset=offset, include=["embeddings"])
            except Exception:  # Chroma's own, when the index lacks a vector
                yield from _stored(self._collection.get(limit=_PAGE, offset=offset, include=["documents", "metadatas"]))

    def everything(self) -> Iterator[StoredChunk]:
        """Yield every chunk, in no order."""
        for offset in self._offsets():
            with self._read_errors():
                rows = self._collection.get(limit=_PAGE, offset=offset, include=["documents", "metadatas"])
            yield from _stored(rows)

    def try_index(self) -> None:
        """Read every vector, search and write some back; raises, or ends this process, where that can't be done."""
        for offset in self._offsets():
            rows: Any = self._collection.get(limit=_PAGE, offset=offset, include=["embeddings", "metadatas"])
            vectors, metadatas = [rows["embeddings"][0].tolist()], rows["metadatas"][:1]
            self.nearest(vectors[0], 1)
            self._collection.update(ids=rows["ids"][:1], embeddings=vectors, metadatas=metadatas)

    def identifiers(self, documents: Sequence[str]) -> list[str]:
        """Return the identifiers of all chunks of these documents, of whatever version."""
        with self._read_errors():
            pages = [self._collection.get(where=where, include=[])["ids"] for where in _of_documents(documents)]
        return [identifier for page in pages for identifier in page]

    def delete(self, identifiers: Sequence[str]) -> None:
        """Delete chunks; identifiers that aren't there are passed over."""
        for start in range(0, len(identifiers), _PAGE):
            with self._write_errors():
                self._collection.delete(ids=list(identifiers[start : start + _PAGE]))

    def _offsets(self) -> range:
        with self._read_errors():
            return range(0, self._collection.count(), _PAGE)

    @contextmanager
    def _read_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise IngestError(
                f"The library in {self.folder.parent} can't be read ({_first_line(error)}); mend it with: footnote "
                f"doctor --library {self.folder.parent}"
            ) from error

    @contextmanager
    def _write_errors(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            raise LibraryNotWritten(
                f"The library in {self.folder.parent} can't be written ({_first_line(error)}); make room on the "
                "disk or check its permissions, then try again"
            ) from error

    def nearest(self, vector: Sequence[float], limit: int, documents: Sequence[str] | None = None) -> list[StoredChunk]:
        """Return the chunks nearest to a vector, at most `limit` (1 or more), nearest first.

        Args:
            vector: The vector.
            limit: The most chunks returned.
            documents: Names of the documents whose chunks count; None for all.
        """
        wanted: _Vectors = [list(vector)]
        found: list[StoredChunk] = []
        for where in [None] if documents is None else _of_documents(documents):
            with self._read_errors():
                rows: dict[str, Any] = dict(
                    self._collection.query(
                        query_embeddings=wanted, n_results=limit, where=where,
                        include=["documents", "metadatas", "distances"],
                    )
                )  # fmt: skip
            found.extend(_stored({key: rows[key][0] for key in ("ids", "documents", "metadatas", "distances")}))
        return sorted(found, key=lambda stored: -stored.similarity)[:limit]


def _of_documents(names: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield conditions that together hold for the chunks of these documents; SQLite takes 32,766 values in one."""
    for start in range(0, len(names), _NAMES):
        yield {"document": {"$in": list(names[start : start + _NAMES])}}


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0] or type(error).__name__


def _metadata(chunk: Chunk, sha256: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "document": chunk.document, "sha256": sha256, "index": chunk.index,
        "start": chunk.start, "end": chunk.end, "heading": chunk.heading,
    }  # fmt: skip
    known = {"page": chunk.page, "topic": chunk.topic}
    return record | {name: value for name, value in known.items() if value}


def _stored(rows: Any) -> list[StoredChunk]:  # noqa: ANN401 - Chroma's results are dictionaries of parallel lists
    distances = rows.get("distances") or [1.0] * len(rows["ids"])
    return [
        StoredChunk(
            identifier=identifier,
            sha256=metadata["sha256"],
            chunk=Chunk(
                document=metadata["document"], index=metadata["index"], start=metadata["start"],
                end=metadata["end"], text=text, heading=metadata["heading"],
                topic=metadata.get("topic", ""), page=metadata.get("page"),
            ),
            similarity=1.0 - distance,
        )
        for identifier, text, metadata, distance in zip(
            rows["ids"], rows["documents"], rows["metadatas"], distances, strict=True
        )
        # A vector whose chunk another process deleted a moment ago comes without one.
        if metadata is not None
    ]  # fmt: skip
