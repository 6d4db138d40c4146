"""The errors of ingestion. Each message is one line: what is wrong, with which thing, and what to do.

FootnoteError               anything that a user can be told in one line
└── IngestError
    ├── UnreadableFile      this file gives no text: unknown kind, broken, empty, locked
    │   └── ReadingBrokenOff  reading it took too long, or broke the process: another time it may not
    ├── BadFilter           a filter is malformed, or leaves no document
    ├── DocumentNotFound    no document of this name is in the library
    ├── LibraryNotFound     there is no library in this folder
    ├── LibraryMismatch     the library was made with other settings
    ├── LibraryBusy         another process is writing to the library
    ├── LibraryNotWritten   the disk is full, or the library may not be written
    ├── ModelNotFound       no model of this name is known, or its files aren't here
    └── ModelFileError      a model file can't be had, or isn't what the catalogue says
"""

from pathlib import Path


class FootnoteError(Exception):
    """A problem that a user can be told in one line; every expected error derives from it."""


class IngestError(FootnoteError):
    """Something between a file and the library went wrong."""


class UnreadableFile(IngestError):
    """No text can be had from this file: its kind is unknown, or it is broken, empty or locked."""


class ReadingBrokenOff(UnreadableFile):
    """Reading this file took too long or broke the process that reads; another time it may not."""


class BadFilter(IngestError):
    """A filter is malformed, or leaves no document."""


class DocumentNotFound(IngestError):
    """The library holds no document of this name."""


class LibraryNotFound(IngestError):
    """There is no library in this folder yet."""


def library_gone(folder: Path) -> LibraryNotFound:
    """Return what is said of a library whose folder was there and isn't any more."""
    return LibraryNotFound(f"The library {folder} is gone; put its folder back and start Footnote again")


class LibraryMismatch(IngestError):
    """The library was made with another embedder or other chunk settings than those in use."""


class LibraryBusy(IngestError):
    """Another process is writing to the library."""


class LibraryNotWritten(IngestError):
    """The library can't be written: the disk is full or broken, or permissions are missing."""


class ModelNotFound(IngestError):
    """The catalogue knows no model of this name, or its files are not on this machine."""


class ModelFileError(IngestError):
    """A model file could not be fetched, or its content is not what the catalogue promises."""
