"""The command line of the library: what is missing, there twice, gone or filtered, and what Ctrl-C leaves."""

from pathlib import Path

import pytest
from command_line import Command

from ingest import pipeline


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "minutes-2023-05-02.md").write_text("# Minutes\n\nThe chair was Dr. Ito.\n")
    (folder / "minutes-2024-05-02.md").write_text("# Minutes\n\nThe chair was Ms. Ode.\n")
    (folder / "plan.md").write_text("# Plan\n\nBuild a bridge over the harbour.\n")
    return folder


def test_a_missing_path_fails_with_the_reason_and_the_others_are_added(command: Command, papers: Path) -> None:
    done = command("add", papers / "plan.md", papers / "missing.txt")
    assert done.code == 1
    assert "1 added" in done.out.decode()
    assert "There is no file or folder" in done.out.decode()
    assert [item["name"] for item in command("documents", "--json").record["documents"]] == ["plan.md"]


@pytest.mark.parametrize("arguments", [["add", "missing.txt", "nowhere"], ["watch", "nowhere"]])
def test_where_nothing_exists_no_library_is_made(arguments: list[str], command: Command, tmp_path: Path) -> None:
    done = command(*arguments, "--library", tmp_path / "new")
    assert (done.code, done.out) == (1, b"")
    assert "check the path" in done.problem
    assert not (tmp_path / "new").exists()


def test_an_empty_folder_makes_no_library(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert command("add", tmp_path / "empty").code == 1
    assert not (tmp_path / "home").exists()


def test_a_documents_other_paths_are_listed(command: Command, papers: Path) -> None:
    (papers / "plan copy.md").write_bytes((papers / "plan.md").read_bytes())
    assert "1 duplicate" in command("add", papers).out.decode()
    listed = command("documents").out.decode().splitlines()
    kept = "plan copy.md"
    assert [line.split()[0] for line in listed] == [
        "minutes-2023-05-02.md", "minutes-2024-05-02.md", "plan", "also",
    ]  # fmt: skip
    assert listed[2].startswith(kept)
    assert listed[3].strip() == f"also {papers / 'plan.md'}"


def test_what_is_gone_is_said_and_removed_only_when_asked(command: Command, papers: Path) -> None:
    command("add", papers)
    (papers / "plan.md").unlink()
    done = command("add", papers)
    assert done.code == 0
    assert "1 kept whose files are gone (plan.md); --prune removes them" in done.out.decode()
    assert command("add", papers, "--json").record["vanished"] == ["plan.md"]
    assert "1 removed" in command("add", papers, "--prune").out.decode()
    assert len(command("documents", "--json").record["documents"]) == 2


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        (["--after", "2024"], ["minutes-2024-05-02.md"]),
        (["--before", "2023-12"], ["minutes-2023-05-02.md"]),
        (["--document", "plan*", "--document", "*2023*"], ["minutes-2023-05-02.md", "plan.md"]),
    ],
)
def test_documents_and_questions_are_filtered(
    filters: list[str], names: list[str], command: Command, papers: Path
) -> None:
    command("add", papers)
    listed = command("documents", "--json", *filters).record["documents"]
    assert [item["name"] for item in listed] == names
    record = command("ask", "Who was the chair?", "--model", "none", "--json", *filters).record
    assert {passage["document"] for passage in record["passages"]} == set(names)
    assert filters[1] in str(record["settings"]["filters"])


@pytest.mark.parametrize(
    ("filters", "words"),
    [(["--document", "letters*"], ["letters*", "footnote documents"]), (["--after", "May"], ["'May'", "2024-05"])],
)
def test_a_filter_that_leaves_nothing_or_is_none_is_one_line(
    filters: list[str], words: list[str], command: Command, papers: Path
) -> None:
    command("add", papers)
    for arguments in (["documents"], ["ask", "Who was the chair?", "--model", "none"]):
        done = command(*arguments, *filters)
        assert (done.code, done.out) == (1, b"")
        assert all(word in done.problem for word in words)


def test_stopping_keeps_what_is_written_and_says_so_in_one_line(
    command: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = pipeline.load_documents

    def stopped(path: Path, name: str) -> object:
        if name == "plan.md":
            raise KeyboardInterrupt
        return load(path, name)

    monkeypatch.setattr(pipeline, "BATCH_CHARS", 1)
    with monkeypatch.context() as patch:
        patch.setattr(pipeline, "load_documents", stopped)
        done = command("add", papers)
    assert (done.code, done.out) == (130, b"")
    assert done.errors.splitlines()[-1].startswith("Stopped; what was written is kept in ")
    assert len(command("documents", "--json").record["documents"]) == 2
    assert command("add", papers).out.decode().startswith("2 unchanged, 1 added")
