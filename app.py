"""The page in the browser: serve it, on this machine only unless told otherwise."""

import errno
import ipaddress
import logging
import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from ingest import FootnoteError

if TYPE_CHECKING:
    from starlette.middleware import Middleware
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    from qa.chain import DocumentQA

LOCAL = "127.0.0.1"
PORTS = 100
"""How many ports are tried, from the wanted one upwards."""
MAX_UPLOAD = 10
"""How much larger than what can be read a file may be to come in at all: Gradio lets in all of a folder, or nothing."""
GRACE_SECONDS = 1
"""How long the program, when it is ended, waits for what it is sending."""
SESSIONS = 500
"""Of how many pages it is known which conversation is open; of the others, their address tells."""
# Whatever slipped through the escaping could still load nothing from elsewhere and send nothing there.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self'; form-action 'self'; "
    "frame-ancestors 'self'"
)
_log = logging.getLogger(__name__)


def launch(
    docs: "DocumentQA", *, port: int, host: str = LOCAL, auth: str | None = None
) -> tuple[Callable[[], None], str]:
    """Serve the page in a thread; return what ends that, and the page's address.

    Everything that Gradio would take from the environment and that could open the page to others is set here.

    Args:
        docs: What answers the questions.
        port: A free port.
        host: The address of this machine to listen on.
        auth: Hash of the password that every request must know; None for none.
    """
    from ingest.loaders.limits import MAX_BYTES
    from qa.page.blocks import Layout, look
    from qa.page.downloads import downloads
    from qa.page.evaluations import Evaluations
    from qa.page.handlers import Page
    from qa.page.programs import routes
    from qa.page.tools import Tools

    # Beside the documents that they become, and not where everybody on this machine may look.
    incoming = docs.library.folder / "incoming"
    incoming.mkdir(mode=0o700, exist_ok=True)
    os.environ["GRADIO_TEMP_DIR"] = str(incoming)
    page = Page(docs)
    evaluations = Evaluations(page.models)
    blocks = Layout(page, evaluations).blocks
    tools = Tools(page.models, page.desk).app(host)
    addresses = [_no_heartbeat(), *routes(page), *tools.routes, *downloads(page, evaluations)]
    kwargs = {
        "middleware": _middleware(host, auth), "routes": addresses, "lifespan": tools.router.lifespan_context,
        "exception_handlers": {OSError: _no_room},
    }  # fmt: skip
    blocks.launch(
        server_name=host, server_port=port, share=False, inbrowser=False, prevent_thread_lock=True, quiet=True,
        ssr_mode=False, mcp_server=False, pwa=False, enable_monitoring=False, allowed_paths=[], footer_links=[],
        max_file_size=MAX_UPLOAD * MAX_BYTES, state_session_capacity=SESSIONS, app_kwargs=kwargs, **look(),
    )  # fmt: skip
    blocks.server.config.timeout_graceful_shutdown = GRACE_SECONDS

    def end() -> None:
        page.desk.close()
        evaluations.stop()
        blocks.close(verbose=False)

    return end, f"http://{host}:{port}"


def serve(docs: "DocumentQA", *, port: int = 7860, host: str = LOCAL, auth: str | None = None) -> None:
    """Serve the page until Ctrl-C, which ends the program; print the page's address when it is there.

    Args:
        docs: What answers the questions.
        port: The port; if it is in use, the next free one is taken, and said.
        host: The address of this machine to listen on.
        auth: Hash of the password that every request must know, from `qa.page.doors.hash_password`.

    Raises:
        FootnoteError: No port is free, the hash is broken, or the page would stand open to a network.
    """
    if not auth and not is_local(host):
        raise FootnoteError(
            f"Whoever reaches {host} could read the library; give a password: footnote serve --auth ask"
        )
    if auth:
        from qa.page.doors import parse_hash

        parse_hash(auth)  # a broken one would be found at the first request only
    _keep_loopback_from_proxies()
    free = free_port(host, port)
    if free != port:
        typer.echo(f"Port {port} is in use; taking {free}", err=True)
    end, address = launch(docs, port=free, host=host, auth=auth)
    typer.echo(f"Footnote is at {address}")
    sys.stdout.flush()
    threading.Thread(target=_warm_up, args=(docs,), daemon=True).start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        end()
    # The model can't be broken off while it reads: Python would wait for it for seconds, and take it away from itself.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def is_local(host: str) -> bool:
    """Return whether an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def free_port(host: str, port: int) -> int:
    """Return the first free port from `port` upwards.

    Raises:
        FootnoteError: None of the next hundred is free.
    """
    for candidate in range(port, min(port + PORTS, 65536)):
        with socket.socket() as probe:
            # As the server itself will do: a port that was just let go is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, candidate))
            except OSError:
                continue
            return candidate
    raise FootnoteError(f"No port from {port} to {port + PORTS - 1} is free on {host}; name another with --port")


def _warm_up(docs: "DocumentQA") -> None:
    try:
        docs.warm_up()
    except FootnoteError as error:
        _log.warning("%s", error)
    except Exception:
        _log.exception("The models could not be loaded")


def _no_heartbeat() -> "Route":
    """Return the address that Gradio's pages hold a connection to as long as they are open.

    A browser has six connections to one address, all its pages together: with six of them open, a seventh would stay
    empty, and no question be sent. So this one ends at once; what is known of pages that are gone is limited instead.
    """
    from starlette.responses import PlainTextResponse
    from starlette.routing import Route

    return Route("/gradio_api/heartbeat/{session}", lambda _: PlainTextResponse("", media_type="text/event-stream"))


def _no_room(_: "Request", error: Exception) -> "Response":
    """Say that the disk is full, where an upload could not be written down; the page shows it as it is."""
    from starlette.responses import PlainTextResponse

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return PlainTextResponse("The disk is full; make room on it and add the files again", 507)
    raise error


def _middleware(host: str, auth: str | None) -> "list[Middleware]":
    from starlette.middleware import Middleware
    from starlette.middleware.trustedhost import TrustedHostMiddleware

    from qa.page.doors import Door
    from qa.page.policy import ContentPolicy, OwnPages
    from qa.page.visitor import Visitor

    # A foreign page whose name is pointed at this machine must not read the library.
    hosts = [LOCAL, "localhost", host] if host not in ("0.0.0.0", "::") else ["*"]
    return [
        Middleware(TrustedHostMiddleware, allowed_hosts=hosts),
        Middleware(OwnPages),
        Middleware(ContentPolicy, policy=_POLICY),
        *([Middleware(Door, hashed=auth)] if auth else []),
        Middleware(Visitor),
    ]


def _keep_loopback_from_proxies() -> None:
    # Gradio asks its own address whether it is there; a proxy of the environment can't know.
    past = os.environ.get("NO_PROXY") or os.environ.get("no_proxy")
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = ",".join(filter(None, [past, "127.0.0.1", "localhost"]))


def main() -> None:
    """Serve the page: the command `footnote serve`."""
    from qa.cli import main as command

    sys.argv.insert(1, "serve")
    command()


if __name__ == "__main__":
    main()
