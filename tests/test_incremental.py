"""Adding again: what moved, what is there twice, what is gone, and that nothing is embedded or lost without need."""

from pathlib import Path
from shutil import copy
from zipfile import ZipFile

import pytest
from fakes import KeywordEmbeddings

from ingest import Library, LibraryNotWritten, add_paths
from ingest.health import check_library

NOTES = "# Notes\n\nThe harbour archive opened in May.\n"
BUDGET = "# Budget\n\nIt came to 4 million.\n"


class CountingEmbeddings(KeywordEmbeddings):
    """Remembers what it embedded."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded += texts
        return super().embed_documents(texts)


@pytest.fixture
def embedder() -> CountingEmbeddings:
    return CountingEmbeddings()


@pytest.fixture
def library(tmp_path: Path, embedder: CountingEmbeddings) -> Library:
    return Library(tmp_path / "library", create=True, embedder=embedder)


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    (folder / "2024").mkdir(parents=True)
    (folder / "notes.md").write_text(NOTES)
    (folder / "2024" / "budget.md").write_text(BUDGET)
    return folder


def statuses(library: Library, *paths: Path, prune: bool = False) -> dict[str, str]:
    return {report.document: report.status for report in add_paths(library, paths, prune=prune).documents}


def texts(library: Library) -> dict[str, str]:
    return {info.name: library.text(info.name) for info in library.documents()}


def test_a_moved_file_takes_its_new_name_without_being_embedded_again(
    library: Library, papers: Path, embedder: CountingEmbeddings
) -> None:
    add_paths(library, [papers])
    before = texts(library)
    embedder.embedded.clear()
    (papers / "2025").mkdir()
    (papers / "notes.md").rename(papers / "2025" / "minutes.md")
    assert statuses(library, papers) == {"2024/budget.md": "unchanged", "2025/minutes.md": "moved"}
    assert texts(library) == {"2024/budget.md": before["2024/budget.md"], "2025/minutes.md": before["notes.md"]}
    assert embedder.embedded == []
    assert check_library(library).stray == ()
    hits = library.search(embedder.embed_query("harbour archive"), 1)
    assert hits[0].chunk.document == "2025/minutes.md"
    assert statuses(library, papers, prune=True) == {"2024/budget.md": "unchanged", "2025/minutes.md": "unchanged"}


def test_two_files_that_changed_places_are_both_updated(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    before = texts(library)
    (papers / "notes.md").write_text(BUDGET)
    (papers / "2024" / "budget.md").write_text(NOTES)
    assert statuses(library, papers) == {"2024/budget.md": "updated", "notes.md": "updated"}
    assert texts(library) == {"2024/budget.md": before["notes.md"], "notes.md": before["2024/budget.md"]}


def test_of_a_changed_file_only_what_changed_is_embedded(
    library: Library, tmp_path: Path, embedder: CountingEmbeddings
) -> None:
    parts = [f"## Part {n}\n\n" + f"Paragraph {n} says this. " * 9 for n in range(5)]
    file = tmp_path / "report.md"
    file.write_text("# Report\n\n" + "\n\n".join(parts))
    add_paths(library, [file])
    assert len(embedder.embedded) == library.info("report.md").chunks >= 5
    embedder.embedded.clear()
    parts[3] = parts[3].replace("says this", "says something else")
    file.write_text("# Report\n\n" + "\n\n".join(parts))
    assert statuses(library, file) == {"report.md": "updated"}
    assert len(embedder.embedded) == 1
    assert "something else" in embedder.embedded[0]
    assert library.text("report.md").count("something else") == 9


def test_files_with_the_same_content_are_one_document_with_all_their_paths(library: Library, papers: Path) -> None:
    (papers / "zz copy.md").write_text(NOTES)
    add_paths(library, [papers / "notes.md"])
    assert [(d.document, d.status) for d in add_paths(library, [papers]).documents] == [
        ("2024/budget.md", "added"),
        ("notes.md", "unchanged"),
        ("notes.md", "duplicate"),
    ]
    assert sorted(texts(library)) == ["2024/budget.md", "notes.md"]
    assert library.info("notes.md").copies == (str(papers / "zz copy.md"),)
    revision = library.catalogue.revision
    assert {d.status for d in add_paths(library, [papers]).documents} == {"unchanged"}
    assert library.catalogue.revision == revision


def test_two_new_files_with_the_same_content_in_one_call_are_one_document(library: Library, papers: Path) -> None:
    (papers / "zz copy.md").write_text(NOTES)
    assert [d.status for d in add_paths(library, [papers]).documents] == ["added", "added", "duplicate"]
    assert sorted(texts(library)) == ["2024/budget.md", "notes.md"]


@pytest.mark.parametrize("which", ["folder", "file"])
def test_a_copy_becomes_a_document_when_the_file_that_stood_for_it_changes(
    library: Library, papers: Path, which: str
) -> None:
    (papers / "zz copy.md").write_text(NOTES)
    add_paths(library, [papers])
    (papers / "notes.md").write_text("# Notes\n\nThe archive is closed.\n")
    found = statuses(library, papers if which == "folder" else papers / "notes.md")
    assert (found["notes.md"], found["zz copy.md"]) == ("updated", "added")
    assert texts(library)["zz copy.md"] == NOTES.rstrip() or "opened in May" in texts(library)["zz copy.md"]
    assert "closed" in texts(library)["notes.md"]


def test_a_copy_takes_over_when_the_file_that_stood_for_it_is_gone(library: Library, papers: Path) -> None:
    (papers / "zz copy.md").write_text(NOTES)
    add_paths(library, [papers])
    (papers / "notes.md").unlink()
    assert statuses(library, papers, prune=True) == {"2024/budget.md": "unchanged", "zz copy.md": "moved"}
    assert "opened in May" in texts(library)["zz copy.md"]


def test_an_archive_with_an_unreadable_file_is_not_read_again_and_what_failed_is_named_again(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_post(papers)
    first = add_paths(library, [papers])
    monkeypatch.setattr("ingest.pipeline.load_documents", never_called)
    second = add_paths(library, [papers])
    [failed] = first.failed
    assert failed.document == "post.zip/broken.pdf"
    assert second.failed == first.failed
    assert {report.document: report.status for report in second.documents} == {
        "2024/budget.md": "unchanged", "notes.md": "unchanged", "post.zip/minutes.md": "unchanged",
        "post.zip/broken.pdf": "failed",
    }  # fmt: skip
    copy(papers / "post.zip", papers / "copy.zip")
    third = add_paths(library, [papers / "copy.zip"])
    assert [(report.document, report.status) for report in third.documents] == [
        ("post.zip/minutes.md", "duplicate"), ("post.zip/broken.pdf", "failed"),
    ]  # fmt: skip


def test_what_was_not_read_is_tried_again_with_other_limits(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_post(papers)
    add_paths(library, [papers])
    monkeypatch.setenv("FOOTNOTE_FILE_SECONDS", "61")
    assert statuses(library, papers)["post.zip/minutes.md"] == "updated"
    assert statuses(library, papers)["post.zip/minutes.md"] == "unchanged"


def write_post(papers: Path) -> None:
    with ZipFile(papers / "post.zip", "w") as archive:
        archive.writestr("minutes.md", "# Minutes\n\nNobody voted.\n")
        archive.writestr("broken.pdf", b"%PDF-1.4 and no more")


def never_called(*_: object) -> None:
    raise AssertionError("the file is read again")


def test_documents_whose_files_are_gone_stay_until_they_are_pruned(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    (papers / "notes.md").unlink()
    report = add_paths(library, [papers])
    assert [(d.document, d.status) for d in report.documents] == [("2024/budget.md", "unchanged")]
    assert report.vanished == ("notes.md",)
    assert "notes.md" in texts(library)
    assert statuses(library, papers, prune=True) == {"2024/budget.md": "unchanged", "notes.md": "removed"}
    assert list(texts(library)) == ["2024/budget.md"]
    assert check_library(library).stray == ()


def test_pruning_touches_no_document_of_another_folder(library: Library, papers: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "plan.md").write_text("# Plan\n\nBuild a bridge.\n")
    add_paths(library, [papers, other])
    (other / "plan.md").unlink()
    assert "removed" not in statuses(library, papers, prune=True).values()
    assert "plan.md" in texts(library)


def test_pruning_keeps_a_file_whose_name_is_not_in_composed_form(library: Library, papers: Path) -> None:
    (papers / "cafe\u0301.md").write_text("# Café\n\nCoffee is served at noon.\n")
    add_paths(library, [papers])
    assert set(statuses(library, papers, prune=True).values()) == {"unchanged"}
    assert "caf\u00e9.md" in texts(library)


def test_a_folder_keeps_its_documents_names_when_a_part_of_it_is_added(library: Library, papers: Path) -> None:
    add_paths(library, [papers])
    assert statuses(library, papers / "2024") == {"2024/budget.md": "unchanged"}


def test_a_library_within_the_folder_is_no_document(papers: Path) -> None:
    library = Library(papers / "library", create=True, embedder=KeywordEmbeddings())
    assert statuses(library, papers) == {"2024/budget.md": "added", "notes.md": "added"}
    (library.folder / "uploads").mkdir()
    (library.folder / "uploads" / "letter.md").write_text("# Letter\n\nDear Sir.\n")
    assert statuses(library, library.folder / "uploads" / "letter.md") == {"letter.md": "added"}


def test_a_full_disk_ends_the_ingestion_in_one_line_and_loses_nothing(
    library: Library, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_paths(library, [papers])
    before = texts(library)
    (papers / "notes.md").write_text("# Notes\n\nThe archive is closed.\n")

    def full(**_: object) -> None:
        raise RuntimeError("database or disk is full\nand more")

    with monkeypatch.context() as patch:
        patch.setattr(library._store._collection, "upsert", full)
        with pytest.raises(LibraryNotWritten, match=r"can't be written \(database or disk is full\); make room") as no:
            add_paths(library, [papers])
    assert len(str(no.value).splitlines()) == 1
    assert texts(library) == before
    assert statuses(library, papers)["notes.md"] == "updated"
