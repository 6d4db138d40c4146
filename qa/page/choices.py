"""What a reader chose for the next question in, what answers it so out."""

from dataclasses import dataclass, replace
from typing import Literal

from qa.chain import DocumentQA
from qa.language_model import NO_MODEL
from qa.settings import QASettings

Strictness = Literal["strict", "balanced", "eager"]
_THRESHOLDS: dict[str, float] = {"strict": 0.75, "eager": 0.4}
STRICTNESS = {
    "strict": "Strict: rather no answer than a doubtful one",
    "balanced": "Balanced: as measured",
    "eager": "Eager: rather a doubtful answer than none",
}
"""For each choice what it is called. Every sentence is checked all the same."""


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What a reader chose."""

    strictness: Strictness = "balanced"
    """How sure the model must be that the evidence states the answer; balanced is the settings' own threshold."""
    quotes_only: bool = False
    """Whether the answer consists of the best quotes, without the model."""


def answering(docs: DocumentQA, choices: Choices) -> DocumentQA:
    """Return what answers as chosen, from the same library, index and model."""
    settings = replace(docs.settings, threshold=threshold(choices, docs.settings))
    if choices.quotes_only:
        settings = replace(settings, model=NO_MODEL)
    if settings == docs.settings:
        return docs
    other = DocumentQA(docs.library, settings, None if choices.quotes_only else docs.language_model)
    other.retriever = docs.retriever
    return other


def threshold(choices: Choices, settings: QASettings) -> float:
    """Return the gate's probability from which on an answer is written."""
    return _THRESHOLDS.get(choices.strictness, settings.threshold)
