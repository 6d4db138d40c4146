"""Small models for tests: a catalogue, real wheels that carry its files, and a hub on loopback."""

import hashlib
import os
import re
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

PART = 100_000
CHAT = b"".join(hashlib.sha512(b"%d" % n).digest() for n in range(9_000))[:250_000]
"""Content of the chat model `toy-chat`: 250,000 bytes that can't be compressed, in three parts."""
PARTS = [CHAT[start : start + PART] for start in range(0, len(CHAT), PART)]
EMBEDDER = {"weights.bin": CHAT[:3_000], "config.json": b"{}", "1_Pooling/config.json": b'{"mean": true}'}
"""Content of the embedder `toy-embedder`, which one wheel carries."""

HUB_PATH = "/toys/chat/resolve/abc123/toy.gguf"


def write_catalogue(path: Path) -> None:
    """Write the catalogue of the two toys."""
    parts = ", ".join(f'"toy-part{n}==1.0"' for n in range(1, len(PARTS) + 1))
    path.write_text(
        f"""
[[model]]
name = "toy-chat"
alias = "toy"
kind = "chat"
licence = "Apache-2.0"
repository = "toys/chat"
revision = "abc123"
wheels = {{ requirements = [{parts}], member = "toy_part*/data/part*.bin", part_bytes = {PART} }}
files = [{_file("toy.gguf", CHAT)}]

[[model]]
name = "toy-embedder"
alias = "embedder"
kind = "embedder"
licence = "MIT"
repository = "toys/embedder"
revision = "def456"
wheels = {{ requirements = ["toy-embedder==2.0"], member = "toy_embedder/model/{{path}}" }}
files = [{", ".join(_file(name, content) for name, content in EMBEDDER.items())}]
""",
        encoding="utf-8",
    )


def _file(path: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    return f'{{ path = "{path}", sha256 = "{digest}", size = {len(content)} }}'


def write_wheel(folder: Path, name: str, version: str, members: dict[str, bytes]) -> Path:
    """Write a wheel that pip accepts; importing its package leaves a file called `imported`."""
    package = name.replace("-", "_")
    info = f"{package}-{version}.dist-info"
    wheel = folder / f"{package}-{version}-py3-none-any.whl"
    marker = str(folder / "imported")
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"{package}/__init__.py", f"open({marker!r}, 'w').close()\n")
        for member, content in members.items():
            archive.writestr(member, content)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return wheel


def write_part(folder: Path, number: int, content: bytes | None = None) -> Path:
    """Write the wheel with part `number`, from 1, of the chat model, or with other content in its place."""
    content = PARTS[number - 1] if content is None else content
    member = f"toy_part{number}/data/part{number:02}.bin"
    return write_wheel(folder, f"toy-part{number}", "1.0", {member: content})


def write_all_wheels(folder: Path) -> None:
    """Write the wheels of both toys."""
    for number in range(1, len(PARTS) + 1):
        write_part(folder, number)
    write_embedder_wheel(folder, EMBEDDER)


def write_embedder_wheel(folder: Path, contents: dict[str, bytes]) -> None:
    """Write the embedder's wheel with these files in it."""
    members = {f"toy_embedder/model/{path}": content for path, content in contents.items()}
    write_wheel(folder, "toy-embedder", "2.0", {**members, "toy_embedder/model/README.md": b"not wanted"})


class Hub(ThreadingHTTPServer):
    """A hub that serves `content` at `HUB_PATH`; what was asked for is in `requests`."""

    def __init__(self, content: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _HubHandler)
        self.content = content
        self.requests: list[tuple[str, str, str | None]] = []
        """Method, path and Range header of each request."""
        self.knows_ranges = True
        self.breaks_after: int | None = None
        """Bytes of an answer after which the connection is cut."""


class _HubHandler(BaseHTTPRequestHandler):
    server: Hub

    def do_HEAD(self) -> None:
        self.server.requests.append(("HEAD", self.path, None))
        self.send_response(200)
        self.end_headers()

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.requests.append(("GET", self.path, asked))
        if self.path != HUB_PATH:
            self.send_error(404)
            return
        start = 0
        if asked and self.server.knows_ranges:
            start = int(re.fullmatch(r"bytes=(\d+)-", asked)[1])
            self.send_response(206)
        else:
            self.send_response(200)
        content = self.server.content[start:]
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: self.server.breaks_after])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def running_hub(content: bytes = CHAT) -> Iterator[Hub]:
    """Serve a hub on loopback and let `HF_ENDPOINT` name it."""
    with Hub(content) as hub:
        thread = threading.Thread(target=hub.serve_forever, args=(0.05,))
        thread.start()
        before = {name: os.environ.pop(name, None) for name in ("HF_ENDPOINT", "HF_HUB_OFFLINE")}
        os.environ["HF_ENDPOINT"] = f"http://127.0.0.1:{hub.server_port}"
        try:
            yield hub
        finally:
            for name, value in before.items():
                os.environ.pop(name, None)
                if value is not None:
                    os.environ[name] = value
            hub.shutdown()
            thread.join()


class ToyShop:
    """The folders of a test: where wheels are sold, and where models are kept."""

    def __init__(self, folder: Path) -> None:
        self.catalogue = folder / "catalogue.toml"
        self.wheels = folder / "wheels"
        self.models = folder / "models"
        self.wheels.mkdir()
        write_catalogue(self.catalogue)

    def environment(self) -> dict[str, str]:
        """Return the variables under which pip sees these wheels alone and no hub is asked."""
        return {
            "FOOTNOTE_MODELS": str(self.models),
            "HF_HUB_OFFLINE": "1",
            "NO_PROXY": "127.0.0.1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_FIND_LINKS": str(self.wheels),
            "PIP_NO_INDEX": "1",
        }

    def give_file(self) -> Path:
        """Write the chat model's file and return its path."""
        path = self.catalogue.with_name("given.gguf")
        path.write_bytes(CHAT)
        return path

    def leftovers(self) -> list[str]:
        """Return the names of what lies in the models folder and should not outlive a fetch."""
        return [path.name for path in self.models.rglob("*") if re.search(r"partial|wheels-|tmp|whl", path.name)]
