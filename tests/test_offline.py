"""Nothing leaves this machine."""

import socket
from pathlib import Path

import pytest
from command_line import run_python

from ingest import Library, add_paths
from qa.evidence import choose_evidence
from qa.retrieval import HybridRetriever


def test_a_connection_to_another_machine_is_refused(outside: list[str]) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_STREAM) as connection,
        pytest.raises(ConnectionRefusedError, match="Tests stay on this machine"),
    ):
        connection.connect(("192.0.2.1", 80))
    assert outside == ["192.0.2.1"]


def test_the_name_of_another_machine_is_not_looked_up(outside: list[str]) -> None:
    with pytest.raises(socket.gaierror, match="Tests stay on this machine"):
        socket.create_connection(("example.org", 80), timeout=1)
    assert outside == ["example.org"]


def test_a_connection_of_this_machine_with_itself_is_made(outside: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname(), timeout=5).close()
    assert outside == []


def test_adding_and_searching_ask_no_other_machine(library: Library, tmp_path: Path, outside: list[str]) -> None:
    (tmp_path / "notes.txt").write_text("The harbour archive opened in May.")
    add_paths(library, [tmp_path / "notes.txt"])
    assert HybridRetriever(library=library).invoke("What opened?")[0].metadata["document"] == "notes.txt"
    assert outside == []


@pytest.mark.model
def test_the_real_embedder_asks_no_other_machine(models: Path, tmp_path: Path, outside: list[str]) -> None:
    (tmp_path / "notes.txt").write_text("The harbour archive opened in May.")
    real = Library(tmp_path / "library", create=True)
    add_paths(real, [tmp_path / "notes.txt"])
    passages = HybridRetriever(library=real).passages("When was the port's record office inaugurated?")
    evidence = choose_evidence("When?", passages, real.embedder, max_chars=200)
    assert [item.text for item in evidence] == ["The harbour archive opened in May."]
    assert outside == []


def test_onnx_runtime_is_told_to_report_nothing_before_it_is_imported() -> None:
    told = run_python(
        "-c", "import ingest, os, sys; print(os.environ['ORT_DISABLE_TELEMETRY'], 'onnxruntime' in sys.modules)"
    )
    assert told.out.split() == [b"1", b"False"]
