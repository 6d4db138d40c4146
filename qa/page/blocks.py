"""The page's Gradio components, and which handler each of their events calls."""

import os
from pathlib import Path
from typing import Any

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api

from qa.page import listing
from qa.page.archive import Archive
from qa.page.choices import STRICTNESS, Choices
from qa.page.conversation import Conversation
from qa.page.handlers import Page
from qa.page.shelf import Shelf

HERE = Path(__file__).parent
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""For events of the page itself: no overlay over the text, and no endpoint for programs."""
_AT_ONCE: dict[str, Any] = {"queue": False, **_QUIET}


class Layout:
    """The page, laid out and connected.

    Args:
        page: The handlers.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.blocks = gr.Blocks(title="Footnote", analytics_enabled=False, fill_width=True)
        with self.blocks:
            self.conversation = gr.State(Conversation())
            self.choices = gr.State(Choices())
            with gr.Row(elem_classes="masthead", equal_height=False):
                gr.HTML("<h1>Footnote<sup>1</sup></h1>", apply_default_css=False)
                self.about = gr.HTML(elem_classes="about", apply_default_css=False)
            with gr.Row(elem_classes="desk", equal_height=False):
                with gr.Column(elem_classes="table", min_width=0), gr.Tabs() as self.tabs:
                    with gr.Tab("Ask", id="ask"):
                        self._asking()
                    with gr.Tab("Documents", id="documents"):
                        self._documents()
                    with gr.Tab("Conversations", id="conversations") as kept:
                        self._conversations(kept)
                    with gr.Tab("Settings", id="settings"):
                        self._settings()
                with gr.Column(elem_classes="reader", min_width=0):
                    self.reader = _part(elem_id="reader")
            for source in (self.past, self.current, self.reader, self.documents):
                source.select(page.show, [self.conversation], [self.reader], **_AT_ONCE)
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
        self.box = gr.Textbox(
            elem_classes="question", placeholder="Ask the documents", label="Question", show_label=False,
            container=False, submit_btn="Ask", lines=1, max_lines=6, autofocus=True,
        )  # fmt: skip
        begun, asked = [self.box, *self._shown], [self.conversation, self.choices]
        self._watch(self.box.submit(self.page.begin, [self.box, *asked], begun, **_AT_ONCE))
        for part in (self.past, self.current):
            self._watch(part.submit(self.page.begin_clicked, asked, begun, **_AT_ONCE))
            part.edit(self.page.edit, None, [self.box], **_AT_ONCE)
        cleared = self.bar.clear(self.page.anew, [self.conversation], self._shown, **_AT_ONCE)
        cleared.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        self.box.stop(self.page.stop, [self.conversation], [self.box, self.current], **_AT_ONCE)

    def _watch(self, begun: gr.events.Dependency) -> None:
        """Let the last answer fill in before the reader's eyes; the desk, not this event, limits how many are made."""
        watched = begun.then(self.page.answer, [self.conversation], [self.current], concurrency_limit=None, **_QUIET)
        watched.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)

    def _documents(self) -> None:
        """Lay out the library and connect adding, finding and removing."""
        shelf = Shelf(self.page.docs)
        drop = gr.File(file_count="multiple", height=130, elem_classes="drop", label="Add documents", show_label=False)
        folder = gr.UploadButton("Add a folder", file_count="directory", elem_classes="folder", size="sm")
        gr.HTML(listing.LIMITS, apply_default_css=False)
        report = gr.HTML(elem_id="report", apply_default_css=False)
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
        opened = listed.select(archive.open, [self.conversation], self._shown, **_AT_ONCE)
        opened.then(lambda: gr.Tabs(selected="ask"), None, [self.tabs], **_AT_ONCE)
        opened.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        self._watch(opened)
        listed.edit(archive.rename, wanted, [listed, self.bar], **_AT_ONCE)
        listed.delete(archive.delete, wanted, [listed, *self._shown], **_AT_ONCE)
        everything.delete(archive.delete_all, [self.conversation], [listed, *self._shown], **_AT_ONCE)

    def _settings(self) -> None:
        """Lay out how the next question is answered."""
        strictness = gr.Radio(
            [(label, name) for name, label in STRICTNESS.items()], value="balanced", label="How sure an answer must be",
        )  # fmt: skip
        quotes = gr.Checkbox(label="Quotes only: the best sentences of the documents, without the model")
        gr.HTML('<p class="limits">These hold from the next question on, in this window.</p>', apply_default_css=False)
        for changed in (strictness, quotes):
            changed.input(_chosen, [strictness, quotes], [self.choices], **_AT_ONCE)

    def _load(self) -> None:
        self.blocks.load(self.page.about, None, self.about, **_QUIET)
        self.blocks.load(*self.library, **_QUIET)
        entered = self.blocks.load(self.page.enter, None, self._shown, **_QUIET)
        entered.then(self.page.box, [self.conversation], [self.box], **_AT_ONCE)
        self._watch(entered)


def _chosen(strictness: str, quotes_only: bool) -> Choices:
    return Choices(strictness=strictness if strictness in STRICTNESS else "balanced", quotes_only=quotes_only)  # type: ignore[arg-type]


def _part(**options: Any) -> gr.HTML:  # noqa: ANN401 - Gradio's own
    """Return a part of the page whose buttons trigger its events."""
    return gr.HTML(js_on_load=(HERE / "page.js").read_text("utf-8"), apply_default_css=False, **options)


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
