"""A file of questions goes in (our JSONL, SQuAD JSON, or a BEIR folder), a checked QuestionSet comes out."""

import hashlib
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.loaders.normalising import normalise_text
from qa.errors import BadQuestionFile
from qa.evaluation.options import Half


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Where the answer to a question stands."""

    document: str
    """Name of the document."""
    quote: str
    """Characters of its text; empty if the document as a whole is the evidence."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """A question with what is known about its answer."""

    id: str
    """Unique in its set."""
    question: str
    """What is asked."""
    answers: tuple[str, ...] = ()
    """Accepted wordings; empty if only the evidence is known."""
    answerable: bool = True
    """Whether the documents answer it."""
    evidence: tuple[Quote, ...] = ()
    """Where the answer stands; may be empty."""


@dataclass(frozen=True, kw_only=True)
class QuestionSet:
    """Questions and, for the formats that bring their own, their documents."""

    name: str
    """Name of the file or folder."""
    sha256: str
    """SHA-256 of what was read."""
    questions: tuple[Question, ...]
    """In the order of the file."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Text by document name; empty for our own format, whose documents lie in a folder or in the library."""


def read_questions(path: Path) -> QuestionSet:
    """Read a set of questions in any of the known formats.

    Args:
        path: A `.jsonl` file of ours, a SQuAD 1 or 2 `.json` file, or a BEIR folder.

    Returns:
        The set, its ids unique, with at least one question.

    Raises:
        BadQuestionFile: The path is missing or of no known format, a line is malformed (its number and the
            reason are in the message), an id occurs twice, or there is no question.
    """
    from qa.evaluation import formats

    if not path.exists():
        raise BadQuestionFile(f"there is no question file {str(path)!r}")
    if path.is_dir():
        found = formats.read_beir(path)
    elif path.suffix == ".json":
        found = formats.read_squad(path)
    else:
        found = _read_jsonl(path)
    _check_set(found.questions, path)
    return found


def sample_questions(
    questions: Sequence[Question], limit: int | None, seed: int, half: Half | None = None
) -> tuple[Question, ...]:
    """Draw questions at random, answerable and unanswerable ones in the proportion that the set has them.

    Args:
        questions: The set.
        limit: How many to draw; None or more than there are for all.
        seed: The same seed draws the same questions.
        half: Draw from the questions at even or odd positions only, counted from 0; None for all.

    Returns:
        The drawn ones in the order of the set; at least one of each kind if there are both and `limit` is 2
        or more.
    """
    if half is not None:
        questions = questions[1::2] if half == "odd" else questions[::2]
    if limit is None or limit >= len(questions):
        return tuple(questions)
    kinds = [[q for q in questions if q.answerable], [q for q in questions if not q.answerable]]
    share = round(limit * len(kinds[0]) / len(questions))
    if limit >= 2 and all(kinds):
        share = min(max(share, 1), limit - 1)
    generator = random.Random(seed)
    drawn = {q.id for q in generator.sample(kinds[0], share)}
    drawn |= {q.id for q in generator.sample(kinds[1], limit - share)}
    return tuple(q for q in questions if q.id in drawn)


def check_evidence(questions: Sequence[Question], text_of: Callable[[str], str | None], source: str) -> None:
    """Make sure that every gold quote stands in its document.

    Args:
        questions: The questions.
        text_of: Gives a document's text by its name; None if there is no such document.
        source: What the questions came from, for the message.

    Raises:
        BadQuestionFile: A document is missing, or a quote isn't in its document.
    """
    for question in questions:
        for gold in question.evidence:
            text = text_of(gold.document)
            where = f"{source}: question {question.id!r}"
            if text is None:
                raise BadQuestionFile(
                    f"{where}: there is no document {gold.document!r}; name it as the list of documents does,"
                    " relative to their folder"
                )
            if fit_quote(gold.quote, text) is None:
                raise BadQuestionFile(f"{where}: {gold.document!r} does not contain {shorten(gold.quote)!r}")


def fit_quote(quote: str, text: str) -> str | None:
    """Return a quote as its document's text has it.

    What normalisation changes in a document, such as invisible characters and kinds of white space, it changes in
    a quote that was taken from the document's file too.

    Returns:
        The quote itself if the text has it, else the normalised quote if the text has that; None if neither.
    """
    if quote in text:
        return quote
    normalised = normalise_text(quote)
    return normalised if normalised and normalised in text else None


def shorten(text: str, size: int = 60) -> str:
    """Return the text on one line, cut to `size` characters with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= size else line[: size - 1] + "…"


def read_bytes(path: Path) -> bytes:
    """Read a file; raise BadQuestionFile if it can't be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadQuestionFile(f"can't read {str(path)!r}: {error.strerror or error}") from error


def json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Read a file of JSON objects, one a line; empty lines are passed over.

    Yields:
        Line number, from 1, and object.

    Raises:
        BadQuestionFile: The file can't be read, or a line isn't a JSON object, or holds what UTF-8 can't.
    """
    for number, line in enumerate(read_bytes(path).removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
            json.dumps(record, ensure_ascii=False).encode()  # "\\ud800" is half a character, and can't be written
        except (ValueError, RecursionError) as error:
            raise BadQuestionFile(f"{path}, line {number}: not JSON: {error}") from error
        if not isinstance(record, dict):
            raise BadQuestionFile(f"{path}, line {number}: not a JSON object but {shorten(json.dumps(record))}")
        yield number, record


def _read_jsonl(path: Path) -> QuestionSet:
    """Read our own format: id, question, answers, answerable, evidence [{document, quote}] a line."""
    questions: list[Question] = []
    for number, record in json_lines(path):
        try:
            questions.append(_parse_question(record))
        except ValueError as error:
            raise BadQuestionFile(f"{path}, line {number}: {error}") from error
    return QuestionSet(name=path.name, sha256=hashlib.sha256(read_bytes(path)).hexdigest(), questions=tuple(questions))


def _parse_question(record: Mapping[str, Any]) -> Question:
    evidence = record.get("evidence", [])
    if not isinstance(evidence, list) or not all(isinstance(item, dict) for item in evidence):
        raise ValueError('"evidence" must be a list of {"document", "quote"}')
    answers = record.get("answers", [])
    if not isinstance(answers, list) or not all(isinstance(item, str) and item.strip() for item in answers):
        raise ValueError('"answers" must be a list of texts, none empty')
    answerable = record.get("answerable", True)
    if not isinstance(answerable, bool):
        raise ValueError('"answerable" must be true or false')
    return Question(
        id=_text(record, "id"),
        question=_text(record, "question"),
        answers=tuple(answers),
        answerable=answerable,
        evidence=tuple(Quote(document=_text(item, "document"), quote=_text(item, "quote")) for item in evidence),
    )


def _text(record: Mapping[str, Any], key: str) -> str:
    value = record.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f'"{key}" must be a text that is not empty')
    return value


def _check_set(questions: Sequence[Question], path: Path) -> None:
    if not questions:
        raise BadQuestionFile(f"there is no question in {str(path)!r}")
    seen: set[str] = set()
    for question in questions:
        if question.id in seen:
            raise BadQuestionFile(f"{path}: the id {question.id!r} occurs twice; ids must be unique")
        seen.add(question.id)
