"""Files and folders -> the files in them; a file -> its Document."""

import hashlib
import os
import stat
import unicodedata
from itertools import accumulate
from pathlib import Path

from ingest.errors import UnreadableFile
from ingest.loaders.about import author_of, date_of, title_of
from ingest.loaders.draft import MAX_BYTES, Draft, Refusal
from ingest.loaders.formats import BY_SUFFIX
from ingest.loaders.kinds import kind_of
from ingest.loaders.normalising import normalise_text
from ingest.records import Document

SUPPORTED_SUFFIXES: frozenset[str] = frozenset(BY_SUFFIX)
"""The suffixes, in lower case with their dots, of the files that can be read."""

_LITTER = frozenset(("thumbs.db", "desktop.ini", "__macosx"))


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
        raise UnreadableFile(f"{_readable(str(path))!r} is not there; check the path")
    if not path.is_dir():
        return [(path, _readable(path.name))]
    named = (
        (file, _readable(file.relative_to(path).as_posix() if file != path else file.name)) for file in _walk(path)
    )
    return sorted(named, key=lambda pair: (pair[1], str(pair[0])))


def load_document(path: Path, name: str) -> Document:
    """Read a file and return its normalised text and what is known about it.

    The content decides how a file is read: a PDF named `.txt` is read as a PDF. The title is the one that the file
    states, the first heading, a short first line, or the file name. The date is that of publication as the file
    states it, one in the first lines, that of the file's making, or one in its name.

    Args:
        path: The file, of at most 200 MB.
        name: What the document is called in the library and in error messages.

    Returns:
        The document; its text is not empty.

    Raises:
        UnreadableFile: No text can be had from the file; one line says why and what to do.

    Example:
        >>> load_document(Path("reports/2024/may.pdf"), "2024/may.pdf").pages
        (0, 2210, 4587)
    """
    try:
        data = _read(path)
        draft = _draft(data, path.suffix.lower())
        text, pages = _assemble(draft)
        if not text:
            raise Refusal("holds nothing but white space; add a file with text")
    except Refusal as refusal:
        raise UnreadableFile(f"{_readable(name)!r} {refusal}") from refusal.__cause__
    stem = _readable(path.stem)
    return Document(
        name=name,
        path=_readable(os.path.abspath(path)),
        sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        title=title_of(draft, text, stem),
        date=date_of(draft, text, stem),
        author=author_of(draft, text),
        pages=pages,
    )


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
        for entry in (entry for entry in entries if not _is_litter(entry.name)):
            (found if not entry.is_dir() else links if entry.is_symlink() else folders).append(entry)
    return found


def _read(path: Path) -> bytes:
    try:
        # Opening a pipe or a device could wait for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise Refusal("is a folder or device that can't be read; add files, or folders that may be opened")
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise Refusal("is not there; check the path") from None
    except PermissionError:
        raise Refusal("may not be read; ask for permission to read it") from None
    except OSError as error:
        raise Refusal(f"can't be read ({error.strerror}); check the disk or add a copy") from error
    if not data:
        raise Refusal("is empty; add a file with text")
    if len(data) > MAX_BYTES:
        raise Refusal(f"is larger than {MAX_BYTES >> 20} MB; split it into smaller files")
    return data


def _draft(data: bytes, suffix: str) -> Draft:
    """Return what the file's loader makes of it: the one place where a library's error becomes a reason."""
    known = BY_SUFFIX.get(kind_of(data, suffix))
    if known is None:
        kinds = ", ".join(sorted(SUPPORTED_SUFFIXES))
        raise Refusal(f"is of a kind that can't be read ({suffix or 'no suffix'}); save it as one of {kinds}")
    try:
        return known.load(data)
    except Refusal:
        raise
    except Exception as error:
        reason = f"could not be read as {known.label} ({type(error).__name__})"
        raise Refusal(f"{reason}; open it in its program, save it again and add that") from error


def _assemble(draft: Draft) -> tuple[str, tuple[int, ...]]:
    """Return the normalised text and, for a draft with pages, where in it each page starts."""
    parts = [normalise_text(part) for part in draft.parts]
    text = "\n\n".join(part for part in parts if part)
    if not draft.paged:
        return text, ()
    # A page without text starts where the next one does.
    starts = accumulate((len(part) + 2 if part else 0 for part in parts[:-1]), initial=0)
    return text, tuple(min(start, len(text)) for start in starts)


def _readable(name: str) -> str:
    """Return a file name in NFC that can be written as UTF-8, even if its bytes are in another encoding."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


def _is_litter(name: str) -> bool:
    """Tell whether a name is hidden, an Office lock file or the litter of an operating system."""
    return name.startswith((".", "~$")) or name.lower() in _LITTER
