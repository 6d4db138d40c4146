"""Paths in, a filled library and a report of every file out."""

import hashlib
import os
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath

from ingest.errors import FootnoteError, IngestError, UnreadableFile
from ingest.library import Library
from ingest.loading import find_files, load_documents
from ingest.records import Document, DocumentInfo, DocumentReport, IngestReport, Status

Progress = Callable[[DocumentReport, int, int], None]
"""Called after each file with its report, how many files are done, and how many there are."""

BATCH_CHARS = 64_000
"""Documents are embedded and written together up to about this many characters: a few seconds' work."""


def add_paths(library: Library, paths: Sequence[Path], *, on_progress: Progress | None = None) -> IngestReport:
    """Put files, and all files of folders, into the library; what is there unchanged is left alone.

    A file that can't be read is reported as failed with the reason and stops none of the others; what the
    library held under its name stays.

    Args:
        library: The library.
        paths: Files and folders.
        on_progress: Called after each file.

    Returns:
        The report, one entry a file, in the order in which they were found.

    Raises:
        IngestError: A path doesn't exist, or no file was found in any of them.
    """
    started = time.monotonic()
    files = _collect(paths)
    names = _unique_names(files, _taken(library))
    total = len(files)
    reports: list[DocumentReport] = []
    waiting: list[_Read] = []
    for (path, _), name in zip(files, names, strict=True):
        found = _read_file(library, path, name)
        total += len(found) - 1
        for read in found:
            waiting.append(read)
            characters = sum(len(read.document.text) for read in waiting if read.document)
            if 0 < characters < BATCH_CHARS and len(reports) + len(waiting) < total:
                continue
            for report in _write(library, waiting):
                reports.append(report)
                if on_progress:
                    on_progress(report, len(reports), total)
            waiting = []
    return IngestReport(documents=tuple(reports), seconds=round(time.monotonic() - started, 3))


def _collect(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    files: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise IngestError(f"There is no file or folder {str(path)!r}; check the path")
        for found, name in find_files(path):
            files.setdefault(Path(os.path.abspath(found)), name)
    if not files:
        listed = ", ".join(repr(str(path)) for path in paths)
        raise IngestError(f"No files were found in {listed}; name a folder that holds documents")
    return list(files.items())


def _unique_names(files: Sequence[tuple[Path, str]], taken: dict[str, str]) -> list[str]:
    """Name each file by its relative path; if that is taken, with its folder or a number."""
    names: dict[str, None] = {}
    for path, wanted in files:
        recorded = _recorded(path)
        free = (n for n in _candidates(path, wanted) if n not in names and taken.get(n, recorded) == recorded)
        names[next(free)] = None
    return list(names)


def _taken(library: Library) -> dict[str, str]:
    """Return the files that have a name in the library: their own, or that of the archive that they are in."""
    return {
        name: info.path
        for info in library.documents()
        for name in (info.name, *map(str, PurePosixPath(info.name).parents))
    }


def _candidates(path: Path, wanted: str) -> Iterator[str]:
    """Yield `wanted`, then the same with the folder in front, then numbered."""
    yield wanted
    above = path.parents[wanted.count("/")].name if wanted.count("/") < len(path.parents) else ""
    if above:
        yield f"{above}/{wanted}"
    for number in count(2):
        yield f"{wanted} ({number})"


def _recorded(path: Path) -> str:
    """Return a path as documents record it: in NFC, and what isn't UTF-8 replaced."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "replace"))


@dataclass(frozen=True)
class _Read:
    """A file that was read, or need not or can't be."""

    report: DocumentReport
    """What will be reported once `document` is written; final without one."""
    document: Document | None = None


def _read_file(library: Library, path: Path, name: str) -> list[_Read]:
    """Return what was read of a file, and of the files in it."""
    report = DocumentReport(document=name, path=str(path), status="added")
    try:
        before = library.catalogue.find(name)
        if before and path.is_file() and before.sha256 == _sha256(path):
            return [_Read(_counted(report, before, "unchanged"))]
        found = load_documents(path, name)
    except FootnoteError as error:
        return [_Read(_failed(report, error))]
    return [_compared(library, replace(report, document=inner), outcome) for inner, outcome in found.items()]


def _compared(library: Library, report: DocumentReport, outcome: Document | UnreadableFile) -> _Read:
    if isinstance(outcome, UnreadableFile):
        return _Read(_failed(report, outcome))
    before = library.catalogue.find(outcome.name)
    if before and before.sha256 == outcome.sha256:
        return _Read(_counted(report, before, "unchanged"))
    return _Read(replace(report, status="updated" if before else "added"), outcome)


def _write(library: Library, batch: Sequence[_Read]) -> list[DocumentReport]:
    """Write what was read, together, and return the final reports in order."""
    documents = [read.document for read in batch if read.document]
    try:
        infos = {info.name: info for info in library.replace_many(documents)} if documents else {}
    except FootnoteError as error:
        return [_failed(read.report, error) if read.document else read.report for read in batch]
    return [
        _counted(read.report, infos[read.document.name], read.report.status) if read.document else read.report
        for read in batch
    ]


def _counted(report: DocumentReport, info: DocumentInfo, status: Status) -> DocumentReport:
    return replace(report, status=status, characters=info.characters, chunks=info.chunks)


def _failed(report: DocumentReport, error: FootnoteError) -> DocumentReport:
    return replace(report, status="failed", error=str(error))


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path.name!r} can't be read: {error.strerror}; check its permissions") from error
