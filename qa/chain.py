"""A question in, a checked answer out: retrieval, evidence, gate, draft, verdicts, in this order."""

import threading
from collections.abc import Generator, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from ingest import DocumentInfo, FootnoteError, IngestReport, Library, Progress, add_paths, default_library
from ingest.settings import IngestSettings
from qa import prompts
from qa.composing import Composition, closest, compose, extract, not_in_documents
from qa.errors import BadQuestion
from qa.evidence import choose_evidence, whole_passages
from qa.gate import answerability
from qa.language_model import NO_MODEL, LanguageModel, open_language_model
from qa.meter import Meter
from qa.records import Answer, AnswerChecked, Event, Evidence, EvidenceFound, Passage, TextDrafted
from qa.retrieval import HybridRetriever
from qa.settings import QASettings

MAX_QUESTION_CHARS = 2000


class DocumentQA(Runnable[str, Answer]):
    """Answers questions from a library; a LangChain Runnable from a question to an Answer.

    Args:
        library: The library to answer from.
        settings: How to answer; by default, as the environment says.
        language_model: The chat model; by default the one that the settings name, started when first needed.

    Example:
        >>> docs = DocumentQA.open()  # doctest: +SKIP
        >>> docs.ask("What does WAIC stand for?").text  # doctest: +SKIP
        'WAIC stands for World Artificial Intelligence Conference [1].'
    """

    def __init__(
        self, library: Library, settings: QASettings | None = None, language_model: LanguageModel | None = None
    ) -> None:
        self.library = library
        self.settings = settings or QASettings.from_environment()
        self.retriever = HybridRetriever(library=library, limit=self.settings.passages, mode=self.settings.retriever)
        self.model_problem: str | None = None
        """One line saying why there is no chat model although one is set; None if all is as set."""
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
        """
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
        """The chat model; None if the settings say "none" or it isn't there (`model_problem` then says why)."""
        with self._starting:  # else two first questions at once would start two
            return self._started_model

    @cached_property
    def _started_model(self) -> LanguageModel | None:
        try:
            return open_language_model(self.settings)
        except FootnoteError as error:
            self.model_problem = str(error)
            return None

    @property
    def model(self) -> dict[str, Any]:
        """What an answer's record says of the model; the name "none" stands for answers that are quotes."""
        return dict(self.language_model.description) if self.language_model else {"name": NO_MODEL}

    def add(self, paths: Sequence[Path], on_progress: Progress | None = None) -> IngestReport:
        """Put files and folders into the library; see `ingest.add_paths`."""
        return add_paths(self.library, paths, on_progress=on_progress)

    def remove(self, name: str) -> None:
        """Remove a document from the library."""
        self.library.remove(name)

    def warm_up(self) -> None:
        """Load the models and the index now, so that the first question doesn't wait for them."""
        self.retriever.passages("warm up")
        if self.language_model:
            self.language_model.yes_probability(prompts.gate_messages("?", (), {}))

    def retrieve(self, question: str) -> tuple[Passage, ...]:
        """Return the passages for a question, best first, without asking the model."""
        return self.retriever.passages(_checked_question(question))

    def ask(self, question: str) -> Answer:
        """Answer a question.

        Raises:
            BadQuestion: It is empty, too long, or has no words.
            ModelUnavailable: The chat model doesn't answer.
        """
        events = list(self.stream(question))
        assert isinstance(events[-1], AnswerChecked)
        return events[-1].answer

    def invoke(self, input: str, config: RunnableConfig | None = None, **_: Any) -> Answer:  # noqa: ANN401
        """Answer a question: LangChain's name for `ask`, with its callbacks and tracing."""
        return self._call_with_config(self.ask, input, config)

    def transform(
        self,
        input: Iterator[str],
        config: RunnableConfig | None = None,
        **_: Any,  # noqa: ANN401
    ) -> Iterator[Answer]:
        """Yield the answer: what a chain that streams hands on is what one that is invoked hands on."""
        yield self.invoke("".join(input), config)

    def stream(self, input: str, config: RunnableConfig | None = None, **_: Any) -> Iterator[Any]:  # noqa: ANN401
        """Yield EvidenceFound, then TextDrafted for each piece of the draft, then AnswerChecked.

        Closing the iterator stops the model.

        Raises:
            BadQuestion: The question is empty, too long, or has no words.
            ModelUnavailable: The chat model doesn't answer.
        """
        question = _checked_question(input)
        meter = Meter()
        passages = self.retriever.passages(question)
        evidence = self._choose(question, passages)
        meter.mark("evidence")
        yield EvidenceFound(passages=passages, evidence=evidence)
        infos = {info.name: info for info in self.library.documents()}
        likelihood = self._likelihood(question, evidence, infos, meter)
        composition = not_in_documents()
        if self.language_model is None:
            composition = extract(question, evidence, infos)
        elif self._passes_gate(likelihood, evidence):
            composition = yield from self._write(question, evidence, infos, meter)
            if not composition.sentences:
                # The draft didn't stand; a single sentence leaves the model less to confuse. Whoever watches has
                # seen one draft already, and is shown what comes of this one when it is checked.
                composition = _result(self._write(question, closest(evidence), infos, meter))
        yield AnswerChecked(
            answer=Answer(
                question=question, outcome=composition.outcome, text=composition.text,
                sentences=composition.sentences, citations=composition.citations, passages=passages,
                evidence=evidence, timings=meter.timings(), usage=meter.usage(), model=self.model,
                settings=self.settings.to_dict() | {"answerability": likelihood},
            )
        )  # fmt: skip

    def _choose(self, question: str, passages: Sequence[Passage]) -> tuple[Evidence, ...]:
        max_chars = self.settings.evidence_chars
        if self.settings.evidence == "passages":
            return whole_passages(passages, max_chars=max_chars)
        return choose_evidence(question, passages, self.library.embedder, max_chars=max_chars)

    def _likelihood(
        self, question: str, evidence: Sequence[Evidence], infos: dict[str, DocumentInfo], meter: Meter
    ) -> float | None:
        """Return the gate's probability that the evidence states the answer; None where nobody is asked.

        It is computed without the gate too: then it only stands in the record, and evaluations can tell what any
        threshold would have done.
        """
        if not evidence or self.language_model is None:
            return None
        return round(answerability(question, evidence, infos, self.language_model, [meter.tokens]), 6)

    def _passes_gate(self, likelihood: float | None, evidence: Sequence[Evidence]) -> bool:
        if self.settings.passages == 0:
            return True
        if self.settings.gate == "off":
            return bool(evidence)
        return likelihood is not None and likelihood >= self.settings.threshold

    def _write(
        self, question: str, evidence: Sequence[Evidence], infos: dict[str, DocumentInfo], meter: Meter
    ) -> Generator[Event, None, Composition]:
        """Yield the draft in pieces; return its checked form."""
        assert self.language_model is not None
        messages = prompts.answer_messages(question, evidence, infos)
        if self.settings.passages == 0:
            messages = prompts.closed_book_messages(question)
        draft = ""
        for piece in self.language_model.write(messages, [meter.tokens]):
            meter.mark("first_token")
            draft += piece
            yield TextDrafted(text=piece)
        # Without passages nothing can be supported: the model is asked what it knows, for comparison.
        withhold = self.settings.verdicts == "on" and self.settings.passages > 0
        return compose(question, draft, evidence, infos, withhold=withhold)


def _result(steps: Generator[Event, None, Composition]) -> Composition:
    """Run a generator to its end and return what it returns."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            composition: Composition = end.value
            return composition


def _checked_question(question: str) -> str:
    question = " ".join(question.encode("utf-8", "replace").decode("utf-8").split())
    if not question:
        raise BadQuestion("The question is empty; write one")
    if len(question) > MAX_QUESTION_CHARS:
        raise BadQuestion(
            f"The question has {len(question):,} characters, the most is {MAX_QUESTION_CHARS:,}; ask a shorter one"
        )
    if not any(character.isalnum() for character in question):
        raise BadQuestion(f"There are no words in the question {question[:40]!r}; ask in words")
    return question
