"""Documents in, chunks and whole texts out: the store of chunks and the catalogue that says which exist."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.catalogue import Catalogue
from ingest.chunking import ChunkSize, split_document, text_for_search
from ingest.embedders import open_embedder
from ingest.embedding import Embedder
from ingest.errors import DocumentNotFound, IngestError, LibraryNotFound
from ingest.folder import locked, make_folder
from ingest.records import Chunk, Document, DocumentInfo, FileInfo, Hit, Prepared, info_of
from ingest.settings import IngestSettings
from ingest.store import ChunkStore, StoredChunk

_LOCK_SECONDS = 120


class Library:
    """A folder that holds documents: their chunks and vectors in the store, their list in the catalogue.

    Documents are written in three steps: their chunks under ids that bear the file's hash, then their lines
    in the catalogue, then the removal of what stood under the same names before. The catalogue decides what
    exists, so whenever a step is broken off each document is the old one or the new one, whole.

    Any number of processes and threads may read and write at once; writes wait for each other.

    Args:
        folder: The library's folder.
        settings: What it is, or will be, made with.
        create: Make the library if it isn't there.
        embedder: What embeds, instead of the settings' embedding model.

    Raises:
        LibraryNotFound: There is no library in the folder and `create` is false.
        LibraryMismatch: It was made with another embedder or other settings.
        ModelNotFound: The embedder's files are not on this machine.
        IngestError: The folder can't be written, or what is in it is damaged.
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
        self.settings = settings or IngestSettings.from_environment()
        if not create and not (folder / "catalogue.sqlite").is_file():
            raise LibraryNotFound(f"There is no library in {folder}; make one with: footnote add FOLDER")
        self.embedder = embedder or open_embedder(self.settings)
        make_folder(folder)
        self._opening = threading.RLock()
        # Two processes that make the same library at once must not get in each other's way.
        with locked(self.folder, seconds=_LOCK_SECONDS):
            self.catalogue = Catalogue(folder / "catalogue.sqlite")
            self.catalogue.agree_on(self.settings.fingerprint(self.embedder.fingerprint))
            self._revision = self.catalogue.revision
            self._store = ChunkStore(folder / "chroma")

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
        """Return a document's whole text, the one that all offsets refer to.

        Raises:
            DocumentNotFound: The library holds no document of this name.
        """
        return "".join(chunk.text for chunk in self.chunks(name))

    def chunks(self, name: str) -> list[Chunk]:
        """Return a document's chunks in order.

        Raises:
            DocumentNotFound: The library holds no document of this name.
            IngestError: Some of its chunks are missing from the store.
        """
        for _ in range(3):  # between the two lines another process may replace the document
            info = self.info(name)
            found = self._store.version(name, info.sha256)
            if len(found) == info.chunks:
                return found
        raise IngestError(f"{name!r} is damaged in {self.folder}; remove it and add it again: footnote add")

    def all_chunks(self) -> Iterator[Chunk]:
        """Yield every chunk of every document, documents by name and chunks in order."""
        versions = self.catalogue.versions()
        found = [s.chunk for s in self._store.everything() if versions.get(s.chunk.document) == s.sha256]
        yield from sorted(found, key=lambda chunk: (chunk.document, chunk.index))

    def replace(self, document: Document) -> DocumentInfo:
        """Write a document in place of the one of the same name, whole or not at all.

        Raises:
            LibraryBusy: Another process has been writing for two minutes.
        """
        return self.replace_many([document])[0]

    def replace_many(self, documents: Sequence[Document], *, gone: Sequence[str] = ()) -> list[DocumentInfo]:
        """Write documents, each in place of the one of the same name, and all of them or none.

        A chunk that stood in a document that is replaced or removed isn't embedded again.

        Args:
            documents: Documents of different names.
            gone: Names of documents that are removed in the same step, for example because they have new names;
                unknown ones are passed over.

        Returns:
            What the catalogue now knows of each, in the same order.

        Raises:
            LibraryBusy: Another process has been writing for two minutes.
            LibraryNotWritten: The disk is full, or the library may not be written.
        """
        return self.write(self.prepare(documents, gone=gone))

    def prepare(self, documents: Sequence[Document], *, gone: Sequence[str] = ()) -> Prepared:
        """Return documents cut into chunks and embedded, for `write`; see `replace_many`."""
        size = ChunkSize(
            tokens=min(self.settings.chunk_tokens, self.embedder.max_tokens),
            token_starts=self.embedder.token_starts,
            headings=self.settings.headings == "on",
        )
        split = [split_document(document, size) for document in documents]
        pairs = [(document, chunk) for document, chunks in zip(documents, split, strict=True) for chunk in chunks]
        infos = [info_of(document, len(chunks)) for document, chunks in zip(documents, split, strict=True)]
        texts = [self.search_text(document.title, chunk) for document, chunk in pairs]
        return Prepared(
            infos=infos,
            gone=gone,
            chunks=[(document.sha256, chunk) for document, chunk in pairs],
            vectors=self._embed(texts, [*(info.name for info in infos), *gone]),
        )

    def write(self, prepared: Prepared, *, files: Sequence[FileInfo] = ()) -> list[DocumentInfo]:
        """Write what was prepared, see `replace_many`, and the files that are known from now on."""
        names = [*(info.name for info in prepared.infos), *prepared.gone]
        with self._writing():
            written = set(self._store.put(prepared.chunks, prepared.vectors))
            self.catalogue.put(*prepared.infos, gone=prepared.gone, files=files)
            if names:
                self._store.delete([i for i in self._store.identifiers(names) if i not in written])
        return prepared.infos

    def _embed(self, texts: Sequence[str], names: Sequence[str]) -> list[Sequence[float]]:
        """Return the texts' vectors, taking over those that chunks of these documents have already."""
        infos = {info.name: info for info in map(self.catalogue.find, names) if info}
        known: dict[str, Sequence[float]] = {}
        if infos:
            with self._opening:
                self._notice_other_writers()
                stored = self._store.vectors(list(infos))
            known = {
                self.search_text(infos[old.chunk.document].title, old.chunk): vector
                for old, vector in stored
                if old.sha256 == infos[old.chunk.document].sha256  # a leftover may have had another title
            }
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, self.embedder.embed_documents(new), strict=True))
        return [known[text] for text in texts]

    def remove(self, name: str) -> None:
        """Remove a document.

        Raises:
            DocumentNotFound: The library holds no document of this name.
            LibraryBusy: Another process has been writing for two minutes.
        """
        with self._writing():
            self.info(name)
            self.catalogue.delete(name)
            self._store.delete(self._store.identifiers([name]))

    def search(self, vector: Sequence[float], limit: int, documents: Sequence[str] | None = None) -> list[Hit]:
        """Return the chunks nearest to a vector, nearest first; ties by document and position.

        Args:
            vector: A vector of the library's embedder.
            limit: The most chunks returned.
            documents: Names of the documents that are searched; None for all.
        """
        versions = self.catalogue.versions()
        if limit < 1 or not versions or documents == []:
            return []
        with self._opening:
            self._notice_other_writers()
            store = self._store
        hits = [
            Hit(stored.chunk, stored.similarity)
            for stored in store.nearest(vector, limit, documents)
            if versions.get(stored.chunk.document) == stored.sha256
        ]
        return sorted(hits, key=lambda hit: (-hit.similarity, hit.chunk.document, hit.chunk.index))

    def stored_chunks(self) -> Iterator[StoredChunk]:
        """Yield whatever lies in the store, in no order, whether it belongs to a document or not."""
        yield from self._store.everything()

    def embed_again(self) -> int:
        """Embed those chunks again whose vectors are lost; return how many chunks that were."""
        with self._writing():
            lost = list(self._store.without_vectors())
            titles = {info.name: info.title for info in self.documents()}
            texts = [self.search_text(titles.get(one.chunk.document, ""), one.chunk) for one in lost]
            self._store.put([(one.sha256, one.chunk) for one in lost], self.embedder.embed_documents(texts))
        return len(lost)

    def search_text(self, title: str, chunk: Chunk) -> str:
        """Return what is embedded and indexed for a chunk of a document with this title."""
        return text_for_search(title, chunk) if self.settings.headings == "on" else chunk.text

    def delete_chunks(self, identifiers: Sequence[str]) -> None:
        """Delete chunks by id; ids that aren't there are passed over."""
        with self._writing():
            self._store.delete(identifiers)

    def _notice_other_writers(self) -> None:
        revision = self.catalogue.revision
        if revision != self._revision:
            self._store.reopen()
            self._revision = revision

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Keep other writers out, and searches of this process until the vectors and the catalogue agree."""
        with locked(self.folder, seconds=_LOCK_SECONDS), self._opening:
            self._notice_other_writers()
            try:
                yield
            finally:
                # Told after the last step, so that whoever opened the vectors in between opens them again.
                self._revision = self.catalogue.next_revision()
