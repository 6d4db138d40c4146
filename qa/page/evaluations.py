"""What happens in the tab of evaluation: a question file in, progress, kept runs and their reports out."""

import logging
import re
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import gradio as gr

from ingest import FootnoteError
from qa.evaluate import EvaluationOptions, EvaluationProgress, Run, compare, evaluate, read_run, write_run
from qa.evaluation.report import render_report
from qa.page import listing
from qa.page.choices import Choices, Models, answering
from qa.page.desk import UNEXPECTED
from qa.page.handlers import Update
from qa.page.markup import shown
from qa.page.preferences import Kept

OWN_QUESTIONS = Path(__file__).parents[2] / "data" / "questions.jsonl"
"""Questions about the documents that come with the program's source."""
MAX_RUNS = 100
"""How many kept runs are offered."""
_LOOK_SECONDS = 0.3
_log = logging.getLogger(__name__)
Seen = tuple[str, Update, str]
"""How far an evaluation has come as HTML, the runs to choose from, and the report that is shown."""


class Evaluations:
    """The handlers of the events around evaluations; one runs at a time.

    Args:
        models: The models that can be chosen.
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        self.folder = models.docs.library.folder / "evaluations"
        self._stopping = threading.Event()

    def run(self, upload: str | None, limit: float | None, kept: Kept) -> Iterator[Seen]:
        """Ask a file of questions and keep the run, yielding what there is to see."""
        work = _Work(self.models, Path(upload) if upload else OWN_QUESTIONS, int(limit or 1), Choices.read(kept))
        self._stopping.clear()
        work.start()
        try:
            while work.is_alive():
                yield listing.evaluation_html(work.progress), gr.skip(), gr.skip()
                work.join(_LOOK_SECONDS)
                work.stopping = self._stopping.is_set()
        finally:
            work.stopping = True  # whoever watched has gone
        if work.run_made is None or not work.run_made.rows:
            yield listing.problem_html(work.problem or "Stopped before the first answer."), gr.skip(), gr.skip()
            return
        name = self._keep(work.run_made)
        yield listing.evaluation_html(work.progress, done=True), self.runs(name), self.show(name, "")

    def stop(self) -> None:
        """Let the evaluation that runs be; what was asked until then is kept."""
        self._stopping.set()

    def runs(self, chosen: str | None = None) -> Update:
        """Return the kept runs, newest first, as choices."""
        names = self._names()
        return gr.update(choices=names, value=chosen if chosen in names else (names[0] if names else None))

    def others(self) -> Update:
        """Return the same as choices of what to compare with, none of them chosen."""
        return gr.update(choices=[("nothing", ""), *((name, name) for name in self._names())], value="")

    def show(self, name: str | None, other: str | None) -> str:
        """Return a run's report, compared with another run's, in a frame of its own."""
        if not name:
            return ""
        try:
            self.report(name, other or "")
        except FootnoteError as error:
            return listing.problem_html(str(error))
        address = shown(f"evaluation/{quote(name)}" + (f"?with={quote(other)}" if other else ""))
        return (
            f'<p class="limits"><a class="quiet" href="{address}" target="_blank">Open by itself</a>'
            f'<a class="quiet" href="{address}" download="footnote-evaluation.html">Save</a></p>'
            f'<iframe class="report" src="{address}" title="Report of the evaluation {shown(name)}"></iframe>'
        )

    def report(self, name: str, other: str = "") -> str:
        """Return the report of a kept run as HTML.

        Args:
            name: Which run.
            other: An earlier one to compare with; empty for none.

        Raises:
            BadQuestionFile: There is no such run, or the two can't be compared.
        """
        run = self._read(name)
        return render_report(run, compare(self._read(other), run) if other else None)

    def _read(self, name: str) -> Run:
        return read_run(self.folder / f"{name if name in self._names() else 'none'}.json")

    def _names(self) -> list[str]:
        return sorted((path.stem for path in self.folder.glob("*.json")), reverse=True)[:MAX_RUNS]

    def _keep(self, run: Run) -> str:
        asked = re.sub(r"[^\w.-]+", "-", str(run.header["questions"]["name"]))[:60]
        model = re.sub(r"[^\w.-]+", "-", str(run.header["model"].get("name", "none")))[:60]
        name = f"{datetime.now():%Y-%m-%d %H.%M.%S}, {len(run.rows)} of {asked}, {model}"
        self.folder.mkdir(exist_ok=True)
        write_run(run, self.folder / f"{name}.json")
        return name


class _Work(threading.Thread):
    """An evaluation on its way.

    Args:
        models: The models that can be chosen.
        questions: The file.
        limit: How many questions are drawn.
        choices: How they are answered; all documents are asked.
    """

    def __init__(self, models: Models, questions: Path, limit: int, choices: Choices) -> None:
        super().__init__(daemon=True)
        self.models, self.questions, self.limit, self.choices = models, questions, limit, choices
        self.progress: EvaluationProgress | None = None
        self.stopping = False
        self.run_made: Run | None = None
        self.problem = ""

    def run(self) -> None:
        """Ask; what came of it is in `run_made` or `problem`."""
        try:
            docs = answering(self.models.docs_of(self.choices.model), self.choices)
            options = EvaluationOptions(limit=self.limit)
            self.run_made = evaluate(self.questions, options, docs=docs, on_progress=self._tell)
        except FootnoteError as error:
            self.problem = str(error)
        except Exception:
            _log.exception("An evaluation failed")
            self.problem = UNEXPECTED

    def _tell(self, progress: EvaluationProgress) -> None:
        self.progress = progress
        if self.stopping:
            raise KeyboardInterrupt  # as Ctrl-C does on the command line: what was done is returned
