"""Paths in, a filled library and a report of every file out."""

import hashlib
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.errors import FootnoteError, IngestError, UnreadableFile
from ingest.library import Library
from ingest.loading import find_files, load_document
from ingest.records import DocumentInfo, DocumentReport, IngestReport

Progress = Callable[[DocumentReport, int, int], None]
"""Called after each file with its report, how many files are done, and how many there are."""


def add_paths(library: Library, paths: Sequence[Path], *, on_progress: Progress | None = None) -> IngestReport:
    """Put files, and all files of folders, into the library; what is there unchanged is left alone.

    A file that can't be read is reported as failed with the reason and stops none of the others; what the library held
    under its name stays.

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
    names = _unique_names(files, {info.name: info.path for info in library.documents()})
    reports = []
    for (path, _), name in zip(files, names, strict=True):
        report = _add_file(library, path, name)
        reports.append(report)
        if on_progress:
            on_progress(report, len(reports), len(files))
    return IngestReport(documents=tuple(reports), seconds=round(time.monotonic() - started, 3))


def _collect(paths: Sequence[Path]) -> list[tuple[Path, str]]:
    files: dict[Path, str] = {}
    for path in paths:
        if not path.exists():
            raise IngestError(f"There is no file or folder {str(path)!r}; check the path")
        for found, name in find_files(path):
            files.setdefault(found.absolute(), name)
    if not files:
        listed = ", ".join(repr(str(path)) for path in paths)
        raise IngestError(f"No files were found in {listed}; name a folder that holds documents")
    return list(files.items())


def _unique_names(files: Sequence[tuple[Path, str]], taken: dict[str, str]) -> list[str]:
    """Name each file by its relative path; a name that another file has gets its folder's name in front, or a number."""
    names: list[str] = []
    owners = dict(taken)
    for path, wanted in files:
        parents = [parent.name for parent in path.parents if parent.name]
        name, number = wanted, 2
        while owners.get(name, str(path)) != str(path):
            prefix = f"{parents[wanted.count('/')]}/" if number == 2 and len(parents) > wanted.count("/") else ""
            name = f"{prefix}{wanted}" if prefix else f"{wanted} ({number})"
            number += 1
        owners[name] = str(path)
        names.append(name)
    return names


def _add_file(library: Library, path: Path, name: str) -> DocumentReport:
    try:
        before = library.catalogue.find(name)
        if before and before.sha256 == _sha256(path):
            return _report(before, str(path), "unchanged")
        info = library.replace(load_document(path, name))
    except FootnoteError as error:
        return DocumentReport(document=name, path=str(path), status="failed", error=str(error))
    return _report(info, str(path), "updated" if before else "added")


def _report(info: DocumentInfo, path: str, status: str) -> DocumentReport:
    return DocumentReport(
        document=info.name, path=path, status=status, characters=info.characters, chunks=info.chunks  # type: ignore[arg-type]
    )


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableFile(f"{path.name!r} can't be read: {error.strerror}; check its permissions") from error
