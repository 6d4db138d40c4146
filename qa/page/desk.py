"""Questions from many readers in, their turns filled in one after the other out; watching a turn is no part of it."""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from typing import Protocol

from ingest import FootnoteError, Library
from qa.page.conversation import Turn
from qa.records import Answer, AnswerChecked, Event, EvidenceFound, TextDrafted

AT_ONCE = 2
"""How many questions are answered at the same time; the model shares the processor among them."""
UNEXPECTED = "Something went wrong that should not have. The program’s log says what; please report it."
_LOOK_SECONDS = 0.05
_log = logging.getLogger(__name__)


class Answering(Protocol):
    """What answers questions: a DocumentQA, or one as a reader chose it."""

    library: Library

    def stream(self, question: str, /, *, history: Sequence[Answer]) -> Generator[Event, None, None]:
        """Yield what happens; the last event holds the answer."""


class Desk:
    """Answers questions in the order in which they come, a few at a time.

    Whoever asked may go away: a reload or a lost connection stops no answer.

    Args:
        on_end: Called with each turn that has come to its end, from any thread.
    """

    def __init__(self, on_end: Callable[[Turn], None] = lambda _: None) -> None:
        self.on_end = on_end
        self._lock = threading.Lock()
        self._waiting: deque[tuple[Turn, Answering, Sequence[Answer]]] = deque()
        self._answering: list[Turn] = []

    def ask(self, turn: Turn, docs: Answering, history: Sequence[Answer] = ()) -> None:
        """Line a question up.

        Args:
            turn: The question; it is filled in while it is answered.
            docs: What answers it.
            history: The answers before it, oldest first, to which it may refer.
        """
        with self._lock:
            self._waiting.append((turn, docs, history))
            self._begin_next()

    def ahead(self, turn: Turn) -> int:
        """Return how many questions wait before this one; 0 once it is being answered."""
        with self._lock:
            positions = [n for n, (waiting, *_) in enumerate(self._waiting, start=1) if waiting is turn]
        return positions[0] if positions else 0

    def live(self) -> dict[int, Turn]:
        """Return the questions that wait or are being answered, by identifier; each until `on_end` has returned."""
        with self._lock:
            return {turn.identifier: turn for turn in (*self._answering, *(turn for turn, *_ in self._waiting))}

    def stop(self, turn: Turn) -> None:
        """Let a question be; the model stops at its next word."""
        if not turn.running:
            return
        turn.stopped = True
        turn.changes += 1
        with self._lock:
            self._waiting = deque(line for line in self._waiting if line[0] is not turn)
        self._end(turn)

    def close(self) -> None:
        """Let all questions be, so that nobody waits for an answer when the program ends."""
        with self._lock:
            turns = [*self._answering, *(turn for turn, *_ in self._waiting)]
        for turn in turns:
            self.stop(turn)

    async def follow(self, turn: Turn) -> AsyncIterator[None]:
        """Yield at once, and again whenever there is more to see of a turn, until it has ended.

        A look at the turn now and then holds no thread, however many readers wait.
        """
        seen = None
        while True:
            running = turn.running or self._being_kept(turn)  # looked at first, so that no change is ever missed
            state = (turn.changes, self.ahead(turn))
            if state != seen:
                seen = state
                yield
            if not running:
                return
            await asyncio.sleep(_LOOK_SECONDS)

    def _being_kept(self, turn: Turn) -> bool:
        return turn.answer is not None and any(other is turn for other in self._answering)

    def _begin_next(self) -> None:
        while self._waiting and len(self._answering) < AT_ONCE:
            turn, docs, history = self._waiting.popleft()
            self._answering.append(turn)
            threading.Thread(target=self._answer, args=(turn, docs, history), daemon=True).start()

    def _answer(self, turn: Turn, docs: Answering, history: Sequence[Answer]) -> None:
        try:
            _fill_in(turn, docs, history)
        except FootnoteError as error:
            turn.problem = str(error)
        except Exception:
            _log.exception("A question could not be answered")
            turn.problem = UNEXPECTED
        turn.changes += 1
        self._end(turn)
        with self._lock:
            self._answering = [other for other in self._answering if other is not turn]
            self._begin_next()

    def _end(self, turn: Turn) -> None:
        """Hand a turn on; what goes wrong there is logged and said, and holds up no other question."""
        problem = turn.unkept or None
        try:
            self.on_end(turn)
        except FootnoteError as error:
            _log.warning("%s", error)
            problem = str(error)
        except Exception:
            _log.exception("A question that has ended could not be kept")
            problem = UNEXPECTED
        if turn.answer:
            turn.problem = problem
            turn.changes += 1


def _fill_in(turn: Turn, docs: Answering, history: Sequence[Answer]) -> None:
    events = docs.stream(turn.question, history=history)
    try:
        for event in events:
            if turn.stopped:
                return
            _take(turn, event, docs)
            turn.changes += 1
    finally:
        events.close()  # which stops the model


def _take(turn: Turn, event: Event, docs: Answering) -> None:
    if isinstance(event, EvidenceFound):
        names = {passage.document for passage in event.passages} | {item.document for item in event.evidence}
        turn.infos = {**turn.infos, **{info.name: info for info in docs.library.documents() if info.name in names}}
        # A question of several parts finds evidence for each.
        before = turn.found or EvidenceFound(passages=(), evidence=())
        turn.found = EvidenceFound(
            passages=tuple(dict.fromkeys((*before.passages, *event.passages))),
            evidence=(*before.evidence, *event.evidence),
        )
    elif isinstance(event, TextDrafted):
        turn.draft += event.text
    elif isinstance(event, AnswerChecked):
        turn.answer = event.answer
