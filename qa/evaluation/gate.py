"""The gate: a run and a baseline go in, what got worse by more than chance allows comes out."""

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import BadQuestionFile
from qa.evaluation.compare import Comparison, Difference
from qa.evaluation.figures import compute_figures
from qa.evaluation.runs import FORMAT, Run, write_json

TOLERANCE = 0.02
"""Processors round differently, which moves every probability a little, and all of them the same way."""
SIGNIFICANCE = 0.05
"""The p-value below which a difference isn't chance."""


def find_regressions(baseline: Run, run: Run, comparison: Comparison) -> tuple[str, ...]:
    """Say what got worse than the baseline by more than chance allows.

    A figure is worse if the whole 95% interval of its paired difference lies on the bad side of 0, the test on pairs
    (McNemar's for yes/no figures, randomisation for the others) finds it significant at 0.05, and it is at least
    0.02; or if it could be computed for the baseline's answers to the same questions and can't be any more. So on
    another processor, which rounds differently, up to five questions may turn from right to wrong. Besides, no
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
    asked = {row.id for row in run.rows}
    before = compute_figures([row for row in baseline.rows if row.id in asked])
    missing = {value.name for value in before} - {value.name for value in compute_figures(run.rows)}
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
    size = abs((difference.new or 0) - (difference.old or 0))
    return size >= TOLERANCE and difference.p < SIGNIFICANCE


def _gated_names() -> set[str]:
    from qa.evaluation.figures import FIGURES

    return {figure.name for figure in FIGURES if figure.gated}


def _line(difference: Difference) -> str:
    return (
        f"{difference.name}: {difference.old:.3f} → {difference.new:.3f} "
        f"(95% interval of the difference {difference.low:+.3f} to {difference.high:+.3f}, "
        f"p {difference.p:.3f}, n {difference.n})"
    )
