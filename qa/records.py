"""What flows through question answering: Passages, Evidence, and the Answer with its Sentences and Citations."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Outcome = Literal["answered", "partial", "not_in_documents"]
Verdict = Literal["verbatim", "supported", "unsupported"]
Kind = Literal["question", "greeting", "library"]
"""What was asked: something that documents may say; nothing (a greeting, thanks); or what the library holds."""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """A chunk that retrieval found for a question."""

    document: str
    """Name of the document."""
    start: int
    """Offset of its first character in the document's text."""
    end: int
    """Offset after its last character."""
    text: str
    """The document's text from `start` to `end`."""
    score: float
    """Fused relevance, 0 to 1, higher is better; comparable within one question only."""
    index: int = 0
    """Position among the document's chunks, from 0."""
    heading: str = ""
    """The headings that it stands under, joined by " > "."""


@dataclass(frozen=True, kw_only=True)
class NamedPassage(Passage):
    """A provision that the question names, as in "Article 5(1)"."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One sentence of a passage, put before the model under a number."""

    document: str
    """Name of the document."""
    start: int
    """Offset of its first character in the document's text."""
    end: int
    """Offset after its last character."""
    text: str
    """The document's text from `start` to `end`."""
    score: float
    """Relevance to the question; comparable within one question only."""
    heading: str = ""
    """The headings that it stands under, joined by " > "."""
    before: str = ""
    """What stands right before it in its passage: whom its pronouns and its "the ..." may mean."""
    columns: int | None = None
    """Where the first row of its table begins, if it is another row of one and that is known."""


@dataclass(frozen=True, kw_only=True)
class Citation:
    """The exact characters of a document that support a sentence: `text[start:end] == quote`, always."""

    number: int
    """The footnote's number, from 1, in order of first mention."""
    document: str
    """Name of the document."""
    title: str
    """The document's title."""
    date: str | None
    """The document's publication date, ISO 8601; None if unknown."""
    page: int | None
    """Page, from 1, of the first character; None for files without pages."""
    heading: str
    """The headings that the quote stands under, joined by " > "."""
    start: int
    """Offset of the quote's first character in the document's text, in code points."""
    end: int
    """Offset after its last character."""
    quote: str
    """The characters themselves."""
    sha256: str
    """SHA-256 of the file that the document came from."""
    ocr: bool = False
    """Whether the quote was recognised in a picture of the page, and may be wrong."""


@dataclass(frozen=True, kw_only=True)
class Sentence:
    """One sentence of the answer and what was found when it was checked."""

    text: str
    """The sentence with its footnote markers: `answer.text[start:end]`."""
    start: int
    """Offset in the answer's text."""
    end: int
    """Offset after its last character."""
    verdict: Verdict
    """Whether its words stand in the citations, follow from them, or neither."""
    citations: tuple[int, ...]
    """Numbers of the citations that support it."""
    reason: str = ""
    """One phrase saying why the verdict is what it is, for people."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """An earlier question of a conversation and its answer: what a follow-up refers to."""

    question: str
    """The question, in full: as understood, if it was itself a follow-up."""
    answer: str
    """The answer's text without footnote markers; empty if there was none."""


@dataclass(frozen=True, kw_only=True)
class Message:
    """One turn of what a chat model was given."""

    role: str
    """"system", "human" or "ai"."""
    text: str
    """Its words."""


@dataclass(frozen=True, kw_only=True)
class ModelCall:
    """Everything that the chat model saw in one call, and what it said."""

    messages: tuple[Message, ...]
    """The conversation that it was to continue."""
    options: Mapping[str, Any]
    """What else it was told: `max_tokens`, `logprobs`, `grammar`; empty for the settings' defaults."""
    output: str
    """What it said."""
    logprobs: Mapping[str, float] = field(default_factory=dict)
    """Log-probabilities of the likeliest first tokens, where they were asked for."""


@dataclass(frozen=True, kw_only=True)
class Timings:
    """Seconds since the question was asked."""

    evidence_seconds: float
    """Until the evidence was found."""
    first_token_seconds: float | None
    """Until the model's first token of the answer; None if no answer was generated."""
    total_seconds: float
    """Until the answer was checked."""


@dataclass(frozen=True, kw_only=True)
class Usage:
    """Tokens that the model was asked with and wrote, all requests for one answer together; None if it doesn't tell."""

    prompt_tokens: int | None = None
    """Tokens of the prompts."""
    cached_tokens: int | None = None
    """How many of them the model had read before, and didn't have to read again."""
    reply_tokens: int | None = None
    """Tokens that it wrote."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The record of an answer, the same in Python, on the command line, in the browser and in evaluations."""

    question: str
    """The question as asked, without surrounding white space."""
    kind: Kind = "question"
    """What was asked. Greetings and questions about the library are answered by the program itself: their outcome is
    "answered", and nothing in them is taken from documents, so they have neither sentences nor citations."""
    understood: str | None = None
    """A follow-up as it was understood, as a question that stands alone, or the questions, one after the other, that a
    question was divided into; None if it was taken as asked."""
    outcome: Outcome
    """Whether the documents answer it."""
    text: str
    """The answer with footnote markers such as "[1]", or a plain statement that the documents don't say."""
    reason: str = ""
    """Why the documents don't answer the question, or a part of it, for people; empty if they do."""
    sentences: tuple[Sentence, ...]
    """The answer's sentences in order; empty when the outcome is "not_in_documents" or `kind` isn't "question"."""
    citations: tuple[Citation, ...]
    """The footnotes by number; empty when there are no sentences."""
    otherwise: tuple[Citation, ...] = ()
    """What other documents tell otherwise: the same with another date or amount. Numbered on from the footnotes."""
    passages: tuple[Passage, ...]
    """The passages that retrieval found, best first."""
    evidence: tuple[Evidence, ...] = ()
    """What was put before the model, in prompt order; left out of `to_dict`."""
    history: tuple[Turn, ...] = ()
    """The turns that a follow-up could refer to; left out of `to_dict`, kept in receipts."""
    calls: tuple[ModelCall, ...] = ()
    """What the model was asked and what it said, in order; left out of `to_dict`, kept in receipts."""
    timings: Timings
    """How long the steps took."""
    usage: Usage = Usage()
    """How many tokens the model read and wrote."""
    model: Mapping[str, Any] = field(default_factory=dict)
    """Which chat model wrote the answer: `name`, `sha256` or `provider`."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """The settings that it was made with; `answerability`: the gate's probability, 0 to 1, or None; and `filters`:
    which documents it was asked of, or None for all."""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as JSON-ready dictionaries and lists."""
        record = asdict(self)
        for kept_in_receipts in ("evidence", "calls", "history"):
            del record[kept_in_receipts]
        for passage in record["passages"]:
            del passage["index"], passage["heading"]
        return record

    def turn(self) -> Turn:
        """Return what a later question can refer to."""
        said = re.sub(r" ?\[\d+\]", "", self.text) if self.outcome != "not_in_documents" else ""
        return Turn(question=self.understood or self.question, answer=said)


@dataclass(frozen=True, kw_only=True)
class EvidenceFound:
    """First event of each part of a question, but for greetings and the like: what will be put before the model."""

    passages: tuple[Passage, ...]
    """The passages that retrieval found, best first."""
    evidence: tuple[Evidence, ...]
    """The sentences chosen from them, in reading order."""


@dataclass(frozen=True, kw_only=True)
class TextDrafted:
    """A piece of the model's draft, as it is written and before it is checked."""

    text: str
    """What to append to the draft so far."""


@dataclass(frozen=True, kw_only=True)
class AnswerChecked:
    """Last event of a stream: the checked answer, which replaces the draft."""

    answer: Answer
    """The answer."""


Event = EvidenceFound | TextDrafted | AnswerChecked
