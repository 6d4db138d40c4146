"""Following a folder: what is there is added, and then whatever changes."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest import IngestError, IngestReport, Library
from ingest.watching import follow_folder


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def statuses(report: IngestReport) -> dict[str, str]:
    return {document.document: document.status for document in report.documents}


def test_what_is_there_is_added_and_then_what_changes(library: Library, tmp_path: Path, stop: threading.Event) -> None:
    papers = tmp_path / "papers"
    papers.mkdir()
    reports = follow_folder(library, papers, prune=True, stop=stop)
    assert "No files were found" in (next(reports).failed[0].error or "")
    (papers / "notes.txt").write_text("The harbour archive opened in May.")
    assert statuses(next(reports)) == {"notes.txt": "added"}
    (papers / "notes.txt").write_text("The harbour archive closed in June.")
    while "updated" not in (found := statuses(next(reports))).values():  # writing may show as two changes
        assert found == {"notes.txt": "unchanged"}
    (papers / "plan.txt").write_text("Build a bridge.")
    (papers / "notes.txt").unlink()
    while "notes.txt" in [info.name for info in library.documents()]:
        next(reports)
    assert [info.name for info in library.documents()] == ["plan.txt"]
    stop.set()
    assert list(reports) == []


def test_a_folder_that_is_not_there_is_named(library: Library, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"There is no folder '.*nowhere' to follow; check the path"):
        next(follow_folder(library, tmp_path / "nowhere"))
