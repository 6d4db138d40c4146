"""A request in, the browser that it came from out: a secret in a cookie, which each browser is given once."""

import secrets
from typing import TYPE_CHECKING

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

if TYPE_CHECKING:
    import gradio as gr

COOKIE = "footnote_browser"
_YEAR = 365 * 24 * 3600


class Visitor:
    """Gives each browser the cookie by which its conversations are found again.

    Scripts can't read it and foreign pages can't send it along.

    Args:
        app: What answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        wanted = scope["type"] == "http" and scope["path"] == "/" and COOKIE not in Request(scope).cookies

        async def send_with_cookie(message: Message) -> None:
            if wanted and message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("Set-Cookie", _cookie())
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def browser_of(request: "gr.Request | Request") -> str:
    """Return the secret of the browser that a request came from; empty if it keeps no cookies."""
    return str((request.cookies or {}).get(COOKIE, ""))


def _cookie() -> str:
    return f"{COOKIE}={secrets.token_urlsafe(24)}; Path=/; HttpOnly; SameSite=Lax; Max-Age={_YEAR}"
