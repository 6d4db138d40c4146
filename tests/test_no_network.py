"""With every way out of the machine closed, documents become answers: with the real embedder, from outside."""

import json
from pathlib import Path
from typing import Any

import pytest
from command_line import ROOT, run_python

GUARD = '''
"""Closes every way out of this machine, and writes down who tried one."""
import os, socket

def _refuse(what):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(f"{what}\\n")
    raise PermissionError(f"no way out: {what}")

def _is_here(address):
    return not isinstance(address, tuple) or str(address[0]) in ("127.0.0.1", "::1", "localhost", "")

def _guarded(name):
    real = getattr(socket.socket, name)
    def method(self, *arguments):
        if not _is_here(arguments[-1]):
            _refuse(arguments[-1])
        return real(self, *arguments)
    setattr(socket.socket, name, method)

for name in ("connect", "connect_ex", "sendto", "bind"):
    _guarded(name)
_look_up = socket.getaddrinfo
def getaddrinfo(host, *arguments, **options):
    if host not in (None, "127.0.0.1", "::1", "localhost", ""):
        _refuse(host)
    return _look_up(host, *arguments, **options)
socket.getaddrinfo = getaddrinfo
'''
OFFLINE = ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "ANONYMIZED_TELEMETRY", "DO_NOT_TRACK", "HF_HUB_DISABLE_TELEMETRY")
HARBOUR = "The harbour of Halmere has eleven cranes. The oldest crane was built in 1911."


@pytest.fixture
def guarded(tmp_path: Path) -> dict[str, Any]:
    """Return an environment in which Python refuses the network, and in which nothing else asks for quiet."""
    guard = tmp_path / "guard"
    guard.mkdir()
    (guard / "sitecustomize.py").write_text(GUARD, "utf-8")
    quiet: dict[str, Any] = dict.fromkeys(OFFLINE)
    return quiet | {"PYTHONPATH": f"{guard}:{ROOT}", "GUARD_LOG": str(tmp_path / "tried"), "HOME": str(tmp_path)}


def test_the_guard_refuses_other_machines_and_only_those(guarded: dict[str, Any], tmp_path: Path) -> None:
    program = (
        "import socket\n"
        "with socket.create_server(('127.0.0.1', 0)) as s: socket.create_connection(s.getsockname()).close()\n"
        "for place in ('192.0.2.1', 'example.org'):\n"
        "    try: socket.create_connection((place, 80), 1)\n"
        "    except PermissionError: print(place)\n"
    )
    done = run_python("-c", program, **guarded)
    assert done.out.split() == [b"192.0.2.1", b"example.org"]
    assert len((tmp_path / "tried").read_text().splitlines()) == 2


def test_documents_are_added_and_asked_with_every_way_out_closed(
    models: Path, guarded: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "harbour.txt").write_text(HARBOUR, "utf-8")

    added = run_python("-m", "ingest", tmp_path / "papers", "--json", **guarded)
    assert added.code == 0, added.errors
    asked = run_python("-m", "qa", "When was the oldest crane built?", "--model", "none", "--json", **guarded)
    assert asked.code == 0, asked.errors
    assert "The oldest crane was built in 1911." in [
        citation["quote"] for citation in json.loads(asked.out)["citations"]
    ]
    assert not (tmp_path / "tried").exists()
