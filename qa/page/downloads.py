"""What the page's links save or show: briefs and receipts of the browser that asks, reports of evaluations."""

import re
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from ingest import FootnoteError
from qa.page.brief import brief_html
from qa.page.brief_docx import brief_docx
from qa.page.evaluations import Evaluations
from qa.page.handlers import Page
from qa.page.visitor import browser_of
from qa.receipts import receipt_json

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def downloads(page: Page, evaluations: Evaluations) -> list[Route]:
    """Return the addresses of what can be saved.

    Args:
        page: Whose conversations.
        evaluations: Whose reports.
    """

    def brief(request: Request) -> Response:
        found = page.load(browser_of(request), request.path_params["identifier"])
        if not found.turns:
            return PlainTextResponse("This browser has no such conversation", 404)
        if request.url.path.endswith(".docx"):
            return _file(brief_docx(found), f"{_file_name(found.name)}.docx", DOCX)
        return _file(brief_html(found), f"{_file_name(found.name)}.html", "text/html; charset=utf-8")

    def receipt(request: Request) -> Response:
        found = page.history.turn(browser_of(request), request.path_params["identifier"])
        if not found or not found.receipt:
            return PlainTextResponse("This browser has no such receipt", 404)
        return _file(receipt_json(found.receipt), f"footnote-receipt-{found.identifier}.json", "application/json")

    def report(request: Request) -> Response:
        return HTMLResponse(evaluations.report(request.path_params["name"], request.query_params.get("with", "")))

    return [
        Route("/brief/{identifier}.docx", _told(brief)),
        Route("/brief/{identifier}", _told(brief)),
        Route("/receipt/{identifier}", _told(receipt)),
        Route("/evaluation/{name}", _told(report)),
    ]


def _file_name(conversation: str) -> str:
    """Return the name of a brief's file: "footnote" and what of the conversation's name any machine can write."""
    return "-".join(["footnote", *re.findall("[a-z0-9]+", conversation.casefold())])[:60].rstrip("-")


def _file(content: str | bytes, name: str, kind: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _told(answer: Callable[[Request], Response]) -> Callable[[Request], Response]:
    """Return what answers a request, and says an expected error in its own words."""

    def told(request: Request) -> Response:
        try:
            return answer(request)
        except FootnoteError as error:
            return PlainTextResponse(str(error), 500)

    return told
