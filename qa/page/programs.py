"""What other programs reach over HTTP: chat completions, as OpenAI's clients ask for them."""

import json
import time
from collections.abc import AsyncIterator, Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from ingest import BadFilter
from qa.page.choices import Choices, Chosen
from qa.page.conversation import Turn
from qa.page.desk import UNEXPECTED, Desk
from qa.page.handlers import Page
from qa.records import Answer

MODEL = "footnote"
"""The name under which the whole program, documents included, is a model."""
_MAX_BODY_BYTES = 1_000_000


def routes(page: Page) -> list[Route]:
    """Return the addresses beside those of Gradio.

    Args:
        page: What answers.
    """

    async def completions(request: Request) -> Response:
        try:
            asked = await _asked(request)
        except (ValueError, BadFilter) as error:
            return _refused(str(error), 400)
        turn = Turn(question=asked["question"])
        page.desk.ask(turn, Chosen(page.models, asked["choices"]))
        if asked["stream"]:
            pieces = _pieces(page.desk, turn, with_usage=asked["usage"])
            return StreamingResponse(pieces, media_type="text/event-stream")
        async for _ in page.desk.follow(turn):
            pass
        if turn.answer is None:
            return _refused(turn.problem or "", 500 if turn.problem == UNEXPECTED else 400)
        return JSONResponse(completion(turn.answer))

    async def models(_: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": MODEL, "object": "model", "owned_by": MODEL}]})

    return [
        Route("/v1/chat/completions", completions, methods=["POST"]),
        Route("/v1/models", models, methods=["GET"]),
    ]


def completion(answer: Answer) -> dict[str, Any]:
    """Return an answer as a chat completion: its text, its citations as annotations, and the whole record."""
    message = {"role": "assistant", "content": answer.text, "annotations": annotations(answer)}
    return _frame("chat.completion") | {
        "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
        "usage": _usage(answer),
        "footnote": answer.to_dict(),
    }


def annotations(answer: Answer) -> list[dict[str, Any]]:
    """Return one annotation for each sentence and footnote of it.

    `start_index` and `end_index` are the sentence's place in the content; `url` names the document and, as RFC 5147
    has it, the characters of its text that hold the quote.
    """
    cited = [(sentence, answer.citations[n - 1]) for sentence in answer.sentences for n in sentence.citations]
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": sentence.start,
                "end_index": sentence.end,
                "title": citation.title,
                "url": f"footnote:{quote(citation.document)}#char={citation.start},{citation.end}",
                "quote": citation.quote,
                "verdict": sentence.verdict,
            },
        }
        for sentence, citation in cited
    ]


async def _asked(request: Request) -> dict[str, Any]:
    """Return what a request asks, of which documents, and whether it is to be streamed, with its tokens counted."""
    # A page from elsewhere can send a form without asking the browser's leave, but not JSON.
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise ValueError("The request must be JSON; set Content-Type to application/json")
    received = bytearray()
    async for piece in request.stream():  # counted as it comes, for a length need not be stated
        received += piece
        if len(received) > _MAX_BODY_BYTES:
            raise ValueError("The request is too large; ask a shorter question")
    try:
        body = json.loads(received)
        question = _text([message for message in body["messages"] if message["role"] == "user"][-1]["content"])
        usage = bool((body.get("stream_options") or {}).get("include_usage"))
        stream = bool(body.get("stream"))
    # What is nested too deep ends in a RecursionError.
    except (LookupError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise ValueError("The request must have messages, the last of the user's being the question") from error
    return {"question": question, "choices": Choices.limited(body), "stream": stream, "usage": usage}


def _text(content: Any) -> str:  # noqa: ANN401 - whatever the client sent
    if isinstance(content, str):
        return content
    return " ".join(str(part["text"]) for part in content if part.get("type") == "text")


async def _pieces(desk: Desk, turn: Turn, *, with_usage: bool) -> AsyncIterator[str]:
    """Yield the checked answer, sentence by sentence; the draft isn't sent, for it may not stand."""
    frame = _frame("chat.completion.chunk")
    try:
        yield _event(frame, {"role": "assistant", "content": ""})
        async for _ in desk.follow(turn):
            yield ": working\n\n"
        if turn.answer is None:
            yield f"data: {json.dumps({'error': {'message': turn.problem, 'type': 'invalid_request_error'}})}\n\n"
        else:
            reached = 0
            for end in [*(sentence.end for sentence in turn.answer.sentences), len(turn.answer.text)]:
                if end > reached:
                    yield _event(frame, {"content": turn.answer.text[reached:end]})
                reached = end
            yield _event(frame, {"annotations": annotations(turn.answer)}, "stop")
            if with_usage:
                yield f"data: {json.dumps({**frame, 'choices': [], 'usage': _usage(turn.answer)})}\n\n"
        yield "data: [DONE]\n\n"
    finally:
        desk.stop(turn)  # if the client has gone; otherwise nothing is left to stop


def _event(frame: Mapping[str, Any], delta: Mapping[str, Any], finish: str | None = None) -> str:
    choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
    return f"data: {json.dumps({**frame, 'choices': choices})}\n\n"


def _usage(answer: Answer) -> dict[str, int]:
    """Return the tokens of all that the model was asked for an answer; 0 where none was, or it doesn't tell."""
    read, written = answer.usage.prompt_tokens or 0, answer.usage.reply_tokens or 0
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def _frame(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}


def _refused(message: str, status: int) -> JSONResponse:
    # Closed, so that nobody goes on sending what nobody reads.
    error = {"message": message, "type": "invalid_request_error"}
    return JSONResponse({"error": error}, status, headers={"Connection": "close"})
