"""Looks at the library, the models and the installation, and says what is wrong and what mends it."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from ingest import DocumentInfo, FootnoteError, IngestError, Library, default_library
from ingest.model_files import list_models, model_path, models_folder

MIN_FREE_BYTES = 500_000_000
"""Less room on the disk than this is found wrong."""


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
    detail = f"{free / 1e9:.1f} GB free where the models are kept"
    remedy = "" if free > MIN_FREE_BYTES else "; make room, or name another folder in FOOTNOTE_MODELS"
    findings.append(Finding("disk", free > MIN_FREE_BYTES, detail + remedy))
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
        broken = [info.name for info in documents if not _is_whole(library, info)]
        stray = library.stray_chunks()
        library.delete_chunks(stray)
    except FootnoteError as error:
        return [Finding("library", False, str(error))]
    mended = f"; {len(stray)} leftover chunks of an ingestion that was broken off were removed" if stray else ""
    findings = [Finding("library", True, f"{folder}, {len(documents)} documents{mended}")]
    findings.extend(Finding(f"document {name}", False, "its text isn't whole; add it again") for name in broken)
    return findings


def _is_whole(library: Library, info: DocumentInfo) -> bool:
    try:
        return len(library.text(info.name)) == info.characters
    except IngestError:
        return False


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
