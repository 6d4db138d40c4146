"""The page's Gradio components, and which handler each of their events calls."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api

from qa.page import listing
from qa.page.archive import Archive
from qa.page.choices import STRICTNESS, Choices
from qa.page.evaluations import Evaluations
from qa.page.handlers import Page
from qa.page.preferences import Preferences
from qa.page.shelf import Shelf
from qa.page.telling import told

HERE = Path(__file__).parent
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For events of the page itself: no overlay over the text, and no endpoint for programs."""
_AT_ONCE: dict[str, Any] = {"queue": False, **_QUIET}
_TO_LAST_TURN = "() => document.querySelector('#current .turn')?.scrollIntoView()"
"""For those who come back to a long conversation: the other tabs are shorter, and it would begin at its top."""
_LOST = (
    '<p class="lost" role="alert" hidden>Footnote can’t be reached. What you typed stays; as soon as it is there '
    "again, the page goes on by itself.</p>"
)


class Layout:
    """The page, laid out and connected.

    Args:
        page: The handlers of asking and reading.
        evaluations: The handlers of evaluating.
    """

    def __init__(self, page: Page, evaluations: Evaluations) -> None:
        self.page = page
        self.evaluations = evaluations
        self.blocks = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
        with self.blocks:
            _part("connection.js", value=_LOST, elem_id="connection")
            self.conversation = gr.State()  # nothing, until a page was entered: see `Page.at_hand`
            # Kept in the browser, and nothing secret; the key only has to be the same after a restart.
            self.choices = gr.BrowserState(Choices().keep(), storage_key="footnote-choices", secret="footnote")
            with gr.Row(elem_classes="masthead", equal_height=False):
                gr.HTML("<h1>Footnote<sup>1</sup></h1>", apply_default_css=False)
                self.about = gr.HTML(elem_classes="about", apply_default_css=False)
            with gr.Row(elem_classes="desk", equal_height=False):
                with gr.Column(elem_classes="table", min_width=0), gr.Tabs(overflow_behavior="wrap") as self.tabs:
                    with gr.Tab("Ask", id="ask") as asking:
                        self._asking()
                    with gr.Tab("Documents", id="documents"):
                        self._documents()
                    with gr.Tab("Conversations", id="conversations") as kept:
                        self._conversations(kept)
                    with gr.Tab("Evaluation", id="evaluation") as evaluation, gr.Column(elem_classes="preferences"):
                        self._evaluation(evaluation)
                    with gr.Tab("Settings", id="settings") as settings, gr.Column(elem_classes="preferences"):
                        self._settings(settings)
                with gr.Column(elem_classes="reader", min_width=0):
                    self.reader = _part(elem_id="reader")
            for source in (self.past, self.current, self.reader, self.documents):
                source.select(page.show, [self.conversation], [self.reader], **_AT_ONCE)
            asking.select(None, None, None, js=_TO_LAST_TURN, **_AT_ONCE)
            self._load()
            api(page.ask, api_name="ask", concurrency_limit=None)

    @property
    def _shown(self) -> list[gr.components.Component]:
        return [self.conversation, self.bar, self.past, self.current]

    def _asking(self) -> None:
        """Lay out the conversation and connect the ways to ask and to stop."""
        self.bar = _part(elem_id="bar")
        self.past = _part(elem_classes="past", elem_id="past")
        self.current = _part(elem_classes="current", elem_id="current")
        with gr.Column(elem_classes="foot", min_width=0):
            self.scope = _part(elem_id="scope")
            # Not before the conversation and the choices are there: the question would be asked without them.
            self.box = gr.Textbox(
                elem_classes="question", placeholder="One moment…", label="Question", show_label=False,
                container=False, submit_btn="Ask", lines=1, max_lines=6, interactive=False,
            )  # fmt: skip
        begun, asked = [self.box, *self._shown], [self.conversation, self.choices]
        self._watch(self.box.submit(self.page.begin, [self.box, *asked], begun, **_AT_ONCE).then)
        for part in (self.past, self.current):
            self._watch(part.submit(self.page.begin_clicked, asked, begun, **_AT_ONCE).then)
            part.edit(self.page.edit, None, [self.box], **_AT_ONCE)
            part.like(told(self.page.judge), [self.conversation], [self.past, self.current], **_AT_ONCE)
        self._watch(self.current.tick)
        cleared = self.bar.clear(self.page.anew, [self.conversation], self._shown, **_AT_ONCE)
        cleared.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        self.box.stop(self.page.stop, [self.conversation], [self.box, self.current], **_AT_ONCE)

    def _watch(self, begun: Callable[..., gr.events.Dependency]) -> None:
        """Let the last answer fill in before the reader's eyes; the desk, not this event, limits how many are made."""
        watched = begun(self.page.answer, [self.conversation], [self.current], concurrency_limit=None, **_QUIET)
        watched.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)

    def _documents(self) -> None:
        """Lay out the library and connect adding, finding and removing."""
        shelf = Shelf(self.page.docs)
        drop = gr.File(file_count="multiple", height=110, elem_classes="drop", label="Add documents", show_label=False)
        folder = gr.UploadButton("Add a folder", file_count="directory", elem_classes="folder", size="sm")
        gr.HTML(listing.limits_html(), apply_default_css=False)
        report = _part("upload.js", elem_id="report")
        with gr.Row(elem_classes="finding"):
            search = gr.Textbox(
                "", label="Search", placeholder="Search titles, names, authors", container=False, scale=3
            )
            order = gr.Dropdown(
                listing.ORDERS,
                value=listing.ORDERS[0],
                label="Sort by",
                container=False,
                filterable=False,
                min_width=120,
            )
        self.documents = _part(elem_id="documents")
        wanted = [search, order]
        self.library = (shelf.library, wanted, [self.documents])
        for source in (drop, folder):
            added = source.upload(shelf.add, [source, *wanted], [report, self.documents, source], **_QUIET)
            added.then(self.page.about, None, self.about, **_QUIET)
        removed = self.documents.delete(shelf.remove, wanted, [report, self.documents], **_AT_ONCE)
        removed.then(self.page.about, None, self.about, **_QUIET)
        for changed in (search.change, order.input):
            changed(shelf.library, wanted, [self.documents], trigger_mode="always_last", **_AT_ONCE)

    def _conversations(self, tab: gr.Tab) -> None:
        """Lay out the kept conversations and connect what can be done with them."""
        archive = Archive(self.page)
        with gr.Row(elem_classes="finding"):
            search = gr.Textbox(
                "", label="Search", placeholder="Search questions and answers", container=False, scale=3
            )
        listed = _part(elem_id="conversations")
        gr.HTML(
            '<p class="limits">Conversations are kept on the machine that runs Footnote, and are shown only in the '
            "browser in which they were held.</p>", apply_default_css=False,
        )  # fmt: skip
        everything = _part(elem_id="everything", value=listing.DELETE_ALL)
        wanted = [search, self.conversation]
        tab.select(archive.list, wanted, [listed], **_AT_ONCE)
        search.change(archive.list, wanted, [listed], trigger_mode="always_last", **_AT_ONCE)
        opened = listed.select(told(archive.open), [self.conversation], self._shown, **_AT_ONCE)
        opened.then(lambda: gr.Tabs(selected="ask"), None, [self.tabs], **_AT_ONCE)
        opened.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        self._watch(opened.then)
        listed.edit(told(archive.rename), wanted, [listed, self.bar], **_AT_ONCE)
        listed.delete(told(archive.delete), wanted, [listed, *self._shown], **_AT_ONCE)
        everything.delete(told(archive.delete_all), [self.conversation], [listed, *self._shown], **_AT_ONCE)

    def _evaluation(self, tab: gr.Tab) -> None:
        """Lay out evaluations and connect running them and reading their reports."""
        handlers = self.evaluations
        gr.HTML(listing.EVALUATION, apply_default_css=False)
        upload = gr.File(
            file_types=[".jsonl"], height=110, elem_classes="sheet", label="Question file", show_label=False
        )
        with gr.Row():
            limit = gr.Number(20, label="How many questions", minimum=1, maximum=5000, precision=0, min_width=120)
            begin = gr.Button("Evaluate", variant="primary", elem_classes="begin", size="md", min_width=110)
            stop = gr.Button("Stop", size="md", min_width=80, elem_classes="halt")
        progress = gr.HTML(elem_id="progress", apply_default_css=False)
        with gr.Row(elem_classes="runs"):
            run = gr.Dropdown([], label="Report of", filterable=False, min_width=220)
            other = gr.Dropdown([("nothing", "")], value="", label="Compared with", filterable=False, min_width=220)
        report = gr.HTML(elem_id="evaluated", apply_default_css=False)
        seen = [progress, run, other, report]
        begin.click(handlers.begin, [upload, limit, self.choices], seen, concurrency_limit=None, **_QUIET)
        tab.select(handlers.follow, None, seen, concurrency_limit=None, **_QUIET)
        stop.click(handlers.stop, None, None, **_AT_ONCE)
        for changed in (run.input, other.input):
            changed(handlers.show, [run, other], [report], **_AT_ONCE)

    def _settings(self, tab: gr.Tab) -> None:
        """Lay out of which documents, and how, the next question is asked."""
        preferences = Preferences(self.page.models)
        documents = gr.Dropdown(
            [], multiselect=True, allow_custom_value=True, label="Documents",
            info="All, unless some are named here; a pattern such as minutes* names many.",
        )  # fmt: skip
        language = gr.Dropdown([("All", "")], value="", label="Language", filterable=False, min_width=120)
        with gr.Row():
            after = gr.Textbox(label="Published from", placeholder="2024, 2024-05 …", max_length=10)
            before = gr.Textbox(label="Published until", placeholder="2024, 2024-05 …", max_length=10)
        asked = gr.HTML(apply_default_css=False)
        strictness = gr.Radio(
            [(label, name) for name, label in STRICTNESS.items()], value=Choices.strictness,
            label="How sure an answer must be",
        )  # fmt: skip
        quotes = gr.Checkbox(
            label="Quotes only", info="The model chooses quotes, and can’t write a word that isn’t in the documents."
        )
        model = gr.Dropdown([("As started", "")], value="", label="Model", filterable=False)
        gr.HTML(
            '<p class="limits">These hold from the next question on, and are kept in this browser.</p>',
            apply_default_css=False,
        )
        chosen = [documents, language, after, before, strictness, quotes, model]  # as in CHOSEN
        said = [asked, self.scope]
        for changed in (language.input, strictness.input, quotes.input, model.input):
            changed(preferences.choose, chosen, [self.choices, *said], trigger_mode="always_last", **_AT_ONCE)
        # These tell of what was typed only together with changes by `show`, when the others may not be filled in yet:
        # those stay as they were kept.
        limits = [self.choices, documents, after, before]
        for changed in (documents.change, after.change, before.change):
            changed(preferences.limit, limits, [self.choices, *said], trigger_mode="always_last", **_AT_ONCE)
        self.blocks.load(preferences.show, [self.choices], [*chosen, *said], **_AT_ONCE)
        there = tab.select(preferences.offer, [self.choices], [documents, language, model], **_AT_ONCE)
        there.then(preferences.tell, [self.choices], said, **_AT_ONCE)
        self.scope.clear(preferences.reset, None, [self.choices, *chosen, *said], **_AT_ONCE)
        self.scope.select(lambda: gr.Tabs(selected="settings"), None, [self.tabs], **_AT_ONCE)

    def _load(self) -> None:
        self.blocks.load(self.page.about, None, self.about, **_QUIET)
        self.blocks.load(*self.library, **_QUIET)
        entered = self.blocks.load(self.page.enter, None, self._shown, **_QUIET)
        ready = entered.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        ready.then(None, None, None, js="() => window.footnoteReturn()", **_AT_ONCE)
        self._watch(entered.then)


def _part(script: str = "page.js", **options: Any) -> gr.HTML:  # noqa: ANN401 - Gradio's own
    """Return a part of the page with the script that runs once for it; by default, its buttons trigger its events."""
    return gr.HTML(js_on_load=(HERE / script).read_text("utf-8"), apply_default_css=False, **options)


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
