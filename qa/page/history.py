"""Conversations kept on this machine, in SQLite; each belongs to one browser, which alone can have it back."""

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from ingest.errors import IngestError, library_gone
from qa.page.conversation import Conversation, Turn

FILE = "conversations.sqlite"
"""Its name in the library's folder."""
MAX_NAME_CHARS = 120
_BROKEN_OFF = "The program ended, or its disk was full, before the answer was kept; ask again."
_OTHER_VERSION = "This answer was kept by another version of the program; ask again."
_TABLES = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, browser TEXT NOT NULL, name TEXT NOT NULL, changed TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS turns (
    id INTEGER PRIMARY KEY AUTOINCREMENT, conversation TEXT NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
    question TEXT NOT NULL, reply TEXT NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS turns_of_conversation ON turns (conversation);
"""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A line of the list of conversations."""

    identifier: str
    """What it is kept under."""
    name: str
    """What the reader calls it."""
    changed: str
    """When something was last asked in it: UTC, ISO 8601."""
    questions: int
    """How many questions it has."""


class History:
    """The conversations of all browsers; every method but `keep` and `judged` sees those of one browser only.

    Args:
        path: The SQLite file; made when first needed.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self, browser: str, name: str) -> str:
        """Make a conversation and return what it is kept under."""
        identifier = secrets.token_urlsafe(12)
        with self._connection() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?)", (identifier, _owner(browser), _short(name), _now())
            )
        return identifier

    def add(self, conversation: str, turn: Turn) -> None:
        """Keep a question at once, before there is an answer."""
        with self._connection() as connection:
            connection.execute("UPDATE conversations SET changed = ? WHERE id = ?", (_now(), conversation))
            row = connection.execute(
                "INSERT INTO turns (conversation, question, reply, record) VALUES (?, ?, '', '')",
                (conversation, _storable(turn.question)),
            )
            turn.identifier = row.lastrowid or 0

    def enrol(self, browser: str, conversation: Conversation, turn: Turn) -> None:
        """Keep a question, and first its conversation if that isn't kept yet; if they can't be, the turn says why.

        Args:
            browser: Whose; empty for one that doesn't let itself be known again, of which nothing is kept.
            conversation: What is asked in; told what it is kept under.
            turn: The question.
        """
        if not browser:
            return
        try:
            if not conversation.identifier:
                conversation.identifier = self.begin(browser, turn.question)
                conversation.name = turn.question
            self.add(conversation.identifier, turn)
        except IngestError as error:
            turn.unkept = str(error)

    def keep(self, turn: Turn) -> None:
        """Keep what became of a question; nothing happens if it was deleted meanwhile or never kept."""
        reply = turn.answer.text if turn.answer else ""
        record = _turns().dump_json(turn).decode("utf-8", "replace")
        with self._connection() as connection:
            connection.execute(
                "UPDATE turns SET reply = ?, record = ? WHERE id = ?", (_storable(reply), record, turn.identifier)
            )

    def judged(self) -> list[Turn]:
        """Return the questions of all browsers whose answer a reader called right or wrong, oldest first."""
        with self._connection() as connection:
            rows = connection.execute("SELECT id, question, record FROM turns ORDER BY id").fetchall()
        return [turn for turn in (_turn(*row) for row in rows) if turn.answer and turn.thumb]

    def list(self, browser: str, search: str = "") -> list[Kept]:
        """Return a browser's conversations, newest first.

        Args:
            browser: Whose.
            search: Only those whose name, questions or answers contain all these words, in any case.
        """
        with self._connection() as connection:
            rows = connection.execute(
                "SELECT c.id, c.name, c.changed, count(t.id), c.name || ' ' || "
                "coalesce(group_concat(t.question || ' ' || t.reply, ' '), '') "
                "FROM conversations c LEFT JOIN turns t ON t.conversation = c.id "
                "WHERE browser = ? GROUP BY c.id ORDER BY c.changed DESC, c.rowid DESC",
                (_owner(browser),),
            ).fetchall()
        wanted = search.casefold().split()
        return [
            Kept(identifier=row[0], name=row[1], changed=row[2], questions=row[3])
            for row in rows
            if all(word in row[4].casefold() for word in wanted)
        ]

    def load(self, browser: str, identifier: str) -> Conversation | None:
        """Return a conversation of a browser; None if it has none of this identifier."""
        with self._connection() as connection:
            found = connection.execute(
                "SELECT name FROM conversations WHERE id = ? AND browser = ?", (identifier, _owner(browser))
            ).fetchone()
            rows = connection.execute(
                "SELECT id, question, record FROM turns WHERE conversation = ? ORDER BY id", (identifier,)
            ).fetchall()
        if found is None:
            return None
        return Conversation(identifier=identifier, name=found[0], turns=[_turn(*row) for row in rows])

    def turn(self, browser: str, identifier: str) -> Turn | None:
        """Return a question of a browser; None if it has none of this identifier."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT t.id, t.question, t.record FROM turns t JOIN conversations c ON c.id = t.conversation "
                "WHERE t.id = ? AND c.browser = ?",
                (identifier, _owner(browser)),
            ).fetchone()
        return _turn(*row) if row else None

    def rename(self, browser: str, identifier: str, name: str) -> None:
        """Give a conversation another name; a blank one changes nothing."""
        if not name.strip():
            return
        with self._connection() as connection:
            connection.execute(
                "UPDATE conversations SET name = ? WHERE id = ? AND browser = ?",
                (_short(name), identifier, _owner(browser)),
            )

    def delete(self, browser: str, identifier: str | None = None) -> None:
        """Delete a conversation of a browser, or all of them; the file keeps no trace of their text."""
        with self._connection() as connection:
            connection.execute(
                "DELETE FROM conversations WHERE browser = ? AND (id = ? OR ?)",
                (_owner(browser), identifier, identifier is None),
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One short connection a call: they may come from any thread.
        if not self.path.parent.is_dir():
            raise library_gone(self.path.parent)
        try:
            with closing(sqlite3.connect(self.path, timeout=30)) as connection, connection:
                connection.executescript(f"PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON; {_TABLES}")
                yield connection
        except sqlite3.Error as error:
            full = error.sqlite_errorcode == sqlite3.SQLITE_FULL
            remedy = "make room on it" if full else "move the file away to begin anew"
            raise IngestError(
                f"The conversations in {self.path} can't be read or written: {error}; {remedy}"
            ) from error


def _turn(identifier: int, question: str, record: str) -> Turn:
    if not record:
        return Turn(question=question, identifier=identifier, problem=_BROKEN_OFF)
    try:
        turn = _turns().validate_json(record)
    except ValidationError:
        return Turn(question=question, identifier=identifier, problem=_OTHER_VERSION)
    turn.identifier = identifier
    return turn


@cache
def _turns() -> TypeAdapter[Turn]:
    return TypeAdapter(Turn)


def _owner(browser: str) -> str:
    """Return what stands in the file for a browser, from which its secret can't be had."""
    return hashlib.sha256(browser.encode("utf-8", "replace")).hexdigest()


def _short(name: str) -> str:
    name = " ".join(_storable(name).split())
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 1]}…"


def _storable(text: str) -> str:
    """Return text as SQLite can hold it: halves of characters replaced."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
