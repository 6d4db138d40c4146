"""What every test stands on: state in a folder of its own, and no way out of this machine."""

import ipaddress
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from command_line import Command, Done
from fakes import KeywordEmbeddings
from hypothesis import settings
from texts import make_document
from town import HARBOUR, SCHOOL

from ingest.cli import run
from ingest.errors import ModelNotFound
from ingest.library import Library
from ingest.model_files import model_path, models_folder
from qa.cli import footnote

pytest_plugins = ["browsing"]

# A busy machine makes first calls slow; what is slow is seen elsewhere.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")

# Libraries read these when they are imported, so they are set before any test is.
os.environ.update(
    ANONYMIZED_TELEMETRY="False",
    DO_NOT_TRACK="1",
    GRADIO_ANALYTICS_ENABLED="False",
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
)
REAL_MODELS = models_folder()
"""Where the models of the user who runs the tests are, whatever FOOTNOTE_HOME is during a test."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep a file's tests together where several processes share the work, and those of the real model in one."""
    for item in items:
        item.add_marker(pytest.mark.xdist_group("model" if item.get_closest_marker("model") else item.path.name))


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("FOOTNOTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FOOTNOTE_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse every connection but those of this machine with itself; return the list of those refused."""
    refused: list[str] = []

    def guard(name: str) -> None:
        real = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_here(address[0]):
                refused.append(str(address[0]))
                raise ConnectionRefusedError(f"Tests stay on this machine; {address} is refused")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host is not None and not _is_number(host) and not _is_here(host):
            refused.append(str(host))
            raise socket.gaierror(socket.EAI_NONAME, f"Tests stay on this machine; {host!r} is not looked up")
        return look_up(host, *args, **kwargs)

    guard("connect")
    guard("connect_ex")
    look_up = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return refused


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let the program use the real models and return their folder; skip the test without the embedder."""
    return _real_models("embedder", monkeypatch)


@pytest.fixture
def chat_models(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Do the same, and skip the test without the default chat model too."""
    _real_models("embedder", monkeypatch)
    return _real_models("default", monkeypatch)


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """Return an empty library in which texts that share words are near each other."""
    return Library(tmp_path / "library", create=True, embedder=KeywordEmbeddings())


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]) -> Command:
    """Return what runs `footnote` in this process, with an embedder that needs no files."""
    monkeypatch.setattr("ingest.library.open_embedder", lambda _: KeywordEmbeddings())

    def run_here(*arguments: str | Path) -> Done:
        capsysbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            run(footnote, [str(argument) for argument in arguments])
        output = capsysbinary.readouterr()
        return Done(int(ended.value.code or 0), output.out, output.err.decode())

    return run_here


@pytest.fixture
def halmere(library: Library) -> Library:
    """Return a library of two documents about one town."""
    library.replace_many([
        make_document(HARBOUR, "harbour.txt", title="Harbour report", date="2024-05-14"),
        make_document(SCHOOL, "school.txt", title="School report"),
    ])  # fmt: skip
    return library


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    """Return a library of one document about a harbour."""
    from page_tools import HARBOUR, write_files  # which import Gradio, and few tests need that

    from ingest import add_paths

    add_paths(library, write_files(tmp_path / "files", {"harbour.txt": HARBOUR}))
    return library


def _real_models(needed: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOOTNOTE_MODELS", str(REAL_MODELS))
    try:
        model_path(needed)
    except ModelNotFound as error:
        pytest.skip(f"{error}; run: make setup")
    return REAL_MODELS


def _is_here(host: Any) -> bool:
    name = host.decode("idna") if isinstance(host, bytes) else str(host)
    if name in ("", "localhost", socket.gethostname()):
        return True
    return _is_number(name) and (ipaddress.ip_address(name).is_loopback or ipaddress.ip_address(name).is_unspecified)


def _is_number(host: Any) -> bool:
    try:
        ipaddress.ip_address(host.decode("idna") if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True
