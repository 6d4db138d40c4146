"""Files and folders -> the files in them; a file -> its Document."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from ingest.errors import DocumentNotFound, ReadingBrokenOff, UnreadableFile
from ingest.loader_process import reader, was_broken_off
from ingest.loaders.formats import SUPPORTED_SUFFIXES
from ingest.loaders.limits import limits_from_environment
from ingest.loaders.litter import is_litter
from ingest.loaders.ocr import can_recognise
from ingest.reading import readable
from ingest.records import Document

__all__ = ["SUPPORTED_SUFFIXES", "documents_of", "find_files", "load_document", "load_documents", "reader_version"]


def find_files(path: Path) -> list[tuple[Path, str]]:
    """Return the files at `path` and the names that their documents bear.

    Args:
        path: A file, or a folder that is searched with all folders in it. Links are followed, and each folder
            is visited once. Hidden files and folders and the litter of operating systems are passed over.

    Returns:
        Pairs of file and name, sorted by name. The name is the path relative to `path`, with forward slashes
        and in NFC; for a file, its file name. Files of unknown kinds, and folders that can't be opened, are
        in the list, so that loading them says why they can't be read. A folder without files gives an empty
        list.

    Raises:
        UnreadableFile: There is nothing at `path`.

    Example:
        >>> find_files(Path("reports"))
        [(PosixPath('reports/2024/may.pdf'), '2024/may.pdf'), (PosixPath('reports/index.html'), 'index.html')]
    """
    if not os.path.lexists(path):
        raise UnreadableFile(f"{readable(str(path))!r} is not there; check the path")
    if not path.is_dir():
        return [(path, readable(path.name))]
    named = ((file, readable(file.relative_to(path).as_posix() if file != path else file.name)) for file in _walk(path))
    return sorted(named, key=lambda pair: (pair[1], str(pair[0])))


def load_documents(path: Path, name: str) -> dict[str, Document | UnreadableFile]:
    """Read a file, and the files in it if it is an archive, a mailbox or a mail with attachments.

    The content decides how a file is read: a PDF named `.txt` is read as a PDF. The title is the one that the file
    states, the first heading, a short first line, or the file name. The date is that of publication as the file
    states it, one in the first lines, that of the file's making, or one in its name.

    It is read in a process of its own, within the limits of `ingest.loaders.limits`; a file that breaks them, or
    the process, is unreadable, and nothing else happens.

    Args:
        path: The file, of at most 200 MB.
        name: What the document is called in the library and in error messages; one in it is called
            "NAME/NAME IN IT".

    Returns:
        By name, each document, whose text is not empty, or one line that says why there is none and what to do.
        An archive or mailbox has no entry of its own unless it can't be opened.

    Raises:
        IngestError: The process that reads files can't be started.

    Example:
        >>> list(load_documents(Path("reports.zip"), "reports.zip"))
        ['reports.zip/2024/may.pdf', 'reports.zip/index.html']
    """
    outcomes = reader.read(path, name)
    return {found: _problem(found, it) if isinstance(it, str) else it for found, it in outcomes.items()}


def reader_version() -> str:
    """Return what the outcome of reading depends on besides the file: with another value it may be another."""
    ocr = " ocr" if can_recognise() else ""
    limits = limits_from_environment()
    return f"{version('footnote-qa')} {limits.seconds} s {limits.memory_mb} MB{ocr}"


def load_document(path: Path, name: str) -> Document:
    """Read a file that is one document, as `load_documents` does.

    Raises:
        UnreadableFile: No text can be had from the file, or merely from files in it; one line says why and what
            to do.

    Example:
        >>> load_document(Path("reports/2024/may.pdf"), "2024/may.pdf").pages
        (0, 2210, 4587)
    """
    found = load_documents(path, name).get(name)
    if isinstance(found, Document):
        return found
    raise found or UnreadableFile(f"{name!r} holds several documents; unpack it and name one of them")


def documents_of(files: Mapping[str, Path]) -> Callable[[str], Document]:
    """Return what reads a document by its name, be it a file's own or that of one in an archive.

    It raises DocumentNotFound if no file has it, UnreadableFile if there is no text to be had.

    Args:
        files: The files by name, as of `find_files`.
    """

    @lru_cache(maxsize=1)  # the documents of an archive are asked for one after the other
    def found_in(file: str) -> dict[str, Document | UnreadableFile]:
        return load_documents(files[file], file)

    def read(name: str) -> Document:
        parts = name.split("/")
        file = next((above for n in range(len(parts), 0, -1) if (above := "/".join(parts[:n])) in files), None)
        found = found_in(file).get(name) if file else None
        if isinstance(found, Document):
            return found
        raise found or DocumentNotFound(f"There is no file with a document {name!r}; check the folder")

    return read


def _problem(name: str, reason: str) -> UnreadableFile:
    return (ReadingBrokenOff if was_broken_off(reason) else UnreadableFile)(f"{name!r} {reason}")


def _walk(root: Path) -> list[Path]:
    """Return the files in a folder and in all folders in it, and the folders that can't be opened."""
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    # Linked folders come last, so that a folder is named by where it really is.
    folders, links = [root], list[Path]()
    while folders or links:
        folder = folders.pop() if folders else links.pop(0)
        try:
            identity, entries = folder.stat(), sorted(folder.iterdir())
        except OSError:
            found.append(folder)
            continue
        if (identity.st_dev, identity.st_ino) in seen:
            continue
        seen.add((identity.st_dev, identity.st_ino))
        for entry in (entry for entry in entries if not is_litter(entry.name)):
            (found if not entry.is_dir() else links if entry.is_symlink() else folders).append(entry)
    return found
