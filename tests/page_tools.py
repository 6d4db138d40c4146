"""The page as its tests use it: served for real, over real documents, with a model that follows a script."""

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fakes import ScriptedChatModel

from app import free_port, launch
from ingest import Library
from qa.chain import DocumentQA
from qa.language_model import LanguageModel
from qa.settings import QASettings

HARBOUR = """Harbour report

date 2024-05-14
By Owen Carradine

The harbour of Halmere has eleven cranes. The oldest crane was built in 1911. It still works on market days.

The lighthouse stands on the northern pier. Its keeper retired in 1987, and nobody took the post.
"""


class SlowChatModel(ScriptedChatModel):
    """Says what the script says, with a pause before each word, and counts the words that it said."""

    pause: float = 0.0
    """Seconds before each word."""
    words_said: int = 0
    """How many words were asked of it."""

    def _stream(self, *args: Any, **request: Any) -> Iterator[Any]:
        for chunk in super()._stream(*args, **request):
            time.sleep(self.pause)
            self.words_said += 1
            yield chunk


def slow(replies: Any = (), *, pause: float = 0.0, **options: Any) -> SlowChatModel:
    """Return a model that writes slowly enough to be watched."""
    model = SlowChatModel(replies, **options)
    model.pause = pause
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
def served(docs: DocumentQA) -> Iterator[str]:
    """Serve the page on a free port and yield its address."""

    async def start() -> tuple[Any, str]:
        return launch(docs, port=free_port("127.0.0.1", 7950))

    # Within an event loop, because Gradio makes several outside of one, and closes none of them.
    with ThreadPoolExecutor(1) as thread:
        blocks, address = thread.submit(asyncio.run, start()).result()
    try:
        yield address
    finally:
        blocks.close(verbose=False)


def wait_until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Return whether a condition became true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return condition()
