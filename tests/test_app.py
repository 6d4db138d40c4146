"""The page as it is served: to programs, to this machine only, and until Ctrl-C."""

import errno
import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from fakes import ScriptedChatModel
from gradio_client import Client
from gradio_client.exceptions import AppError
from langchain_core.messages import BaseMessage
from page_tools import CRANES, answering, served, slow, write_files
from starlette.datastructures import UploadFile

from app import free_port, is_local, serve
from ingest import FootnoteError, Library, add_paths
from qa.page.doors import Door, hash_password

# Served


def test_the_api_answers_with_the_same_record_as_python(harbour: Library) -> None:
    docs = answering(harbour, ScriptedChatModel(lambda _: CRANES))
    with served(docs) as address:
        record = Client(address, verbose=False).predict("How many cranes?", api_name="/ask")
    expected = json.loads(json.dumps(docs.ask("How many cranes?").to_dict()))
    assert record.pop("timings").keys() == expected.pop("timings").keys()
    assert record == expected


def test_the_api_passes_on_expected_errors_in_their_own_words(harbour: Library) -> None:
    with served(answering(harbour, None)) as address, pytest.raises(AppError, match="question"):
        Client(address, verbose=False).predict("   ", api_name="/ask")


def test_only_asking_is_offered_to_programs(harbour: Library) -> None:
    with served(answering(harbour, None)) as address:
        endpoints = httpx.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    assert list(endpoints) == ["/ask"]


def test_an_upload_for_which_the_disk_has_no_room_says_so(harbour: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    async def write_to_full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(UploadFile, "write", write_to_full)
    with served(answering(harbour, None)) as address:
        response = httpx.post(f"{address}/gradio_api/upload", files={"files": ("new.txt", b"The rope is long.")})
    assert response.text == "The disk is full; make room on it and add the files again"


def test_every_response_forbids_what_comes_from_elsewhere(harbour: Library) -> None:
    with served(answering(harbour, None)) as address:
        response = httpx.get(address)
        foreign = httpx.get(address, headers={"Host": "evil.example"})
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert "fonts.googleapis.com" not in response.text
    assert foreign.status_code == 400


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 200),
        ("{address}", 200),
        ("http://localhost:3000", 200),
        ("https://evil.example", 403),
        ("http://127.0.0.1.evil.example", 403),
        ("null", 403),
        ("http://[", 403),
    ],
)
def test_pages_of_other_hosts_may_not_ask(harbour: Library, origin: str | None, status: int) -> None:
    with served(answering(harbour, None)) as address:
        headers = {"Origin": origin.format(address=address)} if origin else {}
        assert httpx.get(f"{address}/gradio_api/info", headers=headers).status_code == status


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 100


def test_each_browser_is_given_a_cookie_that_scripts_cannot_read_and_keeps_it(harbour: Library) -> None:
    with served(answering(harbour, None)) as address:
        first = httpx.get(address)
        again = httpx.get(address, cookies=dict(first.cookies))
    cookie = first.headers["set-cookie"].casefold()
    assert all(part in cookie for part in ("footnote_browser=", "httponly", "samesite=lax"))
    assert "set-cookie" not in again.headers


def test_eight_people_who_ask_at_once_each_get_the_answer_to_their_own_question(
    library: Library, tmp_path: Path
) -> None:
    towns = ["Aldby", "Brennick", "Corvane", "Dunmarsh", "Elstow", "Farrowby", "Glenholt", "Hexmoor"]
    sentences = {town: f"The harbour of {town} has {number} cranes." for number, town in enumerate(towns, start=11)}
    files = {f"{town}.txt": f"Report on {town}\n\n{sentence}\n" for town, sentence in sentences.items()}
    add_paths(library, write_files(tmp_path / "towns", files))

    def reply(messages: list[BaseMessage]) -> str:
        asked = " ".join(str(message.content) for message in messages)
        return next(sentence for town, sentence in sentences.items() if f"has the harbour of {town}?" in asked)

    with served(answering(library, slow(reply, pause=0.02))) as address, ThreadPoolExecutor(len(towns)) as people:
        clients = [Client(address, verbose=False) for _ in towns]
        records = people.map(
            lambda pair: pair[0].predict(f"How many cranes has the harbour of {pair[1]}?", api_name="/ask"),
            zip(clients, towns, strict=True),
        )
        answers = {town: record["citations"][0]["quote"] for town, record in zip(towns, records, strict=True)}
    assert answers == sentences


def test_a_network_needs_a_password_which_every_request_must_know(harbour: Library) -> None:
    docs = answering(harbour, None)
    with pytest.raises(FootnoteError, match="--auth"):
        serve(docs, host="0.0.0.0")
    hashed = hash_password("open sesame")
    assert "sesame" not in hashed
    with served(docs, auth=hashed) as address:
        for path in ("", "/config", "/gradio_api/info", "/v1/models", "/brief/x"):
            assert httpx.get(address + path).status_code == 401
        assert httpx.get(address, auth=("anyone", "open says me")).status_code == 401
        assert httpx.get(address, headers={"Authorization": "Basic !"}).status_code == 401
        assert httpx.get(address, auth=("anyone", "open sesame")).status_code == 200
        bearer = {"Authorization": "Bearer open sesame"}
        assert httpx.get(f"{address}/v1/models", headers=bearer).status_code == 200


@pytest.mark.parametrize("hashed", ["", "open sesame", "md5:00:00", "scrypt:xx:00"])
def test_a_broken_hash_is_an_error_in_one_line(hashed: str) -> None:
    with pytest.raises(FootnoteError, match="anew"):
        Door(lambda *_: None, hashed)  # type: ignore[arg-type, return-value]


def test_a_broken_hash_is_told_before_the_page_is_served(harbour: Library) -> None:
    with pytest.raises(FootnoteError, match="anew"):
        serve(answering(harbour, None), host="0.0.0.0", auth="open sesame")


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("hal", False)]
)
def test_only_addresses_of_this_machine_need_no_password(host: str, local: bool) -> None:
    assert is_local(host) == local


def test_serving_says_the_address_when_it_is_there_and_ends_quietly(tmp_path: Path) -> None:
    program = """
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's child ignores it
        sys.path.insert(0, "tests")
        from pathlib import Path
        from fakes import KeywordEmbeddings, ScriptedChatModel
        from page_tools import answering
        from app import serve
        from ingest import Library
        library = Library(Path(sys.argv[1]), create=True, embedder=KeywordEmbeddings())
        serve(answering(library, ScriptedChatModel()), port=int(sys.argv[2]))
    """
    root = Path(__file__).parents[1]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "library"), str(port)],
            cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        address = line.removeprefix("Footnote is at ")
        status = httpx.get(address).status_code
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert status == 200
    assert process.returncode == 0
    assert output == ""
    assert errors.splitlines() == [f"Port {port} is in use; taking {address.rsplit(':', 1)[1]}"]
