"""Paths in, the files that are there and the names that their documents bear out."""

import os
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from ingest.errors import IngestError
from ingest.loading import find_files


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the paths of one call lead to."""

    files: Mapping[Path, str]
    """The name that each file would bear, by its absolute path; in the order in which they were found."""
    folders: tuple[Path, ...]
    """The absolute paths of the folders that were searched."""
    missing: tuple[Path, ...]
    """The paths at which there is nothing, as given."""


def collect(paths: Sequence[Path], library: Path) -> Found:
    """Return the files at `paths` and in the folders among them.

    Args:
        paths: Files and folders; some may be missing.
        library: The library's folder, whose own files are passed over where a folder around it is searched.

    Raises:
        IngestError: Nothing exists at any of the paths, or there is no file in any of them.
    """
    own = Path(os.path.abspath(library))
    files: dict[Path, str] = {}
    missing = tuple(dict.fromkeys(path for path in paths if not os.path.lexists(path)))
    present = [path for path in paths if path not in missing]
    if not present:
        raise IngestError(f"There is no file or folder {_listed(paths)}; check the path")
    for path in present:
        inside = own in Path(os.path.abspath(path)).parents
        for found, name in find_files(path):
            absolute = Path(os.path.abspath(found))
            if inside or own not in absolute.parents:
                files.setdefault(absolute, name)
    if not files:
        raise IngestError(f"No files were found in {_listed(present)}; name a folder that holds documents")
    folders = tuple(Path(os.path.abspath(path)) for path in present if path.is_dir())
    return Found(files=files, folders=folders, missing=missing)


def unique_names(files: Mapping[Path, str], known: Mapping[str, str], taken: Mapping[str, str]) -> dict[Path, str]:
    """Name each file: as before if it is known, else as wanted; if that is taken, with its folder or a number.

    Args:
        files: The wanted name by path.
        known: The name of each known file by its recorded path.
        taken: The recorded path by the name of each document and known file.

    Returns:
        A name for each path, all different.
    """
    names: dict[str, Path] = {}
    for path, wanted in files.items():
        recorded = recorded_path(path)
        if recorded in known and known[recorded] not in names:
            names[known[recorded]] = path
            continue
        free = (n for n in _candidates(path, wanted) if n not in names and taken.get(n, recorded) == recorded)
        names[next(free)] = path
    return {path: name for name, path in names.items()}


def recorded_path(path: Path) -> str:
    """Return a path as documents record it: in NFC, and what isn't UTF-8 replaced."""
    return unicodedata.normalize("NFC", os.fsencode(path).decode("utf-8", "replace"))


def is_gone(path: str) -> bool:
    """Tell whether nothing is at a path; one that may not be looked at, or can't, isn't gone."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except (OSError, ValueError):
        return False
    return False


def _candidates(path: Path, wanted: str) -> Iterator[str]:
    """Yield `wanted`, then the same with the folder in front, then numbered."""
    yield wanted
    above = path.parents[wanted.count("/")].name if wanted.count("/") < len(path.parents) else ""
    if above:
        yield f"{above}/{wanted}"
    for number in count(2):
        yield f"{wanted} ({number})"


def _listed(paths: Sequence[Path]) -> str:
    return ", ".join(repr(str(path)) for path in paths)
