"""A library and a model, open for questions: the Runnable that everything asks; the steps are in qa.answering."""

import threading
from collections.abc import AsyncIterator, Generator, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from ingest import Filters, IngestReport, IngestSettings, Library, ModelNotFound, Progress, add_paths, default_library
from qa import prompts
from qa.answering import Answering, checked_question
from qa.language_model import NO_MODEL, LanguageModel, check_language_model, open_language_model
from qa.records import Answer, AnswerChecked, Event, Passage, Turn
from qa.retrieval import HybridRetriever
from qa.settings import QASettings
from qa.verifier import open_verifier


class DocumentQA(Runnable[str, Answer]):
    """Answers questions from a library; a LangChain Runnable from a question to an Answer.

    `ask`, `invoke`, `ainvoke`, `batch` and `abatch` return Answers. `stream` and `astream` yield Events, the last of
    which holds the Answer. As a link of a chain it hands on the Answer alone, streamed or not. All of them take
    `history`, the earlier turns of a conversation: Answers, or Turns of a question and an answer's text.

    Args:
        library: The library to answer from.
        settings: How to answer; by default, as the environment says.
        language_model: The chat model; by default the one that the settings name, started when first needed.

    Raises:
        ModelNotFound: The verifier that the settings name isn't on this machine.

    Example:
        >>> docs = DocumentQA.open()  # doctest: +SKIP
        >>> docs.ask("What does WAIC stand for?").text  # doctest: +SKIP
        'WAIC stands for World Artificial Intelligence Conference [1].'
        >>> docs.ask("And where is it held?", history=[docs.ask("What does WAIC stand for?")])  # doctest: +SKIP
    """

    def __init__(
        self, library: Library, settings: QASettings | None = None, language_model: LanguageModel | None = None
    ) -> None:
        self.library = library
        self.settings = settings or QASettings.from_environment()
        self.retriever = HybridRetriever(library=library, limit=self.settings.passages, mode=self.settings.retriever)
        self.verifier = open_verifier(self.settings)
        self.model_problem: str | None = None
        """One line saying that the default chat model isn't fetched yet; None if all is as set."""
        self._starting = threading.Lock()
        if language_model is not None:
            self._started_model = language_model

    @classmethod
    def open(
        cls,
        library: Path | str | None = None,
        settings: QASettings | None = None,
        *,
        create: bool = False,
        ingest_settings: IngestSettings | None = None,
    ) -> "DocumentQA":
        """Open a library, by default the user's own.

        Args:
            library: The library's folder.
            settings: How to answer; by default, as the environment says.
            create: Make the library if it isn't there.
            ingest_settings: What it is, or will be, made with.

        Raises:
            LibraryNotFound: There is none, and `create` is false.
            LibraryMismatch: It was made with other settings.
            ModelNotFound: Another model than the default is set, and it isn't known or not on this machine.
            ModelUnavailable: The model's provider isn't known or can't be used.
        """
        settings = settings or QASettings.from_environment()
        if settings.model != QASettings.model:
            check_language_model(settings)
        folder = default_library() if library is None else Path(library)
        return cls(Library(folder, create=create, settings=ingest_settings), settings)

    def __enter__(self) -> "DocumentQA":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the embedded model, if it was started."""
        started: LanguageModel | None = self.__dict__.pop("_started_model", None)
        if started:
            started.close()

    @property
    def language_model(self) -> LanguageModel | None:
        """The chat model; None for "none", or while the default isn't fetched (`model_problem` then says so).

        Raises:
            ModelNotFound: Another model than the default is set, and it isn't known or not on this machine.
            ModelUnavailable: It can't be started.
        """
        with self._starting:  # else two first questions at once would start two
            return self._started_model

    @cached_property
    def _started_model(self) -> LanguageModel | None:
        try:
            return open_language_model(self.settings)
        except ModelNotFound as error:
            if self.settings.model != QASettings.model:  # asked for by name: quotes instead would be a surprise
                raise
            self.model_problem = str(error)
            return None

    @property
    def model(self) -> dict[str, Any]:
        """What an answer's record says of the model; the name "none" stands for answers that are quotes."""
        return dict(self.language_model.description) if self.language_model else {"name": NO_MODEL}

    def add(self, paths: Sequence[Path], on_progress: Progress | None = None, *, prune: bool = False) -> IngestReport:
        """Put files and folders into the library; see `ingest.add_paths`."""
        return add_paths(self.library, paths, prune=prune, on_progress=on_progress)

    def remove(self, name: str) -> None:
        """Remove a document from the library."""
        self.library.remove(name)

    def warm_up(self) -> None:
        """Load the models and the index now, so that the first question doesn't wait for them."""
        self.retriever.passages("warm up")
        if self.language_model:
            self.language_model.yes_probability(prompts.gate_messages("?", (), {}))

    def retrieve(self, question: str, *, filters: Filters | None = None) -> tuple[Passage, ...]:
        """Return the passages for a question, best first, without asking the model."""
        return self.retriever.passages(checked_question(question), filters)

    def ask(self, question: str, *, history: Sequence[Answer | Turn] = (), filters: Filters | None = None) -> Answer:
        """Answer a question, from all documents or from those that the filters leave.

        Args:
            question: The question.
            filters: Which documents may answer.
            history: The turns before it, oldest first; a follow-up is understood from them, see `Answer.understood`.

        Raises:
            BadQuestion: It is empty, too long, or has no words.
            BadFilter: The filters leave no document.
            ModelNotFound: The model that is set isn't known or not on this machine.
            ModelUnavailable: The chat model doesn't answer.
        """
        events = list(self.stream(question, history=history, filters=filters))
        assert isinstance(events[-1], AnswerChecked)
        return events[-1].answer

    def stream(
        self,
        input: str,
        config: RunnableConfig | None = None,
        *,
        history: Sequence[Answer | Turn] | None = None,
        filters: Filters | None = None,
        **_: Any,  # noqa: ANN401
    ) -> Generator[Any, None, None]:
        """Yield EvidenceFound, then TextDrafted for each piece of the draft, then AnswerChecked.

        A question that consists of several ("When was it signed, and by whom?") yields evidence and text for each.
        A greeting or a question about the library yields AnswerChecked alone. Closing the iterator stops the model.

        Raises:
            BadQuestion: The question is empty, too long, or has no words.
            BadFilter: The filters leave no document.
            ModelUnavailable: The chat model doesn't answer.
        """
        yield from Answering(self, input, history or (), filters).events()

    async def astream(
        self,
        input: str,
        config: RunnableConfig | None = None,
        **options: Any,  # noqa: ANN401
    ) -> AsyncIterator[Any]:
        """Yield what `stream` yields; each step runs in a thread."""
        events = self.stream(input, config, **options)
        try:
            while (event := await run_in_executor(config, _next, events)) is not None:
                yield event
        finally:
            # Whoever is cancelled while a step runs can't close it; it ends by itself.
            with suppress(ValueError):
                events.close()

    def invoke(self, input: str, config: RunnableConfig | None = None, **options: Any) -> Answer:  # noqa: ANN401
        """Answer a question: LangChain's name for `ask`, with its callbacks and tracing."""
        return self._call_with_config(self.ask, input, config, **options)

    def transform(
        self,
        input: Iterator[str],
        config: RunnableConfig | None = None,
        **options: Any,  # noqa: ANN401
    ) -> Iterator[Answer]:
        """Yield the answer: what a chain that streams hands on is what one that is invoked hands on."""
        yield self.invoke("".join(input), config, **options)

    async def atransform(
        self,
        input: AsyncIterator[str],
        config: RunnableConfig | None = None,
        **options: Any,  # noqa: ANN401
    ) -> AsyncIterator[Answer]:
        """Yield the answer, as `transform` does."""
        yield await self.ainvoke("".join([piece async for piece in input]), config, **options)


def _next(events: Iterator[Event]) -> Event | None:
    return next(events, None)
