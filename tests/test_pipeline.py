"""Adding files: every file has its report, and none stands in the way of another."""

import os
import shutil
import threading
from pathlib import Path

import pytest
from fakes import KeywordEmbeddings

from ingest import Document, DocumentReport, IngestError, Library, LibraryBusy, UnreadableFile, add_paths, pipeline
from ingest.errors import ModelNotFound
from ingest.loading import load_documents


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "2024").mkdir(parents=True)
    (folder / "notes.txt").write_text("The harbour archive opened in May.")
    (folder / "2024" / "budget.md").write_text("# Budget\n\nIt came to 4 million.")
    return folder


def statuses(library: Library, *paths: Path) -> dict[str, str]:
    return {report.document: report.status for report in add_paths(library, paths).documents}


def test_all_files_of_a_folder_are_added_under_their_relative_paths(library: Library, papers: Path) -> None:
    report = add_paths(library, [papers])
    assert [(d.document, d.status) for d in report.documents] == [
        ("2024/budget.md", "added"),
        ("notes.txt", "added"),
    ]
    assert [d.path for d in report.documents] == [str(papers / d.document) for d in report.documents]
    assert [d.characters for d in report.documents] == [len(library.text(d.document)) for d in report.documents]
    assert all(d.chunks == 1 and d.error is None for d in report.documents)
    assert report.seconds > 0
    assert report.characters_per_second > 0


def test_what_was_added_before_is_left_alone(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    revision = library.catalogue.revision
    assert statuses(library, papers) == {"2024/budget.md": "unchanged", "notes.txt": "unchanged"}
    assert library.catalogue.revision == revision


def test_a_changed_file_is_updated(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    (papers / "notes.txt").write_text("The harbour archive closed in June.")
    assert statuses(library, papers) == {"2024/budget.md": "unchanged", "notes.txt": "updated"}
    assert library.text("notes.txt") == "The harbour archive closed in June."


def test_the_same_file_given_twice_and_by_detours_is_one_document(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    detour = papers / "2024" / ".." / "notes.txt"
    assert statuses(library, papers / "notes.txt", detour) == {"notes.txt": "added"}
    monkeypatch.chdir(papers)
    assert statuses(library, Path("2024/../notes.txt")) == {"notes.txt": "unchanged"}


def test_a_file_whose_name_is_not_in_composed_form_is_known_again(library: Library, papers: Path) -> None:
    (papers / "cafe\u0301.txt").write_text("Coffee is served at noon.")
    assert statuses(library, papers)["caf\u00e9.txt"] == "added"
    assert statuses(library, papers)["caf\u00e9.txt"] == "unchanged"


def test_two_files_whose_names_look_alike_are_two_documents(library: Library, papers: Path) -> None:
    (papers / "cafe\u0301.txt").write_text("Coffee is served at noon.")
    (papers / "caf\u00e9.txt").write_text("Tea is served at four.")
    added = [name for name in statuses(library, papers) if "caf" in name]
    assert len(added) == 2
    assert {library.text(name) for name in added} == {"Coffee is served at noon.", "Tea is served at four."}


def test_files_of_the_same_name_get_their_folder_in_front_then_a_number(library: Library, tmp_path: Path) -> None:
    for folder in ("one", "two", "else/two"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "notes.txt").write_text(f"These notes come from {folder}.")
    folders = [tmp_path / "one", tmp_path / "two", tmp_path / "else" / "two"]
    wanted = ["notes.txt", "two/notes.txt", "notes.txt (2)"]
    assert statuses(library, *folders) == dict.fromkeys(wanted, "added")
    assert statuses(library, *folders) == dict.fromkeys(wanted, "unchanged")
    assert library.text("notes.txt (2)") == "These notes come from else/two."


def test_the_name_of_a_file_elsewhere_is_not_taken_over(library: Library, papers: Path, tmp_path: Path) -> None:
    add_paths(library, [papers])
    copy = tmp_path / "copy"
    shutil.copytree(papers, copy)
    for file in ("notes.txt", "2024/budget.md"):
        (copy / file).write_text("This is another text.\n\n" + (copy / file).read_text())
    assert statuses(library, copy) == {"copy/2024/budget.md": "added", "copy/notes.txt": "added"}
    assert len(library.documents()) == 4


def test_a_bad_file_is_reported_and_stops_no_other(library: Library, papers: Path) -> None:
    (papers / "empty.txt").write_text("")
    (papers / "broken.pdf").write_bytes(b"%PDF-1.7 nothing more")
    (papers / "song.mp3").write_bytes(b"ID3\x04" + bytes(100))
    os.mkfifo(papers / "pipe.txt")
    report = add_paths(library, [papers])
    assert [d.status for d in report.documents].count("added") == 2
    assert {d.document for d in report.failed} == {"empty.txt", "broken.pdf", "song.mp3", "pipe.txt"}
    for failed in report.failed:
        assert failed.error is not None
        assert failed.document in failed.error
        assert "\n" not in failed.error
        assert (failed.characters, failed.chunks) == (0, 0)
    assert [info.name for info in library.documents()] == ["2024/budget.md", "notes.txt"]


@pytest.mark.parametrize("spoil", [Path.touch, os.mkfifo, Path.mkdir], ids=["empty", "a pipe", "a folder"])
def test_a_document_whose_file_went_bad_stays_as_it_was(library: Library, papers: Path, spoil: object) -> None:
    notes = papers / "notes.txt"
    add_paths(library, [notes])
    text = library.text("notes.txt")
    notes.unlink()
    spoil(notes)  # type: ignore[operator]
    if notes.is_dir():
        with pytest.raises(IngestError, match="No files were found in"):
            add_paths(library, [notes])
    else:
        assert statuses(library, notes) == {"notes.txt": "failed"}
    assert library.text("notes.txt") == text


def test_files_are_written_in_batches_and_reported_in_order(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 100)
    for number in range(10):
        (papers / f"{number}.txt").write_text(f"Paper {number} says little." * 2)
    (papers / "5.txt").write_text("")
    heard: list[tuple[DocumentReport, int, int]] = []
    report = add_paths(library, [papers], on_progress=lambda *step: heard.append(step))
    assert tuple(entry for entry, _, _ in heard) == report.documents
    assert [(done, total) for _, done, total in heard] == [(n, 12) for n in range(1, 13)]
    assert [d.document for d in report.documents] == sorted(d.document for d in report.documents)
    assert [d.document for d in report.failed] == ["5.txt"]
    assert len(library.documents()) == 11


def test_batches_grow_so_that_embedding_begins_early(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "FIRST_BATCH_CHARS", 100)
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 300)
    for number in range(20):
        (papers / f"{number:02}.txt").write_text(f"{number:05}" * 20)
    written: list[int] = []
    write = library.write
    monkeypatch.setattr(
        library, "write", lambda prepared, **rest: written.append(len(prepared.infos)) or write(prepared, **rest)
    )
    add_paths(library, [papers])
    assert written[:4] == [1, 2, 3, 3]


def test_the_embedder_is_made_ready_only_if_a_file_is_read(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(library.embedder, "warm_up", lambda: asked.append(True))
    add_paths(library, [papers])
    add_paths(library, [papers])
    assert asked == [True]


def test_progress_on_unchanged_files_does_not_wait_for_a_batch(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    (papers / "zz.txt").write_text("New at the end.")
    known: list[int] = []
    add_paths(library, [papers], on_progress=lambda *_: known.append(len(library.documents())))
    assert known == [2, 2, 3]


def test_a_library_that_cannot_be_written_fails_each_file_with_the_reason(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise LibraryBusy("Another process is writing")

    (papers / "empty.txt").write_text("")
    monkeypatch.setattr(library, "write", busy)
    report = add_paths(library, [papers])
    assert [d.error for d in report.failed].count("Another process is writing") == 2
    assert len(report.failed) == 3


def test_what_cannot_be_embedded_fails_with_the_reason_and_nothing_is_lost(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(library, [papers])

    def gone(*_: object) -> None:
        raise ModelNotFound("The embedder's files are gone")

    (papers / "new.txt").write_text("New words.")
    monkeypatch.setattr(library.embedder, "embed_documents", gone)
    assert [d.error for d in add_paths(library, [papers]).failed] == ["The embedder's files are gone"]
    monkeypatch.undo()
    assert [d.status for d in add_paths(library, [papers]).documents if d.document == "new.txt"] == ["added"]


def test_an_error_in_between_ends_the_call_and_keeps_what_was_written(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 1)
    for number in range(9):
        (papers / f"{number}.txt").write_text(f"Paper {number} says little.")

    def stop(report: DocumentReport, done: int, _: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        add_paths(library, [papers], on_progress=stop)
    assert len(library.documents()) == 3
    assert len(add_paths(library, [papers]).documents) == 11
    assert len(library.documents()) == 11


def test_a_path_that_does_not_exist_is_reported_and_the_others_are_added(library: Library, papers: Path) -> None:
    heard: list[tuple[str, int, int]] = []
    report = add_paths(
        library,
        [papers / "notes.txt", papers / "nowhere.txt"],
        on_progress=lambda report, done, total: heard.append((report.document, done, total)),
    )
    assert {d.document: d.status for d in report.documents} == {"nowhere.txt": "failed", "notes.txt": "added"}
    assert report.failed[0].error == f"There is no file or folder {str(papers / 'nowhere.txt')!r}; check the path"
    assert heard == [("nowhere.txt", 0, 1), ("notes.txt", 1, 1)]


def test_if_nothing_exists_that_is_the_error(library: Library, papers: Path) -> None:
    with pytest.raises(IngestError, match=r"There is no file or folder '.*nowhere', '.*nor here'; check the path"):
        add_paths(library, [papers / "nowhere", papers / "nor here"])


def test_an_empty_folder_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(IngestError, match=r"No files were found in '.*empty'; name a folder that holds documents"):
        add_paths(library, [tmp_path / "empty"])


def test_files_are_read_while_those_before_them_are_embedded(
    tmp_path: Path, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = threading.Event()

    class Waiting(KeywordEmbeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            assert read.wait(60), "the next file isn't read before the one before is embedded"
            return super().embed_documents(texts)

    def load(path: Path, name: str) -> dict[str, Document | UnreadableFile]:
        if name == "notes.txt":
            read.set()
        return load_documents(path, name)

    monkeypatch.setattr(pipeline, "BATCH_CHARS", 1)
    monkeypatch.setattr(pipeline, "load_documents", load)
    report = add_paths(Library(tmp_path / "library", create=True, embedder=Waiting()), [papers])
    assert [(d.document, d.status) for d in report.documents] == [("2024/budget.md", "added"), ("notes.txt", "added")]


def test_what_could_not_be_written_is_there_after_the_next_call_though_it_was_found_twice(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        monkeypatch.undo()
        raise LibraryBusy("Another process is writing")

    shutil.copy(papers / "2024" / "budget.md", papers / "copy.md")
    monkeypatch.setattr(pipeline, "BATCH_CHARS", 1)
    monkeypatch.setattr(library, "write", busy)
    first = add_paths(library, [papers])
    assert first.failed[0].error == "Another process is writing"
    assert all(report.chunks for report in first.documents if report.status != "failed")
    assert not add_paths(library, [papers]).failed
    assert sorted(library.text(info.name)[:8] for info in library.documents()) == ["# Budget", "The harb"]
