"""A file -> the documents in it; runs in the process that `ingest.loader_process` keeps for it."""

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path, PurePosixPath

from ingest.loaders.about import author_of, date_of, title_of
from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.formats import BY_SUFFIX, SUPPORTED_SUFFIXES
from ingest.loaders.kinds import kind_of
from ingest.loaders.languages import language_of
from ingest.loaders.limits import MAX_BYTES, MAX_CHARACTERS, MAX_DEPTH
from ingest.loaders.normalising import normalise_text
from ingest.records import Document

Outcome = Document | str
"""A document, or the reason why there is none: what completes "FILE ..."."""

OUT_OF_MEMORY = "needs more memory than reading a file may take; split it into smaller files"
SAVE_AGAIN = "open it in its program, save it again and add that"


def read_documents(
    path: Path,
    name: str,
    *,
    done: Collection[str] = (),
    broken: Collection[str] = (),
    announce: Callable[[str], None] = lambda name: None,
) -> Iterator[tuple[str, Outcome]]:
    """Yield what becomes of a file, and of the files that it holds.

    Args:
        path: The file.
        name: What its document is called; those in it are called "NAME/NAME IN IT".
        done: Names of documents that are not wanted again; the files in them are.
        broken: Names of documents that are not even opened again.
        announce: Told each name before the document is read.

    Yields:
        Each document's name and the document, or the reason why there is none. A file that merely holds others
        has no document of its own, and no entry unless it can't be opened.
    """
    reading = _Reading(readable(os.path.abspath(path)), done, broken, announce)
    yield from reading.outcomes(lambda: _read(path), readable(path.name), name, depth=0)


@dataclass(frozen=True)
class _Reading:
    """How one file, and what is in it, is read."""

    path: str
    done: Collection[str]
    broken: Collection[str]
    announce: Callable[[str], None]

    def outcomes(self, read: Callable[[], bytes], file: str, name: str, depth: int) -> Iterator[tuple[str, Outcome]]:
        """Yield what becomes of a file that bears a file name and lies so deep, then of those in it."""
        if name in self.broken:
            return
        draft = Draft()
        outcome: Outcome | None = None
        if name not in self.done:
            self.announce(name)
        try:
            data = read()
            draft = _draft(data, PurePosixPath(file).suffix.lower(), depth)
            if name not in self.done and (draft.parts or not draft.members):
                outcome = _document(draft, data, name, self.path, stem=PurePosixPath(file).stem)
        except Refusal as refusal:
            outcome, draft = str(refusal), Draft(members=draft.members or refusal.members)
        except MemoryError:
            outcome = OUT_OF_MEMORY
        except Exception as error:  # whatever a file within a broken one leads to
            outcome = f"could not be read ({type(error).__name__}); {SAVE_AGAIN}"
        if outcome is not None and name not in self.done:
            yield name, outcome
        for member in draft.members:
            yield from self.outcomes(member.read, member.name, f"{name}/{member.name}", depth + 1)


def readable(name: str) -> str:
    """Return a file name in NFC that can be written as UTF-8, even if its bytes are in another encoding."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


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
    if len(data) > MAX_BYTES:
        raise Refusal(f"is larger than {MAX_BYTES >> 20} MB; split it into smaller files")
    return data


def _draft(data: bytes, suffix: str, depth: int) -> Draft:
    """Return what the file's loader makes of it: the one place where a library's error becomes a reason."""
    if not data:
        raise Refusal("is empty; add a file with text")
    kind = kind_of(data, suffix)
    known = BY_SUFFIX.get(kind)
    if known is None:
        kinds = ", ".join(sorted(SUPPORTED_SUFFIXES))
        raise Refusal(f"is of a kind that can't be read ({suffix or 'no suffix'}); save it as one of {kinds}")
    if depth > MAX_DEPTH or (depth and kind == ".zip"):
        raise Refusal("is an archive within another file; unpack it and add the files in it")
    try:
        return known.load(data)
    except (Refusal, MemoryError):
        raise
    except Exception as error:
        reason = f"could not be read as {known.label} ({type(error).__name__})"
        raise Refusal(f"{reason}; {SAVE_AGAIN}") from error


def _document(draft: Draft, data: bytes, name: str, path: str, stem: str) -> Document:
    text, pages = _assemble(draft)
    if not text:
        raise Refusal("holds nothing but white space; add a file with text")
    if len(text) > MAX_CHARACTERS:
        raise Refusal(f"holds more than {MAX_CHARACTERS:,} characters; split it into smaller files")
    return Document(
        name=name,
        path=path,
        sha256=hashlib.sha256(data).hexdigest(),
        text=text,
        title=title_of(draft, text, stem),
        date=date_of(draft, text, stem),
        author=author_of(draft, text),
        pages=pages,
        recognised=draft.recognised,
        unread=draft.unread,
        language=language_of(text),
    )


def _assemble(draft: Draft) -> tuple[str, tuple[int, ...]]:
    """Return the normalised text and, for a draft with pages, where in it each page starts."""
    if sum(map(len, draft.parts)) > 2 * MAX_CHARACTERS:
        raise Refusal(f"holds more than {MAX_CHARACTERS:,} characters; split it into smaller files")
    parts = [normalise_text(part) for part in draft.parts]
    text = "\n\n".join(part for part in parts if part)
    if not draft.paged:
        return text, ()
    # A page without text starts where the next one does.
    starts = accumulate((len(part) + 2 if part else 0 for part in parts[:-1]), initial=0)
    return text, tuple(min(start, len(text)) for start in starts)
