"""The library's files beside those on the disk: which are new, changed, moved, copies or gone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.collecting import Found, is_gone, recorded_path
from ingest.library import Library
from ingest.loading import reader_version
from ingest.records import DocumentInfo, FileInfo, Status

_Failed = tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a file stands in the library."""

    status: Status
    """What will have become of it; "added", "updated" and "moved" files are to be read."""
    same: tuple[str, ...] = ()
    """Names of the documents that hold its content already; empty if it is to be read."""
    former: tuple[str, ...] = ()
    """Names of the documents that what it holds takes the place of."""
    failed: _Failed = ()
    """Names of those in it that couldn't be read when its content was, each with the reason."""
    note: FileInfo | None = None
    """How the file is to be known; None if it is known so, or can't be read."""


class Holdings:
    """What the library held when an ingestion began, and what that ingestion has read since.

    Args:
        library: The library.
        found: The files and folders that are ingested.
    """

    def __init__(self, library: Library, found: Found) -> None:
        self._found = found
        self._here = {recorded_path(path) for path in found.files}
        self._files = {file.path: file for file in library.catalogue.files()}
        self._documents: dict[str, list[DocumentInfo]] = {}
        for info in library.documents():
            self._documents.setdefault(info.path, []).append(info)
        self._by_content: dict[str, list[FileInfo]] = {}
        for file in self._files.values():
            if file.path in self._documents:
                self._by_content.setdefault(file.sha256, []).append(file)
        self._reader = reader_version()
        self._expected: dict[str, tuple[tuple[str, ...], _Failed]] = {}
        self._moved: set[str] = set()

    @property
    def names(self) -> dict[str, str]:
        """The name of each file that has documents, by its path."""
        alone = {
            path: infos[0].name
            for path, infos in self._documents.items()
            if len(infos) == 1 and f"{Path(path).name}/" not in infos[0].name  # which is one of an archive's
        }
        return alone | {path: file.name for path, file in self._files.items() if path in self._documents}

    @property
    def taken(self) -> dict[str, str]:
        """The path of each document and of each file that has documents, by name."""
        taken = {name: path for path, name in self.names.items()}
        return taken | {info.name: path for path, infos in self._documents.items() for info in infos}

    @property
    def former_copies(self) -> dict[Path, str]:
        """The copies, by path with their names, that must be read because the file that stood for them changed.

        Else their content would be lost with the one that is replaced or gone.
        """
        copies: dict[Path, str] = {}
        for path, infos in self._documents.items():
            if infos[0].copies and (path in self._here or self._is_under(path)) and not self._is_alive(path):
                others = [copy for copy in infos[0].copies if copy not in self._here and not self._is_gone(copy)]
                copies.update({Path(other): Path(other).name for other in others})
        return copies

    @property
    def vanished(self) -> list[DocumentInfo]:
        """The documents whose files are gone from the folders that were searched, and weren't moved; by name."""
        paths = [path for path in self._documents if path not in self._moved]
        gone = [path for path in paths if self._is_under(path) and self._is_gone(path)]
        return sorted((info for path in gone for info in self._documents[path]), key=lambda info: info.name)

    @property
    def vanished_copies(self) -> list[str]:
        """The paths of copies that are gone from the folders that were searched."""
        return [p for p in self._files if p not in self._documents and self._is_under(p) and self._is_gone(p)]

    def place(self, path: Path, name: str) -> Place:
        """Tell where a file stands.

        Args:
            path: The file.
            name: What its document, or what the names of those in it begin with, will be.
        """
        recorded = recorded_path(path)
        digest = _sha256(path)
        own = tuple(info.name for info in self._documents.get(recorded, ()))
        former = tuple(other for other in own if other == name or other.startswith(f"{name}/"))
        if digest is None:
            return Place(status="updated" if own else "added", former=former)
        known = self._files.get(recorded)
        note = FileInfo(path=recorded, name=name, sha256=digest, reader=self._reader)
        if known and own and (known.name, known.sha256) == (name, digest) and not self._may_tell_more(known):
            lost = dict(known.failed)
            return Place(status="unchanged", same=tuple(n for n in own if n not in lost), failed=known.failed)
        if not own:
            same, failed = self._same(digest)
            if same and known and known.sha256 == digest:
                return Place(status="unchanged", same=same, failed=failed)
            if same:
                return Place(status="duplicate", same=same, failed=failed, note=note)
        left = self._left_behind(digest)
        return Place(status="updated" if own else "moved" if left else "added", former=(*former, *left), note=note)

    def expect(self, file: FileInfo, names: Sequence[str]) -> None:
        """Take note of the names of documents that were read from a file and will be written."""
        self._expected[file.sha256] = tuple(names), file.failed

    def forget_expected(self) -> None:
        """Forget what was read and could not be written."""
        self._expected.clear()

    def _may_tell_more(self, file: FileInfo) -> bool:
        """Tell whether something in a file wasn't read, and what reads it is another now."""
        infos = self._documents[file.path]
        return file.reader != self._reader and bool(file.failed or any(info.unread for info in infos))

    def _same(self, digest: str) -> tuple[tuple[str, ...], _Failed]:
        """Return the names of the documents that another file with this content stands for, and what failed in it."""
        if digest in self._expected:
            return self._expected[digest]
        alive = next((file for file in self._by_content.get(digest, ()) if self._is_alive(file.path)), None)
        return (tuple(info.name for info in self._documents[alive.path]), alive.failed) if alive else ((), ())

    def _left_behind(self, digest: str) -> tuple[str, ...]:
        """Return the names of the documents with this content whose files are gone: they were moved."""
        paths = [file.path for file in self._by_content.get(digest, ()) if self._is_gone(file.path)]
        self._moved.update(paths)
        return tuple(info.name for path in paths for info in self._documents[path])

    def _is_alive(self, path: str) -> bool:
        """Tell whether a file that has documents still holds what they were read from."""
        file = self._files.get(path)
        return file is not None and _sha256(Path(path)) == file.sha256

    def _is_gone(self, path: str) -> bool:
        # What was found may have a name that can't be written as it is; then the recorded one leads nowhere.
        return path not in self._here and is_gone(path)

    def _is_under(self, path: str) -> bool:
        return any(Path(recorded_path(folder)) in Path(path).parents for folder in self._found.folders)


def _sha256(path: Path) -> str | None:
    """Return the SHA-256 of a file's bytes; None if it can't be read, or is no file."""
    try:
        # Opening a pipe or a device could wait for ever.
        if not path.is_file():
            return None
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError):
        return None
