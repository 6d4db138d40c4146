"""Paths in, a filled library and a report of every file out."""

import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from ingest.collecting import Found, collect, unique_names
from ingest.errors import FootnoteError, LibraryNotWritten, ReadingBrokenOff
from ingest.holdings import Holdings
from ingest.library import Library
from ingest.loading import load_documents
from ingest.records import Document, DocumentReport, FileInfo, IngestReport, Prepared

Progress = Callable[[DocumentReport, int, int], None]
"""Called after each document with its report, how many files are done, and how many there are."""

BATCH_CHARS = 200_000
"""Documents are embedded and written together up to about this many characters: some seconds' work."""
FIRST_BATCH_CHARS = 20_000
"""The first batch is smaller and each that follows twice the one before, so that no core waits for much to be read."""


def add_paths(
    library: Library, paths: Sequence[Path], *, prune: bool = False, on_progress: Progress | None = None
) -> IngestReport:
    """Put files, and all files of folders, into the library; what is there unchanged is left alone.

    A file that can't be read is reported as failed with the reason and stops none of the others; what the
    library held under its name stays. A file whose content the library holds under a path that is gone was moved:
    its document takes the new name, and what stays as it was isn't embedded again. A file with the same content as
    another is noted with that one's document.

    Whenever it is broken off, each document is the old one or the new one, whole, and the next call goes on.

    Args:
        library: The library.
        paths: Files and folders.
        prune: Remove documents whose files are gone from the folders.
        on_progress: Called after each document.

    Returns:
        The report in the order in which the files were found; paths at which there is nothing come first.

    Raises:
        IngestError: Nothing exists at any path, or no file was found.
        LibraryNotWritten: The disk is full, or the library may not be written; what was written before stays.
    """
    started = time.monotonic()
    found = collect(paths, library.folder)
    run = _Run(library, found, on_progress)
    run.go()
    if prune:
        run.remove_vanished()
    return IngestReport(
        documents=tuple(run.reports),
        vanished=() if prune else tuple(info.name for info in run.holdings.vanished),
        seconds=round(time.monotonic() - started, 3),
    )


@dataclass(frozen=True, kw_only=True)
class _Step:
    """What one file means for the library; written whole or not at all."""

    reports: tuple[DocumentReport, ...]
    """What will be reported once it is written."""
    documents: tuple[Document, ...] = ()
    """What takes the place of the documents of the same names."""
    gone: tuple[str, ...] = ()
    """Names of documents that are no more."""
    file: FileInfo | None = None
    """The file, if it is to be known from now on."""

    @property
    def changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self.documents or self.gone or self.file)


_Batch = Sequence[_Step]


class _Run:
    """One call of `add_paths`."""

    def __init__(self, library: Library, found: Found, on_progress: Progress | None) -> None:
        self.library = library
        self.holdings = Holdings(library, found)
        self.files = {**self.holdings.former_copies, **found.files}
        self.names = unique_names(self.files, self.holdings.names, self.holdings.taken)
        self.reports: list[DocumentReport] = []
        self.done = 0
        self._warm = self._stopped = False
        self._tell = on_progress or (lambda *_: None)
        for path in found.missing:
            error = f"There is no file or folder {str(path)!r}; check the path"
            self._report(DocumentReport(document=path.name, path=str(path), status="failed", error=error))

    def go(self) -> None:
        """Read every file and write what has changed, in batches: of three, one is read, one embedded, one written."""
        with closing(_ahead(self._prepared(_ahead(self._batches())))) as batches:
            try:
                for batch, prepared in batches:
                    self._write(batch, prepared)
            finally:
                self._stopped = True

    def _batches(self) -> Iterator[_Batch]:
        """Read every file; yield what they mean, together up to a certain length."""
        waiting: list[_Step] = []
        enough = min(FIRST_BATCH_CHARS, BATCH_CHARS)
        for number, path in enumerate(self.files, start=1):
            if self._stopped:
                return
            waiting.append(self._read(path))
            characters = sum(len(document.text) for step in waiting for document in step.documents)
            if 0 < characters < enough and number < len(self.files):
                continue
            yield waiting
            waiting, enough = [], min(2 * enough, BATCH_CHARS)

    def remove_vanished(self) -> None:
        """Remove documents whose files are gone."""
        infos = self.holdings.vanished
        if infos:
            self.library.replace_many([], gone=[info.name for info in infos])
        if self.holdings.vanished_copies:
            self.library.catalogue.forget_files(self.holdings.vanished_copies)
        for info in infos:
            self._report(DocumentReport(document=info.name, path=info.path, status="removed"))

    def _read(self, path: Path) -> _Step:
        name = self.names[path]
        report = DocumentReport(document=name, path=str(path), status="unchanged")
        place = self.holdings.place(path, name)
        if place.same:
            reports = [replace(report, document=other, status=place.status) for other in place.same]
            failed = [replace(report, document=other, status="failed", error=reason) for other, reason in place.failed]
            return _Step(reports=(*reports, *failed), file=place.note)
        if not self._warm:
            self._warm = True
            self.library.embedder.warm_up()
        outcomes = load_documents(path, name)
        documents = tuple(found for found in outcomes.values() if isinstance(found, Document))
        errors = {found: error for found, error in outcomes.items() if isinstance(error, FootnoteError)}
        failed = [replace(report, document=other, status="failed", error=str(e)) for other, e in errors.items()]
        file = None
        if documents and place.note and not any(isinstance(error, ReadingBrokenOff) for error in errors.values()):
            file = replace(place.note, failed=tuple((other, str(error)) for other, error in errors.items()))
            self.holdings.expect(file, [document.name for document in documents])
        return _Step(
            reports=(*(replace(report, document=d.name, status=place.status) for d in documents), *failed),
            documents=documents,
            gone=tuple(former for former in place.former if former not in outcomes) if documents else (),
            file=file,
        )

    def _prepared(self, batches: Iterable[_Batch]) -> Iterator[tuple[_Batch, Prepared | FootnoteError]]:
        """Yield each batch with its documents cut and embedded, or with what stands against that."""
        for batch in batches:
            documents = [document for step in batch for document in step.documents]
            gone = [name for step in batch for name in step.gone]
            try:
                prepared: Prepared | FootnoteError = self.library.prepare(documents, gone=gone)
            except FootnoteError as error:
                prepared = error
            yield batch, prepared

    def _write(self, batch: _Batch, prepared: Prepared | FootnoteError) -> None:
        """Write what was read, together, and report it in order."""
        problem = prepared if isinstance(prepared, FootnoteError) else None
        if isinstance(prepared, Prepared) and any(step.changes for step in batch):
            try:
                self.library.write(prepared, files=[step.file for step in batch if step.file])
            except LibraryNotWritten:
                raise  # every further file would fail for the same reason
            except FootnoteError as error:
                problem = error
        if problem:
            self.holdings.forget_expected()
        for step in batch:
            self.done += 1
            for report in step.reports:
                if report.status != "failed" and problem and step.changes:
                    report = replace(report, status="failed", characters=0, chunks=0, error=str(problem))
                self._report(report if report.status == "failed" else self._counted(report))

    def _counted(self, report: DocumentReport) -> DocumentReport:
        info = self.library.catalogue.find(report.document)
        if info is None:  # that of which it is a duplicate could not be written
            return replace(report, status="failed", error=f"{report.document!r} isn't in the library; add it again")
        return replace(report, characters=info.characters, chunks=info.chunks, note=info.note)

    def _report(self, report: DocumentReport) -> None:
        self.reports.append(report)
        self._tell(report, self.done, len(self.files))


_T = TypeVar("_T")


def _ahead(items: Iterator[_T]) -> Generator[_T, None, None]:
    """Yield the items of an iterator, each of which comes about, in another thread, while the one before is used."""
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
