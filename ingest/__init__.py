"""From files to a searchable library; knows nothing of questions."""

from ingest.chunking import text_for_search
from ingest.errors import (
    DocumentNotFound,
    FootnoteError,
    IngestError,
    LibraryBusy,
    LibraryMismatch,
    LibraryNotFound,
    ModelFileError,
    ModelNotFound,
    UnreadableFile,
)
from ingest.keywords import KeywordIndex
from ingest.library import Hit, Library, default_library
from ingest.pipeline import Progress, add_paths
from ingest.records import Chunk, Document, DocumentInfo, DocumentReport, IngestReport
from ingest.sentences import sentence_spans
from ingest.settings import IngestSettings
from ingest.words import words

__all__ = [
    "Chunk",
    "Document",
    "DocumentInfo",
    "DocumentNotFound",
    "DocumentReport",
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
