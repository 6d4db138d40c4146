"""The gate: a run and a baseline go in, what got worse by more than chance allows comes out."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import BadQuestionFile
from qa.evaluation.compare import Comparison, Difference
from qa.evaluation.figures import compute_figures
from qa.evaluation.runs import FORMAT, Run, write_json

TOLERANCE = 0.005
"""Processors round differently, which moves every probability a little, and all of them the same way."""


def find_regressions(baseline: Run, run: Run, comparison: Comparison) -> tuple[str, ...]:
    """Say what got worse than the baseline by more than chance allows.

    A figure is worse if the whole 95% interval of its paired difference lies on the bad side of 0, or if it
    could be computed for the baseline and can't be any more. Less than 0.005 is never worse. Besides, no
    question may fail that did not fail before, and every quote must stand in its document. Times and sizes
    depend on the machine and never fail the gate.

    Args:
        baseline: The accepted run.
        run: The run in question.
        comparison: Of the two.

    Returns:
        One line for each regression, naming the figure; empty if the gate is passed.
    """
    lines = [_line(d) for d in comparison.differences if d.gated and d.verdict == "worse" and _matters(d)]
    lines += [
        f"{d.name}: {d.old:.3f} in the baseline, undefined now (n {d.n})"
        for d in comparison.differences
        if d.gated and d.old is not None and d.new is None
    ]
    missing = {v.name for v in compute_figures(baseline.rows)} - {v.name for v in compute_figures(run.rows)}
    gated = {d.name for d in comparison.differences}
    lines += [f"{name}: in the baseline, not measured now" for name in sorted(missing & _gated_names() - gated)]
    failed_before = {row.id for row in baseline.failed}
    lines += [f"question {row.id!r} failed: {row.error}" for row in run.failed if row.id not in failed_before]
    inexact = [row.id for row in run.rows if row.measures.get("quotes_exact", 0) < row.measures.get("quotes", 0)]
    if inexact:
        lines.append(f"quote_exact: must be 1; quotes that are not in their document: question {inexact[0]!r}")
    return tuple(dict.fromkeys(lines))


def write_baseline(run: Run, path: Path, reason: str) -> None:
    """Write a run as the new baseline, small enough to be committed, with the reason for taking it.

    Args:
        run: A finished run.
        path: The baseline file, replaced if it is there.
        reason: Why the figures may be other ones from now on; not empty.

    Raises:
        BadQuestionFile: The reason is empty or the run isn't finished.
    """
    if not reason.strip():
        raise BadQuestionFile('a new baseline needs a reason: --take-baseline "WHY"')
    if not run.finished:
        raise BadQuestionFile("the run was interrupted: a baseline needs all of its questions")
    record = {
        "format": FORMAT,
        "reason": reason.strip(),
        "taken": datetime.now(UTC).date().isoformat(),
        **run.header,
        "figures": [asdict(value) for value in compute_figures(run.rows)],
        "rows": [
            {
                "id": row.id,
                "question": row.question,
                "answerable": row.answerable,
                "result": row.result,
                "answer": {key: row.answer[key] for key in ("outcome", "text") if key in row.answer}
                if row.answer
                else None,
                "measures": {name: round(value, 6) for name, value in row.measures.items()},
                "error": row.error,
            }
            for row in run.rows
        ],
    }
    write_json(record, path)


def _matters(difference: Difference) -> bool:
    return abs((difference.new or 0) - (difference.old or 0)) >= TOLERANCE


def _gated_names() -> set[str]:
    from qa.evaluation.figures import FIGURES

    return {figure.name for figure in FIGURES if figure.gated}


def _line(difference: Difference) -> str:
    return (
        f"{difference.name}: {difference.old:.3f} → {difference.new:.3f} "
        f"(95% interval of the difference {difference.low:+.3f} to {difference.high:+.3f}, n {difference.n})"
    )
