"""Model files from a local path or the hub: a source appends the bytes of files to their `PartialFile`s.

No source is trusted: only content with the catalogue's SHA-256 leaves a `PartialFile`. The third source,
wheels, is in `ingest.model_wheels`.
"""

import hashlib
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ingest.model_catalogue import CatalogueModel, ModelFile

if TYPE_CHECKING:
    import httpx

Report = Callable[[int], None]
"""Is told how many bytes are on their way beyond those that the partial files hold."""

BLOCK_BYTES = 1 << 20
CONNECT_SECONDS = 3.0
READ_SECONDS = 30.0
ANSWER_SECONDS = 6.0  # a host may have ten addresses, each with a timeout of its own, and a resolver with none
HUB = "https://huggingface.co"


class SourceFailed(Exception):
    """This source can't give the files; the message says shortly why."""


class WrongContent(SourceFailed):
    """What a source gave is not what the catalogue promises; nothing of it was kept."""


class PartialFile:
    """The beginning of a model file; it grows in `NAME.partial` until it is whole and its hash is right.

    It is always a prefix of the file, whichever source gave it, so that any source can go on from where
    another one, or a run that was broken off, left it.
    """

    def __init__(self, file: ModelFile, target: Path) -> None:
        self.file = file
        self.target = target
        self._path = target.with_name(target.name + ".partial")
        self._digest = hashlib.sha256()
        self._size = 0

    @property
    def size(self) -> int:
        """Bytes there already; 0 if there are none."""
        return self._path.stat().st_size if self._path.exists() else 0

    @property
    def left(self) -> int:
        """Bytes that are still to come; 0 once the file is in its place."""
        return 0 if self.target.exists() else max(0, self.file.size - self.size)

    def start_at(self, size: int) -> None:
        """Keep the first `size` bytes; what is appended next follows them. To be called before `append`."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._digest, self._size = hashlib.sha256(), size
        if not size:
            self._path.unlink(missing_ok=True)
            return
        with self._path.open("rb+") as stream:
            stream.truncate(size)
            self._digest = hashlib.file_digest(stream, "sha256")

    def append(self, content: Iterable[bytes], report: Report) -> None:
        """Add `content` to the end.

        Raises:
            WrongContent: the file would become longer than it should be.
        """
        with self._path.open("ab", buffering=0) as stream:
            for block in content:
                self._size += len(block)
                if self._size > self.file.size:
                    break
                stream.write(block)
                self._digest.update(block)
                report(0)
        if self._size > self.file.size:
            self._refuse(f"is longer than the {self.file.size:,} bytes it should have")

    def finish(self) -> None:
        """Put the file in its place if it is right, and remove it otherwise.

        Raises:
            WrongContent: its length or hash is not the catalogue's.
        """
        if self._size != self.file.size:
            self._refuse(f"has {self._size:,} bytes instead of {self.file.size:,}")
        if (found := self._digest.hexdigest()) != self.file.sha256:
            self._refuse(f"has SHA-256 {found[:12]}… instead of {self.file.sha256[:12]}…")
        with self._path.open("ab") as stream:
            os.fsync(stream.fileno())
        self._path.replace(self.target)

    def _refuse(self, reason: str) -> None:
        self._path.unlink(missing_ok=True)
        raise WrongContent(f"{self.file.path} {reason}")


def finish_all(partials: Iterable[PartialFile]) -> None:
    """Put all files in their places that are right, and raise WrongContent if any is not."""
    wrong = []
    for partial in partials:
        try:
            partial.finish()
        except WrongContent as error:
            wrong.append(error)
    if wrong:
        raise wrong[0]


def blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Read `stream` to its end in blocks of a megabyte."""
    while block := stream.read(BLOCK_BYTES):
        yield block


def from_local(model: CatalogueModel, partials: Sequence[PartialFile], report: Report, *, place: Path) -> None:
    """Copy the files from `place`: the file itself, a folder with it, or the folder of another cache.

    Raises:
        SourceFailed: a file isn't there or can't be read.
        WrongContent: a file there is another one than the catalogue's.
    """
    for partial in partials:
        path = partial.file.path
        candidates = [place / path, place / model.name / path, place / model.files[0].sha256 / path]
        if len(model.files) == 1:
            candidates.insert(0, place)
        found = next((candidate for candidate in candidates if candidate.is_file()), None)
        if found is None:
            raise SourceFailed(f"no {path} there")
        if (size := found.stat().st_size) != partial.file.size:
            raise WrongContent(f"{found.name} has {size:,} bytes instead of {partial.file.size:,}")
        try:
            stream = found.open("rb")
        except OSError as error:
            raise SourceFailed(f"can't read {found.name}: {error.strerror}") from error
        with stream:
            partial.start_at(0)
            partial.append(blocks(stream), report)
    finish_all(partials)


def from_hub(model: CatalogueModel, partials: Sequence[PartialFile], report: Report) -> None:
    """Download the files from the hub, each from where its partial file ends.

    `HF_ENDPOINT` names another hub, `HF_HUB_OFFLINE` forbids it, as for the hub's own tools; proxies and
    certificates are taken from the environment.

    Raises:
        SourceFailed: the hub is forbidden, unreachable, refuses or breaks off.
        WrongContent: a file there is another one than the catalogue's.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        raise SourceFailed("HF_HUB_OFFLINE is set")
    import httpx

    base = (os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    _await_answer(base, timeout)
    try:
        with httpx.Client(timeout=timeout, follow_redirects=True) as client:
            for partial in partials:
                url = f"{base}/{model.repository}/resolve/{model.revision}/{partial.file.path}"
                _download(client, url, partial, report)
                partial.finish()
    except httpx.HTTPError as error:
        raise SourceFailed(_first_line(error)) from error


def _await_answer(url: str, timeout: "httpx.Timeout") -> None:
    """Return as soon as `url` answers anything; raise SourceFailed if it can't be reached within seconds."""
    import httpx

    failures: list[Exception] = []

    def knock() -> None:
        try:
            httpx.head(url, timeout=timeout)
        except Exception as error:  # handed to the thread that waits; a wrong proxy setting raises many kinds
            failures.append(error)

    thread = threading.Thread(target=knock, daemon=True)
    thread.start()
    thread.join(ANSWER_SECONDS)
    if thread.is_alive():
        raise SourceFailed(f"{url} gives no answer within {ANSWER_SECONDS:g} seconds")
    if failures:
        raise SourceFailed(f"{url} can't be reached: {_first_line(failures[0])}")


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]


def _download(client: "httpx.Client", url: str, partial: PartialFile, report: Report) -> None:
    start = partial.size
    if start >= partial.file.size:  # whole already, but a run was broken off before its hash was looked at
        partial.start_at(start)
        return
    headers = {"Accept-Encoding": "identity"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with client.stream("GET", url, headers=headers) as response:
        if response.status_code not in (200, 206):
            raise SourceFailed(f"{url} answers {response.status_code} {response.reason_phrase}")
        # 200 means that the server doesn't know ranges and sends the whole file again.
        partial.start_at(start if response.status_code == 206 else 0)
        partial.append(response.iter_raw(), report)
