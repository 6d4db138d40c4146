"""What happens in the tab of conversations: search, open, rename, delete."""

import gradio as gr

from ingest import FootnoteError
from qa.page import listing
from qa.page.conversation import Conversation
from qa.page.handlers import Page, Shown
from qa.page.visitor import browser_of


class Archive:
    """The handlers of the events around kept conversations; each browser has its own.

    Args:
        page: What shows a conversation.
    """

    def __init__(self, page: Page) -> None:
        self.page = page

    def list(self, search: str, conversation: Conversation | None, request: gr.Request) -> str:
        """Return the conversations of this browser."""
        browser = browser_of(request)
        try:
            kept = self.page.history.list(browser, search) if browser else []
        except FootnoteError as error:
            return listing.problem_html(str(error))
        return listing.conversations_html(kept, self.page.at_hand(conversation, request).identifier, search=search)

    def open(self, conversation: Conversation | None, request: gr.Request, event: gr.EventData) -> Shown:
        """Open a conversation in place of the one that is open."""
        if conversation:
            conversation.left = True
        return self.page.shown(self.page.load(browser_of(request), str(event._data.get("conversation", ""))))

    def rename(
        self, search: str, conversation: Conversation | None, request: gr.Request, event: gr.EventData
    ) -> tuple[str, str]:
        """Rename a conversation; return the list and the line above the open one."""
        conversation = self.page.at_hand(conversation, request)
        browser, identifier = browser_of(request), str(event._data.get("conversation", ""))
        self.page.history.rename(browser, identifier, str(event._data.get("text", "")))
        if identifier == conversation.identifier:
            conversation.name = self.page.load(browser, identifier).name
        return self.list(search, conversation, request), listing.bar_html(conversation)

    def delete(
        self, search: str, conversation: Conversation | None, request: gr.Request, event: gr.EventData
    ) -> tuple[str, *Shown]:
        """Delete a conversation; if it is the open one, a new one begins."""
        conversation, identifier = self.page.at_hand(conversation, request), str(event._data.get("conversation", ""))
        self.page.history.delete(browser_of(request), identifier)
        shown = self.page.anew(conversation) if identifier == conversation.identifier else self.page.shown(conversation)
        return self.list(search, shown[0], request), *shown

    def delete_all(self, conversation: Conversation | None, request: gr.Request) -> tuple[str, *Shown]:
        """Delete all conversations of this browser."""
        self.page.history.delete(browser_of(request))
        return self.list("", Conversation(), request), *self.page.anew(conversation)
