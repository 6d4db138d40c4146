"""What happens in the tab of settings: what was chosen in, what the browser keeps and the page says of it out."""

from typing import Any

import gradio as gr

from ingest import FootnoteError
from qa.page import listing
from qa.page.choices import Choices, Models, languages, listed

Kept = dict[str, Any]
"""What the browser keeps of the choices; it may hold anything when it comes back."""
CHOSEN = ("documents", "language", "after", "before", "strictness", "quotes_only", "model")
"""What is chosen on the page, in this order."""


class Preferences:
    """The handlers of the events around how, and of which documents, questions are asked.

    Args:
        models: The models that can be chosen.
    """

    def __init__(self, models: Models) -> None:
        self.models = models

    def choose(self, *chosen: Any) -> tuple[Kept, str, str]:  # noqa: ANN401 - whatever the components hold
        """Return what the browser is to keep, and what is said of it: below the settings, and above the question.

        Args:
            chosen: A value for each of `CHOSEN`.
        """
        kept = Choices.read(dict(zip(CHOSEN, chosen, strict=True))).keep()
        return kept, *self.tell(kept)

    def limit(self, kept: Kept, documents: list[str], after: str, before: str) -> tuple[Kept, str, str]:
        """Return the same after documents or dates have changed; the other choices are those that were kept."""
        chosen = kept if isinstance(kept, dict) else {}
        kept = Choices.read(chosen | {"documents": documents, "after": after, "before": before}).keep()
        return kept, *self.tell(kept)

    def show(self, kept: Kept) -> tuple[Any, ...]:
        """Return the settings as the browser kept them, with the documents and models that are there now."""
        choices = Choices.read(kept)
        documents, language, model = self.offer(kept)
        chosen = {"value": choices.model} | model  # none that isn't there any more
        return (
            documents | {"value": list(choices.documents)}, language | {"value": choices.language},
            choices.after, choices.before, choices.strictness, choices.quotes_only, chosen, *self.tell(kept),
        )  # fmt: skip

    def offer(self, kept: Kept) -> tuple[Any, ...]:
        """Return what documents, languages and models can be chosen now; what is being chosen meanwhile stays."""
        choices = Choices.read(kept)
        offered = self.models.offered()
        gone = {} if choices.model in {value for _, value in offered} else {"value": ""}
        try:
            infos = self.models.docs.library.documents()
        except FootnoteError:  # which is said below the settings
            infos = []
        return (
            gr.update(choices=listed(infos)), gr.update(choices=languages(infos, choices.language)),
            gr.update(choices=offered) | gone,
        )  # fmt: skip

    def reset(self) -> tuple[Any, ...]:
        """Return everything as it was at first."""
        kept = Choices().keep()
        return kept, *self.show(kept)

    def tell(self, kept: Kept) -> tuple[str, str]:
        """Return what is said of the choices: below the settings, and above the question."""
        choices = Choices.read(kept)
        try:
            infos = self.models.docs.library.documents()
            asked = choices.count(infos)
        except FootnoteError as error:
            return listing.problem_html(str(error)), listing.scope_html(choices, problem=str(error))
        return listing.asked_html(asked, len(infos)), listing.scope_html(choices, asked=asked, total=len(infos))
