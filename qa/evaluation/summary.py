"""Written runs go in, one Markdown table comes out: `python -m qa.evaluation.summary RUN.json ...`.

It is what the documentation's tables are made by, so that no number in them is typed by hand.
"""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from ingest.errors import FootnoteError
from qa.evaluation.figures import Value, compute_figures
from qa.evaluation.runs import Run, read_run

COLUMNS = {
    "evidence_hit@1": "evidence first",
    "evidence_hit@4": "in first four",
    "prompt_evidence_recall": "in the prompt",
    "contains_answer": "contains answer",
    "token_f1": "F1",
    "citation_precision": "citation precision",
    "citation_recall": "citation recall",
    "refusal_recall": "refused of unanswerable",
    "balanced_accuracy": "balanced accuracy",
    "answerability_auc": "gate AUC",
    "evidence_seconds_median": "evidence s",
    "first_token_seconds_median": "first word s",
    "total_seconds_median": "answer s",
}
"""The figures of the table and their headings, in order."""


def summarise(runs: Mapping[str, Run]) -> str:
    """Return one line for each run: its figures with 95% interval and n, where and when it was made.

    Args:
        runs: The runs by the name that their lines bear.

    Returns:
        A Markdown table with the columns that any run has; ends in a line end.
    """
    values = {name: {value.name: value for value in compute_figures(run.rows)} for name, run in runs.items()}
    columns = [column for column in COLUMNS if any(column in found for found in values.values())]
    lines = [["run", "questions", "failed", *(COLUMNS[column] for column in columns), "model", "date", "commit"]]
    lines.append(["---"] * len(lines[0]))
    for name, run in runs.items():
        figures = [_cell(values[name].get(column)) for column in columns]
        lines.append([name, str(len(run.rows)), str(len(run.failed)), *figures, *_origin(run)])
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def main(paths: Sequence[str]) -> int:
    """Print the table of the runs in these files, named after them; return the exit code."""
    if not paths:
        sys.stderr.write("Usage: python -m qa.evaluation.summary RUN.json ...\n")
        return 2
    try:
        runs = {Path(path).stem: read_run(Path(path)) for path in paths}
    except FootnoteError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    sys.stdout.write(summarise(runs))
    return 0


def _cell(value: Value | None) -> str:
    if value is None or value.value is None:
        return ""
    if value.low is None or value.high is None:
        return f"{value.value:.2f} (n {value.n})"
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f}, n {value.n})"


def _origin(run: Run) -> list[str]:
    model = str(run.header.get("model", {}).get("name", "")) or "none asked"
    commit = str(run.header.get("commit") or "")
    return [model, str(run.header.get("started", ""))[:10], commit[:8] + ("+" if "+" in commit else "")]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
