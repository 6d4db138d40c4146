"""The models folder: which files of a model are there, and whether they are what the catalogue says.

For each model it holds `SHA256/` with its files, `SHA256.json` with what was verified and where it came from,
and `SHA256.lock`; SHA256 is that of the model's first file in the catalogue.
"""

import hashlib
import json
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

import platformdirs

from ingest.errors import ModelFileError
from ingest.model_catalogue import CatalogueModel, ModelFile
from ingest.model_sources import WrongContent


def home_folder() -> Path:
    """Return the folder of all written state: `FOOTNOTE_HOME`, or the platform's user data folder."""
    home = os.environ.get("FOOTNOTE_HOME")
    return Path(home).expanduser() if home else platformdirs.user_data_path("footnote", appauthor=False)


def models_folder() -> Path:
    """Return the folder of the model files: `FOOTNOTE_MODELS`, or `models` in the home folder."""
    models = os.environ.get("FOOTNOTE_MODELS")
    return Path(models).expanduser() if models else home_folder() / "models"


class StoredModel:
    """One model's place in the models folder."""

    def __init__(self, model: CatalogueModel) -> None:
        self.model = model
        self.folder = models_folder() / model.files[0].sha256
        self.lock = self.folder.with_suffix(".lock")
        self._stamps = self.folder.with_suffix(".json")

    @property
    def path(self) -> Path:
        """The .gguf file of a chat model, the folder of an embedder, whether it is there or not."""
        return self.folder / self.model.files[0].path if self.model.kind == "chat" else self.folder

    @property
    def looks_whole(self) -> bool:
        """Whether all files are there, each as long as it should be; reads none of them."""
        paths = [(self.folder / file.path, file.size) for file in self.model.files]
        return all(path.is_file() and path.stat().st_size == size for path, size in paths)

    @property
    def source(self) -> str | None:
        """Where the files came from; None if nothing is known about that."""
        stamps = self._read_stamps()
        sources = dict.fromkeys(stamps.get(file.path, {}).get("source") for file in self.model.files)
        return ", ".join(filter(None, sources)) or None

    def holds(self, file: ModelFile) -> bool:
        """Tell whether `file` is there and right; it is hashed if it has changed since it was verified last.

        Raises:
            WrongContent: it was there but was another file; it has been removed.
        """
        path = self.folder / file.path
        if not path.is_file():
            return False
        stat, stamp = path.stat(), self._read_stamps().get(file.path, {})
        now = {"sha256": file.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns}
        if now == {key: stamp.get(key) for key in now}:
            return True
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if found != file.sha256:
            path.unlink()
            raise WrongContent(f"{str(path)!r} had SHA-256 {found[:12]}… instead of {file.sha256[:12]}…")
        self.stamp(file, stamp.get("source"))
        return True

    def missing(self) -> list[ModelFile]:
        """Return the files to be fetched, in the catalogue's order; removes those that are wrong."""
        missing = []
        for file in self.model.files:
            try:
                held = self.holds(file)
            except WrongContent:
                held = False
            if not held:
                missing.append(file)
        return missing

    def stamp(self, file: ModelFile, source: str | None) -> None:
        """Note that `file` was verified just now, and where it came from."""
        stat = (self.folder / file.path).stat()
        stamp = {"sha256": file.sha256, "size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "source": source}
        scratch = self._stamps.with_suffix(f".{os.getpid()}.tmp")
        with suppress(OSError):  # where nothing may be written, files are hashed at each use
            scratch.write_text(json.dumps({**self._read_stamps(), file.path: stamp}, indent=1), encoding="utf-8")
            scratch.replace(self._stamps)

    def ask_for_room(self, needed: int) -> None:
        """Raise ModelFileError unless the disk has `needed` bytes free."""
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            raise ModelFileError(
                f"{self.model.name!r} needs {needed / 1e6:,.1f} MB of disk in {str(models_folder())!r}, "
                f"where {free / 1e6:,.1f} MB are free: make room, or name another folder in FOOTNOTE_MODELS"
            )

    def _read_stamps(self) -> dict[str, dict[str, Any]]:
        try:
            return dict(json.loads(self._stamps.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return {}
