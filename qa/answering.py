"""One question on its way to its answer: understanding, retrieval, evidence, gate, draft, verdicts, in this order."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import BaseMessage

from ingest import DocumentInfo, Filters
from qa import prompts
from qa.assembly import Composition, joined, not_in_documents
from qa.composing import compose, extract, mend
from qa.dialogue.courtesy import answer_without_documents
from qa.dialogue.followups import understand
from qa.dialogue.parts import parts_of
from qa.disagreement import told_otherwise
from qa.errors import BadQuestion
from qa.evidence import choose_evidence, whole_passages
from qa.gate import answerability, draft_penalty, lowered
from qa.language_model import NO_MODEL, LanguageModel
from qa.meter import Meter
from qa.quotes import compose_quotes, quote_grammar
from qa.recording import Recorder
from qa.records import Answer, AnswerChecked, Event, Evidence, EvidenceFound, Passage, TextDrafted, Turn
from qa.refusal import why_not

if TYPE_CHECKING:
    from qa.chain import DocumentQA

MAX_QUESTION_CHARS = 2000


@dataclass(frozen=True, kw_only=True)
class _Material:
    """What a question is answered from."""

    question: str
    """The question, as understood."""
    passages: Sequence[Passage]
    evidence: Sequence[Evidence]
    infos: Mapping[str, DocumentInfo]


@dataclass(frozen=True, kw_only=True)
class _Part:
    """One of the questions that a question consists of, answered."""

    asked: str
    """The part as it was asked."""
    material: _Material
    likelihood: float | None
    """The gate's probability."""
    composition: Composition

    def turn(self) -> Turn:
        """Return what a later part can refer to."""
        return Turn(question=self.material.question, answer=self.composition.plain)


class Answering:
    """The steps from one question to its answer.

    Args:
        docs: The library, the settings and the model.
        question: The question as asked.
        history: The turns before it, oldest first.
        filters: Which documents may answer.

    Raises:
        BadQuestion: The question is empty, too long, or has no words.
    """

    def __init__(
        self,
        docs: "DocumentQA",
        question: str,
        history: Sequence[Answer | Turn] = (),
        filters: Filters | None = None,
    ) -> None:
        self.docs = docs
        self.settings = docs.settings
        self.question = checked_question(question)
        self.history = past_turns(history)
        self.filters = filters
        self._recorder = Recorder()
        self._meter = Meter()

    def events(self) -> Generator[Event, None, None]:
        """Yield what happens; the last event holds the answer.

        Raises:
            ModelUnavailable: The chat model doesn't answer.
        """
        plain = answer_without_documents(self.question, self.docs.library.documents())
        if plain:
            kind, text = plain
            yield AnswerChecked(
                answer=Answer(
                    question=self.question, kind=kind, outcome="answered", text=text, sentences=(), citations=(),
                    passages=(), timings=self._meter.timings(), usage=self._meter.usage(), model={"name": NO_MODEL},
                    settings=self._made_with(None),
                )
            )  # fmt: skip
            return
        understood = understand(self.question, self.history)
        parts: list[_Part] = []
        for asked in parts_of(understood or self.question):
            if parts:
                yield TextDrafted(text=" ")
            parts.append((yield from self._part(asked, self._understood(asked, parts))))
        yield AnswerChecked(answer=self._answer(parts, understood))

    def _understood(self, asked: str, parts: Sequence[_Part]) -> str:
        """Return a part of a question as it stands alone once those before it are answered."""
        turns = [part.turn() for part in parts]
        return understand(f"And {asked}", turns) or asked if turns else asked

    def _part(self, asked: str, question: str) -> Generator[Event, None, _Part]:
        """Yield what happens while one question is answered; return its answer."""
        material = self._find(question)
        yield EvidenceFound(passages=tuple(material.passages), evidence=tuple(material.evidence))
        likelihood, composition = yield from self._reply(material)
        return _Part(asked=asked, material=material, likelihood=likelihood, composition=composition)

    def _answer(self, parts: Sequence[_Part], understood: str | None) -> Answer:
        composition = joined([(part.asked, part.composition) for part in parts])
        evidence = tuple(dict.fromkeys(item for part in parts for item in part.material.evidence))
        infos = {name: info for part in parts for name, info in part.material.infos.items()}
        passages = {(passage.document, passage.start): passage for part in parts for passage in part.material.passages}
        if len(parts) > 1:
            understood = " ".join(part.material.question for part in parts)
        lacking = [
            (p.material.question, p.material.evidence, None if p.likelihood is None else p.composition.doubted)
            for p in parts if not p.composition.sentences
        ]  # fmt: skip
        likelihoods = [part.likelihood for part in parts if part.likelihood is not None]
        return Answer(
            question=self.question, understood=understood, outcome=composition.outcome, text=composition.text,
            reason=why_not(lacking, infos), sentences=composition.sentences, citations=composition.citations,
            otherwise=told_otherwise(self.question, composition, evidence, infos),
            passages=tuple(passages.values()),
            evidence=evidence,
            calls=tuple(self._recorder.calls), history=tuple(self.history), timings=self._meter.timings(),
            usage=self._meter.usage(), model=self.docs.model, settings=self._made_with(max(likelihoods, default=None)),
        )  # fmt: skip

    def _made_with(self, likelihood: float | None) -> dict[str, Any]:
        filters = self.filters.to_dict() if self.filters else None
        return self.settings.to_dict() | {"answerability": likelihood, "filters": filters}

    def _find(self, question: str) -> _Material:
        found = self.docs.retriever.passages(question, self.filters)
        # Listed after the search: a document may have been added meanwhile, and one that was removed is passed over.
        infos = {info.name: info for info in self.docs.library.documents()}
        passages = tuple(passage for passage in found if passage.document in infos)
        evidence = self._choose(question, passages)
        self._meter.mark("evidence")
        return _Material(question=question, passages=passages, evidence=evidence, infos=infos)

    def _choose(self, question: str, passages: Sequence[Passage]) -> tuple[Evidence, ...]:
        max_chars = self.settings.evidence_chars
        if self.settings.evidence == "passages":
            return whole_passages(passages, max_chars=max_chars)
        return choose_evidence(question, passages, self.docs.library.embedder, max_chars=max_chars)

    def _reply(self, material: _Material) -> Generator[Event, None, tuple[float | None, Composition]]:
        """Yield the draft in pieces; return the gate's probability and the checked answer."""
        started = self.docs.language_model
        if started is None:
            return None, extract(material.question, material.evidence, material.infos)
        model = started.watched_by(self._recorder, self._meter.tokens)
        likelihood = self._likelihood(material, model)
        if not self._passes_gate(likelihood, material.evidence):
            return likelihood, not_in_documents(doubted=True)
        if self.settings.style == "quotes" and material.evidence:
            return likelihood, (yield from self._quote(material, model))
        draft = yield from self._draft(model.write(self._messages(material)))
        # Without passages nothing can be supported: the model is asked what it knows, for comparison.
        withhold = self.settings.verdicts == "on" and self.settings.passages > 0
        composition = compose(
            material.question, draft, material.evidence, material.infos, withhold=withhold, verifier=self.docs.verifier
        )
        mended = not composition.sentences
        if mended:
            composition = mend(material.question, draft, material.evidence, material.infos)
        penalty = draft_penalty(material.question, draft, composition, mended=mended)
        likelihood = None if likelihood is None else round(lowered(likelihood, penalty), 6)
        passes = self._passes_gate(likelihood, material.evidence)
        return likelihood, composition if passes else not_in_documents()

    def _messages(self, material: _Material) -> list[BaseMessage]:
        if self.settings.passages == 0:
            return prompts.closed_book_messages(material.question)
        return prompts.answer_messages(material.question, material.evidence, material.infos)

    def _likelihood(self, material: _Material, model: LanguageModel) -> float | None:
        """Return the gate's probability that the evidence states the answer; None where there is none.

        It is computed without the gate too: then it only stands in the record, and evaluations can tell what any
        threshold would have done.
        """
        if not material.evidence:
            return None
        return round(answerability(material.question, material.evidence, material.infos, model), 6)

    def _passes_gate(self, likelihood: float | None, evidence: Sequence[Evidence]) -> bool:
        if self.settings.passages == 0:
            return True
        if self.settings.gate == "off":
            return bool(evidence)
        return likelihood is not None and likelihood >= self.settings.threshold

    def _quote(self, material: _Material, model: LanguageModel) -> Generator[Event, None, Composition]:
        """Yield the quotes that the model chooses, in pieces; return them at their places."""
        messages = prompts.quote_messages(material.question, material.evidence, material.infos)
        grammar = quote_grammar([item.text for item in material.evidence])
        said = yield from self._draft(model.write(messages, grammar=grammar))
        return compose_quotes(said, material.evidence, material.infos)

    def _draft(self, pieces: Iterator[str]) -> Generator[Event, None, str]:
        draft = ""
        for piece in pieces:
            self._meter.mark("first_token")
            draft += piece
            yield TextDrafted(text=piece)
        return draft


def checked_question(question: str) -> str:
    """Return a question on one line.

    Raises:
        BadQuestion: It is empty, too long, or has no words.
    """
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


def past_turns(history: Sequence[Answer | Turn]) -> list[Turn]:
    """Return what a follow-up can refer to: the earlier questions, without greetings and the like."""
    about_documents = [turn for turn in history if isinstance(turn, Turn) or turn.kind == "question"]
    return [turn if isinstance(turn, Turn) else turn.turn() for turn in about_documents]
