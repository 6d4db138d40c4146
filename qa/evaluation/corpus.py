"""A folder, a set's own documents or a library become an open Corpus that questions are asked of."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

import ingest
from ingest.errors import DocumentNotFound, UnreadableFile
from ingest.loading import documents_of, find_files
from ingest.model_files import home_folder
from ingest.records import DocumentReport
from ingest.settings import IngestSettings
from qa import DocumentQA
from qa.errors import BadQuestionFile
from qa.evaluation.options import EvaluationOptions, EvaluationProgress
from qa.evaluation.provenance import folder_bytes
from qa.evaluation.questions import Question, QuestionSet, check_evidence
from qa.evaluation.runs import write_json

Report = Callable[[EvaluationProgress], None]


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A library that is open for questions."""

    docs: DocumentQA
    """Asks it."""
    text_of: Callable[[str], str | None]
    """Gives a document's text by its name; None if there is no such document."""
    facts: Mapping[str, Any]
    """Number of documents, characters, fingerprint, size, how fast it was built; JSON-ready."""


@contextmanager
def open_corpus(
    questions: QuestionSet, asked: Sequence[Question], options: EvaluationOptions, report: Report
) -> Iterator[Corpus]:
    """Open the documents that a set is asked of, building a library of them where there is none yet.

    Libraries of folders and of sets with documents of their own lie in the home folder under
    `evaluation/KEY`, where the key is made of the documents' names and contents, of the settings that the library is
    made with, and of the code that reads and cuts them.

    Args:
        questions: The set.
        asked: The questions drawn from it.
        options: What to ask.
        report: Told how far the building has come.

    Yields:
        The corpus; it is closed afterwards.

    Raises:
        BadQuestionFile: A document or a gold quote is missing (found before a model is loaded).
        FootnoteError: The library can't be opened or built.
    """
    if questions.documents and (options.documents or options.library):
        raise BadQuestionFile(f"{questions.name} brings its own documents: leave --documents and --library out")
    folder = _write_documents(questions.documents) if questions.documents else options.documents
    if folder is None:
        with DocumentQA.open(options.library, options.settings, ingest_settings=options.ingest_settings) as docs:
            yield make_corpus(docs, questions, asked)
        return
    files = _files_in(folder)
    check_evidence(asked, _text_in(files), questions.name)
    making = options.ingest_settings or IngestSettings.from_environment()
    home = home_folder() / "evaluation" / _content_key(folder, files, making)
    home.mkdir(parents=True, exist_ok=True)
    with DocumentQA.open(home / "library", options.settings, create=True, ingest_settings=making) as docs:
        built = _build(docs, folder, home / "built.json", report)
        yield make_corpus(docs, questions, asked, built)


def make_corpus(
    docs: DocumentQA,
    questions: QuestionSet,
    asked: Sequence[Question],
    built: Mapping[str, Any] | None = None,
) -> Corpus:
    """Return an open library as a corpus.

    Args:
        docs: Asks the library.
        questions: The set.
        asked: The questions drawn from it.
        built: How long building the library took, if it was built for the evaluation.

    Raises:
        BadQuestionFile: A document or a gold quote is not in the library.
    """

    @cache
    def text_of(name: str) -> str | None:
        try:
            return docs.library.text(name)
        except DocumentNotFound:
            return None

    check_evidence(asked, text_of, questions.name)
    documents = sorted(docs.library.documents(), key=lambda info: info.name)
    fingerprint = hashlib.sha256(json.dumps([[info.name, info.sha256] for info in documents]).encode())
    facts = {
        "documents": len(documents),
        "characters": sum(info.characters for info in documents),
        "chunks": sum(info.chunks for info in documents),
        "sha256": fingerprint.hexdigest(),
        **docs.library.settings.fingerprint(docs.library.embedder.fingerprint),
        "library_bytes": folder_bytes(docs.library.folder),
        **(built or {}),
    }
    return Corpus(docs=docs, text_of=text_of, facts=facts)


def _build(docs: DocumentQA, folder: Path, record: Path, report: Report) -> dict[str, Any]:
    """Read a folder into its library unless that was done before; return how long it took."""
    if record.is_file():
        return dict(json.loads(record.read_text(encoding="utf-8")))

    def show(_: DocumentReport, done: int, total: int) -> None:
        report(EvaluationProgress(stage="documents", done=done, total=total))

    docs.library.embedder.embed_query("warm up")  # Loading the embedder is no part of the speed of ingestion.
    result = docs.add([folder], on_progress=show)
    built = {
        "ingest_seconds": round(result.seconds, 3),
        "ingest_characters_per_second": round(result.characters_per_second),
        "unreadable_documents": [failed.document for failed in result.failed],
    }
    write_json(built, record)
    return built


def _files_in(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise BadQuestionFile(f"there is no folder of documents {str(folder)!r}")
    files = {name: path for path, name in find_files(folder)}
    if not files:
        raise BadQuestionFile(f"the folder of documents {str(folder)!r} is empty")
    return files


def _text_in(files: Mapping[str, Path]) -> Callable[[str], str | None]:
    read = documents_of(files)

    @cache
    def text_of(name: str) -> str | None:
        try:
            return read(name).text
        except DocumentNotFound:
            return None
        except UnreadableFile as error:
            raise BadQuestionFile(f"evidence stands in a document that can't be read: {error}") from error

    return text_of


def _content_key(folder: Path, files: Mapping[str, Path], making: IngestSettings) -> str:
    """Return a fingerprint of the folder, its documents, the settings, and the code that reads and cuts them.

    The folder's own path is in it because a library names a document after the file that it came from.
    """
    sources = Path(ingest.__file__).parent
    # What fetches model files changes no text; everything else in the package may.
    code = [path for path in sorted(sources.rglob("*.py")) if not path.name.startswith("model_")]
    parts = [(path.relative_to(sources).as_posix(), path) for path in code] + sorted(files.items())
    digest = hashlib.sha256(json.dumps([str(folder.resolve()), asdict(making)]).encode())
    for name, path in parts:
        content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
        digest.update(json.dumps([name, content]).encode())
    return digest.hexdigest()[:20]


def _write_documents(documents: Mapping[str, str]) -> Path:
    """Write a set's own documents into the home folder, once; return their folder."""
    digest = hashlib.sha256(json.dumps(sorted(documents.items())).encode()).hexdigest()[:20]
    folder = home_folder() / "evaluation" / f"documents-{digest}"
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        if not (folder / name).is_file():
            (folder / name).write_text(text, encoding="utf-8")
    return folder
