"""The library over a real Chroma: documents are there whole, for every process, whatever breaks off."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from fakes import KeywordEmbeddings
from texts import make_document

from ingest import (
    DocumentNotFound,
    IngestError,
    IngestSettings,
    Library,
    LibraryBusy,
    LibraryMismatch,
    LibraryNotFound,
    default_library,
)
from ingest.health import check_library

APPLES = "Apples are red.\n\nThey grow on trees."
PEARS = "Pears are green.\n\nThey are sweet."
OTHER_PROCESS = """
import sys
from pathlib import Path
from fakes import KeywordEmbeddings
from texts import make_document
from ingest import Library

other = Library(Path(sys.argv[1]), create=True, embedder=KeywordEmbeddings())
"""


class Broken(RuntimeError):
    """What breaks a step off."""


def other_process(folder: Path, code: str) -> subprocess.Popen[str]:
    """Run code on the library `other`, the one in `folder`, in a process of its own."""
    tests = Path(__file__).parent
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", OTHER_PROCESS + code, str(folder)],
        env={"PYTHONPATH": f"{tests}:{tests.parent}", "PATH": ""},
        stderr=subprocess.PIPE,
        text=True,
    )


def in_other_process(folder: Path, code: str) -> None:
    process = other_process(folder, code)
    assert process.communicate(timeout=120)[1] == ""
    assert process.returncode == 0


def nearest(library: Library, question: str) -> list[str]:
    return [hit.chunk.text for hit in library.search(library.embedder.embed_query(question), 5)]


def reopened(library: Library) -> Library:
    return Library(library.folder, settings=library.settings, embedder=KeywordEmbeddings())


def test_a_document_comes_back_character_for_character(library: Library) -> None:
    text = "# Straße\r\n\r\n会议🙂\x0c\u2028 e\u0301\0\n" * 60
    info = library.replace(make_document(text, "a/ß.md", date="2024-05", author="Ito", pages=(0, 40)))
    assert library.text("a/ß.md") == text
    assert library.documents() == [info] == [library.info("a/ß.md")]
    assert (info.date, info.author, info.pages, info.characters) == ("2024-05", "Ito", (0, 40), len(text))
    assert library.chunks("a/ß.md")[0].page == 1


def test_what_one_library_wrote_is_there_for_the_next(library: Library) -> None:
    library.replace(make_document(APPLES))
    again = reopened(library)
    assert again.text("a.txt") == APPLES
    assert list(again.all_chunks()) == list(library.all_chunks())
    assert nearest(again, "red apples") == [APPLES]


def test_a_document_with_more_chunks_than_chroma_takes_at_once_is_whole(tmp_path: Path) -> None:
    settings = IngestSettings(chunk_tokens=40)
    library = Library(tmp_path, settings=settings, create=True, embedder=KeywordEmbeddings(slots=2))
    text = "".join(f"Paragraph {number} {'x' * 70}.\n\n" for number in range(6000))
    info = library.replace(make_document(text))
    assert info.chunks == 6000
    assert library.text("a.txt") == text
    assert len(list(library.all_chunks())) == 6000
    library.replace(make_document(APPLES))
    assert [chunk.text for chunk in library.all_chunks()] == [APPLES]
    assert check_library(library).stray == ()


def test_all_chunks_are_in_order_of_documents_and_positions(library: Library) -> None:
    long = "A sentence of some length stands here. " * 80
    library.replace_many([make_document(long, "b"), make_document(long, "a")])
    found = [(chunk.document, chunk.index) for chunk in library.all_chunks()]
    assert found == sorted(found)
    assert len(found) == 2 * library.info("a").chunks > 4


def test_a_changed_document_takes_the_place_of_the_old_one(library: Library) -> None:
    library.replace(make_document(APPLES * 100))
    library.replace(make_document(PEARS))
    assert library.text("a.txt") == PEARS
    assert [chunk.text for chunk in library.all_chunks()] == [PEARS]
    assert nearest(library, "red apples") == [PEARS]


def test_two_documents_may_swap_their_texts(library: Library) -> None:
    library.replace_many([make_document(APPLES, "a"), make_document(PEARS, "b")])
    library.replace_many([make_document(PEARS, "a"), make_document(APPLES, "b")])
    assert (library.text("a"), library.text("b")) == (PEARS, APPLES)
    assert check_library(library).stray == ()


def test_a_removed_document_is_gone_and_the_others_stay(library: Library) -> None:
    library.replace_many([make_document(APPLES, "a"), make_document(PEARS, "b")])
    library.remove("a")
    assert [info.name for info in library.documents()] == ["b"]
    assert nearest(library, "red apples") == [PEARS]
    for ask in (library.text, library.info, library.chunks, library.remove):
        with pytest.raises(DocumentNotFound, match=r"There is no document 'a' in .*; see: footnote documents"):
            ask("a")


def test_the_nearest_chunk_comes_first_and_equals_by_name(library: Library) -> None:
    library.replace_many([make_document(PEARS, name) for name in "cab"])
    library.replace(make_document(APPLES, "d"))
    hits = library.search(library.embedder.embed_query("red apples"), 10)
    assert [hit.chunk.document for hit in hits] == ["d", "a", "b", "c"]
    assert 1 >= hits[0].similarity > hits[1].similarity == pytest.approx(hits[3].similarity)


def test_a_similarity_is_the_cosine_of_the_two_vectors(library: Library) -> None:
    library.replace(make_document("apples", title="apples"))
    hits = library.search(library.embedder.embed_query("apples oranges"), 1)
    assert hits[0].similarity == pytest.approx(0.5**0.5, abs=1e-5)


@pytest.mark.parametrize("limit", [0, -1])
def test_no_chunk_is_found_where_none_is_wanted(library: Library, limit: int) -> None:
    library.replace(make_document(APPLES))
    assert library.search(library.embedder.embed_query("apples"), limit) == []


def test_an_empty_library_finds_nothing(library: Library) -> None:
    assert nearest(library, "apples") == []
    assert list(library.all_chunks()) == []


def test_no_library_is_made_unless_asked(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFound, match=r"There is no library in .*nowhere; make one with: footnote add"):
        Library(tmp_path / "nowhere", embedder=KeywordEmbeddings())
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(IngestError, match=r"No library can be made in .*file/library: Not a directory"):
        Library(tmp_path / "file" / "library", create=True, embedder=KeywordEmbeddings())


@pytest.mark.parametrize(
    ("settings", "embedder", "name"),
    [
        (IngestSettings(), KeywordEmbeddings(slots=128), "embedder"),
        (IngestSettings(chunk_tokens=500), KeywordEmbeddings(), "chunk_tokens"),
    ],
)
def test_a_library_made_otherwise_is_refused(
    library: Library, settings: IngestSettings, embedder: KeywordEmbeddings, name: str
) -> None:
    with pytest.raises(LibraryMismatch, match=f"was made with another {name} "):
        Library(library.folder, settings=settings, embedder=embedder)


def test_the_default_library_is_in_the_home_folder(tmp_path: Path) -> None:
    assert default_library() == tmp_path / "home" / "library"


def test_if_the_catalogue_breaks_the_old_document_stays_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.replace(make_document(APPLES))
    monkeypatch.setattr(library.catalogue, "put", broken)
    with pytest.raises(Broken):
        library.replace(make_document(PEARS))
    again = reopened(library)
    for left in (library, again):
        assert left.text("a.txt") == APPLES
        assert nearest(left, "green pears") == [APPLES]
        assert [chunk.text for chunk in left.all_chunks()] == [APPLES]
    assert len(check_library(again).stray) == 1


def test_if_the_deletion_breaks_the_new_document_is_whole(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    library.replace(make_document(APPLES))
    with monkeypatch.context() as patch:
        patch.setattr(library._store, "delete", broken)
        with pytest.raises(Broken):
            library.replace(make_document(PEARS))
    for left in (library, reopened(library)):
        assert left.text("a.txt") == PEARS
        assert nearest(left, "red apples") == [PEARS]
        assert len(check_library(left).stray) == 1


def test_what_a_broken_step_left_can_be_deleted(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(library.catalogue, "put", broken)
        with pytest.raises(Broken):
            library.replace(make_document(PEARS))
    assert library.documents() == []
    assert nearest(library, "pears") == []
    library.delete_chunks([*check_library(library).stray, "no such chunk"])
    assert check_library(library).stray == ()


def test_what_a_broken_step_left_under_another_title_lends_no_vector(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.replace(make_document(APPLES, title="Fruit"))
    with monkeypatch.context() as patch:
        patch.setattr(library._store, "delete", broken)
        with pytest.raises(Broken):
            library.replace(make_document(PEARS, title="Trees"))
    library.replace(make_document(APPLES, title="Trees"))
    (chunk,) = library.chunks("a.txt")
    (hit,) = library.search(library.embedder.embed_query(library.search_text("Trees", chunk)), 1)
    assert hit.similarity == pytest.approx(1)


def test_a_broken_writing_is_made_good_by_the_next(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(library.catalogue, "put", broken)
        with pytest.raises(Broken):
            library.replace(make_document(PEARS * 50))
    library.replace(make_document(APPLES))
    assert library.text("a.txt") == APPLES
    assert check_library(library).stray == ()


def test_a_document_whose_chunks_are_lost_is_called_damaged(library: Library) -> None:
    library.replace(make_document("A sentence of some length stands here. " * 80))
    library.delete_chunks(library._store.identifiers(["a.txt"])[:1])
    with pytest.raises(IngestError, match=r"'a.txt' is damaged in .*; remove it and add it again"):
        library.text("a.txt")


def test_what_another_process_adds_changes_and_removes_is_seen(library: Library) -> None:
    library.replace_many([make_document(APPLES, "a"), make_document(APPLES * 2, "b")])
    assert len(nearest(library, "red apples")) == 2
    in_other_process(library.folder, f"other.replace(make_document({PEARS!r}, 'a')); other.remove('b')")
    assert library.text("a") == PEARS
    assert nearest(library, "red apples") == [PEARS]
    in_other_process(library.folder, f"other.replace(make_document({APPLES!r}, 'c'))")
    assert nearest(library, "red apples") == [APPLES, PEARS]


def test_two_processes_write_at_once_and_nothing_is_lost(tmp_path: Path) -> None:
    write = "for n in range(6): other.replace(make_document(f'{name} {n} ' * 60, f'{name}{n}'))"
    folder = tmp_path / "library"
    writers = [other_process(folder, f"name = {name!r}\n{write}") for name in ("left", "right")]
    assert [writer.communicate(timeout=120)[1] for writer in writers] == ["", ""]
    library = Library(folder, embedder=KeywordEmbeddings())
    for name in ("left", "right"):
        for n in range(6):
            assert library.text(f"{name}{n}") == f"{name} {n} " * 60
            best = library.search(library.embedder.embed_query(f"{name} {n} {name}{n}"), 1)
            assert best[0].chunk.document == f"{name}{n}"
    assert len(library.documents()) == 12


def test_threads_search_while_another_writes(library: Library) -> None:
    library.replace(make_document(APPLES, "kept"))
    problems: list[BaseException] = []
    done = threading.Event()

    def search() -> None:
        try:
            while not done.is_set():
                assert APPLES in nearest(library, "red apples")
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=search) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(8):
        library.replace(make_document(f"{PEARS} {number}", "changing"))
    done.set()
    for thread in threads:
        thread.join()
    assert problems == []


def test_a_library_that_another_writes_to_for_too_long_is_busy(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.library._LOCK_SECONDS", 0.1)
    with (
        reopened(library)._writing(),
        pytest.raises(LibraryBusy, match=r"Another process is writing to the library in .*; wait"),
    ):
        library.replace(make_document(APPLES))
    assert library.documents() == []


def broken(*_: object, **__: object) -> None:
    raise Broken
