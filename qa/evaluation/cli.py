"""The command `footnote evaluate`: options in, a table on stdout and files out; no logic of its own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli import print_json
from ingest.cli import run as run_command
from ingest.counting import counted
from qa.evaluation.options import Half

if TYPE_CHECKING:
    from qa.evaluation.compare import Comparison
    from qa.evaluation.options import EvaluationOptions, EvaluationProgress
    from qa.evaluation.runs import Run


def evaluate_command(  # noqa: PLR0913 - a command's options are its parameters
    questions: Annotated[
        Path, typer.Argument(help="Our .jsonl, SQuAD's .json, or a BEIR folder.", metavar="QUESTIONS")
    ],
    documents: Annotated[Path | None, typer.Option(help="Folder of documents to build a library of.")] = None,
    library: Annotated[Path | None, typer.Option(help="Library to ask instead of the one in use.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Draw this many questions.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    minutes: Annotated[float | None, typer.Option(help="Ask no further question after so many minutes.")] = None,
    half: Annotated[
        Half | None, typer.Option(help="Choose on the questions at even positions, report on those at odd ones.")
    ] = None,
    retrieval_only: Annotated[bool, typer.Option("--retrieval-only", help="Find passages, ask no model.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the run to this file (JSON).")] = None,
    compare: Annotated[Path | None, typer.Option(help="Compare with this earlier run.")] = None,
    report: Annotated[Path | None, typer.Option(help="Write a report to this file (HTML).")] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting of answers or library.")
    ] = None,
    baseline: Annotated[Path | None, typer.Option(help="Fail if worse than this baseline.")] = None,
    take_baseline: Annotated[
        str | None, typer.Option(metavar="REASON", help="Write the run to --baseline, with the reason.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Ask questions with known answers and measure retrieval, answers, citations, refusals and cost.

    Example:  footnote evaluate data/questions.jsonl --documents data/corpus --limit 20 --report report.html
    """
    from qa.evaluation.options import EvaluationOptions, read_settings

    wishes = _Wishes(compare=compare, report=report, baseline=baseline, reason=take_baseline, as_json=as_json)
    wishes.check()
    answering, making = read_settings(settings or [])
    options = EvaluationOptions(
        documents=documents,
        library=library,
        settings=answering,
        ingest_settings=making,
        limit=limit,
        seed=seed,
        half=half,
        minutes=minutes,
        retrieval_only=retrieval_only,
        out=out,
    )
    old = _read_old(questions, wishes, options)
    run = _run(questions, options)
    if not _tell(run, old, wishes):
        raise typer.Exit(1)


@dataclass(frozen=True, kw_only=True)
class _Wishes:
    """What is to become of a run."""

    compare: Path | None
    report: Path | None
    baseline: Path | None
    reason: str | None
    as_json: bool

    @property
    def old(self) -> Path | None:
        """The run to compare with."""
        return self.compare or (self.baseline if self.reason is None else None)

    def check(self) -> None:
        """Refuse what can't be, before anything is asked."""
        from qa.evaluation.options import check_writable

        if self.reason is not None and self.baseline is None:
            raise typer.BadParameter("needs --baseline FILE to write to", param_hint="--take-baseline")
        if self.compare is not None and self.baseline is not None:
            raise typer.BadParameter("give either --compare or --baseline", param_hint="--compare")
        for path in (self.report, self.baseline if self.reason is not None else None):
            if path is not None:
                check_writable(path)


def main() -> None:
    """Run the command by itself: `python -m qa.evaluate`."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(evaluate_command)
    run_command(app)


def _read_old(questions: Path, wishes: _Wishes, options: "EvaluationOptions") -> "Run | None":
    """Read the run to compare with, so that unlike runs are found before anything is asked."""
    path = wishes.old
    if path is None:
        return None
    from qa.errors import BadQuestionFile
    from qa.evaluation.compare import read_comparable
    from qa.evaluation.questions import read_questions, sample_questions

    if not path.exists() and path == wishes.baseline:
        raise BadQuestionFile(
            f'there is no baseline {str(path)!r}; take one by adding: --take-baseline "WHY IT IS THE FIRST"'
        )
    asked = sample_questions(read_questions(questions).questions, options.limit, options.seed, options.half)
    return read_comparable(path, [(q.id, q.question) for q in asked], options.retrieval_only)


def _run(questions: Path, options: "EvaluationOptions") -> "Run":
    from qa.evaluation.run import evaluate

    with _progress_bar() as show:
        return evaluate(questions, options, on_progress=show)


def _tell(run: "Run", old: "Run | None", wishes: _Wishes) -> bool:
    """Print and write what a run gave; return whether it is whole and has passed the gate."""
    from qa.evaluation.compare import compare
    from qa.evaluation.gate import find_regressions, write_baseline
    from qa.evaluation.report import write_report

    comparison = compare(old, run) if old is not None and run.rows else None
    regressions: tuple[str, ...] = ()
    if wishes.baseline is not None and old is not None and comparison is not None:
        regressions = find_regressions(old, run, comparison)
    if wishes.as_json:
        _print_json(run, comparison, regressions)
    else:
        _print_tables(run, comparison)
    if wishes.report is not None:
        write_report(run, wishes.report, comparison)
    if wishes.reason is not None and wishes.baseline is not None:
        write_baseline(run, wishes.baseline, wishes.reason)
    for line in regressions:
        typer.echo(f"Worse than {wishes.baseline}: {line}", err=True)
    if run.finished and len(run.rows) < run.header["questions"]["asked"]:
        typer.echo(
            f"Time was up after {len(run.rows)} of {counted(run.header['questions']['asked'], 'question')}", err=True
        )
    if not run.finished:
        typer.echo("Interrupted; with the same --out the same command goes on from here.", err=True)
    return run.finished and not regressions


@contextmanager
def _progress_bar() -> Iterator[Callable[["EvaluationProgress"], None]]:
    """Show a bar with the time left on stderr, one for each stage."""
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TaskID,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _tell_now_and_then
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=console)
    tasks: dict[str, TaskID] = {}

    def show(progress: "EvaluationProgress") -> None:
        bar.start()
        if progress.stage not in tasks:
            tasks[progress.stage] = bar.add_task(progress.stage)
        bar.update(tasks[progress.stage], completed=progress.done, total=progress.total or None)

    try:
        yield show
    finally:
        if tasks:
            bar.stop()


def _tell_now_and_then(progress: "EvaluationProgress") -> None:
    """Write a line for every tenth of a stage: what a log shows in place of a bar."""
    done, total = progress.done, progress.total
    if total and done * 10 // total > (done - 1) * 10 // total:
        typer.echo(f"{progress.stage}: {done}/{total}", err=True)


def _print_tables(run: "Run", comparison: "Comparison | None") -> None:
    from rich.console import Console

    from qa.evaluation import tables
    from qa.evaluation.figures import compute_figures

    # A table in a file is for reading too: it isn't folded to the width of a terminal that isn't there.
    console = Console(markup=False, highlight=False, width=None if sys.stdout.isatty() else 140)
    console.print(tables.figure_table(compute_figures(run.rows)))
    for line in tables.run_lines(run):
        console.print(line, soft_wrap=True)
    if comparison is not None:
        for line in ("", *tables.comparison_lines(comparison)):
            console.print(line, soft_wrap=True)
        console.print(tables.difference_table(comparison.differences))
        if comparison.changes:
            console.print(tables.change_table(comparison.changes))


def _print_json(run: "Run", comparison: "Comparison | None", regressions: tuple[str, ...]) -> None:
    from qa.evaluation.figures import compute_figures

    record = {
        **run.header,
        "figures": [asdict(value) for value in compute_figures(run.rows)],
        "failed": [{"id": row.id, "error": row.error} for row in run.failed],
        "regressions": list(regressions),
    }
    if comparison is not None:
        record["comparison"] = {
            "shared": comparison.shared,
            "conditions": list(comparison.conditions),
            "differences": [asdict(d) | {"verdict": d.verdict} for d in comparison.differences],
            "changed": [{"id": c.new.id, "old": c.old.result, "new": c.new.result} for c in comparison.changes],
        }
    print_json(record)
