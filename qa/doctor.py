"""Looks at the library, the models and the installation, and says what is wrong and what mends it."""

import shutil
import sys
from pathlib import Path

from ingest import FootnoteError, Library, LibraryMismatch, default_library
from ingest.catalogue import Catalogue
from ingest.counting import counted
from ingest.health import check_library, drop_broken_index, mend_library
from ingest.model_files import list_models, model_path, models_folder
from qa.findings import Finding

MIN_FREE_BYTES = 500_000_000
"""Less room on the disk than this is found wrong."""


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
        drop_broken_index(folder)  # before it is read here
        return examine_library(Library(folder))
    except LibraryMismatch as error:
        return [Finding("library", False, f"{error}{_made_from(folder)}")]
    except FootnoteError as error:
        return [Finding("library", False, str(error))]


def examine_library(library: Library) -> list[Finding]:
    """Return what was found in a library, the library as a whole first; what can be mended is mended.

    Raises:
        IngestError: The catalogue or the store can't be read or written.
    """
    health = check_library(library)
    still_torn = mend_library(library, health) if health.torn or health.stray else ()
    detail = f"{library.folder}, {counted(health.documents, 'document')}"
    if health.stray:
        detail += f"; {len(health.stray)} leftover chunks of an ingestion that was broken off were removed"
    if lost := library.embed_again():
        detail += f"; {lost} chunks were embedded again because vectors were lost"
    mended = [name for name in health.torn if name not in still_torn]
    if mended:
        detail += f"; {len(mended)} documents whose texts weren't whole were read again: {', '.join(mended)}"
    findings = [Finding("library", True, detail)]
    findings.extend(
        Finding(f"document {name}", False, "its text isn't whole, and its file is gone; add it again, or remove it")
        for name in still_torn
    )
    return findings


def _made_from(folder: Path) -> str:
    """Say where the documents of a library came from, which can't be opened but whose catalogue can be read."""
    paths = {str(Path(info.path).parent) for info in Catalogue(folder / "catalogue.sqlite").documents()}
    some = ", ".join(sorted(paths)[:3]) + (", …" if len(paths) > 3 else "")
    return f"; its documents came from {some}" if paths else ""


def _existing(path: Path) -> Path:
    return path if path.exists() else _existing(path.parent)
