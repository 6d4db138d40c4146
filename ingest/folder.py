"""The library's folder: made when it is needed, written by one at a time."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IngestError, LibraryBusy, LibraryNotWritten
from ingest.model_files import home_folder


def default_library() -> Path:
    """Return the folder of the library that is used when none is named."""
    return home_folder() / "library"


def make_folder(folder: Path) -> None:
    """Make a folder for a library unless it is there.

    Raises:
        IngestError: It can't be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise IngestError(
            f"No library can be made in {folder}: {error.strerror}; choose another with --library"
        ) from error


@contextmanager
def locked(folder: Path, *, seconds: float) -> Iterator[None]:
    """Keep the writers of all other processes and threads out.

    Args:
        folder: The library's folder.
        seconds: How long to wait for them.

    Raises:
        LibraryBusy: Another has been writing all that time.
        LibraryNotWritten: Nothing can be written in the folder.
    """
    lock = FileLock(folder / "write.lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise LibraryBusy(
            f"Another process is writing to the library in {folder}; wait for it and try again"
        ) from error
    except OSError as error:
        raise LibraryNotWritten(
            f"The library in {folder} can't be written ({error.strerror}); check the disk and its permissions"
        ) from error
    try:
        yield
    finally:
        lock.release()
