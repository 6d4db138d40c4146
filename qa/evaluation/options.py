"""What an evaluation can be told, and how far it has come."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from ingest.settings import IngestSettings
from qa.errors import BadSetting

if TYPE_CHECKING:
    from qa import QASettings


Half = Literal["even", "odd"]


@dataclass(frozen=True, kw_only=True)
class EvaluationOptions:
    """How to evaluate; the defaults ask every question of the library in use."""

    documents: Path | None = None
    """A folder to build a library of; it is kept, by its content, for the next time."""
    library: Path | None = None
    """The library to ask; None for the one in use. Not together with `documents`."""
    settings: "QASettings | None" = None
    """Settings of the answers; None for the defaults."""
    ingest_settings: IngestSettings | None = None
    """Settings that the library is made with; None for the defaults."""
    half: Half | None = None
    """Ask only the questions at even or odd positions of the set, counted from 0, so that what is chosen on one half
    is reported on the other; None for all."""
    limit: int | None = None
    """How many questions to draw, at least 1; None for all."""
    seed: int = 0
    """The same seed draws the same questions."""
    minutes: float | None = None
    """After how many minutes no further question is asked, more than 0; they are then asked in a drawn order, so that
    what was asked stands for the rest. None for no limit."""
    retrieval_only: bool = False
    """Whether to find passages only, without a chat model."""
    out: Path | None = None
    """Where to write the run; rows are kept beside it as they come. None to write nothing."""

    def __post_init__(self) -> None:
        if self.documents is not None and self.library is not None:
            raise BadSetting("give either documents or a library to evaluate on, not both")
        if self.limit is not None and self.limit < 1:
            raise BadSetting(f"limit must be at least 1, not {self.limit}")
        if self.minutes is not None and self.minutes <= 0:
            raise BadSetting(f"minutes must be more than 0, not {self.minutes}")
        if self.out is not None:
            check_writable(self.out)


@dataclass(frozen=True, kw_only=True)
class EvaluationProgress:
    """How far an evaluation has come."""

    stage: Literal["documents", "questions"]
    """What is being done: documents read into the library, or questions asked."""
    done: int
    """How many are done."""
    total: int
    """Out of how many; 0 if unknown."""


def read_settings(pairs: Sequence[str]) -> tuple["QASettings", IngestSettings | None]:
    """Return the settings of the answers and of the library that pairs such as "gate=off" or "headings=off" ask for.

    Raises:
        BadSetting: A pair has no "=", an unknown name or an impossible value.
    """
    from qa import QASettings

    kinds = {field.name: field.type for field in fields(IngestSettings)}
    making = [pair for pair in pairs if pair.partition("=")[0] in kinds]
    settings = QASettings.from_pairs([pair for pair in pairs if pair not in making])
    changes: dict[str, Any] = {}
    try:
        for name, equals, value in (pair.partition("=") for pair in making):
            if not equals:
                raise ValueError(f"{name} has no value; settings are NAME=VALUE")
            changes[name] = int(value) if kinds[name] is int else value
        return settings, IngestSettings(**changes) if changes else None
    except ValueError as error:
        raise BadSetting(str(error)) from error


def check_writable(path: Path) -> None:
    """Make sure, before hours are spent, that a file can be written.

    Raises:
        BadSetting: Its folder is missing or may not be written to, or it is a folder itself.
    """
    folder = path.absolute().parent
    if not folder.is_dir():
        raise BadSetting(f"there is no folder {str(folder)!r} to write {path.name!r} into; make it first")
    if path.is_dir() or not os.access(folder, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise BadSetting(f"{str(path)!r} can't be written; choose another file")
