"""What flows through ingestion: a file becomes a Document, a Document becomes Chunks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

READ_SCANS = "to have scans read, pip install 'footnote-qa[ocr]' and add it again"
"""What to do where scanned pages weren't read."""

Status = Literal["added", "updated", "moved", "unchanged", "duplicate", "removed", "failed"]
"""What became of a file: "moved" is one whose content the library held under a path that is gone, "duplicate" one whose
content it holds under another path, noted there; a duplicate noted before is "unchanged"."""


@dataclass(frozen=True, kw_only=True)
class Document:
    """A file's normalised text and what is known about it."""

    name: str
    """Unique in the library: the file's path relative to what was added, with forward slashes."""
    path: str
    """The absolute path of the file that the text came from."""
    sha256: str
    """SHA-256 of the file's bytes, in hexadecimal."""
    text: str
    """The normalised text; every offset counts code points of this string. Never empty."""
    title: str
    """The document's own title, or its file name if it has none."""
    date: str | None = None
    """Publication date as YYYY-MM-DD, YYYY-MM or YYYY; None if nothing gives one."""
    author: str | None = None
    """Author or outlet; None if nothing names one."""
    pages: tuple[int, ...] = ()
    """The offset in `text` at which each page starts, first page first; empty for files without pages."""
    recognised: tuple[int, ...] = ()
    """Numbers of the pages, from 1, whose text was recognised in a picture (OCR), and may be wrong."""
    unread: tuple[int, ...] = ()
    """Numbers of the pages, from 1, that can be read only as pictures and weren't: scans, odd fonts."""
    language: str | None = None
    """The language of most of the text, as ISO 639-1 ("en"); None if it can't be told."""


@dataclass(frozen=True, kw_only=True)
class Chunk:
    """A stretch of a document's text. The chunks of a document partition it: no gap, no overlap."""

    document: str
    """Name of the document."""
    index: int
    """Position among the document's chunks, from 0."""
    start: int
    """Offset of the first character in the document's text."""
    end: int
    """Offset after the last character."""
    text: str
    """`document.text[start:end]`."""
    heading: str = ""
    """The titles of the headings that it stands under, outermost first, joined by " > "; may be empty."""
    topic: str = ""
    """In a regulation, the title of the article or annex that it stands in; else empty."""
    page: int | None = None
    """Number of the page that it starts on, from 1; None for files without pages."""


@dataclass(frozen=True)
class Hit:
    """A chunk and how near it is."""

    chunk: Chunk
    """The chunk."""
    similarity: float
    """Cosine similarity to the question, -1 to 1, higher is nearer."""


@dataclass(frozen=True, kw_only=True)
class DocumentInfo:
    """What the library's catalogue knows of a document: a Document without its text."""

    name: str
    """Unique in the library."""
    path: str
    """Where the file was when it was added."""
    sha256: str
    """SHA-256 of the file's bytes."""
    title: str
    """The document's own title, or its file name."""
    date: str | None
    """Publication date, ISO 8601, possibly without day or month."""
    author: str | None
    """Author or outlet."""
    pages: tuple[int, ...]
    """Offset at which each page starts; empty for files without pages."""
    characters: int
    """Length of the text in code points."""
    chunks: int
    """Number of chunks."""
    added: str
    """When it was written to the library: UTC, ISO 8601, to the second."""
    copies: tuple[str, ...] = ()
    """Paths of other files with the same content, sorted; they have no documents of their own."""
    recognised: tuple[int, ...] = ()
    """Numbers of the pages, from 1, whose text was recognised in a picture (OCR), and may be wrong."""
    unread: tuple[int, ...] = ()
    """Numbers of the pages, from 1, that can be read only as pictures and weren't: scans, odd fonts."""
    language: str | None = None
    """The language of most of the text, as ISO 639-1 ("en"); None if it can't be told."""

    @property
    def note(self) -> str | None:
        """One line saying what of the file is missing, and what to do; None if nothing is."""
        if not self.unread:
            return None
        pages = f"{'page' if len(self.unread) == 1 else 'pages'} {_ranges(self.unread)}"
        remedy = "split the file" if self.recognised else READ_SCANS
        return f"{pages}: can be read only as a picture; {remedy}"

    def page_at(self, offset: int) -> int | None:
        """Return the number, from 1, of the page that the character at `offset` is on; None without pages."""
        if not self.pages:
            return None
        return max(1, sum(start <= offset for start in self.pages))

    def is_recognised(self, offset: int) -> bool:
        """Tell whether the character at `offset` was recognised in a picture."""
        return self.page_at(offset) in self.recognised


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """Documents that are ready to be written."""

    infos: list[DocumentInfo]
    """What the catalogue will know of each."""
    gone: Sequence[str]
    """Names of documents that are removed in the same step."""
    chunks: Sequence[tuple[str, Chunk]]
    """Their chunks, each with its document's SHA-256."""
    vectors: Sequence[Sequence[float]]
    """A vector for each chunk."""


def info_of(document: Document, chunks: int) -> DocumentInfo:
    """Return what the catalogue will know of a document that is written now, in so many chunks."""
    return DocumentInfo(
        name=document.name, path=document.path, sha256=document.sha256, title=document.title,
        date=document.date, author=document.author, language=document.language,
        pages=document.pages, recognised=document.recognised, unread=document.unread,
        characters=len(document.text), chunks=chunks,
        added=datetime.now(UTC).isoformat(timespec="seconds"),
    )  # fmt: skip


def _ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers with what follows each other drawn together: "3, 7–9"."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


@dataclass(frozen=True, kw_only=True)
class FileInfo:
    """What the library's catalogue knows of a file that was read whole."""

    path: str
    """Its absolute path."""
    name: str
    """The name that its document bears, or that the names of the documents in it begin with."""
    sha256: str
    """SHA-256 of its bytes when it was read."""
    failed: tuple[tuple[str, str], ...] = ()
    """Names of those in it that couldn't be read, each with the reason in one line."""
    reader: str = ""
    """What read it: see `ingest.loading.reader_version`."""


@dataclass(frozen=True, kw_only=True)
class DocumentReport:
    """What became of one file in an ingestion."""

    document: str
    """Name of the document."""
    path: str
    """Path of the file as found."""
    status: Status
    """What was done with it."""
    characters: int = 0
    """Length of its text in code points; 0 if it failed."""
    chunks: int = 0
    """Number of chunks; 0 if it failed."""
    error: str | None = None
    """One line saying why it failed; None otherwise."""
    note: str | None = None
    """One line saying what of the file is missing in the library, such as scanned pages; None if nothing is."""


@dataclass(frozen=True, kw_only=True)
class IngestReport:
    """What became of all files in an ingestion, in the order in which they were found."""

    documents: tuple[DocumentReport, ...] = field(default=())
    """One entry a document, or a file that gives none."""
    vanished: tuple[str, ...] = ()
    """Names of documents that are kept although their files are gone from the folders that were named; sorted."""
    seconds: float = 0.0
    """Wall-clock time."""

    @property
    def characters_per_second(self) -> float:
        """Characters read and written per second of wall-clock time."""
        written = sum(d.characters for d in self.documents if d.status in ("added", "updated", "moved"))
        return written / self.seconds if self.seconds > 0 else 0.0

    @property
    def failed(self) -> tuple[DocumentReport, ...]:
        """The files that could not be ingested."""
        return tuple(d for d in self.documents if d.status == "failed")
