"""Looks at the library, the models and the installation, and says what is wrong and what mends it."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ingest import FootnoteError, Library, default_library
from ingest.model_files import list_models, model_path, models_folder
from qa.errors import QAError


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """The thing."""
    ok: bool
    """Whether it is as it should be, or has been mended."""
    detail: str
    """What was found, and what to do if it is not ok."""


def examine(folder: Path | None) -> list[Finding]:
    """Return what was found; leftovers of an ingestion that was broken off are removed on the way."""
    findings = [Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])]
    findings.extend(_models())
    free = shutil.disk_usage(_existing(models_folder())).free
    findings.append(Finding("disk", free > 500e6, f"{free / 1e9:.1f} GB free where the models are kept"))
    findings.extend(_library(folder or default_library()))
    return findings


def _models() -> list[Finding]:
    findings = []
    for info in list_models():
        if not info.present and info.alias not in ("default", "embedder"):
            continue
        try:
            findings.append(Finding(f"model {info.alias}", True, str(model_path(info.name))))
        except FootnoteError as error:
            findings.append(Finding(f"model {info.alias}", False, str(error)))
    return findings


def _library(folder: Path) -> list[Finding]:
    try:
        library = Library(folder)
        documents = library.documents()
        broken = [info.name for info in documents if len(library.text(info.name)) != info.characters]
        stray = library.stray_chunks()
        library.delete_chunks(stray)
    except (FootnoteError, QAError) as error:
        return [Finding("library", False, str(error))]
    mended = f"; {len(stray)} leftover chunks of an ingestion that was broken off were removed" if stray else ""
    findings = [Finding("library", True, f"{folder}, {len(documents)} documents{mended}")]
    findings.extend(Finding(f"document {name}", False, "its text isn't whole; add it again") for name in broken)
    return findings


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
