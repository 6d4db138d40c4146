"""What the browser may load and send, said in a header of every response; and who may not ask at all: foreign pages."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class ContentPolicy:
    """Adds the content security policy to each response.

    Args:
        app: What answers the requests.
        policy: The header's value.
    """

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.policy = policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Content-Security-Policy"] = self.policy
                headers["Referrer-Policy"] = "no-referrer"
                headers["X-Content-Type-Options"] = "nosniff"
            await send(message)

        await self.app(scope, receive, send_with_policy)


class OwnPages:
    """Refuses what a page of another host asks for: with the password that a browser remembers, it could read all.

    Requests of programs name no page and pass; so do those of pages on the reader's own machine.

    Args:
        app: What answers the requests.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = Headers(scope=scope) if scope["type"] in ("http", "websocket") else Headers()
        origin = headers.get("origin")
        if origin is None or (_host(origin) or origin) in (
            _host(f"//{headers.get('host', '')}"),
            "localhost",
            "127.0.0.1",
        ):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await PlainTextResponse("Pages of other hosts may not ask here", 403)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def _host(address: str) -> str | None:
    try:
        return urlsplit(address).hostname or None
    except ValueError:
        return None
