"""A password's hash and requests in; those that know the password go on, the others are asked for it."""

import base64
import binascii
import hashlib
import hmac
import secrets

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from qa.errors import BadSetting

_COST = {"n": 2**14, "r": 8, "p": 1}
_OPEN = "/gradio_api/startup-events"
"""What Gradio asks of itself when it starts; it tells nothing."""


def hash_password(password: str) -> str:
    """Return what may be written down of a password: scrypt with a salt of its own.

    Raises:
        BadSetting: It has fewer than eight characters.
    """
    if len(password) < 8:
        raise BadSetting("The password has fewer than eight characters; choose a longer one")
    salt = secrets.token_bytes(16)
    return f"scrypt:{salt.hex()}:{_scrypt(password, salt).hex()}"


def parse_hash(hashed: str) -> tuple[bytes, bytes]:
    """Return the salt and the digest of what `hash_password` returned.

    Raises:
        BadSetting: It is something else.
    """
    try:
        kind, salt, digest = hashed.split(":")
        found = bytes.fromhex(salt), bytes.fromhex(digest)
    except ValueError as error:
        raise BadSetting("The password's hash is broken; make it anew: footnote serve --auth ask") from error
    if kind != "scrypt":
        raise BadSetting(f"The password's hash is of an unknown kind {kind!r}; make it anew: footnote serve --auth ask")
    return found


class Door:
    """Lets in who knows the password: as HTTP Basic under any name, or as a Bearer key, as OpenAI's clients send it.

    Args:
        app: What answers the requests.
        hashed: What `hash_password` returned.

    Raises:
        BadSetting: It is something else.
    """

    def __init__(self, app: ASGIApp, hashed: str) -> None:
        self.app = app
        self._salt, self._digest = parse_hash(hashed)
        self._accepted: bytes | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan" or scope["path"] == _OPEN or self._knows(Headers(scope=scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            asking = {"WWW-Authenticate": 'Basic realm="Footnote", charset="UTF-8"'}
            await PlainTextResponse("This page asks for a password", 401, asking)(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _knows(self, headers: Headers) -> bool:
        given = headers.get("authorization", "")
        seen = hashlib.sha256(given.encode()).digest()
        if self._accepted and hmac.compare_digest(seen, self._accepted):
            return True  # the slow hash is for guessers, not for every picture of a page
        password = _password(given)
        if password is None or not hmac.compare_digest(_scrypt(password, self._salt), self._digest):
            return False
        self._accepted = seen
        return True


def _password(header: str) -> str | None:
    scheme, _, value = header.partition(" ")
    if scheme.casefold() == "bearer":
        return value.strip()
    if scheme.casefold() != "basic":
        return None
    try:
        return base64.b64decode(value, validate=True).decode("utf-8").partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return None


def _scrypt(password: str, salt: bytes) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=salt, **_COST)
