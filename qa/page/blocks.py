"""The page's Gradio components and what happens between them."""

import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api

from ingest import DocumentReport, FootnoteError
from qa.chain import DocumentQA
from qa.page import listing
from qa.page.answers import turn_html
from qa.page.conversation import Conversation, Turn
from qa.page.reader import reader_html
from qa.records import AnswerChecked, Event, EvidenceFound, TextDrafted

HERE = Path(__file__).parent
QUESTIONS = HERE.parents[1] / "data" / "questions.jsonl"
AT_ONCE = 2
"""How many questions are answered at the same time; the model shares the processor among them."""
UNEXPECTED = "Something went wrong that should not have. The program’s log says what; please report it."
_log = logging.getLogger(__name__)

Update = dict[str, Any]
"""What `gr.update` returns."""


class Page:
    """The handlers of the page's events.

    Args:
        docs: What answers.
    """

    def __init__(self, docs: DocumentQA) -> None:
        self.docs = docs
        self._opened = 0

    def ask(self, question: str) -> dict[str, Any]:
        """Answer a question: the same record as in Python and on the command line."""
        try:
            return self.docs.ask(question).to_dict()
        except FootnoteError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def begin(self, question: str, conversation: Conversation) -> tuple[Update, str, str]:
        """Put a question on the page at once; what went before moves up."""
        if not question.strip():
            return gr.skip(), gr.skip(), gr.skip()
        for turn in conversation.turns:
            turn.stopped = turn.stopped or turn.running
        before = "".join(turn_html(turn, number) for number, turn in enumerate(conversation.turns))
        conversation.turns.append(Turn(question=question.strip()))
        return _busy(), before, self.current(conversation)

    def begin_example(self, conversation: Conversation, event: gr.EventData) -> tuple[Update, str, str]:
        """Do the same for a question that was clicked."""
        return self.begin(str(event._data.get("question", "")), conversation)

    def answer(self, conversation: Conversation) -> Iterator[str]:
        """Yield the last question's HTML again whenever there is more of its answer."""
        turn = conversation.turns[-1] if conversation.turns else None
        if turn is None or not turn.running:
            yield self.current(conversation)
            return
        events = self.docs.stream(turn.question, history=conversation.history())
        try:
            for event in events:
                if turn.stopped:
                    break
                self._take(turn, event)
                yield self.current(conversation)
        except FootnoteError as error:
            turn.problem = str(error)
        except Exception:
            _log.exception("A question could not be answered")
            turn.problem = UNEXPECTED
        finally:
            events.close()  # which stops the model
        yield self.current(conversation)

    def _take(self, turn: Turn, event: Event) -> None:
        if isinstance(event, EvidenceFound):
            turn.infos = {info.name: info for info in self.docs.library.documents()}
            turn.found = event
        elif isinstance(event, TextDrafted):
            turn.draft += event.text
        elif isinstance(event, AnswerChecked):
            turn.answer = event.answer

    def stop(self, conversation: Conversation) -> tuple[Update, str]:
        """Stop the answer that is being written."""
        if conversation.turns and conversation.turns[-1].running:
            conversation.turns[-1].stopped = True
        return _ready(), self.current(conversation)

    def current(self, conversation: Conversation) -> str:
        """Return the last question with its answer, or a welcome."""
        if not conversation.turns:
            return listing.welcome_html(listing.example_questions(self.docs.library.documents(), QUESTIONS))
        return turn_html(conversation.turns[-1], len(conversation.turns) - 1)

    def show(self, conversation: Conversation, event: gr.EventData) -> str:
        """Open the document that a click asks for."""
        try:
            place = conversation.place(event._data)
            info, text = self.docs.library.info(place.document), self.docs.library.text(place.document)
        except FootnoteError as error:
            return listing.problem_html(str(error))
        self._opened += 1
        return reader_html(info, text, place, self._opened)

    def edit(self, event: gr.EventData) -> str:
        """Put a question back into the box."""
        return str(event._data.get("question", ""))

    def about(self) -> str:
        """Return which library and model are in use."""
        library = self.docs.library
        try:
            model, problem = self.docs.model, self.docs.model_problem
        except FootnoteError as error:
            model, problem = {"name": "none"}, str(error)
        return listing.about_html(len(library.documents()), library.folder, model, problem)

    def library(self) -> str:
        """Return the list of documents."""
        return listing.library_html(self.docs.library.documents())

    def add(self, uploads: Sequence[str] | None) -> Iterator[tuple[str, str, None]]:
        """Add uploaded files one by one, yielding what became of them, the new list and the emptied drop zone."""
        paths = [Path(upload) for upload in uploads or ()]
        reports: list[DocumentReport] = []
        for path in paths:
            yield listing.progress_html(reports, len(paths), waiting=path.name), self.library(), None
            reports += self._add_one(path)
        yield listing.progress_html(reports, len(paths)), self.library(), None

    def _add_one(self, upload: Path) -> Sequence[DocumentReport]:
        # Under a name of its own in the library's folder, so that a newer version takes the place of the older.
        kept = self.docs.library.folder / "uploads" / upload.name
        try:
            kept.parent.mkdir(exist_ok=True)
            shutil.move(upload, kept)
            return self.docs.add([kept]).documents
        except FootnoteError as error:
            problem = str(error)
        except Exception:
            _log.exception("A file could not be added")
            problem = UNEXPECTED
        return [DocumentReport(document=upload.name, path=str(kept), status="failed", error=problem)]

    def remove(self, event: gr.EventData) -> tuple[str, str]:
        """Remove a document; return what there is to say and the new list."""
        try:
            self.docs.remove(str(event._data.get("name", "")))
        except FootnoteError as error:
            return listing.problem_html(str(error)), self.library()
        return "", self.library()


def build_blocks(docs: DocumentQA) -> gr.Blocks:
    """Return the page, not yet served."""
    page = Page(docs)
    blocks = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
    with blocks:
        conversation = gr.State(Conversation())
        with gr.Row(elem_classes="masthead", equal_height=False):
            gr.HTML("<h1>Footnote<sup>1</sup></h1>", apply_default_css=False)
            about = gr.HTML(elem_classes="about", apply_default_css=False)
        with gr.Row(elem_classes="desk", equal_height=False):
            with gr.Column(elem_classes="table", min_width=0), gr.Tabs():
                with gr.Tab("Ask"):
                    past, current, box = _asking(page, conversation)
                with gr.Tab("Documents"):
                    documents = _documents(page, about)
            with gr.Column(elem_classes="reader", min_width=0):
                reader = _part(elem_id="reader")
        for source in (past, current, reader, documents):
            source.select(page.show, [conversation], [reader], queue=False, **_QUIET)
        for part in (past, current):
            part.edit(page.edit, None, [box], queue=False, **_QUIET)
        blocks.load(page.about, None, about, **_QUIET)
        blocks.load(page.library, None, documents, **_QUIET)
        blocks.load(page.current, [conversation], current, **_QUIET)
        api(page.ask, api_name="ask", concurrency_limit=AT_ONCE, concurrency_id="model")
    return blocks


_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For events of the page itself: no overlay over the text, and no endpoint for programs."""


def _part(**options: Any) -> gr.HTML:  # noqa: ANN401 - Gradio's own
    """Return a part of the page whose buttons trigger its events."""
    return gr.HTML(js_on_load=(HERE / "page.js").read_text("utf-8"), apply_default_css=False, **options)


def _asking(page: Page, conversation: gr.State) -> tuple[gr.HTML, gr.HTML, gr.Textbox]:
    """Lay out the conversation and connect the ways to ask and to stop."""
    past = _part(elem_classes="past", elem_id="past")
    current = _part(elem_classes="current", elem_id="current")
    box = gr.Textbox(
        elem_classes="question", placeholder="Ask the documents", label="Question", show_label=False,
        container=False, submit_btn="Ask", lines=1, max_lines=6, autofocus=True,
    )  # fmt: skip
    shown = [box, past, current]
    running = []
    for begun in (
        box.submit(page.begin, [box, conversation], shown, queue=False, **_QUIET),
        current.submit(page.begin_example, [conversation], shown, queue=False, **_QUIET),
    ):
        asked = begun.then(
            page.answer, [conversation], [current], concurrency_limit=AT_ONCE, concurrency_id="model", **_QUIET
        )
        asked.then(_ready, None, [box], queue=False, **_QUIET)
        running.append(asked)
    box.stop(page.stop, [conversation], [box, current], cancels=running, queue=False, **_QUIET)
    return past, current, box


def _documents(page: Page, about: gr.HTML) -> gr.HTML:
    """Lay out the library and connect adding and removing; return the list."""
    drop = gr.File(file_count="multiple", height=140, elem_classes="drop", label="Add documents", show_label=False)
    gr.HTML(listing.LIMITS, apply_default_css=False)
    report = gr.HTML(elem_id="report", apply_default_css=False)
    documents = _part(elem_id="documents")
    for changed in (
        drop.upload(page.add, [drop], [report, documents, drop], **_QUIET),
        documents.delete(page.remove, None, [report, documents], queue=False, **_QUIET),
    ):
        changed.then(page.about, None, about, **_QUIET)
    return documents


def _busy() -> Update:
    return gr.update(value="", submit_btn=False, stop_btn="Stop")


def _ready() -> Update:
    return gr.update(submit_btn="Ask", stop_btn=False)


def look() -> dict[str, Any]:
    """Return the page's theme and style sheet as arguments of `launch`; all fonts are the reader's own."""
    sans = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    theme = gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        font=sans,
        font_mono=["ui-monospace", "Menlo", "DejaVu Sans Mono", "monospace"],
    )
    return {"theme": theme, "css_paths": [HERE / "page.css"]}
