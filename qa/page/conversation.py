"""Questions asked in one browser and what became of each; and the places in documents that they point to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from ingest import DocumentInfo, DocumentNotFound
from qa.records import Answer, Citation, Evidence, EvidenceFound, Passage


@dataclass(kw_only=True)
class Turn:
    """One question, filled in while it is answered."""

    question: str
    """As it was asked."""
    identifier: int = 0
    """Its number among all that are kept; 0 if it isn't kept."""
    infos: Mapping[str, DocumentInfo] = field(default_factory=dict)
    """What was known of the documents that were found, when they were found."""
    found: EvidenceFound | None = None
    """The evidence, once there."""
    draft: str = ""
    """What the model has written so far."""
    answer: Answer | None = None
    """The checked answer, once there."""
    problem: str | None = None
    """One line saying why there is no answer; beside an answer, why it could not be kept."""
    unkept: str = ""
    """Why the question itself could not be kept; empty if it was."""
    stopped: bool = False
    """Whether the reader stopped it."""
    receipt: Mapping[str, Any] | None = None
    """What it takes to check the answer later; see `qa.receipts`. None until the answer is kept."""
    thumb: Literal["", "up", "down"] = ""
    """Whether the reader holds the answer right or wrong; empty if nothing was said."""
    comment: str = ""
    """What the reader had to say about it."""
    changes: int = 0
    """Grows with every change, for those who watch."""

    @property
    def running(self) -> bool:
        """Whether an answer is still to come."""
        return not (self.answer or self.problem or self.stopped)


@dataclass(frozen=True, kw_only=True)
class Place:
    """A stretch of a document that is to be shown."""

    document: str
    """Name of the document."""
    start: int = 0
    """Offset of its first character."""
    end: int = 0
    """Offset after the last character; equal to `start` if nothing is to be marked."""
    quote: str = ""
    """What stands there, as far as known; if it doesn't, the document has changed."""
    turn: int = -1
    """Which answer pointed here, from 0; -1 for none."""
    number: int = 0
    """The footnote's number in that answer; 0 if it isn't a footnote."""
    footnotes: tuple[Citation, ...] = ()
    """All footnotes of that answer."""


@dataclass(kw_only=True)
class Conversation:
    """The questions of one conversation, in order."""

    identifier: str = ""
    """What it is kept under; empty before the first question, and where nothing is kept."""
    name: str = ""
    """What the reader calls it; at first, its first question."""
    turns: list[Turn] = field(default_factory=list)
    """Oldest first."""
    left: bool = False
    """Whether the reader has turned to another one, so that nobody watches this one here any more."""

    def history(self) -> list[Answer]:
        """Return the answers given so far, oldest first: what a follow-up can refer to."""
        return [turn.answer for turn in self.turns if turn.answer]

    def take_unkept(self, other: "Conversation") -> None:
        """Take over what could not be kept of the same conversation, to where it stands there."""
        for position, turn in enumerate(other.turns if other.identifier == self.identifier else ()):
            if turn.unkept:
                self.turns.insert(position, turn)

    def place(self, wanted: Mapping[str, str]) -> Place:
        """Return the place that a click asks for.

        Args:
            wanted: `kind` ("footnote", "passage", "evidence" or "document"), with `turn` and `number`, or with `name`
                and perhaps `at`. It comes from the browser, so nothing in it is trusted.

        Raises:
            DocumentNotFound: There is no such place.
        """
        try:
            if wanted["kind"] == "document":
                at = int(wanted.get("at", 0))
                return Place(document=wanted["name"], start=at, end=at)
            return self._pointed_to(wanted["kind"], int(wanted["turn"]), int(wanted["number"]))
        except (LookupError, ValueError, TypeError) as error:
            raise DocumentNotFound("This passage is gone; ask the question again") from error

    def _pointed_to(self, kind: str, turn: int, number: int) -> Place:
        asked = self.turns[turn]
        if kind == "footnote" and asked.answer:
            footnotes = (*asked.answer.citations, *asked.answer.otherwise)
            cited = footnotes[number - 1]
            return Place(
                document=cited.document, start=cited.start, end=cited.end, quote=cited.quote, turn=turn,
                number=number, footnotes=footnotes,
            )  # fmt: skip
        items: dict[str, Sequence[Passage | Evidence]] = {}
        if asked.found:
            passages = asked.answer.passages if asked.answer else asked.found.passages
            items = {"passage": passages, "evidence": asked.found.evidence}
        item = items[kind][number]
        return Place(document=item.document, start=item.start, end=item.end, quote=item.text, turn=turn)
