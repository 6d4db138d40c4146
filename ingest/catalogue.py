"""What the library knows of its documents, in SQLite: a document exists once, and only once, it is listed here."""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from ingest.records import DocumentInfo

_TABLES = """
CREATE TABLE IF NOT EXISTS documents (
    name TEXT PRIMARY KEY, path TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, date TEXT, author TEXT,
    pages TEXT NOT NULL, characters INTEGER NOT NULL, chunks INTEGER NOT NULL, added TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
INSERT OR IGNORE INTO facts VALUES ('revision', '0');
"""
_COLUMNS = "name, path, sha256, title, date, author, pages, characters, chunks, added"


class Catalogue:
    """The table of documents. Every change is one transaction, so it is made whole or not at all.

    Args:
        path: The SQLite file; made if it isn't there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with self._connection() as connection:
            connection.executescript(_TABLES)

    @property
    def revision(self) -> int:
        """A number that grows with every change; whoever caches what is in the library compares it."""
        return int(self.facts()["revision"])

    def facts(self) -> dict[str, str]:
        """Return what the library was made with, and its revision."""
        with self._connection() as connection:
            return dict(connection.execute("SELECT name, value FROM facts"))

    def set_facts(self, facts: Mapping[str, str]) -> None:
        """Write down what the library is made with."""
        with self._connection() as connection:
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", list(facts.items()))

    def documents(self) -> list[DocumentInfo]:
        """Return all documents, by name."""
        with self._connection() as connection:
            rows = connection.execute(f"SELECT {_COLUMNS} FROM documents ORDER BY name").fetchall()
        return [_info(row) for row in rows]

    def find(self, name: str) -> DocumentInfo | None:
        """Return the document of this name, or None."""
        with self._connection() as connection:
            row = connection.execute(f"SELECT {_COLUMNS} FROM documents WHERE name = ?", (name,)).fetchone()
        return _info(row) if row else None

    def put(self, info: DocumentInfo) -> None:
        """Enter a document, in place of the one of the same name."""
        values = (
            info.name, info.path, info.sha256, info.title, info.date, info.author,
            json.dumps(info.pages), info.characters, info.chunks, info.added,
        )  # fmt: skip
        with self._connection() as connection:
            connection.execute(f"INSERT OR REPLACE INTO documents VALUES ({', '.join('?' * len(values))})", values)
            self._next_revision(connection)

    def delete(self, name: str) -> None:
        """Strike a document out; nothing happens if it isn't listed."""
        with self._connection() as connection:
            connection.execute("DELETE FROM documents WHERE name = ?", (name,))
            self._next_revision(connection)

    @staticmethod
    def _next_revision(connection: sqlite3.Connection) -> None:
        connection.execute("UPDATE facts SET value = CAST(value AS INTEGER) + 1 WHERE name = 'revision'")

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One short connection a call: they may come from any thread.
        connection = sqlite3.connect(self.path, timeout=30)
        try:
            with connection:
                yield connection
        finally:
            connection.close()


def _info(row: tuple[str, str, str, str, str | None, str | None, str, int, int, str]) -> DocumentInfo:
    name, path, sha256, title, date, author, pages, characters, chunks, added = row
    return DocumentInfo(
        name=name, path=path, sha256=sha256, title=title, date=date, author=author,
        pages=tuple(json.loads(pages)), characters=characters, chunks=chunks, added=added,
    )  # fmt: skip
