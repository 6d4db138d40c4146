"""Questions in, a Run out: each is asked through the public interface, scored, and kept as it comes."""

import math
import random
import time
from collections.abc import Callable
from contextlib import closing, nullcontext
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ingest.errors import FootnoteError
from qa import DocumentQA
from qa.errors import ModelUnavailable
from qa.evaluation import measures, provenance
from qa.evaluation.corpus import Corpus, make_corpus, open_corpus
from qa.evaluation.options import EvaluationOptions, EvaluationProgress
from qa.evaluation.questions import Question, QuestionSet, fit_quote, read_questions, sample_questions
from qa.evaluation.runs import PartialRun, Row, Run, run_key, write_run
from qa.evaluation.spans import Gold, locate_quote
from qa.records import Evidence, EvidenceFound, Passage
from qa.versions import package_versions

Report = Callable[[EvaluationProgress], None]


def evaluate(
    questions: Path | str,
    options: EvaluationOptions | None = None,
    *,
    docs: DocumentQA | None = None,
    on_progress: Report | None = None,
) -> Run:
    """Ask a set of questions and measure the answers.

    A question that fails is counted as failed and the others go on. With `options.out`, each row is kept
    beside that file as it comes: a run that was broken off goes on where it was when it is started again with
    the same questions, documents, settings and code. Interrupting (Ctrl-C) returns what was done.

    Args:
        questions: A `.jsonl` file of ours, a SQuAD `.json` file or a BEIR folder.
        options: What to ask and how; None asks everything of the library in use.
        docs: Answers the questions, with its own library and settings, instead of what the options name.
        on_progress: Told after each document and question.

    Returns:
        The run; `finished` is false if it was interrupted.

    Raises:
        BadQuestionFile: The questions are malformed or don't fit the documents; found before a model is
            loaded.
        FootnoteError: The library or the model can't be had.

    Example:
        >>> run = evaluate("questions.jsonl", EvaluationOptions(documents=Path("texts")))  # doctest: +SKIP
        >>> [(row.id, row.result) for row in run.rows]  # doctest: +SKIP
        [('q1', 'right'), ('q2', 'wrongly refused')]
    """
    options = options or EvaluationOptions()
    report = on_progress or (lambda progress: None)
    found = read_questions(Path(questions))
    asked = sample_questions(found.questions, options.limit, options.seed, options.half)
    opened = (
        open_corpus(found, asked, options, report) if docs is None else nullcontext(make_corpus(docs, found, asked))
    )
    with opened as corpus:
        _check_model(corpus.docs, options)
        return _run_on(corpus, _header(found, len(asked), options, corpus), asked, options, report)


def _run_on(
    corpus: Corpus,
    header: dict[str, Any],
    asked: tuple[Question, ...],
    options: EvaluationOptions,
    report: Report,
) -> Run:
    """Ask the questions, or what is left of them, and write the run."""
    started = time.perf_counter()
    conditions = {name: value for name, value in header.items() if name not in ("started", "corpus")}
    ids = [question.id for question in asked]
    partial = PartialRun(options.out, run_key({**conditions, "corpus": corpus.facts["sha256"], "ids": ids}))
    rows, finished = _collect(corpus, asked, options, partial, report)
    cost = {
        "seconds": round(time.perf_counter() - started, 3),
        "peak_memory_bytes": provenance.peak_memory_bytes(),
    }
    run = Run(header={**header, "finished": finished, "cost": cost}, rows=rows)
    if options.out is not None and finished:
        write_run(run, options.out)
        partial.close(finished=True)
    return run


def _check_model(docs: DocumentQA, options: EvaluationOptions) -> None:
    """Refuse to evaluate quotes in place of the answers of a model that can't be had."""
    if not options.retrieval_only and not docs.language_model and docs.model_problem:
        raise ModelUnavailable(f"{docs.model_problem} (to evaluate quotes alone: --set model=none)")


def _collect(
    corpus: Corpus,
    asked: tuple[Question, ...],
    options: EvaluationOptions,
    partial: PartialRun,
    report: Report,
) -> tuple[tuple[Row, ...], bool]:
    """Ask what has not been asked yet; return the rows in the set's order, and whether they are all."""
    done = {row.id: row for row in partial.open() if row.error is None}
    ask = _retrieve if options.retrieval_only else _ask
    todo = [question for question in asked if question.id not in done]
    deadline = math.inf
    if options.minutes is not None:
        deadline = time.monotonic() + 60 * options.minutes
        random.Random(options.seed).shuffle(todo)
    finished = False
    try:
        report(EvaluationProgress(stage="questions", done=len(done), total=len(asked)))
        if todo:
            corpus.docs.retrieve(todo[0].question)  # Loads the embedder, which no question should be charged with.
        for question in todo:
            if time.monotonic() > deadline:
                break
            done[question.id] = row = ask(corpus, question)
            partial.append(row)
            report(EvaluationProgress(stage="questions", done=len(done), total=len(asked)))
        finished = True
    except KeyboardInterrupt:
        pass  # The table of what was done is worth more than a traceback.
    finally:
        partial.close(finished=False)
    return tuple(done[question.id] for question in asked if question.id in done), finished


def _ask(corpus: Corpus, question: Question) -> Row:
    """Ask one question and measure its answer."""
    row, golds = _start(corpus, question)
    try:
        answer = corpus.docs.ask(question.question)
    except FootnoteError as error:
        return replace(row, error=str(error))
    found = measures.measure_answer(question, answer)
    if corpus.docs.settings.passages:  # Without passages the model tells what it knows; nothing was to be found.
        found |= measures.measure_retrieval(question, golds, measures.to_spans(answer.passages))
        found |= measures.measure_prompt(question, golds, answer.evidence)
    found |= measures.measure_citations(question, golds, answer, corpus.text_of)
    found |= measures.measure_cost(answer)
    return replace(row, answer=answer.to_dict(), prompt=measures.to_spans(answer.evidence), measures=found)


def _retrieve(corpus: Corpus, question: Question) -> Row:
    """Find the passages for one question and measure them."""
    row, golds = _start(corpus, question)
    begin = time.perf_counter()
    try:
        passages, evidence = _found(corpus.docs, question.question)
    except FootnoteError as error:
        return replace(row, error=str(error))
    seconds = time.perf_counter() - begin
    found = measures.measure_retrieval(question, golds, measures.to_spans(passages))
    found |= measures.measure_prompt(question, golds, evidence)
    found["evidence_seconds"] = seconds
    record = {"passages": [asdict(item) for item in passages], "timings": {"evidence_seconds": seconds}}
    return replace(row, answer=record, prompt=measures.to_spans(evidence), measures=found)


def _found(docs: DocumentQA, question: str) -> tuple[tuple[Passage, ...], tuple[Evidence, ...]]:
    """Return what is put before the model, without asking it; nothing for greetings and the like."""
    with closing(docs.stream(question)) as events:
        first = next(events)
    return (first.passages, first.evidence) if isinstance(first, EvidenceFound) else ((), ())


def _start(corpus: Corpus, question: Question) -> tuple[Row, tuple[Gold, ...]]:
    """Return the row as it is before the question is asked, and its gold quotes."""
    texts = [corpus.text_of(gold.document) or "" for gold in question.evidence]
    golds = tuple(
        locate_quote(gold.document, fit_quote(gold.quote, text) or "", text)
        for gold, text in zip(question.evidence, texts, strict=True)
    )
    row = Row(
        id=question.id,
        question=question.question,
        answerable=question.answerable,
        answers=question.answers,
        evidence=golds,
    )
    return row, golds


def _header(found: QuestionSet, asked: int, options: EvaluationOptions, corpus: Corpus) -> dict[str, Any]:
    return {
        "questions": {
            "name": found.name,
            "sha256": found.sha256,
            "questions": len(found.questions),
            "asked": asked,
            "seed": options.seed,
            "half": options.half,
        },
        "corpus": dict(corpus.facts),
        "settings": corpus.docs.settings.to_dict(),
        "retrieval_only": options.retrieval_only,
        "model": {} if options.retrieval_only else dict(corpus.docs.model),
        "versions": package_versions(),
        "commit": provenance.source_commit(),
        "machine": provenance.describe_machine(),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
    }
