import os
import unicodedata
from pathlib import Path

import pytest
from loading_tools import names, refusal, write

from ingest.errors import UnreadableFile
from ingest.loading import find_files, load_document


def test_a_folder_gives_its_files_recursively_sorted_and_named_relative_to_it(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.pdf", "a.html"):
        write(tmp_path, name, "x")
    assert find_files(tmp_path) == [
        (tmp_path / "a.html", "a.html"),
        (tmp_path / "a/b/c.pdf", "a/b/c.pdf"),
        (tmp_path / "a/z.md", "a/z.md"),
        (tmp_path / "b.txt", "b.txt"),
    ]


def test_a_single_file_is_called_by_its_name_even_if_it_is_hidden_or_of_an_unknown_kind(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "sub/.notes.xyz", "x")
    assert find_files(path) == [(path, ".notes.xyz")]


def test_files_of_unknown_kinds_are_found_so_that_they_can_be_reported(tmp_path: Path) -> None:
    write(tmp_path, "table.xyz", "x")
    write(tmp_path, "README", "x")
    assert names(tmp_path) == ["README", "table.xyz"]


def test_hidden_files_and_folders_and_system_litter_are_passed_over(tmp_path: Path) -> None:
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        ".git/config",
        "__MACOSX/x.txt",
        "~$report.docx",
        "a.txt",
    ):
        write(tmp_path, name, "x")
    assert names(tmp_path) == ["a.txt"]


def test_an_empty_folder_gives_an_empty_list(tmp_path: Path) -> None:
    assert find_files(tmp_path) == []


def test_a_path_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere' is not there; check the path"):
        find_files(tmp_path / "nowhere")


def test_loops_of_links_are_survived_and_each_file_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, "a/one.txt", "x")
    (tmp_path / "a/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/self").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "0").symlink_to(tmp_path / "a", target_is_directory=True)
    assert names(tmp_path) == ["a/one.txt"]


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/two.txt", "x")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert names(tmp_path / "docs") == ["linked/two.txt"]


def test_a_link_to_nowhere_is_found_and_refused_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    [(path, name)] = find_files(tmp_path)
    assert "is not there" in refusal(path, name)
    assert find_files(path) == [(path, "gone.txt")]


def test_a_link_to_itself_is_found_and_refused_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    [(path, name)] = find_files(tmp_path)
    assert "can't be read" in refusal(path, name)


def test_names_are_composed_however_the_file_system_spells_them(tmp_path: Path) -> None:
    write(tmp_path, unicodedata.normalize("NFD", "Économie/é.txt"), "x")
    assert names(tmp_path) == [unicodedata.normalize("NFC", "Économie/é.txt")]


def test_a_name_that_is_not_utf_8_becomes_one_that_can_be_written_as_utf_8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text("Some text.")
    except OSError:
        pytest.skip("this file system refuses names that aren't UTF-8")
    [(found, name)] = find_files(tmp_path)
    document = load_document(found, name)
    assert name == "caf\ufffd.txt"
    assert document.path.encode().decode().endswith("caf\ufffd.txt")
    assert document.title.isprintable()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_folder_and_a_file_that_may_not_be_opened_are_found_and_refused(tmp_path: Path) -> None:
    locked = write(tmp_path, "locked/inside.txt", "x").parent
    secret = write(tmp_path, "secret.txt", "x")
    locked.chmod(0)
    secret.chmod(0)
    try:
        assert names(tmp_path) == ["locked", "secret.txt"]
        assert "may not be read" in refusal(secret)
        assert "folder" in refusal(locked)
    finally:
        locked.chmod(0o700)
