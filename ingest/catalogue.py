"""What the library knows of its documents, in SQLite: a document exists if and only if it is listed here."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from ingest.errors import IngestError, LibraryMismatch, library_gone
from ingest.records import DocumentInfo, FileInfo

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL,
    date TEXT, author TEXT,
    pages TEXT NOT NULL, characters INTEGER NOT NULL, chunks INTEGER NOT NULL, added TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS documents_path ON documents (path);
CREATE TABLE IF NOT EXISTS files (path TEXT PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS files_sha256 ON files (sha256);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO facts VALUES ('revision', '0');
"""
_LIST = "TEXT NOT NULL DEFAULT '[]'"
_LATER = {
    "documents": {"recognised": _LIST, "unread": _LIST, "language": "TEXT"},
    "files": {"failed": _LIST, "reader": "TEXT NOT NULL DEFAULT ''"},
}
"""Columns that libraries made by older versions don't have."""
_COLUMNS = "name, path, sha256, title, date, author, pages, characters, chunks, added, recognised, unread, language"
_COPIES = """
SELECT json_group_array(other.path) FROM files AS own JOIN files AS other USING (sha256)
WHERE own.path = documents.path AND other.path NOT IN (SELECT path FROM documents)
"""
_SELECT = f"SELECT {_COLUMNS}, ({_COPIES}) FROM documents"


class Catalogue:
    """The table of documents. Every change is one transaction, so it is made whole or not at all.

    Args:
        path: The SQLite file; made if it isn't there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._made = False
        with self._connection() as connection:
            connection.executescript(_TABLES)
            for table, columns in _LATER.items():
                present = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
                for name in columns.keys() - present:
                    connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {columns[name]}")
        self._made = True

    @property
    def revision(self) -> int:
        """A number that grows with every change; whoever caches what is in the library compares it."""
        return int(self.facts()["revision"])

    def facts(self) -> dict[str, str]:
        """Return what the library was made with, and its revision."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT name, value FROM facts"))

    def agree_on(self, wanted: Mapping[str, str]) -> None:
        """Write down what the library is made with, the first time; later, check that it is the same.

        Raises:
            LibraryMismatch: It was made with something else.
        """
        facts = self.facts()
        with self._connection() as connection:
            missing = [pair for pair in wanted.items() if "embedder" not in facts]
            connection.executemany("INSERT INTO facts VALUES (?, ?)", missing)
        # A library whose chunks were cut otherwise states a setting that is no more.
        if gone := sorted(facts.keys() - wanted.keys() - {"revision"}):
            raise LibraryMismatch(
                f"The library in {self.path.parent} was made by another version of Footnote ({gone[0]}); make a new "
                "one: footnote add FOLDER --library FOLDER"
            )
        for name, value in wanted.items():
            found = facts.get(name, value)  # what an older library doesn't state couldn't be otherwise then
            if found != value:
                raise LibraryMismatch(
                    f"The library in {self.path.parent} was made with another {name} ({found[:12]}, not "
                    f"{value[:12]}); use the same, or make a new one: footnote add FOLDER --library FOLDER"
                )

    def documents(self) -> list[DocumentInfo]:
        """Return all documents, by name."""
        with self._connection() as connection:
            rows = connection.execute(f"{_SELECT} ORDER BY name").fetchall()
        return [_info(row) for row in rows]

    def find(self, name: str) -> DocumentInfo | None:
        """Return the document of this name, or None."""
        with self._connection() as connection:
            row = connection.execute(f"{_SELECT} WHERE name = ?", (name,)).fetchone()
        return _info(row) if row else None

    def versions(self) -> dict[str, str]:
        """Return the SHA-256 of every document's file by the document's name."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT name, sha256 FROM documents"))

    def files(self) -> list[FileInfo]:
        """Return the files that were read whole, those without documents of their own included, by path."""
        with self._connection() as connection:
            rows = connection.execute("SELECT path, name, sha256, failed, reader FROM files ORDER BY path")
            return [
                FileInfo(path=path, name=name, sha256=sha256, failed=tuple(map(tuple, json.loads(lost))), reader=reader)
                for path, name, sha256, lost, reader in rows
            ]

    def put(self, *documents: DocumentInfo, gone: Sequence[str] = (), files: Sequence[FileInfo] = ()) -> None:
        """Enter documents, each in place of the one of the same name; strike others out; note files.

        Args:
            documents: What is entered; their copies follow from the files.
            gone: Names of documents that are struck out; unknown ones are passed over.
            files: Files that were read whole. One that has no documents any more is forgotten.
        """
        with self._connection() as connection:
            _strike_out(connection, gone)
            connection.executemany(
                f"INSERT OR REPLACE INTO documents ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(_row, documents),
            )
            rows = [(file.path, file.name, file.sha256, json.dumps(file.failed), file.reader) for file in files]
            connection.executemany(
                "INSERT OR REPLACE INTO files (path, name, sha256, failed, reader) VALUES (?, ?, ?, ?, ?)", rows
            )
            _count_up(connection)

    def delete(self, name: str) -> None:
        """Strike a document out; nothing happens if it isn't listed."""
        self.put(gone=[name])

    def forget_files(self, paths: Sequence[str]) -> None:
        """Forget files that have no documents of their own."""
        with self._connection() as connection:
            connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])
            _count_up(connection)

    def next_revision(self) -> int:
        """Let the revision grow, without a change to the list, and return it."""
        with self._connection() as connection:
            _count_up(connection)
        return self.revision

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One short connection a call: they may come from any thread.
        if self._made and not self.path.is_file():
            raise library_gone(self.path.parent)
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                yield connection
        except sqlite3.Error as error:
            raise IngestError(
                f"The catalogue {self.path} can't be used ({error}); check the disk and its permissions"
            ) from error


def _strike_out(connection: sqlite3.Connection, names: Sequence[str]) -> None:
    paths = [connection.execute("SELECT path FROM documents WHERE name = ?", (name,)).fetchone() for name in names]
    connection.executemany("DELETE FROM documents WHERE name = ?", [(name,) for name in names])
    connection.executemany(
        "DELETE FROM files WHERE path = ? AND path NOT IN (SELECT path FROM documents)", filter(None, paths)
    )


def _count_up(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")


def _row(info: DocumentInfo) -> tuple[str | int | None, ...]:
    return (
        info.name, info.path, info.sha256, info.title, info.date, info.author,
        json.dumps(info.pages), info.characters, info.chunks, info.added,
        json.dumps(info.recognised), json.dumps(info.unread), info.language,
    )  # fmt: skip


def _info(row: tuple[Any, ...]) -> DocumentInfo:
    name, path, sha256, title, date, author, pages, characters, chunks, added, *later, copies = row
    recognised, unread, language = later
    return DocumentInfo(
        name=name, path=path, sha256=sha256, title=title, date=date, author=author, language=language,
        pages=tuple(json.loads(pages)), characters=characters, chunks=chunks, added=added,
        copies=tuple(sorted(json.loads(copies))), recognised=tuple(json.loads(recognised)),
        unread=tuple(json.loads(unread)),
    )  # fmt: skip
