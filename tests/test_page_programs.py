"""What programs reach: the answer record through Gradio's client, chat completions, briefs, Markdown."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes import ScriptedChatModel
from markdown_it import MarkdownIt
from page_tools import ATTACK, CRANES, Parsed, answering, asked, served

from ingest import Library
from qa.page.brief import brief_html, markdown
from qa.page.conversation import Conversation, Turn
from qa.page.history import History
from qa.page.visitor import COOKIE

DOCS = Path(__file__).parents[1] / "docs" / "programs.md"
QUESTION = "How many cranes has the harbour?"


def completion(address: str, content: Any, **more: Any) -> httpx.Response:
    messages = [{"role": "user", "content": "Before"}, {"role": "user", "content": content}]
    return httpx.post(f"{address}/v1/chat/completions", json={"messages": messages, **more}, timeout=60)


def test_a_chat_completion_is_the_answer_with_its_citations_as_annotations(harbour: Library) -> None:
    docs = answering(harbour, ScriptedChatModel(lambda _: CRANES))
    with served(docs) as address:
        body = completion(address, [{"type": "text", "text": QUESTION}]).json()
        models = httpx.get(f"{address}/v1/models").json()
    answer = docs.ask(QUESTION)
    message = body["choices"][0]["message"]
    assert message["content"] == answer.text
    (cited,) = (annotation["url_citation"] for annotation in message["annotations"])
    assert message["content"][cited["start_index"] : cited["end_index"]] == answer.sentences[0].text
    start, end = map(int, cited["url"].split("#char=")[1].split(","))
    assert harbour.text("harbour.txt")[start:end] == cited["quote"] == CRANES
    assert body["footnote"]["citations"] == [asdict(citation) for citation in answer.citations]
    assert [model["id"] for model in models["data"]] == ["footnote"]


def test_a_streamed_chat_completion_sends_only_what_was_checked(harbour: Library) -> None:
    model = ScriptedChatModel([f"{CRANES} Pirates stole 40 of them in 1822."])
    with served(answering(harbour, model)) as address:
        response = completion(address, QUESTION, stream=True)
    lines = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: ")]
    assert lines.pop() == "[DONE]"
    choices = [json.loads(line)["choices"][0] for line in lines]
    text = "".join(choice["delta"].get("content", "") for choice in choices)
    assert text.startswith(CRANES[:-1])
    assert "Pirates" not in response.text
    assert choices[-1]["finish_reason"] == "stop"
    assert choices[-1]["delta"]["annotations"]


def test_the_tokens_that_an_answer_took_are_told(harbour: Library) -> None:
    model = ScriptedChatModel(lambda _: CRANES, tokens=(100, 40, 9))
    docs = answering(harbour, model)
    with served(docs) as address:
        plain = completion(address, QUESTION).json()["usage"]
        streamed = completion(address, QUESTION, stream=True, stream_options={"include_usage": True}).text
    spent = docs.ask(QUESTION).usage
    assert spent.prompt_tokens
    assert plain == {
        "prompt_tokens": spent.prompt_tokens, "completion_tokens": spent.reply_tokens,
        "total_tokens": spent.prompt_tokens + (spent.reply_tokens or 0),
    }  # fmt: skip
    last = json.loads(streamed.split("data: ")[-2])
    assert (last["choices"], last["usage"]) == ([], plain)


@pytest.mark.parametrize("content", ["", "☃", "x" * 3000])
def test_an_impossible_question_is_refused_in_one_line(harbour: Library, content: str) -> None:
    with served(answering(harbour, None)) as address:
        refused = completion(address, content)
    assert refused.status_code == 400
    assert "question" in refused.json()["error"]["message"].lower()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"messages": []}', b'{"messages": [{"role": "user"}]}', b"\xff", b"[" * 100_000,
        b'{"messages": [{"role": "user", "content": ' + b"[" * 400_000 + b"]" * 400_000 + b"}]}",
        b'{"messages": [{"role": "user", "content": "x"}], "stream_options": 1}',
    ],
)  # fmt: skip
def test_a_malformed_request_is_refused(harbour: Library, body: bytes) -> None:
    with served(answering(harbour, None)) as address:
        post = f"{address}/v1/chat/completions"
        assert httpx.post(post, content=body, headers={"Content-Type": "application/json"}).status_code == 400


def test_a_request_that_states_no_length_is_limited_too(harbour: Library) -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        yield b'{"messages": [{"role": "user", "content": "'
        while len(sent) < 10_000:
            sent.append(b"x" * 65_536)
            yield sent[-1]

    json_type = {"Content-Type": "application/json"}
    with served(answering(harbour, None)) as address:
        try:
            refused = httpx.post(f"{address}/v1/chat/completions", content=endless(), headers=json_type, timeout=60)
        except httpx.TransportError:  # the server may hang up before all is sent
            refused = None
    assert refused is None or refused.status_code == 400
    assert len(sent) < 1000


def test_a_foreign_page_can_neither_post_a_form_nor_go_by_another_name(harbour: Library) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": QUESTION}]})
    with served(answering(harbour, None)) as address:
        post = f"{address}/v1/chat/completions"
        assert httpx.post(post, content=body, headers={"Content-Type": "text/plain"}).status_code == 400
        json_type = {"Content-Type": "application/json", "Host": "evil.example"}
        assert httpx.post(post, content=body, headers=json_type).status_code == 400


def test_a_brief_is_given_only_to_the_browser_that_asked(harbour: Library) -> None:
    history = History(harbour.folder / "conversations.sqlite")
    identifier = history.begin("me", QUESTION)
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    history.add(identifier, turn)
    history.keep(turn)
    with served(answering(harbour, None)) as address:
        mine = httpx.get(f"{address}/brief/{identifier}", cookies={COOKIE: "me"})
        yours = httpx.get(f"{address}/brief/{identifier}", cookies={COOKIE: "you"})
    assert CRANES in mine.text
    assert "attachment" in mine.headers["content-disposition"]
    assert yours.status_code == 404


def test_a_brief_carries_every_quote_and_nothing_in_it_runs_or_loads(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]), f"How many cranes has the harbour {ATTACK}?")
    problem = Turn(question=ATTACK, problem=ATTACK)
    page = Parsed(brief_html(Conversation(name=ATTACK, turns=[turn, problem])).replace("<!doctype html>", ""))
    assert f"“{CRANES}”" in page.text
    assert "Harbour report, 14 May 2024 (harbour.txt, characters" in page.text
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"img", "script", "link", "iframe"}
    assert [attributes["href"] for tag, attributes in page.elements if tag == "a"] == ["#n1-1"]


def test_markdown_has_the_quotes_as_footnotes_and_hostile_text_stays_text(harbour: Library) -> None:
    question = f"How many cranes has the harbour? {ATTACK} ![x](https://evil.example) \u202e"
    turn = asked(harbour, ScriptedChatModel([CRANES]), question)
    assert turn.answer is not None
    text = markdown(turn.answer)
    assert "eleven cranes.[^1]" in text
    assert "\n[^1]: “The harbour of Halmere has eleven cranes.” Harbour report, 14 May 2024" in text
    assert "\u202e" not in text
    assert set(re.findall("<([a-z]+)", MarkdownIt("commonmark").render(text))) == {"p", "strong"}
    assert "https\\://evil\\.example" in text


@pytest.mark.parametrize(
    "line", ["# a", "1. a", "- a", "+ a", "> a", "===", "---", "    a", "* a", "| a |", "`a`", "[a]: b"]
)
def test_a_line_that_markdown_would_take_for_more_is_copied_as_text(harbour: Library, line: str) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    assert turn.answer is not None
    answer = replace(turn.answer, text=f"Before\n{line}\n\n{line}", sentences=())
    rendered = MarkdownIt("commonmark").render(markdown(answer))
    assert set(re.findall("<([a-z]+)", rendered)) == {"p", "strong"}
    assert unescape(re.sub("<[^>]+>", "", rendered)).splitlines().count(line.strip()) == 2


def test_the_examples_of_the_documentation_run(harbour: Library, capsys: pytest.CaptureFixture[str]) -> None:
    blocks = re.findall(r"```python\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(blocks) >= 3
    with served(answering(harbour, ScriptedChatModel(lambda _: CRANES))) as address:
        for block in blocks:
            exec(compile(block.replace("http://127.0.0.1:7860", address), "programs.md", "exec"), {})
            assert "cranes" in capsys.readouterr().out
