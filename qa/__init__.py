"""From a question to an answer whose every sentence shows its source."""

from typing import TYPE_CHECKING, Any

from ingest import BadFilter, Filters
from qa.errors import BadQuestion, BadQuestionFile, BadReceipt, BadSetting, ModelUnavailable, QAError
from qa.records import (
    Answer,
    AnswerChecked,
    Citation,
    Event,
    Evidence,
    EvidenceFound,
    Passage,
    Sentence,
    TextDrafted,
    Timings,
    Turn,
    Usage,
)
from qa.settings import QASettings

if TYPE_CHECKING:
    from qa.chain import DocumentQA

__all__ = [
    "Answer",
    "AnswerChecked",
    "BadFilter",
    "BadQuestion",
    "BadQuestionFile",
    "BadReceipt",
    "BadSetting",
    "Citation",
    "DocumentQA",
    "Event",
    "Evidence",
    "EvidenceFound",
    "Filters",
    "ModelUnavailable",
    "Passage",
    "QAError",
    "QASettings",
    "Sentence",
    "TextDrafted",
    "Timings",
    "Turn",
    "Usage",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # LangChain takes a second to import; whoever only wants the records or the help needn't wait for it.
    if name == "DocumentQA":
        from qa.chain import DocumentQA

        return DocumentQA
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
