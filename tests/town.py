"""A small library about one town, answers from it by a scripted model, and what holds for every answer."""

import json
from typing import Any

from langchain_core.language_models import BaseChatModel

from ingest import Library
from qa import Answer, DocumentQA, QASettings
from qa.assembly import NOT_IN_DOCUMENTS
from qa.gate import SCORE_WEIGHT, USUAL_SCORE, lowered
from qa.language_model import LanguageModel

HARBOUR = (
    "The harbour of Halmere has eleven cranes. The oldest crane was built in 1911. It still works on market days.\n\n"
    "The lighthouse stands on the northern pier. Its keeper retired in 1987, and nobody took the post."
)
SCHOOL = "The school of Halmere has ninety pupils. Its bell was cast in 1822. The roof is made of slate."
CRANES = "The harbour of Halmere has eleven cranes."
QUESTION = "How many cranes has the harbour?"
BELL = "When was the bell of the school cast?"
ANSWER_KEYS = {
    "question",
    "outcome",
    "text",
    "reason",
    "sentences",
    "citations",
    "otherwise",
    "passages",
    "timings",
    "usage",
    "model",
    "settings",
    "kind",
    "understood",
}
SENTENCE_KEYS = {"text", "start", "end", "verdict", "citations", "reason"}
CITATION_KEYS = {"number", "document", "title", "date", "page", "heading", "start", "end", "quote", "sha256", "ocr"}
PASSAGE_KEYS = {"document", "start", "end", "text", "score"}
TIMING_KEYS = {"evidence_seconds", "first_token_seconds", "total_seconds"}


def answering(library: Library, model: BaseChatModel, **changed: Any) -> DocumentQA:
    return DocumentQA(library, QASettings(**changed), LanguageModel(model, {"name": "scripted", "provider": "script"}))


def likelihood(yes: float, answer: Answer) -> float:
    """Return what the gate makes of the model's probability and of how well the answer's best evidence fits."""
    return lowered(yes, SCORE_WEIGHT * (USUAL_SCORE - max(item.score for item in answer.evidence)))


def assert_lawful(answer: Answer, library: Library) -> None:
    """Check what holds for every answer, whoever asked whatever of whichever documents."""
    for citation in answer.citations:
        assert library.text(citation.document)[citation.start : citation.end] == citation.quote != ""
        assert citation.sha256 == library.info(citation.document).sha256
    for sentence in answer.sentences:
        assert answer.text[sentence.start : sentence.end] == sentence.text
    for passage in answer.passages:
        assert library.text(passage.document)[passage.start : passage.end] == passage.text
        assert 0 <= passage.score <= 1
    mentioned = list(dict.fromkeys(number for sentence in answer.sentences for number in sentence.citations))
    assert mentioned == [citation.number for citation in answer.citations] == list(range(1, len(mentioned) + 1))
    if answer.outcome == "not_in_documents":
        assert answer.sentences == answer.citations == ()
        assert answer.text == NOT_IN_DOCUMENTS
    elif answer.kind == "question":
        assert answer.sentences
    else:
        assert answer.sentences == answer.citations == answer.passages == ()
    record = json.loads(json.dumps(answer.to_dict()))
    assert record.keys() == ANSWER_KEYS
    assert all(item.keys() == SENTENCE_KEYS for item in record["sentences"])
    assert all(item.keys() == CITATION_KEYS for item in record["citations"])
    assert all(item.keys() == PASSAGE_KEYS for item in record["passages"])
    assert record["timings"].keys() == TIMING_KEYS
