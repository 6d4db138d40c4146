"""From a question to an answer whose every sentence shows its source."""

from typing import TYPE_CHECKING, Any

from qa.errors import BadQuestion, BadQuestionFile, BadSetting, ModelUnavailable, QAError
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
    Usage,
)
from qa.settings import QASettings

if TYPE_CHECKING:
    from qa.chain import DocumentQA

__all__ = [
    "Answer",
    "AnswerChecked",
    "BadQuestion",
    "BadQuestionFile",
    "BadSetting",
    "Citation",
    "DocumentQA",
    "Event",
    "Evidence",
    "EvidenceFound",
    "ModelUnavailable",
    "Passage",
    "QAError",
    "QASettings",
    "Sentence",
    "TextDrafted",
    "Timings",
    "Usage",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401
    # LangChain takes a second to import; whoever only wants the records or the help needn't wait for it.
    if name == "DocumentQA":
        from qa.chain import DocumentQA

        return DocumentQA
    raise AttributeError(f"module 'qa' has no attribute {name!r}")
