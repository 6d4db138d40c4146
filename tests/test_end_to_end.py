"""The real embedder and the real default model, from files to the same checked answer in three places."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_line import run_footnote
from gradio_client import Client
from page_tools import served

from qa import DocumentQA, QASettings

pytestmark = pytest.mark.model

REGISTER = """# Register of the Quillon Tide Observatory

Published 2023-03-09

The Quillon Tide Observatory was founded in 1904 by Marta Oduya on the island of Vesk. Its tower is 43 metres high.
The observatory has kept hourly records of the tide since its first year. Two storms, in 1936 and in 1971, broke the
series for eleven days in all.

## Staff

The observatory employs nineteen people. Its director is Pell Aranda, who took office in January 2021.
The library is open to visitors on Thursdays. It holds 7,200 volumes, most of them on currents and shipping.
"""
MINUTES = """# Minutes of the council of the Quillon Tide Observatory

Published 2024-06-18

The council met on 18 June 2024 in the reading room. It decided to buy a second tide gauge, named Heron.
The gauge Heron will stand at the mouth of the Sarn river. Its supplier is the workshop of Ines Talvik.
The council thanked the volunteers who repaired the jetty. The next meeting was fixed for 12 November 2024.
"""
ANSWERABLE = {
    "Who founded the Quillon Tide Observatory?": ("Oduya", "founded in 1904 by Marta Oduya"),
    "How high is the observatory's tower?": ("43", "Its tower is 43 metres high."),
    "Where will the gauge Heron stand?": ("Sarn", "at the mouth of the Sarn river"),
}
"""Questions with a word that their answers must hold, and what must stand in a quote."""
UNANSWERABLE = ["How much did the gauge Heron cost?", "What is the capital of Portugal?"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two short documents about an organisation that doesn't exist."""
    folder = tmp_path_factory.mktemp("observatory")
    (folder / "register.md").write_text(REGISTER, "utf-8")
    (folder / "minutes.md").write_text(MINUTES, "utf-8")
    return folder


@pytest.fixture
def docs(chat_models: Path, folder: Path, tmp_path: Path) -> Iterator[DocumentQA]:
    """Open a library of the two documents with the default model."""
    with DocumentQA.open(tmp_path / "library", QASettings(), create=True) as docs:
        assert docs.add([folder]).failed == ()
        assert docs.language_model is not None, docs.model_problem
        yield docs


def record_of(answer: Any) -> Any:
    """Return what must be the same everywhere: all of a record but how long it took and how much was read before."""
    record = json.loads(json.dumps(answer))
    del record["usage"]["cached_tokens"]
    assert record.pop("timings")["total_seconds"] > 0
    return record


def test_questions_are_answered_with_the_quote_that_holds_the_fact_or_refused_and_everywhere_alike(
    docs: DocumentQA,
) -> None:
    records = {}
    for question, (word, fact) in ANSWERABLE.items():
        answer = docs.ask(question)
        assert answer.outcome == "answered", answer
        assert word in answer.text, answer
        assert any(fact in citation.quote for citation in answer.citations)
        assert all(sentence.citations and sentence.verdict != "unsupported" for sentence in answer.sentences)
        for citation in answer.citations:
            assert docs.library.text(citation.document)[citation.start : citation.end] == citation.quote
        records[question] = record_of(answer.to_dict())
    for question in UNANSWERABLE:
        answer = docs.ask(question)
        assert (answer.outcome, answer.sentences, answer.citations) == ("not_in_documents", (), ()), answer
        assert answer.passages
        records[question] = record_of(answer.to_dict())

    asked = [next(iter(ANSWERABLE)), UNANSWERABLE[0]]
    with served(docs) as address:
        page = Client(address, verbose=False)
        for question in asked:
            assert record_of(page.predict(question, api_name="/ask")) == records[question]
    for question in asked:
        done = run_footnote("ask", question, "--json", "--library", docs.library.folder)
        assert done.code == 0, done.errors
        assert record_of(done.record) == records[question]
