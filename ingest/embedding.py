"""Texts in, unit vectors out: what every embedder can do, and what one has that is a folder of files."""

import hashlib
import json
import os
import re
from abc import abstractmethod
from array import array
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from threading import Thread

from langchain_core.embeddings import Embeddings

_ABOUT_A_TOKEN = re.compile(r"\w{1,4}|[^\w\s]")
_PIECE = re.compile(r".{1,20000}(?:\s|$)|.{1,20000}", re.DOTALL)
"""Texts are tokenized in pieces of this size: an encoding takes fifty times its text's memory."""


def about_tokens(text: str) -> list[tuple[int, int]]:
    """Return start and end of what may be tokens: four letters or digits, or one sign."""
    return [match.span() for match in _ABOUT_A_TOKEN.finditer(text)]


class Embedder(Embeddings):
    """LangChain's embeddings, of unit length, with what tells one embedder from another."""

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """A text that differs where vectors differ; a library is tied to it."""

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text it reads; what comes after them is lost."""
        return 254

    def warm_up(self) -> None:
        """Begin, in the background, to load what it computes with, so that the first text is embedded sooner."""

    def token_starts(self, text: str) -> Sequence[int]:
        """Return the offset at which each token of `text` starts, ascending.

        Without a tokenizer of its own an embedder is taken to count four letters or digits, or one sign, as a token.
        """
        return array("q", (start for start, _ in about_tokens(text)))


class ModelEmbedder(Embedder):
    """An embedder that is a sentence-transformers model in a folder, whatever computes it.

    Args:
        folder: The model's folder.
        prefixes: What is put before a question and before a passage; None for what the model's files say.
    """

    def __init__(self, folder: Path, prefixes: tuple[str, str] | None = None) -> None:
        self.folder = folder
        self.query_prefix, self.passage_prefix = prefixes or own_prefixes(folder)

    @abstractmethod
    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vector of each text, as it is, in order."""

    @abstractmethod
    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of each token in a short text, ascending, without the marks around a text."""

    @property
    @abstractmethod
    def _reads(self) -> int:
        """How many tokens the model reads, its own marks around them not counted."""

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the model's configuration and the sizes of its files: differs where vectors differ."""
        digest = hashlib.sha256()
        for path in sorted(self.folder.rglob("*")):
            if path.suffix == ".json":
                digest.update(path.read_bytes())
            elif path.is_file() and path.suffix in {".safetensors", ".bin", ".onnx"}:
                with path.open("rb") as weights:
                    digest.update(weights.read(1 << 20))
                digest.update(str(path.stat().st_size).encode())
        digest.update(f"{self.query_prefix}\0{self.passage_prefix}\0{type(self).__name__}".encode())
        return digest.hexdigest()

    def warm_up(self) -> None:
        """Begin, in the background, to load the model."""

        def begin() -> None:
            with suppress(Exception):  # whoever needs a vector is told
                self.encode(["a"])

        Thread(target=begin, name="embedder-start", daemon=True).start()

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector for each passage, in order; an empty list for no texts."""
        return self.encode([self.passage_prefix + text for text in texts]) if texts else []

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self.encode([self.query_prefix + text])[0]

    @cached_property
    def max_tokens(self) -> int:
        """How many tokens of a passage the model reads, its prefix not counted."""
        return self._reads - len(self.offsets(self.passage_prefix))

    def token_starts(self, text: str) -> Sequence[int]:
        """Return the offset at which each of the model's own tokens in `text` starts, ascending."""
        starts = array("q")
        for piece in _PIECE.finditer(text):
            starts.extend(piece.start() + start for start, _ in self.offsets(piece.group()))
        return starts


def cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def longest_first(texts: Sequence[str]) -> list[int]:
    """Return the texts' positions, the longest text's first, so that all cores finish at about the same time."""
    return sorted(range(len(texts)), key=lambda n: -len(texts[n]))


def own_prefixes(folder: Path) -> tuple[str, str]:
    """Return what the model's files want before a question and before a passage."""
    try:
        prompts = json.loads((folder / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
    except (OSError, ValueError, LookupError):
        return "", ""
    return prompts.get("query", ""), next((prompts[name] for name in ("document", "passage") if name in prompts), "")
