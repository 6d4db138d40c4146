"""The chain as what programs hold: its stream, its place among LangChain's Runnables, its opening and closing."""

import asyncio
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fakes import KeywordEmbeddings, ScriptedChatModel
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document as LangChainDocument
from langchain_core.language_models import FakeListChatModel
from langchain_core.messages import BaseMessage
from langchain_core.runnables import RunnableLambda
from texts import make_document
from town import BELL, CRANES, HARBOUR, QUESTION, answering, assert_lawful

from ingest import IngestSettings, Library, LibraryMismatch, LibraryNotFound
from qa import (
    Answer,
    AnswerChecked,
    BadQuestion,
    DocumentQA,
    EvidenceFound,
    ModelUnavailable,
    QASettings,
    TextDrafted,
    Turn,
)
from qa.language_model import LanguageModel

# The stream


def test_evidence_comes_first_then_the_draft_then_the_checked_answer(halmere: Library) -> None:
    events = list(answering(halmere, ScriptedChatModel([CRANES])).stream(QUESTION))
    found, *drafted, checked = events
    assert isinstance(found, EvidenceFound)
    assert all(isinstance(event, TextDrafted) for event in drafted)
    assert isinstance(checked, AnswerChecked)
    assert "".join(event.text for event in drafted if isinstance(event, TextDrafted)) == CRANES
    assert (checked.answer.passages, checked.answer.evidence) == (found.passages, found.evidence)


def test_a_refusal_is_streamed_without_a_draft(halmere: Library) -> None:
    events = list(answering(halmere, ScriptedChatModel(yes=0.0)).stream(QUESTION))
    assert [type(event) for event in events] == [EvidenceFound, AnswerChecked]


def test_evidence_is_there_before_the_model_is_asked_anything(halmere: Library) -> None:
    model = ScriptedChatModel([CRANES])
    events = answering(halmere, model).stream(QUESTION)
    assert isinstance(next(events), EvidenceFound)
    assert model.prompts == []


class Watched(ScriptedChatModel):
    """Tells how many words were asked of it and whether its stream was closed."""

    words_said: int = 0
    closed: bool = False

    def _stream(self, *args: Any, **request: Any) -> Iterator[Any]:
        try:
            for chunk in super()._stream(*args, **request):
                self.words_said += 1
                yield chunk
        finally:
            self.closed = True


def test_closing_the_stream_closes_the_models_stream(halmere: Library) -> None:
    model = Watched(["word " * 100])
    events = answering(halmere, model).stream(QUESTION)
    next(events)
    assert isinstance(next(events), TextDrafted)
    events.close()  # type: ignore[attr-defined]
    assert model.closed
    assert model.words_said < 5


def test_a_model_that_fails_is_one_line_and_the_next_question_is_answered(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel([OSError("the cable\nis out"), CRANES]))
    with pytest.raises(ModelUnavailable, match=r"'scripted'.*the cable"):
        docs.ask(QUESTION)
    assert docs.ask(QUESTION).outcome == "answered"


# LangChain


def test_the_chain_is_a_runnable_from_a_question_to_an_answer(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))
    expected = docs.ask(QUESTION).text
    assert docs.invoke(QUESTION).text == expected
    assert [answer.text for answer in docs.batch([QUESTION, QUESTION])] == [expected, expected]


def test_the_chain_can_be_a_link_of_another(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))
    chain = (
        RunnableLambda(lambda name: f"How many cranes has the {name}?")
        | docs
        | RunnableLambda(lambda answer: answer.text)
    )
    assert chain.invoke("harbour") == "The harbour of Halmere has eleven cranes [1]."
    assert list(chain.stream("harbour")) == ["The harbour of Halmere has eleven cranes [1]."]


def test_langchains_callbacks_see_the_question_and_the_answer(halmere: Library) -> None:
    seen: list[Any] = []

    class Recorder(BaseCallbackHandler):
        def on_chain_start(self, serialized: Any, inputs: Any, **_: Any) -> None:
            seen.append(inputs)

        def on_chain_end(self, outputs: Any, **_: Any) -> None:
            seen.append(outputs)

    answer = answering(halmere, ScriptedChatModel([CRANES])).invoke(QUESTION, {"callbacks": [Recorder()]})
    assert (seen[0], seen[-1]) == (QUESTION, answer)


def test_the_retriever_gives_langchains_documents_best_first(halmere: Library) -> None:
    docs = DocumentQA(halmere, QASettings(model="none", passages=2))
    found = docs.retriever.invoke("How many pupils has the school?")
    assert all(isinstance(document, LangChainDocument) for document in found)
    assert found[0].metadata["document"] == "school.txt"
    assert len(found) == 2
    for document in found:
        place = document.metadata
        assert halmere.text(place["document"])[place["start"] : place["end"]] == document.page_content


def test_any_chat_model_of_langchain_can_be_passed(halmere: Library) -> None:
    answer = answering(halmere, FakeListChatModel(responses=["Yes.", CRANES])).ask(QUESTION)
    assert answer.text == "The harbour of Halmere has eleven cranes [1]."


# Many at once, and open and close


def test_questions_that_are_asked_at_once_get_their_own_answers(halmere: Library) -> None:
    both = threading.Barrier(2, timeout=60)

    def reply(messages: list[BaseMessage]) -> str:
        both.wait()
        asked = "\n".join(str(message.content) for message in messages)
        return "Its bell was cast in 1822." if BELL in asked else CRANES

    docs = answering(halmere, ScriptedChatModel(reply))
    with ThreadPoolExecutor(2) as threads:
        cranes, bell = threads.map(docs.ask, [QUESTION, BELL])
    assert cranes.citations[0].document == "harbour.txt"
    assert bell.citations[0].document == "school.txt"
    assert (cranes.question, bell.question) == (QUESTION, BELL)


def test_the_model_is_started_once_however_many_ask_at_first(halmere: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[QASettings] = []
    both = threading.Barrier(2, timeout=60)

    def start(chosen: QASettings) -> LanguageModel:
        started.append(chosen)
        return LanguageModel(ScriptedChatModel(lambda _: CRANES), {"name": "slow to start"})

    monkeypatch.setattr("qa.chain.open_language_model", start)
    docs = DocumentQA(halmere, QASettings())

    def ask(_: int) -> Answer:
        both.wait()
        return docs.ask(QUESTION)

    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(ask, range(2)))
    assert len(started) == 1
    assert [answer.model["name"] for answer in answers] == ["slow to start"] * 2


def test_a_closed_chain_starts_its_model_again_when_it_is_asked(
    halmere: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[QASettings] = []

    def start(chosen: QASettings) -> LanguageModel:
        started.append(chosen)
        return LanguageModel(ScriptedChatModel(lambda _: CRANES), {"name": "restarted"})

    monkeypatch.setattr("qa.chain.open_language_model", start)
    with DocumentQA(halmere, QASettings()) as docs:
        docs.ask(QUESTION)
    docs.ask(QUESTION)
    assert len(started) == 2


def test_warming_up_asks_the_gate_and_no_draft(halmere: Library) -> None:
    model = ScriptedChatModel()
    answering(halmere, model).warm_up()
    assert len(model.gate_prompts) == len(model.prompts) == 1


def test_documents_that_are_added_and_removed_count_at_the_next_question(halmere: Library, tmp_path: Path) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    assert docs.ask("Who brews the beer of Halmere?").outcome == "not_in_documents"
    (tmp_path / "beer.txt").write_text("Ida Quist brews the beer of Halmere.", "utf-8")
    assert docs.add([tmp_path / "beer.txt"]).failed == ()
    assert docs.ask("Who brews the beer of Halmere?").citations[0].document == "beer.txt"
    docs.remove("beer.txt")
    assert docs.ask("Who brews the beer of Halmere?").outcome == "not_in_documents"


@pytest.mark.parametrize(
    ("question", "words"),
    [("", "empty"), (" \n\t ", "empty"), ("x" * 20_000, "20,000 characters"), ("🙂🙂", "no words"), ("?!", "no words")],
)
@pytest.mark.parametrize("method", ["ask", "invoke", "retrieve"])
def test_a_question_that_is_none_is_refused_in_one_line(
    halmere: Library, question: str, words: str, method: str
) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    ask: Callable[[str], Any] = getattr(docs, method)
    with pytest.raises(BadQuestion, match=words) as problem:
        ask(question)
    assert len(str(problem.value)) < 200


@pytest.mark.parametrize(
    "question", ["起重机有多少台？", "🙂 cranes 🙂?", "x" * 2000, "\ud800 cranes?", "a\0b", "cranes' \"\\ [1]?"]
)
def test_an_odd_question_is_a_question(halmere: Library, question: str) -> None:
    answer = DocumentQA(halmere, QASettings(model="none")).ask(question)
    assert_lawful(answer, halmere)
    json.dumps(answer.to_dict(), ensure_ascii=False).encode()


def test_a_library_that_is_not_there_is_not_made_by_asking(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFound, match="footnote add"):
        DocumentQA.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_the_users_own_library_is_opened_by_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.open_embedder", lambda _: KeywordEmbeddings())
    docs = DocumentQA.open(create=True)
    assert docs.library.folder == tmp_path / "home" / "library"


def test_a_library_of_other_chunks_is_refused_and_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.library.open_embedder", lambda _: KeywordEmbeddings())
    made = Library(tmp_path / "other", settings=IngestSettings(chunk_tokens=200), create=True)
    made.replace(make_document(HARBOUR))
    with pytest.raises(LibraryMismatch, match="chunk_tokens"):
        DocumentQA.open(tmp_path / "other")
    assert made.text("a.txt") == HARBOUR


# Asynchronously


def test_the_asynchronous_stream_yields_what_the_stream_yields(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))

    async def collect() -> list[Any]:
        return [event async for event in docs.astream(QUESTION)]

    events, expected = asyncio.run(collect()), list(docs.stream(QUESTION))
    assert [type(event) for event in events] == [type(event) for event in expected]
    assert events[-1].answer.text == expected[-1].answer.text


def test_leaving_the_asynchronous_stream_closes_the_models_stream(halmere: Library) -> None:
    model = Watched(["word " * 100])

    async def leave() -> None:
        events = answering(halmere, model).astream(QUESTION)
        async for event in events:
            if isinstance(event, TextDrafted):
                break
        await events.aclose()  # type: ignore[attr-defined]

    asyncio.run(leave())
    assert model.closed
    assert model.words_said < 5


def test_asynchronous_answers_are_the_same_answers(halmere: Library) -> None:
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))
    chain = docs | RunnableLambda(lambda answer: answer.text)

    async def collect() -> tuple[Any, ...]:
        streamed = [text async for text in chain.astream(QUESTION)]
        return await docs.ainvoke(QUESTION), await docs.abatch([QUESTION, QUESTION]), streamed

    one, two, streamed = asyncio.run(collect())
    assert [answer.text for answer in (one, *two)] == ["The harbour of Halmere has eleven cranes [1]."] * 3
    assert streamed == ["The harbour of Halmere has eleven cranes [1]."]


@pytest.mark.parametrize("way", ["invoke", "batch", "stream", "ainvoke"])
def test_every_way_to_ask_takes_a_history(halmere: Library, way: str) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    history = [Turn(question="Who runs the School?", answer="Nobody.")]
    answers = {
        "invoke": lambda: docs.invoke("And its bell?", history=history),
        "batch": lambda: docs.batch(["And its bell?"], history=history)[0],
        "stream": lambda: list(docs.stream("And its bell?", history=history))[-1].answer,
        "ainvoke": lambda: asyncio.run(docs.ainvoke("And its bell?", history=history)),
    }
    assert "School" in (answers[way]().understood or "")
