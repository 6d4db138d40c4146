"""What happens on the page: an event with what it carries in, HTML and updates of components out."""

import logging
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr

from ingest import FootnoteError
from qa.chain import DocumentQA
from qa.page import listing
from qa.page.answers import turn_html
from qa.page.choices import Choices, Chosen, Models
from qa.page.conversation import Conversation, Turn
from qa.page.desk import Desk
from qa.page.facsimile import facsimiles_html
from qa.page.history import FILE, History
from qa.page.markup import visible
from qa.page.reader import look_up, missing_html, reader_html, where_now
from qa.page.suggestions import Suggestions
from qa.page.visitor import browser_of
from qa.receipts import make_receipt

MAX_COMMENT_CHARS = 2000
ADDRESS = "conversation"
"""What says in a page's address which conversation is open there: its identifier, or anything else for a new one."""
Update = dict[str, Any]
"""What `gr.update` returns."""
Shown = tuple[Conversation, str, str, str]
"""A conversation with its bar, its earlier turns and its last one as HTML."""
_log = logging.getLogger(__name__)


class Page:
    """The handlers of the events around asking and reading.

    Args:
        docs: What answers.
    """

    def __init__(self, docs: DocumentQA) -> None:
        self.docs = docs
        self.models = Models(docs)
        self.history = History(docs.library.folder / FILE)
        self.desk = Desk(on_end=self._keep)
        self.suggestions = Suggestions(docs.library)
        self._opened = 0

    async def ask(
        self,
        question: str,
        documents: list[str] | None = None,
        after: str | None = None,
        before: str | None = None,
        language: str | None = None,
    ) -> dict[str, Any]:
        """Answer a question: the same record as in Python and on the command line.

        Args:
            question: The question.
            documents: Names of the documents to ask, or patterns such as "minutes*"; none for all.
            after: The first day, month or year of publication, such as "2024-05"; none for any.
            before: The last one.
            language: The documents' language, such as "en"; none for any.
        """
        turn = Turn(question=question)
        limits = {"documents": documents, "after": after, "before": before, "language": language}
        try:
            self.desk.ask(turn, Chosen(self.models, Choices.limited(limits)))
        except FootnoteError as error:
            turn.problem = str(error)
        async for _ in self.desk.follow(turn):
            pass
        if turn.answer is None:
            raise gr.Error(turn.problem or "", print_exception=False)
        return turn.answer.to_dict()

    def enter(self, request: gr.Request) -> Shown:
        """Return the conversation that the page's address names, or else the last of its browser, as it stands now."""
        try:
            return self.shown(self.at_hand(None, request))
        except FootnoteError as error:
            return Conversation(), listing.problem_html(str(error)), "", self.current(Conversation())

    def at_hand(self, conversation: Conversation | None, request: gr.Request) -> Conversation:
        """Return what is open on a page, also if the program knows nothing of that page: it was started anew, say.

        Args:
            conversation: What is known to be open there; None for nothing.
            request: What came from the page.
        """
        if conversation is not None:
            return conversation
        browser = browser_of(request)
        wanted = str(request.query_params.get(ADDRESS, ""))
        if not wanted and browser:
            wanted = next((kept.identifier for kept in self.history.list(browser)), "")
        return self.load(browser, wanted)

    def load(self, browser: str, identifier: str) -> Conversation:
        """Return a kept conversation; what is being answered in it is the turn itself, and fills in."""
        live = self.desk.live()  # before the rest is read: what ends in between has been kept, or is in here
        conversation = self.history.load(browser, identifier) or Conversation()
        conversation.turns = [live.get(turn.identifier, turn) for turn in conversation.turns]
        return conversation

    def anew(self, conversation: Conversation | None) -> Shown:
        """Leave a conversation for a new one; what is being answered in it goes on."""
        if conversation:
            conversation.left = True
        return self.shown(Conversation())

    def begin(
        self, question: str, conversation: Conversation | None, kept: dict[str, Any], request: gr.Request
    ) -> tuple[Any, ...]:
        """Put a question on the page at once; what went before moves up."""
        question = question.encode("utf-8", "replace").decode("utf-8").strip()
        if not question:
            return (gr.skip(),) * 5
        conversation = self.at_hand(conversation, request)
        for turn in conversation.turns:
            self.desk.stop(turn)
        turn = Turn(question=question)
        try:
            conversation = self._as_kept(conversation, browser_of(request))
            self.history.enrol(browser_of(request), conversation, turn)
            self.desk.ask(turn, Chosen(self.models, Choices.read(kept)), conversation.history())
        except FootnoteError as error:
            turn.problem = str(error)
        conversation.turns.append(turn)
        return self.box(conversation) | {"value": ""}, *self.shown(conversation)

    def begin_clicked(
        self, conversation: Conversation | None, kept: dict[str, Any], request: gr.Request, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Do the same for a question that was clicked."""
        return self.begin(str(event._data.get("question", "")), conversation, kept, request)

    async def answer(self, conversation: Conversation | None, request: gr.Request) -> AsyncIterator[str]:
        """Yield the last question's HTML again whenever there is more of its answer.

        While it only waits for its turn the page asks again now and then, and holds no connection: a browser has few.
        """
        conversation = self.at_hand(conversation, request)
        turn = conversation.turns[-1] if conversation.turns else None
        if turn is None or not turn.running:
            yield self.current(conversation)
            return
        async for _ in self.desk.follow(turn):
            if conversation.left:
                return
            yield self.current(conversation)
            if self.desk.ahead(turn):
                return

    def stop(self, conversation: Conversation | None, request: gr.Request) -> tuple[Update, str]:
        """Stop the answer that is being written."""
        conversation = self.at_hand(conversation, request)
        for turn in conversation.turns[-1:]:
            self.desk.stop(turn)
        return self.box(conversation), self.current(conversation)

    def box(self, conversation: Conversation | None) -> Update:
        """Return the question box with the button that is of use: to ask, or to stop the answer being written."""
        writing = conversation is not None and any(turn.running for turn in conversation.turns[-1:])
        buttons = {"submit_btn": False, "stop_btn": "Stop"} if writing else {"submit_btn": "Ask", "stop_btn": False}
        return gr.update(interactive=True, placeholder="Ask the documents") | buttons

    def shown(self, conversation: Conversation) -> Shown:
        """Return a conversation and its HTML."""
        return conversation, listing.bar_html(conversation), self.past(conversation), self.current(conversation)

    def past(self, conversation: Conversation) -> str:
        """Return all questions but the last with their answers."""
        return "".join(turn_html(turn, number) for number, turn in enumerate(conversation.turns[:-1]))

    def current(self, conversation: Conversation) -> str:
        """Return the last question with its answer, or a welcome."""
        if not conversation.turns:
            return listing.welcome_html(self.suggestions.questions())
        turn = conversation.turns[-1]
        return turn_html(turn, len(conversation.turns) - 1, ahead=self.desk.ahead(turn))

    def show(self, conversation: Conversation | None, request: gr.Request, event: gr.EventData) -> str:
        """Open the document that a click asks for; if it can't be, say why in its place."""
        self._opened, quote = self._opened + 1, ""
        try:
            place = self.at_hand(conversation, request).place(event._data)
            quote = place.quote
            info, text = look_up(self.docs.library, place.document)
            printed = info.pages and place.quote and event._data.get("view") == "page"
            picture = facsimiles_html(info, where_now(place, text).start, place.quote) if printed else None
        except FootnoteError as error:
            return missing_html(str(error), self._opened, quote=quote)
        return reader_html(info, text, place, self._opened, picture=picture)

    def edit(self, event: gr.EventData) -> str:
        """Put a question back into the box."""
        return str(event._data.get("question", ""))

    def judge(self, conversation: Conversation | None, request: gr.Request, event: gr.EventData) -> tuple[str, str]:
        """Keep whether the reader holds an answer right, and why; the same thumb again takes it back."""
        conversation, said = self.at_hand(conversation, request), event._data
        turn = next((turn for turn in conversation.turns if str(turn.identifier) == str(said.get("turn"))), None)
        if turn and turn.answer and turn.identifier and said.get("thumb") in ("up", "down"):
            if "text" in said:
                turn.comment = visible(str(said["text"])).strip()[:MAX_COMMENT_CHARS]
            else:
                turn.thumb, turn.comment = ("" if turn.thumb == said["thumb"] else said["thumb"]), ""
            self.history.keep(turn)
        return self.past(conversation), self.current(conversation)

    def about(self) -> str:
        """Return which library and model are in use."""
        library = self.docs.library
        try:
            number = len(library.documents())
        except FootnoteError as error:
            return listing.warning_html(str(error))
        try:
            model, problem = self.docs.model, self.docs.model_problem
        except FootnoteError as error:
            model, problem = {"name": "none"}, str(error)
        return listing.about_html(number, library.folder, model, problem)

    def _as_kept(self, conversation: Conversation, browser: str) -> Conversation:
        """Return a conversation with what was asked in it elsewhere; a new one, if it was deleted there."""
        if not conversation.identifier:
            return conversation
        conversation.left = True  # whoever watches it would show it as it was
        kept = self.load(browser, conversation.identifier)
        kept.take_unkept(conversation)
        return kept

    def _keep(self, turn: Turn) -> None:
        if not turn.identifier:
            return
        if turn.answer and turn.answer.kind == "question":
            try:
                turn.receipt = make_receipt(turn.answer, self.docs.library)
            except FootnoteError as error:  # a document was removed while the question was answered
                _log.warning("%s", error)
        self.history.keep(turn)
