"""A folder in, a report of every change in it out: the only user of watchfiles."""

import threading
from collections.abc import Iterator
from pathlib import Path

from ingest.errors import IngestError, LibraryNotWritten
from ingest.library import Library
from ingest.pipeline import add_paths
from ingest.records import DocumentReport, IngestReport


def follow_folder(
    library: Library, folder: Path, *, prune: bool = False, stop: threading.Event | None = None
) -> Iterator[IngestReport]:
    """Put a folder into the library, then again whenever something in it changes.

    Args:
        library: The library; its own folder may lie in the one that is followed.
        folder: The folder.
        prune: Remove documents whose files are gone.
        stop: Ends the iteration when it is set; by default it goes on until Ctrl-C.

    Yields:
        What became of the files: at once, and after each change. While nothing can be read, for example because
        the folder is empty, one failed entry says why.

    Raises:
        IngestError: There is no such folder.
        LibraryNotWritten: The disk is full, or the library may not be written.
    """
    from watchfiles import watch

    check_folder(folder)
    own = library.folder.resolve()
    changes = watch(
        folder.resolve(),
        watch_filter=lambda _, path: own not in Path(path).parents,
        stop_event=stop,
        # The first thing that it yields says that it watches: what changes from then on isn't missed.
        yield_on_timeout=True,
        rust_timeout=500,
    )
    watching = False
    for changed in changes:
        if changed or not watching:
            yield _added(library, folder, prune=prune)
        watching = True


def check_folder(folder: Path) -> None:
    """Raise IngestError unless there is a folder to follow."""
    if not folder.is_dir():
        raise IngestError(f"There is no folder {str(folder)!r} to follow; check the path")


def _added(library: Library, folder: Path, *, prune: bool) -> IngestReport:
    try:
        return add_paths(library, [folder], prune=prune)
    except LibraryNotWritten:
        raise
    except IngestError as error:
        report = DocumentReport(document=folder.name, path=str(folder), status="failed", error=str(error))
        return IngestReport(documents=(report,))
