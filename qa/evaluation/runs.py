"""The record of a run: how it is kept while it grows, written when it is done, and read back."""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from qa.errors import BadQuestionFile
from qa.evaluation.spans import Gold, Span

FORMAT = 1
"""Version of the file's layout."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """What became of one question."""

    id: str
    """The question's id."""
    question: str
    """The question."""
    answerable: bool
    """Whether the documents answer it."""
    answers: tuple[str, ...] = ()
    """Accepted wordings."""
    evidence: tuple[Gold, ...] = ()
    """The gold quotes and where they stand."""
    answer: Mapping[str, Any] | None = None
    """The answer's record (only `passages` and `timings` if retrieval alone was run); None if it failed."""
    prompt: tuple[Span, ...] = ()
    """What was put before the model, in prompt order."""
    measures: Mapping[str, float] = field(default_factory=dict)
    """The numbers that figures are made of."""
    error: str | None = None
    """Why there is no answer, in one line; None otherwise."""

    @property
    def refused(self) -> bool:
        """Whether the answer was that the documents don't say."""
        return self.answer is not None and self.answer.get("outcome") == "not_in_documents"

    @property
    def result(self) -> str:
        """One word or two for what happened.

        "failed"; "right", "wrong", "wrongly refused", "wrongly answered"; "not judged" for an answer without
        accepted wordings to compare with; "found" or "missed" where only retrieval was run.
        """
        if self.error is not None:
            return "failed"
        if "refused" not in self.measures:
            rank = self.measures.get("evidence_rank")
            return "not judged" if "mrr" not in self.measures else "missed" if rank is None else "found"
        if self.refused:
            return "wrongly refused" if self.answerable else "right"
        if not self.answerable:
            return "wrongly answered"
        right = self.measures.get("right")
        return "not judged" if right is None else "right" if right else "wrong"


@dataclass(frozen=True, kw_only=True)
class Run:
    """An evaluation: what was run, and a row for each question."""

    header: Mapping[str, Any]
    """Questions, corpus, settings, model, versions, commit, machine, cost; JSON-ready."""
    rows: tuple[Row, ...]
    """In the order of the question file."""

    @property
    def failed(self) -> tuple[Row, ...]:
        """The rows without an answer."""
        return tuple(row for row in self.rows if row.error is not None)

    @property
    def finished(self) -> bool:
        """Whether every question was asked."""
        return bool(self.header.get("finished", False))


class PartialRun:
    """The rows of a run that isn't finished, one JSON line each, beside the file that it will become."""

    def __init__(self, out: Path | None, key: str) -> None:
        self.path = None if out is None else out.with_name(f"{out.name}.part")
        self.key = key
        self._file: IO[str] | None = None

    def open(self) -> tuple[Row, ...]:
        """Return the rows that an earlier run with the same key left, and get ready to append.

        What another key left is dropped; so is a last line that was cut off.
        """
        if self.path is None:
            return ()
        rows = _read_partial(self.path, self.key)
        scratch = self.path.with_name(f"{self.path.name}.new")
        with scratch.open("w", encoding="utf-8") as file:
            file.writelines([_line({"key": self.key}), *(_line(asdict(row)) for row in rows)])
        scratch.replace(self.path)
        self._file = self.path.open("a", encoding="utf-8")
        return rows

    def append(self, row: Row) -> None:
        """Add a row; it is with the operating system when this returns."""
        if self._file is not None:
            self._file.write(_line(asdict(row)))
            self._file.flush()

    def close(self, *, finished: bool) -> None:
        """Stop appending; the file goes if the run is finished."""
        if self._file is not None:
            self._file.close()
            self._file = None
        if finished and self.path is not None:
            self.path.unlink(missing_ok=True)


def write_run(run: Run, path: Path) -> None:
    """Write a run with its figures as JSON, whole or not at all."""
    from qa.evaluation.figures import compute_figures

    record = {
        "format": FORMAT,
        **run.header,
        "figures": [asdict(value) for value in compute_figures(run.rows)],
        "rows": [asdict(row) | {"result": row.result} for row in run.rows],
    }
    write_json(record, path)


def write_json(record: Mapping[str, Any], path: Path) -> None:
    """Write JSON, whole or not at all."""
    scratch = path.with_name(f"{path.name}.new")
    scratch.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    os.replace(scratch, path)


def read_run(path: Path) -> Run:
    """Read a run or a baseline.

    Raises:
        BadQuestionFile: The file is missing, or isn't a run of this program.
    """
    try:
        record = json.loads(path.read_bytes())
        if record.pop("format") != FORMAT:
            raise ValueError("another layout")
        rows = tuple(_parse_row(row) for row in record.pop("rows"))
    except OSError as error:
        raise BadQuestionFile(f"can't read the run {str(path)!r}: {error.strerror or error}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise BadQuestionFile(
            f"{str(path)!r} is not a run: write one with `footnote evaluate QUESTIONS --out RUN.json`"
        ) from error
    return Run(header=record, rows=rows)


def run_key(parts: Mapping[str, Any]) -> str:
    """Return a fingerprint of what a run depends on, SHA-256 in hexadecimal."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"


def _read_partial(path: Path, key: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    try:
        with path.open(encoding="utf-8") as file:
            if json.loads(file.readline())["key"] != key:
                return ()
            for line in file:
                rows.append(_parse_row(json.loads(line)))
    except (OSError, ValueError, KeyError, TypeError):
        pass  # No file, or a run that was killed while it wrote: what was read up to there holds.
    return tuple(rows)


def _parse_row(record: Mapping[str, Any]) -> Row:
    return Row(
        id=record["id"],
        question=record["question"],
        answerable=record["answerable"],
        answers=tuple(record.get("answers", ())),
        evidence=tuple(
            Gold(document=item["document"], quote=item["quote"], starts=tuple(item["starts"]))
            for item in record.get("evidence", ())
        ),
        answer=record.get("answer"),
        prompt=tuple(Span(**item) for item in record.get("prompt", ())),
        measures={name: float(value) for name, value in record["measures"].items()},
        error=record.get("error"),
    )
