"""Filters of other programs: the same documents are asked under the same names, whichever way a question comes."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from gradio_client import Client as GradioClient
from gradio_client.exceptions import AppError
from mcp import Client
from page_tools import answering, served

from ingest import Library

QUESTION = "What was reported?"
Asked = dict[str, Any] | str
"""An answer's record, or the line that says why there is none."""


def by_gradio(address: str, limits: dict[str, Any]) -> Asked:
    try:
        record: dict[str, Any] = GradioClient(address, verbose=False).predict(QUESTION, **limits, api_name="/ask")
    except AppError as error:
        return str(error)
    return record


def by_chat_completions(address: str, limits: dict[str, Any]) -> Asked:
    body = {"messages": [{"role": "user", "content": QUESTION}], **limits}
    reply = httpx.post(f"{address}/v1/chat/completions", json=body, timeout=60)
    found: dict[str, Any] = reply.json()
    assert reply.status_code == (400 if "error" in found else 200)
    return str(found["error"]["message"]) if "error" in found else found["footnote"]


def by_tools(address: str, limits: dict[str, Any]) -> Asked:
    async def ask() -> Asked:
        async with Client(f"{address}/mcp") as client:
            result = await client.call_tool("ask", {"question": QUESTION, **limits})
            found: dict[str, Any] = result.structured_content
            return str(result.content[0].text) if result.is_error else found

    return asyncio.run(ask())


WAYS = (by_gradio, by_chat_completions, by_tools)


@pytest.mark.parametrize("ask", WAYS)
def test_filters_choose_the_documents_that_another_program_asks(
    halmere: Library, ask: Callable[[str, dict[str, Any]], Asked]
) -> None:
    limits = [{"documents": ["HARBOUR*"]}, {"after": "2024-05", "before": "2024"}, {}]
    with served(answering(halmere, None)) as address:
        records = [ask(address, given) for given in limits]
    assert all(isinstance(record, dict) for record in records)
    named, dated, all_of_them = (record for record in records if isinstance(record, dict))
    assert {passage["document"] for passage in named["passages"]} == {"harbour.txt"}
    assert {passage["document"] for passage in dated["passages"]} == {"harbour.txt"}
    assert named["settings"]["filters"]["documents"] == ["HARBOUR*"]
    assert {passage["document"] for passage in all_of_them["passages"]} == {"harbour.txt", "school.txt"}


@pytest.mark.parametrize("ask", WAYS)
@pytest.mark.parametrize(
    ("limits", "problem"),
    [
        ({"after": "yesterday"}, "'yesterday' is no date"),
        ({"after": "2025", "before": "2024"}, "swap the two"),
        ({"language": "English"}, "no code of a language"),
        ({"before": "1900"}, "No document can be asked: none is published until 1900"),
        ({"documents": ["nowhere*"], "after": "2024"}, "none is named nowhere*, published from 2024 on"),
    ],
)
def test_a_filter_that_cannot_be_is_one_line_that_says_why(
    halmere: Library, ask: Callable[[str, dict[str, Any]], Asked], limits: dict[str, Any], problem: str
) -> None:
    with served(answering(halmere, None)) as address:
        said = ask(address, limits)
    assert isinstance(said, str)
    assert problem in said
    assert "\n" not in said


@pytest.mark.parametrize("limits", [{"documents": 5}, {"documents": [5]}, {"after": 2024}, {"language": ["en"]}])
def test_a_filter_of_the_wrong_kind_is_refused(halmere: Library, limits: dict[str, Any]) -> None:
    with served(answering(halmere, None)) as address:
        asked = by_chat_completions(address, {**limits, "stream": True})
    assert "must be" in asked
    assert next(iter(limits)) in asked


def test_one_name_is_as_good_as_a_list(halmere: Library) -> None:
    with served(answering(halmere, None)) as address:
        record = by_chat_completions(address, {"documents": "harbour*"})
    assert isinstance(record, dict)
    assert {passage["document"] for passage in record["passages"]} == {"harbour.txt"}
