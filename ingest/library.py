"""Documents in, chunks and whole texts out: the local Chroma store and its catalogue. The only user of chromadb."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from ingest.catalogue import Catalogue
from ingest.chunking import split_document
from ingest.embedding import Embedder, SentenceEmbedder
from ingest.errors import DocumentNotFound, IngestError, LibraryBusy, LibraryMismatch, LibraryNotFound
from ingest.model_files import home_folder
from ingest.records import Chunk, Document, DocumentInfo
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from chromadb.api.models.Collection import Collection

_LOCK_SECONDS = 120
_PAGE = 2000
"""Chunks read or written at once; Chroma takes at most 5,461 here."""


def default_library() -> Path:
    """Return the folder of the library that is used when none is named."""
    return home_folder() / "library"


@dataclass(frozen=True)
class Hit:
    """A chunk and how near it is."""

    chunk: Chunk
    """The chunk."""
    similarity: float
    """Cosine similarity to the question, -1 to 1, higher is nearer."""


class Library:
    """A folder that holds documents: their chunks and vectors in Chroma, their list in the catalogue.

    A document is written in three steps: its chunks under ids that bear the file's hash, then its line in the
    catalogue, then the removal of what stood under the same name before. The catalogue decides what exists, so
    whenever a step is broken off each document is the old one or the new one, whole.

    Args:
        folder: The library's folder.
        settings: What it is, or will be, made with.
        create: Make the library if it isn't there.
        embedder: What embeds, instead of the settings' embedding model.

    Raises:
        LibraryNotFound: There is no library in the folder and `create` is false.
        LibraryMismatch: It was made with another embedder or other settings.
        ModelNotFound: The embedder's files are not on this machine.
    """

    def __init__(
        self,
        folder: Path,
        *,
        settings: IngestSettings | None = None,
        create: bool = False,
        embedder: Embedder | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings or IngestSettings()
        if not (folder / "catalogue.sqlite").is_file():
            if not create:
                raise LibraryNotFound(f"There is no library in {folder}; make one with: footnote add FOLDER")
            _make_folder(folder)
        self.embedder = embedder or SentenceEmbedder(self.settings.embedding_model)
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self._agree_on_settings()
        self._collection = self._open_collection()

    def documents(self) -> list[DocumentInfo]:
        """Return what is known of every document, by name."""
        return self.catalogue.documents()

    def info(self, name: str) -> DocumentInfo:
        """Return what is known of a document.

        Raises:
            DocumentNotFound: The library holds no document of this name.
        """
        info = self.catalogue.find(name)
        if info is None:
            raise DocumentNotFound(f"There is no document {name!r} in {self.folder}; see: footnote documents")
        return info

    def text(self, name: str) -> str:
        """Return a document's whole text, the one that all offsets refer to."""
        return "".join(chunk.text for chunk in self.chunks(name))

    def chunks(self, name: str) -> list[Chunk]:
        """Return a document's chunks in order."""
        info = self.info(name)
        found = self._collection.get(
            where=_version(info.name, info.sha256), include=["documents", "metadatas"]
        )
        return sorted(_chunks(found), key=lambda chunk: chunk.index)

    def all_chunks(self) -> Iterator[Chunk]:
        """Yield every chunk of every document, documents by name and chunks in order."""
        for info in self.documents():
            yield from self.chunks(info.name)

    def replace(self, document: Document) -> DocumentInfo:
        """Write a document in place of the one of the same name, whole or not at all.

        Raises:
            LibraryBusy: Another process has been writing for two minutes.
        """
        chunks = split_document(document, chunk_chars=self.settings.chunk_chars)
        vectors = self.embedder.embed_documents([text_for_search(document.title, chunk) for chunk in chunks])
        info = DocumentInfo(
            name=document.name, path=document.path, sha256=document.sha256, title=document.title,
            date=document.date, author=document.author, pages=document.pages, characters=len(document.text),
            chunks=len(chunks), added=datetime.now(UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        with self._writing():
            self._upsert(document.sha256, chunks, vectors)
            self.catalogue.put(info)
            self._collection.delete(
                where={"$and": [{"document": info.name}, {"sha256": {"$ne": info.sha256}}]}
            )
        return info

    def remove(self, name: str) -> None:
        """Remove a document.

        Raises:
            DocumentNotFound: The library holds no document of this name.
        """
        self.info(name)
        with self._writing():
            self.catalogue.delete(name)
            self._collection.delete(where={"document": name})

    def search(self, vector: Sequence[float], limit: int) -> list[Hit]:
        """Return the chunks nearest to a vector, nearest first, at most `limit`; ties by document and position."""
        if limit < 1 or not self.catalogue.documents():
            return []
        found = self._collection.query(
            query_embeddings=[list(vector)], n_results=limit, include=["documents", "metadatas", "distances"]
        )
        rows = {
            key: values[0]
            for key, values in found.items()
            if key in ("documents", "metadatas", "distances") and values
        }
        current = {info.name: info.sha256 for info in self.documents()}
        hits = [
            Hit(chunk, 1.0 - distance)
            for chunk, distance, metadata in zip(
                _chunks(rows), rows["distances"], rows["metadatas"], strict=True
            )
            if current.get(chunk.document) == metadata["sha256"]
        ]
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.chunk.document, hit.chunk.index))

    def stray_chunks(self) -> list[str]:
        """Return the ids of chunks that belong to no document of the catalogue, left by an ingestion broken off."""
        current = {(info.name, info.sha256) for info in self.documents()}
        stray: list[str] = []
        for offset in range(0, self._collection.count(), _PAGE):
            page = self._collection.get(limit=_PAGE, offset=offset, include=["metadatas"])
            for identifier, metadata in zip(page["ids"], page["metadatas"] or [], strict=True):
                if (metadata["document"], metadata["sha256"]) not in current:
                    stray.append(identifier)
        return stray

    def delete_chunks(self, identifiers: Sequence[str]) -> None:
        """Delete chunks by id; ids that aren't there are passed over."""
        with self._writing():
            for start in range(0, len(identifiers), _PAGE):
                self._collection.delete(ids=list(identifiers[start : start + _PAGE]))

    def _upsert(self, sha256: str, chunks: Sequence[Chunk], vectors: Sequence[Sequence[float]]) -> None:
        for start in range(0, len(chunks), _PAGE):
            page = chunks[start : start + _PAGE]
            self._collection.upsert(
                ids=[f"{chunk.document}#{sha256[:16]}#{chunk.index}" for chunk in page],
                documents=[chunk.text for chunk in page],
                embeddings=[list(vector) for vector in vectors[start : start + _PAGE]],
                metadatas=[_metadata(chunk, sha256) for chunk in page],
            )

    def _agree_on_settings(self) -> None:
        wanted = self.settings.fingerprint(self.embedder.fingerprint)
        facts = self.catalogue.facts()
        if "embedder" not in facts:
            self.catalogue.set_facts(wanted)
            return
        for name, value in wanted.items():
            if facts.get(name) != value:
                raise LibraryMismatch(
                    f"The library in {self.folder} was made with another {name} ({facts.get(name, 'none')[:12]}, not "
                    f"{value[:12]}); use the same, or make a new one: footnote add FOLDER --library NEW_FOLDER"
                )

    def _open_collection(self) -> "Collection":
        import chromadb
        from chromadb.config import Settings

        client = chromadb.PersistentClient(
            str(self.folder / "chroma"), settings=Settings(anonymized_telemetry=False)
        )
        # Without an embedding function of ours Chroma would fetch one of its own.
        return client.get_or_create_collection(
            "chunks", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            with FileLock(self.folder / "write.lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise LibraryBusy(
                f"Another process is writing to the library in {self.folder}; wait for it and try again"
            ) from error


def text_for_search(title: str, chunk: Chunk) -> str:
    """Return what is embedded and indexed for a chunk: title and heading path in front of its text."""
    above = [title] if not chunk.heading.startswith(title) else []
    if chunk.heading:
        above.append(chunk.heading)
    return f"{' > '.join(above)}\n{chunk.text}"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IngestError(
            f"No library can be made in {folder}: {error.strerror}; choose another with --library"
        ) from error


def _version(name: str, sha256: str) -> dict[str, Any]:
    return {"$and": [{"document": name}, {"sha256": sha256}]}


def _metadata(chunk: Chunk, sha256: str) -> dict[str, Any]:
    record: dict[str, Any] = {
        "document": chunk.document, "sha256": sha256, "index": chunk.index,
        "start": chunk.start, "end": chunk.end, "heading": chunk.heading,
    }  # fmt: skip
    return record if chunk.page is None else record | {"page": chunk.page}


def _chunks(rows: Any) -> list[Chunk]:  # noqa: ANN401 - Chroma's results are dictionaries of parallel lists
    return [
        Chunk(
            document=metadata["document"], index=metadata["index"], start=metadata["start"], end=metadata["end"],
            text=text, heading=metadata["heading"], page=metadata.get("page"),
        )
        for text, metadata in zip(rows["documents"], rows["metadatas"], strict=True)
    ]  # fmt: skip
