"""Other people's formats: SQuAD's JSON and BEIR's folder become a QuestionSet with its documents."""

import csv
import hashlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ingest.loaders.normalising import normalise_text
from ingest.sentences import sentence_spans
from qa.errors import BadQuestionFile
from qa.evaluation.questions import Question, QuestionSet, Quote, json_lines, read_bytes


def read_squad(path: Path) -> QuestionSet:
    """Read SQuAD 1.1 or 2.0 JSON (Rajpurkar et al. 2016, 2018).

    Each article becomes one document, its paragraphs separated by an empty line; the gold quote of an answer
    is the sentence that holds it. SQuAD 2's `is_impossible` is what makes a question unanswerable.

    Raises:
        BadQuestionFile: The file isn't SQuAD's format; the message says where.
    """
    data = read_bytes(path)
    questions: list[Question] = []
    documents: dict[str, str] = {}
    try:
        for number, article in enumerate(json.loads(data)["data"], 1):
            name = f"{number:04d}_{_file_stem(str(article.get('title', '')))}.txt"
            documents[name] = normalise_text("\n\n".join(part["context"] for part in article["paragraphs"]))
            for paragraph in article["paragraphs"]:
                questions += [_squad_question(entry, paragraph["context"], name) for entry in paragraph["qas"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        reason = f"no {error}" if isinstance(error, KeyError) else str(error)
        raise BadQuestionFile(f"{path} is not in SQuAD's format (question {len(questions) + 1}): {reason}") from error
    return QuestionSet(
        name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        questions=tuple(questions),
        documents=documents,
    )


def read_beir(folder: Path) -> QuestionSet:
    """Read a BEIR folder (Thakur et al. 2021): `corpus.jsonl`, `queries.jsonl`, `qrels/test.tsv`.

    Judgements name whole documents, so any passage of a relevant document counts as evidence; every grade
    above 0 is relevant. Queries without a relevant document in the test split are left out, as BEIR does.

    Raises:
        BadQuestionFile: A file is missing or malformed, or a judgement names an unknown query or document.
    """
    files = [folder / "corpus.jsonl", folder / "queries.jsonl", folder / "qrels" / "test.tsv"]
    digest = hashlib.sha256(b"".join(hashlib.sha256(read_bytes(file)).digest() for file in files))
    names: dict[str, str] = {}
    documents: dict[str, str] = {}
    for number, (key, record) in enumerate(_beir_records(files[0]), 1):
        names[key] = f"{number:07d}_{_file_stem(key)}.txt"
        documents[names[key]] = normalise_text(f"{record.get('title') or ''}\n\n{record['text']}")
    queries = {key: str(record["text"]) for key, record in _beir_records(files[1])}
    relevant: dict[str, list[str]] = {}
    for line, query, document in _judgements(files[2]):
        if query not in queries or document not in names:
            thing = f"query {query!r}" if query not in queries else f"document {document!r}"
            raise BadQuestionFile(f"{files[2]}, line {line}: unknown {thing}")
        relevant.setdefault(query, []).append(names[document])
    questions = tuple(
        Question(id=key, question=queries[key], evidence=tuple(Quote(document=name, quote="") for name in found))
        for key, found in relevant.items()
    )
    return QuestionSet(name=folder.name, sha256=digest.hexdigest(), questions=questions, documents=documents)


def _squad_question(entry: Mapping[str, Any], context: str, name: str) -> Question:
    impossible = bool(entry.get("is_impossible", False))
    answers = [] if impossible else entry["answers"]
    quotes = dict.fromkeys(_sentence_at(context, answer["answer_start"], len(answer["text"])) for answer in answers)
    return Question(
        id=str(entry["id"]),
        question=entry["question"],
        answers=tuple(dict.fromkeys(answer["text"] for answer in answers)),
        answerable=not impossible,
        # Annotators mark the same answer in several places: the first is the evidence, as in the published
        # sets.
        evidence=tuple(Quote(document=name, quote=quote) for quote in list(quotes)[:1]),
    )


def _sentence_at(context: str, start: int, size: int) -> str:
    """Return the sentence around an answer; the answer itself if it crosses the border of a sentence."""
    for begin, end in sentence_spans(context):
        if begin <= start and start + size <= end:
            return normalise_text(context[begin:end])
    return normalise_text(context[start : start + size])


def _beir_records(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    seen: set[str] = set()
    for number, record in json_lines(path):
        key = record.get("_id")
        if not isinstance(key, str) or not isinstance(record.get("text"), str):
            raise BadQuestionFile(f'{path}, line {number}: "_id" and "text" must be texts')
        if key in seen:
            raise BadQuestionFile(f"{path}, line {number}: the id {key!r} occurs twice; ids must be unique")
        seen.add(key)
        yield key, record


def _judgements(path: Path) -> Iterator[tuple[int, str, str]]:
    """Yield line number, query id and document id of each judgement above 0; a header line is passed over."""
    text = read_bytes(path).decode("utf-8", "replace")
    for number, cells in enumerate(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE), 1):
        if not cells or (number == 1 and cells[-1].strip() == "score"):
            continue
        try:
            query, document, grade = cells
            if float(grade) > 0:
                yield number, query, document
        except ValueError as error:
            raise BadQuestionFile(f"{path}, line {number}: not query, document and grade, tab-separated") from error


def _file_stem(title: str) -> str:
    """Return a title as a part of a file name: letters and digits of any script, at most 40."""
    return "_".join("".join(c if c.isalnum() else " " for c in title).split())[:40] or "document"
