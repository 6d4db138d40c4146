"""What a file does to the process that reads it, it does to nothing else."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from loading_tools import write, zip_bytes

from ingest import loader_process
from ingest.errors import IngestError
from ingest.loader_process import LoaderProcess
from ingest.loaders.limits import LoadingLimits, limits_from_environment
from ingest.loading import load_document
from ingest.records import Document

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
# A loader of text files that does what their first word says.
UNRULY = """
import dataclasses, os, signal, time
import ingest.loader_worker, ingest.reading
from ingest.loaders.formats import BY_SUFFIX
def unruly(data, load=BY_SUFFIX[".txt"].load):
    match data.split()[0]:
        case b"crash": os.kill(os.getpid(), signal.SIGSEGV)
        case b"compute":
            while True: pass
        case b"sleep": time.sleep(3600)
        case b"print": os.write(1, b"Warning: odd file\\n"); print("Warning: odd file", flush=True)
        case b"eat": bytearray(4 << 30)
    return load(data)
ingest.reading.BY_SUFFIX = {**BY_SUFFIX, ".txt": dataclasses.replace(BY_SUFFIX[".txt"], load=unruly)}
ingest.loader_worker.WAITING = 8
"""


@pytest.fixture
def unruly(monkeypatch: pytest.MonkeyPatch) -> Iterator[LoaderProcess]:
    """A process whose loader of text files crashes, hangs and so on when it is told to."""
    code = f"import sys; sys.path[:] = sys.argv[3:]; exec({UNRULY!r}); {loader_process._START}"
    monkeypatch.setattr(loader_process, "_START", code)
    process = LoaderProcess(LoadingLimits(seconds=1, memory_mb=1024))
    yield process
    process.close()


@pytest.fixture
def process() -> Iterator[LoaderProcess]:
    made = LoaderProcess()
    yield made
    made.close()


def read(process: LoaderProcess, folder: Path, content: str | bytes, name: str = "a.txt") -> dict[str, str]:
    """Return the text or reason of each document in a file."""
    found = process.read(write(folder, name, content), name)
    return {inner: outcome.text if isinstance(outcome, Document) else outcome for inner, outcome in found.items()}


def identifier(process: LoaderProcess) -> int:
    assert process._process is not None
    return process._process.pid


def test_files_are_read_one_after_the_other_by_the_same_process(process: LoaderProcess, tmp_path: Path) -> None:
    assert read(process, tmp_path, "One.") == {"a.txt": "One."}
    first = identifier(process)
    assert read(process, tmp_path, "") == {"a.txt": "is empty; add a file with text"}
    assert read(process, tmp_path, "Two.") == {"a.txt": "Two."}
    assert identifier(process) == first != os.getpid()


def test_a_process_made_ready_before_reads_the_first_file(process: LoaderProcess, tmp_path: Path) -> None:
    process.warm_up()
    for thread in threading.enumerate():
        if thread.name == "reader-start":
            thread.join()
    ready = identifier(process)
    assert read(process, tmp_path, "One.") == {"a.txt": "One."}
    assert identifier(process) == ready


def test_a_process_that_can_not_be_made_ready_says_so_to_who_reads(
    process: LoaderProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    process.warm_up()
    with pytest.raises(IngestError, match="can't be started"):
        read(process, tmp_path, "One.")


@POSIX
@pytest.mark.parametrize(
    ("does", "reason"),
    [
        ("crash", "breaks the program that reads it (SIGSEGV)"),
        ("compute", "takes too long to be read"),
        ("sleep", "takes too long to be read"),
        ("eat", "needs more memory than reading a file may take"),
    ],
)
def test_a_file_that_breaks_its_reader_is_named_and_the_next_one_is_read(
    unruly: LoaderProcess, tmp_path: Path, does: str, reason: str
) -> None:
    [told] = read(unruly, tmp_path, f"{does} please").values()
    assert told.startswith(reason)
    assert ";" in told
    assert read(unruly, tmp_path, "Good words.") == {"a.txt": "Good words."}


def test_what_a_library_prints_is_not_taken_for_an_answer(unruly: LoaderProcess, tmp_path: Path) -> None:
    assert read(unruly, tmp_path, "print it") == {"a.txt": "print it"}
    assert read(unruly, tmp_path, "Good words.") == {"a.txt": "Good words."}


@POSIX
def test_a_file_in_an_archive_that_breaks_its_reader_spares_the_others(unruly: LoaderProcess, tmp_path: Path) -> None:
    files = {"1.txt": "One.", "2.txt": "crash", "3.txt": "Three.", "4.txt": "crash", "5.txt": "Five."}
    found = read(unruly, tmp_path, zip_bytes({**files}), "a.zip")
    assert list(found) == [f"a.zip/{name}" for name in files]
    assert [found[f"a.zip/{n}.txt"] for n in (1, 3, 5)] == ["One.", "Three.", "Five."]
    assert "SIGSEGV" in found["a.zip/2.txt"]
    assert "SIGSEGV" in found["a.zip/4.txt"]


@POSIX
def test_an_archive_full_of_files_that_break_their_reader_is_given_up(unruly: LoaderProcess, tmp_path: Path) -> None:
    found = read(unruly, tmp_path, zip_bytes({f"{number}.txt": "crash" for number in range(9)}), "a.zip")
    assert list(found) == ["a.zip/0.txt", "a.zip/1.txt", "a.zip/2.txt", "a.zip"]
    assert "what comes after them is left out" in found["a.zip"]


def test_a_text_that_fills_the_memory_is_refused_and_the_next_file_is_read(tmp_path: Path) -> None:
    process = LoaderProcess(LoadingLimits(memory_mb=512))
    path = tmp_path / "log.txt"
    with path.open("wb") as file:
        for _ in range(150):
            file.write(b"2024-05-08 nothing happened\n" * 37_000)
    [told] = process.read(path, "log.txt").values()
    assert isinstance(told, str)
    assert "memory" in told or "characters" in told
    assert read(process, tmp_path, "Good words.") == {"a.txt": "Good words."}
    process.close()


@POSIX
def test_a_process_that_was_killed_between_two_files_is_started_again(process: LoaderProcess, tmp_path: Path) -> None:
    read(process, tmp_path, "One.")
    first = identifier(process)
    os.kill(first, signal.SIGKILL)
    assert read(process, tmp_path, "Two.") == {"a.txt": "Two."}
    assert identifier(process) != first


def test_threads_that_read_at_once_get_each_their_own_file(process: LoaderProcess, tmp_path: Path) -> None:
    found: dict[str, dict[str, str]] = {}

    def work(number: int) -> None:
        for turn in range(5):
            name = f"{number}-{turn}.txt"
            found[name] = read(process, tmp_path, f"Words of {name}", name)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 30
    assert all(outcome == {name: f"Words of {name}"} for name, outcome in found.items())


PROGRAM = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from ingest.loading import load_document
from ingest.loader_process import reader
print("text:", load_document(Path("a.txt"), "a.txt").text, flush=True)
print(reader._process.pid, flush=True)
sys.stdin.readline()
"""


def program(folder: Path) -> subprocess.Popen[str]:
    """A program without `if __name__ == "__main__"` in a folder that holds modules nobody asked for."""
    write(folder, "a.txt", "Good words.")
    for trap in ("resource.py", "faulthandler.py", "pypdfium2.py", "charset_normalizer.py"):
        write(folder, trap, "raise SystemExit('this is not what was asked for')")
    script = write(folder, "programs/program.py", PROGRAM.format(root=str(Path(loader_process.__file__).parents[1])))
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, str(script)], cwd=folder, stdin=pipe, stdout=pipe, text=True)


def test_a_program_needs_no_guard_and_the_current_folder_holds_no_modules(tmp_path: Path) -> None:
    output, _ = program(tmp_path).communicate("\n")
    lines = output.splitlines()
    assert lines[0] == "text: Good words."
    assert len(lines) == 2


@POSIX
def test_the_process_ends_with_the_program_that_started_it(tmp_path: Path) -> None:
    with program(tmp_path) as running:
        assert running.stdout is not None
        running.stdout.readline()
        reader = int(running.stdout.readline())
        os.kill(reader, 0)
        running.kill()
    waiting = threading.Event()
    for _ in range(600):
        try:
            os.kill(reader, 0)
        except ProcessLookupError:
            return
        waiting.wait(0.1)
    pytest.fail("the process goes on without its program")


def test_what_reads_files_brings_no_heavy_library_along() -> None:
    code = """
        import sys, ingest.loader_worker
        heavy = {"torch", "chromadb", "sentence_transformers", "gradio", "langchain_core", "numpy", "lxml"}
        assert not heavy & set(sys.modules), heavy & set(sys.modules)
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True)


def test_the_environment_sets_the_limits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOOTNOTE_FILE_SECONDS", "7")
    monkeypatch.setenv("FOOTNOTE_FILE_MEMORY_MB", "4096")
    assert limits_from_environment() == LoadingLimits(seconds=7, memory_mb=4096)
    monkeypatch.setenv("FOOTNOTE_FILE_SECONDS", "soon")
    with pytest.raises(IngestError, match="must be whole numbers, at least 1 and 512"):
        LoaderProcess().read(write(tmp_path, "a.txt", "x"), "a.txt")


def test_a_process_that_cannot_be_started_is_no_fault_of_the_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(loader_process, "_START", "raise SystemExit(3)")
    with pytest.raises(IngestError, match=r"ends at once \(status 3\)"):
        LoaderProcess().read(write(tmp_path, "a.txt", "x"), "a.txt")
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(IngestError, match="can't be started"):
        LoaderProcess().read(write(tmp_path, "a.txt", "x"), "a.txt")


def test_a_document_comes_through_as_it_was_made(tmp_path: Path) -> None:
    text = "# Été 🙂\n\nBy Ada Ito\n\n2024-05-08\n\n" + "\u05e9\u05dc\u05d5\u05dd " * 3
    document = load_document(write(tmp_path, "é🙂.md", text), "é🙂.md")
    assert document.text == text.strip()
    assert (document.title, document.author, document.date) == ("Été 🙂", "Ada Ito", "2024-05-08")
