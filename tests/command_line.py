"""The command line as its tests use it: in a process of its own, seen from outside."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    """Its exit status."""
    out: bytes
    """What it wrote to standard output."""
    errors: str
    """What it wrote to standard error."""

    @property
    def record(self) -> Any:
        """Standard output, which must hold nothing but JSON."""
        return json.loads(self.out)

    @property
    def problem(self) -> str:
        """Standard error, which must hold one line that names a problem."""
        (line,) = self.errors.splitlines()
        assert line.startswith("Error: ")
        return line


HARBOUR = (
    "The harbour of Halmere has eleven cranes. The oldest crane was built in 1911.\n\n"
    "Its café is called “Zur Möwe” 🙂. 港には十一台のクレーンがある。\n"
)
QUESTION = "When was the oldest crane built?"
Command = Callable[..., Done]
"""Runs `footnote` in the test's own process: the fixture `command`."""


def run_python(*arguments: str | bytes | Path, stdin: bytes = b"", **environment: str | None) -> Done:
    """Run Python with arguments, and with variables set, or unset if they are None."""
    changed = {name: value for name, value in (os.environ | environment).items() if value is not None}
    done = subprocess.run(
        [sys.executable, *arguments], input=stdin, capture_output=True, cwd=ROOT, env=changed, timeout=500, check=False
    )
    return Done(done.returncode, done.stdout, done.stderr.decode("utf-8", "replace"))


def run_footnote(*arguments: str | bytes | Path, stdin: bytes = b"", **environment: str | None) -> Done:
    """Run `footnote` in a process of its own."""
    return run_python("-m", "qa.cli", *arguments, stdin=stdin, **environment)


def write_papers(folder: Path) -> Path:
    """Return a folder of two documents, one of them in a folder of its own."""
    folder = folder / "papers"
    (folder / "school").mkdir(parents=True)
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    (folder / "school" / "roof.md").write_text("# The school\n\nThe roof of the school is made of slate.\n", "utf-8")
    return folder
