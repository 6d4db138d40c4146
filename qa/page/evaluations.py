"""What happens in the tab of evaluation: a question file in, progress, kept runs and their reports out."""

import asyncio
import logging
import re
import threading
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import gradio as gr

from ingest import FootnoteError
from qa.errors import BadQuestionFile
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
_NOT_OURS = (
    "Without a question file, questions about Footnote’s own documents are asked, and those aren’t all here. Choose a "
    "file of questions about your documents above, or add the folder data/corpus of Footnote’s source under Documents."
)
MAX_RUNS = 100
"""How many kept runs are offered."""
_LOOK_SECONDS = 0.3
_log = logging.getLogger(__name__)
Seen = tuple[str, Update, Update, str]
"""How far an evaluation has come as HTML, the runs to choose from, those to compare with, and the report shown."""


class Evaluations:
    """The handlers of the events around evaluations; one runs at a time, whoever watches it.

    Args:
        models: The models that can be chosen.
    """

    def __init__(self, models: Models) -> None:
        self.models = models
        self.folder = models.docs.library.folder / "evaluations"
        self._beginning = threading.Lock()
        self._work: _Work | None = None

    async def begin(self, upload: str | None, limit: float | None, kept: Kept) -> AsyncIterator[Seen]:
        """Ask a file of questions, unless an evaluation runs, and yield what there is to see of it."""
        with self._beginning:
            if not (self._work and self._work.is_alive()):
                questions = Path(upload) if upload else OWN_QUESTIONS
                self._work = _Work(self, questions, int(limit or 1), Choices.read(kept))
                self._work.start()
        async for seen in self.follow():
            yield seen

    async def follow(self) -> AsyncIterator[Seen]:
        """Yield how far the evaluation that runs has come; at its end, or if none runs, the newest report."""
        work = self._work
        while work and work.is_alive():
            yield listing.evaluation_html(work.progress), gr.skip(), gr.skip(), gr.skip()
            await asyncio.sleep(_LOOK_SECONDS)
        said = ""
        if work:
            done = listing.evaluation_html(work.progress, done=True)
            said = listing.problem_html(work.problem) if work.problem else done
        names = self._names()
        newest = names[0] if names else None
        others = gr.update(choices=[("nothing", ""), *((name, name) for name in names)], value="")
        yield said, gr.update(choices=names, value=newest), others, self.show(newest, "")

    def stop(self) -> None:
        """Let the evaluation that runs be; what was asked until then is kept."""
        if self._work:
            self._work.stopping = True

    def keep(self, run: Run) -> None:
        """Keep a run beside the library, under the time and what was asked."""
        asked = re.sub(r"[^\w.-]+", "-", str(run.header["questions"]["name"]))[:60]
        model = re.sub(r"[^\w.-]+", "-", str(run.header["model"].get("name", "none")))[:60]
        self.folder.mkdir(exist_ok=True)
        name = f"{datetime.now():%Y-%m-%d %H.%M.%S}, {len(run.rows)} of {asked}, {model}"
        write_run(run, self.folder / f"{name}.json")

    def show(self, name: str | None, other: str | None) -> str:
        """Return a run's report, compared with another run's, in a frame of its own."""
        if not name:
            return ""
        try:
            if other:
                compare(self._read(other), self._read(name))
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


class _Work(threading.Thread):
    """An evaluation on its way.

    Args:
        evaluations: What keeps the run.
        questions: The file.
        limit: How many questions are drawn.
        choices: How they are answered; all documents are asked.
    """

    def __init__(self, evaluations: Evaluations, questions: Path, limit: int, choices: Choices) -> None:
        super().__init__(daemon=True)
        self.evaluations, self.questions, self.limit, self.choices = evaluations, questions, limit, choices
        self.progress: EvaluationProgress | None = None
        self.stopping = False
        self.problem = ""

    def run(self) -> None:
        """Ask, and keep the run; if there is none, `problem` says why."""
        try:
            docs = answering(self.evaluations.models.docs_of(self.choices.model), self.choices)
            run = evaluate(self.questions, EvaluationOptions(limit=self.limit), docs=docs, on_progress=self._tell)
            if run.rows:
                self.evaluations.keep(run)
            else:
                self.problem = "Stopped before the first answer."
        except FootnoteError as error:
            own = self.questions == OWN_QUESTIONS and isinstance(error, BadQuestionFile)
            self.problem = _NOT_OURS if own else str(error).replace(str(self.questions), self.questions.name)
        except Exception:
            _log.exception("An evaluation failed")
            self.problem = UNEXPECTED

    def _tell(self, progress: EvaluationProgress) -> None:
        self.progress = progress
        if self.stopping:
            raise KeyboardInterrupt  # as Ctrl-C does on the command line: what was done is returned
