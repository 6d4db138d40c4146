"""Texts in, unit vectors out: the only file that knows sentence-transformers."""

import hashlib
import re
import threading
from abc import abstractmethod
from array import array
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING

from langchain_core.embeddings import Embeddings

from ingest.model_files import model_path

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

BATCH_SIZE = 16
"""Texts embedded at once; more are no faster, and leave a core idle at the end."""

_ABOUT_A_TOKEN = re.compile(r"\w{1,4}|[^\w\s]")
_PIECE = re.compile(r".{1,20000}(?:\s|$)|.{1,20000}", re.DOTALL)
"""Texts are tokenized in pieces of this size: an encoding takes fifty times its text's memory."""


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

    def token_starts(self, text: str) -> Sequence[int]:
        """Return the offset at which each token of `text` starts, ascending.

        Without a tokenizer of its own an embedder is taken to count four letters or digits, or one sign, as a token.
        """
        return array("q", (match.start() for match in _ABOUT_A_TOKEN.finditer(text)))


def _encoded(model: "SentenceTransformer", texts: Sequence[str]) -> list[list[float]]:
    vectors: list[list[float]] = model.encode(
        list(texts), batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
    ).tolist()
    return vectors


def _alone() -> None:
    import torch

    torch.set_num_threads(1)


class SentenceEmbedder(Embedder):
    """A sentence-transformers model behind LangChain's interface; loaded when it is first needed.

    Args:
        model: Name of an embedder in the catalogue, or the folder of a sentence-transformers model.

    Raises:
        ModelNotFound: The catalogue doesn't know the model, or its files aren't on this machine.
    """

    def __init__(self, model: str = "embedder") -> None:
        folder = Path(model)
        self.folder = folder if folder.is_dir() else model_path(model)
        self._lock = threading.Lock()

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
        return digest.hexdigest()

    def embed_documents(self, texts: Sequence[str]) -> list[list[float]]:
        """Return one unit vector for each text, in order; an empty list for no texts."""
        if not texts:
            return []
        model = self._model  # thread-safe to run, but not to load
        if len(texts) <= BATCH_SIZE:
            return _encoded(model, texts)
        # By length, so that no batch is padded much; the longest first, so that the cores finish together.
        order = sorted(range(len(texts)), key=lambda n: -len(texts[n]))
        batches = [order[start : start + BATCH_SIZE] for start in range(0, len(order), BATCH_SIZE)]
        vectors: list[list[float]] = [[]] * len(texts)
        encoded = self._workers.map(lambda batch: _encoded(model, [texts[n] for n in batch]), batches)
        for batch, found in zip(batches, encoded, strict=True):
            for n, vector in zip(batch, found, strict=True):
                vectors[n] = vector
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """Return the unit vector of a question."""
        return self.embed_documents([text])[0]

    @property
    def max_tokens(self) -> int:
        """How many tokens of a text the model reads, its own marks around them not counted."""
        model = self._model
        return int(model.max_seq_length or 512) - int(model.tokenizer.num_special_tokens_to_add())

    def token_starts(self, text: str) -> Sequence[int]:
        """Return the offset at which each of the model's own tokens in `text` starts, ascending."""
        tokenizer = self._model.tokenizer
        if not tokenizer.is_fast:
            return super().token_starts(text)
        starts = array("q")
        for piece in _PIECE.finditer(text):
            offsets = tokenizer(
                piece.group(), add_special_tokens=False, truncation=False, return_offsets_mapping=True,
                return_attention_mask=False, return_token_type_ids=False, verbose=False,
            )["offset_mapping"]  # fmt: skip
            starts.extend(piece.start() + start for start, _ in offsets)
        return starts

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        """One thread a core, each computing alone: half as fast again as all cores at one batch."""
        import torch

        cores = torch.get_num_threads()
        workers = ThreadPoolExecutor(cores, thread_name_prefix="embedder", initializer=_alone)
        # All threads are started before others may be: what torch is told in one holds for those that come later.
        started = Barrier(cores + 1)
        for _ in range(cores):
            workers.submit(started.wait)
        started.wait()
        torch.set_num_threads(cores)
        return workers

    @property
    def _model(self) -> "SentenceTransformer":
        with self._lock:
            return self._loaded

    @cached_property
    def _loaded(self) -> "SentenceTransformer":
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call] # it would clutter stderr
        return SentenceTransformer(str(self.folder), device="cpu", local_files_only=True)
