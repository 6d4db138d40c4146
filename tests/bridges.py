"""Bridges: documents, questions on them, and a model that answers from its prompt, for the tests of evaluation."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEmbeddings, ScriptedChatModel
from langchain_core.messages import BaseMessage

from ingest import IngestSettings, Library, default_library
from qa import DocumentQA, QASettings
from qa.evaluate import EvaluationOptions, EvaluationProgress, Run, compute_figures, evaluate
from qa.language_model import LanguageModel
from qa.records import Answer

NAMES = [
    "Alder",
    "Birch",
    "Cedar",
    "Dogwood",
    "Elm",
    "Fir",
    "Gorse",
    "Hazel",
    "Ivy",
    "Juniper",
    "Kapok",
    "Larch",
    "Maple",
    "Nutmeg",
    "Oak",
    "Pine",
]
ANSWERABLE = len(NAMES)


def opened(name: str) -> str:
    return f"The {name} bridge opened in {1900 + NAMES.index(name)}."


class Bridges:
    """Documents about bridges, questions on them, and a model that finds the sentence in its prompt."""

    def __init__(self, folder: Path) -> None:
        self.documents = folder / "documents"
        self.documents.mkdir()
        for number, name in enumerate(NAMES):
            text = f"{opened(name)} It is {number + 30} metres long.\n\nPainters come to {name} every spring."
            (self.documents / f"{name.lower()}.txt").write_text(text, encoding="utf-8")
        self.questions = folder / "questions.jsonl"
        self.write([*map(self.answerable, NAMES), *map(self.unanswerable, NAMES[:8])])
        self.out = folder / "run.json"
        self.model = ScriptedChatModel(self.reply, yes=lambda messages: 0.9 if self.asks_for_year(messages) else 0.1)
        self.opened = 0

    @staticmethod
    def answerable(name: str) -> dict[str, Any]:
        return {
            "id": f"when-{name}",
            "question": f"When was it that the {name} bridge opened?",
            "answers": [str(1900 + NAMES.index(name))],
            "evidence": [{"document": f"{name.lower()}.txt", "quote": opened(name)}],
        }

    @staticmethod
    def unanswerable(name: str) -> dict[str, Any]:
        return {"id": f"colour-{name}", "question": f"What colour is the {name} bridge?", "answerable": False}

    def write(self, records: list[dict[str, Any]]) -> None:
        self.questions.write_text("\n".join(map(json.dumps, records)), encoding="utf-8")

    def reply(self, messages: list[BaseMessage]) -> str:
        text = "\n".join(message.text for message in messages)
        name = self.asked(text)
        return opened(name) if opened(name) in text else "Not stated."

    def asks_for_year(self, messages: list[BaseMessage]) -> bool:
        text = "\n".join(message.text for message in messages)
        found = re.search(r"When was it that the (\w+)", text)
        return found is not None and opened(found[1]) in text

    @staticmethod
    def asked(text: str) -> str:
        found = re.search(r"(?:that|is) the (\w+) bridge", text)
        assert found is not None
        return found[1]

    def count(self) -> int:
        """Return how many questions the gate was asked; warming up is no question."""
        return sum("bridge" in messages[-1].text for messages in self.model.gate_prompts)

    def open(
        self,
        library: Any = None,
        settings: QASettings | None = None,
        *,
        create: bool = False,
        ingest_settings: IngestSettings | None = None,
    ) -> DocumentQA:
        self.opened += 1
        folder = default_library() if library is None else Path(library)
        found = Library(folder, create=create, settings=ingest_settings, embedder=KeywordEmbeddings())
        return DocumentQA(found, settings, LanguageModel(self.model, {"name": "scripted", "provider": "test"}))

    def options(self, **changes: Any) -> EvaluationOptions:
        return EvaluationOptions(**{"documents": self.documents, "out": self.out, **changes})

    def run(self, **changes: Any) -> Run:
        return evaluate(self.questions, self.options(**changes))


def figures(run: Run) -> dict[str, float | None]:
    return {value.name: value.value for value in compute_figures(run.rows)}


def stop_at(number: int) -> Callable[[EvaluationProgress], None]:
    def stop(progress: EvaluationProgress) -> None:
        if progress.stage == "questions" and progress.done == number:
            raise KeyboardInterrupt

    return stop


def shift_citations(monkeypatch: pytest.MonkeyPatch) -> None:
    """Move every citation by one character."""
    ask = DocumentQA.ask

    def shifted(self: DocumentQA, question: str) -> Answer:
        answer = ask(self, question)
        citations = tuple(replace(c, start=c.start + 1, end=c.end + 1) for c in answer.citations)
        return replace(answer, citations=citations)

    monkeypatch.setattr(DocumentQA, "ask", shifted)
