"""From files to a searchable library; knows nothing of questions."""

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ingest.chunking import text_for_search
from ingest.errors import (
    BadFilter,
    DocumentNotFound,
    FootnoteError,
    IngestError,
    LibraryBusy,
    LibraryMismatch,
    LibraryNotFound,
    LibraryNotWritten,
    ModelFileError,
    ModelNotFound,
    UnreadableFile,
)
from ingest.filters import Filters
from ingest.records import Chunk, Document, DocumentInfo, DocumentReport, FileInfo, Hit, IngestReport
from ingest.sentences import sentence_spans
from ingest.settings import IngestSettings
from ingest.words import words

# ONNX Runtime reports what it computes to its makers, unless this is set before it is imported, here or in a child.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

if TYPE_CHECKING:
    from ingest.folder import default_library
    from ingest.keywords import KeywordIndex
    from ingest.library import Library
    from ingest.pipeline import Progress, add_paths

__all__ = [
    "BadFilter",
    "Chunk",
    "Document",
    "DocumentInfo",
    "DocumentNotFound",
    "DocumentReport",
    "FileInfo",
    "Filters",
    "FootnoteError",
    "Hit",
    "IngestError",
    "IngestReport",
    "IngestSettings",
    "KeywordIndex",
    "Library",
    "LibraryBusy",
    "LibraryMismatch",
    "LibraryNotFound",
    "LibraryNotWritten",
    "ModelFileError",
    "ModelNotFound",
    "Progress",
    "UnreadableFile",
    "add_paths",
    "default_library",
    "sentence_spans",
    "text_for_search",
    "words",
]

_LATE = {
    "KeywordIndex": "ingest.keywords",
    "Library": "ingest.library",
    "default_library": "ingest.folder",
    "Progress": "ingest.pipeline",
    "add_paths": "ingest.pipeline",
}
"""What brings LangChain or Chroma along is imported when it is asked for, so that `--help` needn't wait for it."""


def __getattr__(name: str) -> Any:  # noqa: ANN401
    if name in _LATE:
        return getattr(import_module(_LATE[name]), name)
    raise AttributeError(f"module 'ingest' has no attribute {name!r}")
