"""The command line: one clear line for each thing that goes wrong, that names the thing and the remedy."""

from pathlib import Path

import pytest
from command_line import HARBOUR, QUESTION, Command, run_footnote, run_python, write_papers
from fakes import KeywordEmbeddings
from texts import make_document

from ingest import IngestSettings, Library
from ingest.model_files import home_folder


@pytest.fixture
def papers(tmp_path: Path) -> Path:
    return write_papers(tmp_path)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("", ["empty", "write one"]),
        ("   ", ["empty", "write one"]),
        ("x" * 20_000, ["20,000 characters", "shorter"]),
        ("🙂🙂🙂", ["no words", "🙂🙂🙂"]),
    ],
)
def test_a_question_that_is_none_is_one_line(question: str, words: list[str], command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", question, "--model", "none")
    assert (done.code, done.out) == (1, b"")
    assert all(word in done.problem for word in words)
    assert len(done.problem) < 200


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ask", "Why?"], ["no library", "footnote add"]),
        (["documents"], ["no library", "footnote add"]),
        (["text", "a.txt"], ["no library", "footnote add"]),
        (["remove", "a.txt"], ["no library", "footnote add"]),
    ],
)
def test_a_library_that_is_not_there_is_one_line_and_is_not_made(
    arguments: list[str], words: list[str], command: Command, tmp_path: Path
) -> None:
    folder = tmp_path / "nowhere"
    done = command(*arguments, "--library", folder)
    assert (done.code, done.out) == (1, b"")
    assert str(folder) in done.problem
    assert all(word in done.problem for word in words)
    assert not folder.exists()


def test_a_path_that_is_not_there_is_one_line(command: Command, tmp_path: Path) -> None:
    done = command("add", tmp_path / "nowhere.txt")
    assert done.code == 1
    assert "nowhere.txt" in done.errors
    assert "Traceback" not in done.errors
    assert "check the path" in done.errors + done.out.decode()


def test_an_empty_folder_is_one_line(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = command("add", tmp_path / "empty", "--json")
    assert (done.code, done.out) == (1, b"")
    assert str(tmp_path / "empty") in done.problem


def test_a_library_of_other_chunks_is_one_line_and_stays_as_it_is(
    command: Command, tmp_path: Path, papers: Path
) -> None:
    folder = tmp_path / "other"
    made = Library(folder, settings=IngestSettings(chunk_tokens=200), create=True, embedder=KeywordEmbeddings())
    made.replace(make_document(HARBOUR, "kept.txt"))
    for arguments in (["ask", "Why?"], ["add", papers], ["documents"]):
        done = command(*arguments, "--library", folder)
        assert (done.code, done.out) == (1, b"")
        assert all(word in done.problem for word in (str(folder), "chunk_tokens", "200", "footnote add"))
    assert made.text("kept.txt") == HARBOUR


def test_a_library_of_another_embedder_is_one_line(command: Command, tmp_path: Path) -> None:
    Library(tmp_path / "other", create=True, embedder=KeywordEmbeddings(slots=64))
    done = command("ask", "Why?", "--library", tmp_path / "other")
    assert done.code == 1
    assert "embedder" in done.problem


def test_a_library_that_is_a_file_is_one_line(command: Command, tmp_path: Path, papers: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for arguments in (["add", papers], ["documents"]):
        done = command(*arguments, "--library", tmp_path / "file")
        assert done.code == 1
        assert str(tmp_path / "file") in done.problem
    assert (tmp_path / "file").read_text() == "not a folder"


@pytest.mark.parametrize("content", [b"this is no database at all " * 100, b""])
def test_a_damaged_catalogue_is_one_line(content: bytes, command: Command, tmp_path: Path, papers: Path) -> None:
    command("add", papers, "--library", tmp_path / "lib")
    (tmp_path / "lib" / "catalogue.sqlite").write_bytes(content)
    done = command("text", "harbour.txt", "--library", tmp_path / "lib")
    assert (done.code, done.out) == (1, b"")
    assert str(tmp_path / "lib") in done.problem


def test_an_unknown_document_is_one_line(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("text", "nowhere.txt")
    assert (done.code, done.out) == (1, b"")
    assert all(words in done.problem for words in ("'nowhere.txt'", "footnote documents"))


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("speed=9", ["'speed=9'", "passages"]),
        ("passages", ["NAME=VALUE"]),
        ("passages=99", ["0 to 50"]),
        ("gate=ajar", ["on, off"]),
    ],
)
def test_a_setting_that_is_none_is_one_line(pair: str, words: list[str], command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", QUESTION, "--set", pair)
    assert (done.code, done.out) == (1, b"")
    assert all(word in done.problem for word in words)


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("llamma", ["'llamma'", "default", "small"]),
        ("small", ["footnote models fetch small"]),
        ("missing.gguf", ["'missing.gguf'", "check the path"]),
        ("nobody:model", ["'nobody:model'"]),
        ("openai:some-model", ["'openai:some-model'"]),
    ],
)
def test_a_model_that_was_asked_for_and_cannot_be_had_is_one_line(
    model: str, words: list[str], command: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    command("add", papers)
    done = command("ask", QUESTION, "--model", model)
    assert (done.code, done.out) == (1, b"")
    assert all(word in done.problem for word in words)


def test_a_default_model_that_is_not_fetched_is_one_line_beside_the_best_quotes(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", QUESTION, "--json")
    assert done.record["model"] == {"name": "none"}
    (line,) = done.errors.splitlines()
    assert all(word in line for word in ["uotes only", "footnote models fetch default"])


def test_a_server_that_does_not_answer_is_one_line(command: Command, papers: Path) -> None:
    command("add", papers)
    done = command("ask", QUESTION, "--model", "m", "--set", "base_url=http://127.0.0.1:9/v1")
    assert (done.code, done.out) == (1, b"")
    assert "'m'" in done.problem


def test_an_ingestion_without_an_embedder_is_one_line_and_nothing_is_lost(papers: Path, tmp_path: Path) -> None:
    done = run_footnote("add", papers, FOOTNOTE_HOME=str(tmp_path / "new"), FOOTNOTE_MODELS=str(tmp_path / "no-models"))
    assert (done.code, done.out) == (1, b"")
    assert "footnote models fetch embedder" in done.problem
    assert (papers / "harbour.txt").read_text("utf-8") == HARBOUR


def test_whoever_reads_only_the_beginning_is_no_problem(command: Command) -> None:
    library = Library(home_folder() / "library", create=True, embedder=KeywordEmbeddings())
    library.replace(make_document("word " * 200_000, "long.txt"))
    program = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]], stdout=subprocess.PIPE)\n"
        "child.stdout.read(1); child.stdout.close(); sys.exit(child.wait())"
    )
    reader = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "import ingest.library, qa.cli, fakes\n"
        "ingest.library.open_embedder = lambda _: fakes.KeywordEmbeddings()\n"
        "ingest.cli.run(qa.cli.footnote, ['text', 'long.txt'])"
    )
    done = run_python("-c", program, reader)
    assert "Traceback" not in done.errors
    assert done.errors == ""
