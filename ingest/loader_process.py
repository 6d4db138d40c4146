"""Keeps one process that reads files, so that a file can break that process and nothing else."""

import atexit
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from ingest.errors import IngestError
from ingest.loaders.limits import MAX_DEATHS, LoadingLimits, limits_from_environment
from ingest.reading import SAVE_AGAIN, Outcome
from ingest.records import Document

# The same modules as in this process, wherever it has them from, and none that lies in the current folder.
_START = (
    "import sys; sys.path[:] = sys.argv[3:]; from ingest.loader_worker import main;"
    "main(int(sys.argv[1]), int(sys.argv[2]))"
)


_TOO_LONG, _BREAKS = "takes too long to be read", "breaks the program that reads it"


class LoaderProcess:
    """A process that reads files; started when it is first needed, and again whenever a file has ended it.

    Any thread may use it; they wait for each other. Nothing of the calling program runs in it, so that program needs
    no `if __name__ == "__main__"`.

    Args:
        limits: What it may use for a document; by default what the environment says.
    """

    def __init__(self, limits: LoadingLimits | None = None) -> None:
        self._limits = limits
        self._using = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0

    def warm_up(self) -> None:
        """Begin, in the background, to start the process and load what every file needs: the first is read sooner."""

        def begin() -> None:
            with contextlib.suppress(IngestError), self._using:  # whoever reads a file is told
                next(self._answers(warm_up=True), None)

        threading.Thread(target=begin, name="reader-start", daemon=True).start()

    def read(self, path: Path, name: str) -> dict[str, Outcome]:
        """Return what became of a file and of the files in it: by name, documents or reasons.

        Raises:
            IngestError: The process can't be started.
        """
        with self._using:
            try:
                return self._read(path, name)
            except BaseException:
                self.close()  # else the next file would get the answers that are still to come
                raise

    def draw(self, **wanted: Any) -> dict[str, Any] | None:  # noqa: ANN401 - whatever JSON can hold
        """Return what `ingest.loaders.pdf_picture.draw_page` makes of a page of a PDF.

        Args:
            wanted: What it is to be called with.

        Returns:
            The fields of a PagePicture; empty if the file isn't the one that was read; None if it can't be drawn.

        Raises:
            IngestError: The process can't be started.
        """
        with self._using:
            try:
                answers = list(itertools.islice(self._answers(draw=wanted), 1))
                if not answers:
                    self.close()
                return answers[0]["drawn"] if answers else None
            except BaseException:
                self.close()
                raise

    def close(self) -> None:
        """End the process; it is started again when it is needed."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        with contextlib.suppress(OSError):
            process.communicate()

    def _read(self, path: Path, name: str) -> dict[str, Outcome]:
        found: dict[str, Outcome] = {}
        broken: list[str] = []
        for _ in range(MAX_DEATHS):
            reading = None
            for answer in self._answers(path=os.path.abspath(path), name=name, done=list(found), broken=broken):
                if not answer:
                    return found
                if "begun" in answer:
                    reading = answer["begun"]
                else:
                    found[answer["name"]] = _outcome(answer)
            reason = self._why_it_ended()
            if reading:
                found[reading] = reason
                broken.append(reading)
            if reading == name:
                return found
        remedy = "what comes after them is left out; unpack it and add the files in it"
        found[name] = f"holds {len(broken)} files that can't be read, {remedy}" if broken else reason
        return found

    def _answers(self, **request: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401 - whatever JSON can hold
        """Ask for a file and yield the answers, until the process ends."""
        requests, answers = self._pipes()
        with contextlib.suppress(OSError):  # if the process has ended, there are no answers
            requests.write(json.dumps(request).encode("ascii") + b"\n")
            requests.flush()
        yield from (json.loads(line) for line in answers if line.endswith(b"\n"))

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        """Return where requests go and answers come from, of a process that runs."""
        if self._process is None or self._owner != os.getpid() or self._process.poll() is not None:
            self.close()
            self._process, self._owner = self._started(), os.getpid()
        requests, answers = self._process.stdin, self._process.stdout
        if requests is None or answers is None:
            raise IngestError("The process that reads files has no pipes; try again")
        return requests, answers

    def _started(self) -> subprocess.Popen[bytes]:
        limits = self._limits or limits_from_environment()
        command = [sys.executable, "-P", "-c", _START, str(limits.seconds), str(limits.memory_mb), *sys.path]
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL)
        except OSError as error:
            raise IngestError(f"The process that reads files can't be started: {error}; free some memory") from error
        if process.stdout is None or not process.stdout.readline():
            process.communicate()
            raise IngestError(
                f"The process that reads files ends at once (status {process.returncode}); "
                "raise FOOTNOTE_FILE_MEMORY_MB, or install Footnote again"
            )
        return process

    def _why_it_ended(self) -> str:
        """Return the reason that the file which was being read is given."""
        process = self._process
        status = process.wait() if process else 0
        self.close()
        if status in (1, -getattr(signal, "SIGXCPU", 0)):
            return f"{_TOO_LONG}; split it, or allow more in FOOTNOTE_FILE_SECONDS"
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"status {status}"
        return f"{_BREAKS} ({name}); {SAVE_AGAIN}"


def was_broken_off(reason: str) -> bool:
    """Tell whether a file has no document because the process ended that was reading it."""
    return reason.startswith((_TOO_LONG, _BREAKS))


def _outcome(answer: dict[str, Any]) -> Outcome:
    if "document" not in answer:
        return str(answer["reason"])
    record = answer["document"]
    return Document(**record | {name: tuple(record[name]) for name in ("pages", "recognised", "unread")})


reader = LoaderProcess()
"""The process that this program's files are read in."""
atexit.register(reader.close)
