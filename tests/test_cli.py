"""The command line: what it prints and where, its exit status, and one clear line for each thing that goes wrong."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import typer
from command_line import QUESTION, Command, Done, run_footnote, run_python, write_papers
from fakes import KeywordEmbeddings
from texts import make_document

from ingest import Library
from ingest.model_files import home_folder, models_folder
from qa.cli import footnote

COMMANDS = [
    ["add"], ["watch"], ["documents"], ["text"], ["remove"], ["ask"], ["chat"], ["verify"], ["replay"], ["feedback"],
    ["evaluate"], ["models"], ["models", "fetch"], ["serve"], ["mcp"], ["doctor"],
]  # fmt: skip


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return write_papers(tmp_path)


# Help


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_help_with_an_example(words: list[str], command: Command) -> None:
    done = command(*words, "--help")
    assert done.code == 0
    assert f"Example: footnote {' '.join(words)}" in " ".join(done.out.decode().split())


def test_every_command_of_the_program_is_in_these_tests() -> None:
    group = typer.main.get_command(footnote)
    names = set(group.commands)  # type: ignore[attr-defined]
    assert names == {words[0] for words in COMMANDS}


def test_help_comes_without_loading_what_answers() -> None:
    program = (
        "import sys, qa.cli\n"
        "from ingest.cli import run\n"
        "for words in sys.argv[1].split(','):\n"
        "    try: run(qa.cli.footnote, [*words.split(), '--help'])\n"
        "    except SystemExit: pass\n"
        "heavy = 'torch chromadb gradio langchain langchain_core sentence_transformers numpy xllamacpp openai'\n"
        "print(sorted(set(heavy.split()) & set(sys.modules)), file=sys.stderr)"
    )
    done = run_python("-c", program, ",".join(["", *map(" ".join, COMMANDS)]))
    assert done.errors.strip() == "[]"
    assert done.out.count(b"Example:") == len(COMMANDS)


@pytest.mark.parametrize(
    ("module", "words"),
    [
        (["-m", "ingest"], "footnote add"),
        (["-m", "qa"], "footnote ask"),
        (["-m", "qa.evaluate"], "footnote evaluate"),
        (["app.py"], "footnote serve"),
    ],
)
def test_each_part_runs_by_itself(module: list[str], words: str) -> None:
    done = run_python(*module, "--help")
    assert done.code == 0
    assert words in done.out.decode()


@pytest.mark.parametrize(
    "arguments", [[], ["fly"], ["ask"], ["add"], ["ask", "Why?", "--fast"], ["serve", "--port", "0"], ["evaluate"]]
)
def test_wrong_usage_is_exit_status_2_and_stands_on_stderr(arguments: list[str], command: Command) -> None:
    done = command(*arguments)
    assert done.code == 2
    assert "Traceback" not in done.errors
    assert done.errors or arguments == []


# From files to answers


def test_the_record_of_adding_has_exactly_its_keys(command: Command, papers: Path) -> None:
    done = command("add", papers, "--json")
    assert done.code == 0
    assert done.record.keys() == {"documents", "vanished", "seconds", "characters_per_second"}
    keys = {"document", "path", "status", "characters", "chunks", "error", "note"}
    assert all(item.keys() == keys for item in done.record["documents"])
    first, second = done.record["documents"]
    assert (first["document"], first["path"], first["status"]) == ("harbour.txt", str(papers / "harbour.txt"), "added")
    assert (second["document"], second["error"]) == ("school/roof.md", None)
    assert first["characters"] == len(command("text", "harbour.txt").out.decode())


def test_adding_again_tells_what_changed(command: Command, papers: Path) -> None:
    command("add", papers)
    (papers / "harbour.txt").write_text("The harbour is closed.", "utf-8")
    (papers / "new.txt").write_text("The ferry sails at noon.", "utf-8")
    record = command("add", papers, "--json").record
    assert [item["status"] for item in record["documents"]] == ["updated", "added", "unchanged"]
    assert command("text", "harbour.txt").out.decode().strip() == "The harbour is closed."


def test_one_bad_file_fails_with_its_reason_and_stops_no_other(command: Command, papers: Path) -> None:
    (papers / "broken.pdf").write_bytes(b"%PDF-1.7 and no more")
    (papers / "empty.txt").touch()
    (papers / "tool.exe").write_bytes(b"MZ\0\0\1\2")
    done = command("add", papers, "--json")
    assert done.code == 1
    statuses = {item["document"]: item["status"] for item in done.record["documents"]}
    assert [name for name, status in statuses.items() if status == "failed"] == ["broken.pdf", "empty.txt", "tool.exe"]
    for item in done.record["documents"]:
        assert (item["error"] is not None) == (item["status"] == "failed")
        assert item["error"] is None or (item["document"] in item["error"] and len(item["error"].splitlines()) == 1)
    assert len(command("documents", "--json").record["documents"]) == 2


def test_adding_says_in_words_what_was_done_and_where(command: Command, papers: Path, tmp_path: Path) -> None:
    done = command("add", papers)
    assert done.code == 0
    assert "2 added" in done.out.decode()
    assert str(tmp_path / "home" / "library") in done.out.decode()
    assert "harbour.txt" in done.errors


def test_documents_are_listed_for_people_and_for_programs(command: Command, papers: Path) -> None:
    command("add", papers)
    listed = command("documents").out.decode().splitlines()
    assert [line.split()[0] for line in listed] == ["harbour.txt", "school/roof.md"]
    record = command("documents", "--json").record
    assert {"name", "title", "date", "author", "characters", "chunks", "sha256", "path", "pages", "added"} <= record[
        "documents"
    ][0].keys()


def test_the_text_is_printed_exactly_as_offsets_count_it(command: Command) -> None:
    text = "\nTwo lines,\tno end.\r\n\x0b “Möwe” 🙂 e\u0301 港。 \u2028 \ufeff trailing  \n\n"
    Library(home_folder() / "library", create=True, embedder=KeywordEmbeddings()).replace(
        make_document(text, "odd.txt")
    )
    done = command("text", "odd.txt")
    assert done.code == 0
    assert done.out == text.encode("utf-8")
    assert done.errors == ""


def test_removing_takes_documents_out_and_leaves_their_files(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("remove", "harbour.txt", "harbour.txt", "--json")
    assert done.code == 0
    assert [(item["document"], item["status"]) for item in done.record["documents"]] == [("harbour.txt", "removed")]
    assert [item["name"] for item in command("documents", "--json").record["documents"]] == ["school/roof.md"]
    assert (papers / "harbour.txt").is_file()


def test_nothing_is_removed_when_one_name_is_unknown(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("remove", "harbour.txt", "nowhere.txt")
    assert done.code == 1
    assert "'nowhere.txt'" in done.problem
    assert len(command("documents", "--json").record["documents"]) == 2


def test_an_answer_is_printed_with_its_footnotes(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", QUESTION, "--model", "none")
    assert done.code == 0
    lines = done.out.decode().splitlines()
    assert "The oldest crane was built in 1911" in lines[0]
    assert any(line.startswith("[1] “") for line in lines)
    start = command("text", "harbour.txt").out.decode().index("The oldest")
    assert f"characters {start} to {start + 35}" in done.out.decode()
    assert "quotes only" in done.errors.casefold()


def test_an_answers_record_quotes_the_printed_text(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", QUESTION, "--model", "none", "--json")
    assert done.code == 0
    assert done.record["outcome"] == "answered"
    for citation in done.record["citations"]:
        text = command("text", citation["document"]).out.decode("utf-8")
        assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_what_the_documents_lack_is_said_with_the_nearest_passages(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", "Who composed the opera of Lisbon?", "--model", "none")
    assert done.code == 0
    assert done.out.decode().startswith("The documents don't say.")
    assert "harbour.txt" in done.out.decode()


def test_a_question_can_come_from_standard_input(papers: Path, command: Command) -> None:
    command("add", papers, "--library", papers / "lib")
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "import ingest.library, qa.cli, fakes\n"
        "ingest.library.open_embedder = lambda _: fakes.KeywordEmbeddings()\n"
        "ingest.cli.run(qa.cli.footnote, sys.argv[1:])"
    )
    for stdin in (QUESTION.encode(), b"\xff " + QUESTION.encode()):
        done = run_python(
            "-c", program, "ask", "-", "--model", "none", "--json", "--library", papers / "lib", stdin=stdin
        )
        assert done.code == 0, done.errors
        assert done.record["question"].endswith(QUESTION)
    # A terminal that can't show every character still shows the answer.
    done = run_python(
        "-c", program, "ask", QUESTION, "--model", "none", "--library", papers / "lib", PYTHONIOENCODING="ascii"
    )
    assert done.code == 0, done.errors
    assert b"The oldest crane was built in 1911" in done.out


def test_a_file_whose_name_is_no_text_is_reported_as_json(command: Command, tmp_path: Path) -> None:
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "caf\udce9.txt").write_text("The café of Halmere opens at noon.", "utf-8")
    done = command("add", folder, "--json")
    assert done.code == 0
    assert done.record["documents"][0]["status"] == "added"


def test_settings_are_given_by_pairs_and_by_the_environment(
    command: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("add", papers)
    monkeypatch.setenv("FOOTNOTE_MODEL", "none")
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "2")
    used = command("ask", QUESTION, "--json", "--set", "passages=1", "--set", "retriever=dense").record["settings"]
    assert (used["model"], used["passages"], used["retriever"]) == ("none", 1, "dense")
    used = command("ask", QUESTION, "--json").record["settings"]
    assert used["passages"] == 2


# Models and the installation


def test_models_are_listed_with_cost_licence_and_state(command: Command) -> None:
    done = command("models")
    assert done.code == 0
    for name in ("default", "small", "embedder"):
        assert name in done.out.decode()
    assert "MB" in done.out.decode()
    assert "footnote models fetch" in done.out.decode()
    record = command("models", "--json").record
    assert record["folder"] == str(models_folder())
    assert {"name", "alias", "licence", "size", "sha256", "present", "source"} <= record["models"][0].keys()


def test_fetching_an_unknown_model_names_those_that_there_are(command: Command) -> None:
    done = command("models", "fetch", "llamma")
    assert done.code == 1
    assert "'llamma'" in done.problem
    assert "default" in done.problem


def test_a_model_file_of_other_content_is_refused_by_name_and_nothing_of_it_stays(
    command: Command, tmp_path: Path
) -> None:
    wrong = tmp_path / "tiny.gguf"
    wrong.write_bytes(b"GGUF but not the right one")
    done = command("models", "fetch", "tiny", "--from", wrong)
    assert done.code == 1
    last = done.errors.splitlines()[-1]
    assert last.startswith("Error: ")
    assert "smollm2" in last.casefold()
    assert not [
        path for path in models_folder().rglob("*") if path.is_file() and path.suffix != ".lock" and path.stat().st_size
    ]


def test_doctor_reports_as_json_and_by_its_exit_status(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("doctor", "--json")
    assert done.code == 1
    findings = {finding["what"]: finding for finding in done.record["findings"]}
    assert all(finding.keys() == {"what", "ok", "detail"} for finding in findings.values())
    assert findings["library"]["ok"]
    assert not findings["model default"]["ok"]
    words = command("doctor").out.decode().splitlines()
    assert [line[:3].strip() for line in words] == ["ok" if finding["ok"] else "BAD" for finding in findings.values()]


# Where state lies


def test_home_moves_the_library_and_the_models_and_each_can_be_moved_alone(
    command: Command, papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "elsewhere"))
    command("add", papers)
    assert (tmp_path / "elsewhere" / "library" / "catalogue.sqlite").is_file()
    assert models_folder().is_relative_to(tmp_path / "elsewhere")
    command("add", papers / "school", "--library", tmp_path / "third")
    assert (tmp_path / "third" / "catalogue.sqlite").is_file()
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "models"))
    assert models_folder() == tmp_path / "models"
    assert (len(names(command("documents"))), len(names(command("documents", "--library", tmp_path / "third")))) == (
        2,
        1,
    )
    assert not (tmp_path / "home").exists()


def names(done: Done) -> list[str]:
    return [line.split()[0] for line in done.out.decode().splitlines()]


def test_nothing_is_written_but_where_it_should_be(models: Path, papers: Path, tmp_path: Path) -> None:
    user, state = tmp_path / "user", tmp_path / "state"
    user.mkdir()
    moved: dict[str, Any] = {name: None for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "HF_HOME")}
    moved |= {"HOME": str(user), "TMPDIR": str(tmp_path), "FOOTNOTE_HOME": str(state)}
    assert run_footnote("add", papers, **moved).code == 0
    assert run_footnote("ask", QUESTION, "--model", "none", **moved).code == 0
    assert list(user.rglob("*")) == []
    assert sorted(path.name for path in state.iterdir()) == ["library"]


def test_a_catalogue_is_one_file_that_sqlite_reads(command: Command, papers: Path) -> None:
    command("add", papers)
    connection = sqlite3.connect(home_folder() / "library" / "catalogue.sqlite")
    assert connection.execute("SELECT count(*) FROM documents").fetchone() == (2,)
    connection.close()


def test_json_is_written_as_it_is_read(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", "Was heißt „Möwe“ 🙂?", "--model", "none", "--json")
    assert json.loads(done.out.decode("utf-8"))["question"] == "Was heißt „Möwe“ 🙂?"
    assert "Möwe" in done.out.decode("utf-8")
