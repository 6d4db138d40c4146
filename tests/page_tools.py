"""The page as its tests use it: served for real, over real documents, with a model that follows a script."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from fakes import ScriptedChatModel
from pydantic import PrivateAttr

from app import free_port, launch
from ingest import DocumentInfo, Library
from qa.chain import DocumentQA
from qa.language_model import LanguageModel
from qa.page.conversation import Turn
from qa.page.desk import Desk
from qa.page.visitor import COOKIE
from qa.settings import QASettings

HARBOUR = """Harbour report

date 2024-05-14
By Owen Carradine

The harbour of Halmere has eleven cranes. The oldest crane was built in 1911. It still works on market days.

The lighthouse stands on the northern pier. Its keeper retired in 1987, and nobody took the post.
"""


FIRST_PORT = 7950 + 120 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
"""Tests that run at the same time try ports of their own: none takes another's between its choice and its use."""
CRANES = "The harbour of Halmere has eleven cranes."
ATTACK = "<img src=//x onerror=alert(1)>'\"><script>alert(1)</script>"


class Parsed(HTMLParser):
    """What a browser would make of some HTML: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    def of(self, css_class: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if css_class in (attributes.get("class") or "").split()]


class Me:
    """A request of a browser that keeps its cookie."""

    cookies = {COOKIE: "me"}  # noqa: RUF012


class SlowChatModel(ScriptedChatModel):
    """Says what the script says, with a pause before each word, and counts the words that it said."""

    pause: float = 0.0
    """Seconds before each word."""
    words_said: int = 0
    """How many words were asked of it."""
    _go_on: threading.Event | None = PrivateAttr(default=None)
    """What it waits for after its first word; None for nothing."""

    def _stream(self, *args: Any, **request: Any) -> Iterator[Any]:
        for chunk in super()._stream(*args, **request):
            time.sleep(self.pause)
            self.words_said += 1
            yield chunk
            if self._go_on:
                self._go_on.wait(60)


def slow(
    replies: Any = (), *, pause: float = 0.0, go_on: threading.Event | None = None, **options: Any
) -> SlowChatModel:
    """Return a model that writes slowly enough to be watched, or waits after its first word until it may go on."""
    model = SlowChatModel(replies, **options)
    model.pause = pause
    model._go_on = go_on
    return model


def answering(library: Library, model: ScriptedChatModel | None) -> DocumentQA:
    """Return what answers from a library with a model that follows a script, or without any."""
    if model is None:
        return DocumentQA(library, QASettings(model="none"))
    return DocumentQA(library, QASettings(), LanguageModel(model, {"name": "scripted", "provider": "embedded"}))


def write_files(folder: Path, files: dict[str, str]) -> list[Path]:
    """Write files and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
        paths.append(folder / name)
    return paths


@contextmanager
def served(docs: DocumentQA, *, auth: str | None = None, port: int | None = None) -> Iterator[str]:
    """Serve the page, by default on any free port, and yield its address."""

    async def start() -> tuple[Any, str]:
        return launch(docs, port=port or free_port("127.0.0.1", FIRST_PORT), auth=auth)

    # Within an event loop, because Gradio makes several outside of one, and closes none of them.
    with ThreadPoolExecutor(1) as thread:
        end, address = thread.submit(asyncio.run, start()).result()
    try:
        yield address
    finally:
        end()


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Return whether a condition became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()


def info(
    name: str = "harbour.txt", *, title: str = "Harbour report", characters: int = 1, pages: tuple[int, ...] = ()
) -> DocumentInfo:
    return DocumentInfo(
        name=name, path=f"/{name}", sha256="0" * 64, title=title, date="2024-05-14", author=None, pages=pages,
        characters=characters, chunks=1, added="2024-05-14T00:00:00+00:00",
    )  # fmt: skip


def watched(turn: Turn, docs: DocumentQA, desk: Desk | None = None) -> int:
    """Let a question be answered at the desk and return how often its watcher saw something new."""
    desk = desk or Desk()

    async def follow() -> int:
        desk.ask(turn, docs)
        return len([None async for _ in desk.follow(turn)])

    return asyncio.run(follow())


def asked(
    library: Library, model: ScriptedChatModel | None, question: str = "How many cranes has the harbour?"
) -> Turn:
    """Ask as the page does and return what became of it."""
    turn = Turn(question=question)
    watched(turn, answering(library, model))
    return turn
