"""A run goes in, thresholds for the gate come out: `python -m qa.evaluation.operating_points RUN.json [OTHER.json]`.

They are chosen on the one run and their figures told for the other, so that nothing is reported on the questions that
it was chosen on. Both are best made with `--set gate=off`, which writes an answer to every question and records the
gate's probability: then any threshold can be tried afterwards. Of a run with the gate on, only higher ones can.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.counting import counted
from ingest.errors import FootnoteError
from qa.errors import BadQuestionFile
from qa.evaluation.figures import Value, compute_figures
from qa.evaluation.runs import Row, Run, read_run

STRICT_SHARE = 0.9
"""The strict threshold refuses at least this share of the unanswerable questions."""
EAGER_SHARE = 0.95
"""The eager threshold answers at least this share of those answerable questions that it could answer at all."""
SHOWN = ("right", "contains_answer", "refusal_precision", "refusal_recall", "balanced_accuracy")
"""The figures that are told for each threshold."""


def at_threshold(rows: Sequence[Row], threshold: float) -> list[Row]:
    """Return the rows as they would be with this threshold: answers that the gate would have stopped are refusals.

    Rows without the gate's probability (nothing was found, or the question failed) stay as they are.
    """
    return [
        _refused(row) if row.measures.get("answerability", 1.0) < threshold and not row.refused else row for row in rows
    ]


def choose(rows: Sequence[Row]) -> dict[str, float]:
    """Choose three thresholds among the probabilities of a run.

    Args:
        rows: The rows of a run, answerable and unanswerable questions among them.

    Returns:
        "strict": the lowest that refuses 90% of the unanswerable questions; "balanced": the one with the best mean of
        both kinds' shares of right decisions, the lowest of equals; "eager": the highest that still answers 95% of the
        answerable questions that were answered at all.

    Raises:
        BadQuestionFile: There are no probabilities, or one kind of question is missing.
    """
    known = [row for row in rows if row.error is None and "answerability" in row.measures]
    # Just at and just above each probability is where decisions change.
    found = {row.measures["answerability"] for row in known}
    candidates = sorted({0.0, 1.0} | found | {round(probability + 1e-6, 6) for probability in found})
    kinds = {answerable: [row for row in known if row.answerable is answerable] for answerable in (True, False)}
    if not all(kinds.values()):
        raise BadQuestionFile("thresholds need a run with the gate's probabilities of both kinds of questions")

    def refused(answerable: bool, threshold: float) -> float:
        among = kinds[answerable]
        return sum(row.refused or row.measures["answerability"] < threshold for row in among) / len(among)

    def balance(threshold: float) -> float:
        return (1 - refused(True, threshold) + refused(False, threshold)) / 2

    least_refused = refused(True, 0.0)

    def answered(threshold: float) -> float:
        return (1 - refused(True, threshold)) / max(1 - least_refused, 1e-9)

    return {
        "strict": next((t for t in candidates if refused(False, t) >= STRICT_SHARE), 1.0),
        "balanced": max(candidates, key=lambda t: (balance(t), -t)),
        "eager": max(t for t in candidates if answered(t) >= EAGER_SHARE),
    }


def tell(chosen_on: Run, reported_on: Run) -> str:
    """Return a Markdown table: the thresholds chosen on one run, and what each does on the other."""
    lines = [["", "threshold", *(f"`{name}`" for name in SHOWN)], ["---", *(["--:"] * (1 + len(SHOWN)))]]
    for name, threshold in choose(chosen_on.rows).items():
        found = {value.name: value for value in compute_figures(at_threshold(reported_on.rows, threshold))}
        lines.append([name, f"{threshold:.2f}", *(_cell(found.get(figure)) for figure in SHOWN)])
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    others = counted(len(reported_on.rows), "other question")
    note = "the same questions: optimistic" if chosen_on is reported_on else others
    return f"{table}\nChosen on {counted(len(chosen_on.rows), 'question')}, figures of {note}.\n"


def main(paths: Sequence[str]) -> int:
    """Print the thresholds chosen on the first run and their figures on the last; return the exit code."""
    if not 1 <= len(paths) <= 2:
        sys.stderr.write("Usage: python -m qa.evaluation.operating_points RUN.json [OTHER.json]\n")
        return 2
    try:
        runs = [read_run(Path(path)) for path in paths]
        sys.stdout.write(tell(runs[0], runs[-1]))
    except FootnoteError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


def _refused(row: Row) -> Row:
    """Return an answered row as a refused one."""
    changes = {"refused": 1.0, "refused_rightly": float(not row.answerable), "answered": 0.0, "citations": 0.0}
    changes |= {name: 0.0 for name in ("citations_on_gold", "answered_citing_gold", "quotes", "quotes_exact")}
    changes |= {name: 0.0 for name in ("exact_match", "token_f1", "contains_answer")}
    changes["right"] = float(not row.answerable)
    changes |= {name: 0.0 for name in row.measures if name.startswith("sentences")}
    kept = {name: value for name, value in changes.items() if name in row.measures}
    return replace(row, answer={**(row.answer or {}), "outcome": "not_in_documents"}, measures={**row.measures, **kept})


def _cell(value: Value | None) -> str:
    if value is None or value.value is None or value.low is None or value.high is None:
        return ""
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f}; {value.n})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
