"""The embedders themselves: ONNX Runtime in int8 where the model allows it, else sentence-transformers under torch."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any

from ingest.embedding import ModelEmbedder, about_tokens, cores, longest_first, own_prefixes
from ingest.errors import ModelNotFound
from ingest.int8_graph import EncoderFiles, encoder_files, int8_graph
from ingest.model_files import model_path
from ingest.settings import IngestSettings

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentence_transformers import SentenceTransformer
    from tokenizers import Tokenizer

BATCH_SIZE = 16
"""Texts embedded at once under torch; more are no faster, and leave a core idle at the end."""


def open_embedder(settings: IngestSettings) -> ModelEmbedder:
    """Return the embedder that the settings ask for; its model is loaded when it is first needed.

    Raises:
        ModelNotFound: The catalogue doesn't know the model, or its files aren't on this machine.
    """
    folder = _folder(settings.embedding_model)
    own = own_prefixes(folder)
    query = own[0] if settings.query_prefix is None else settings.query_prefix
    passage = own[1] if settings.passage_prefix is None else settings.passage_prefix
    files = encoder_files(folder) if settings.embedding_precision == "int8" else None
    return Int8Embedder(files, (query, passage)) if files else SentenceEmbedder(folder, (query, passage))


def _folder(model: str) -> Path:
    """Return the folder of a model: itself, one of the catalogue, or one that was fetched from the hub before."""
    if Path(model).is_dir():
        return Path(model)
    if model.count("/") != 1:
        return model_path(model)
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(model, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ModelNotFound(f"The model {model!r} isn't on this machine; fetch it with: hf download {model}") from error


class Int8Embedder(ModelEmbedder):
    """A BERT encoder in int8 under ONNX Runtime: each text alone, so that its vector depends on nothing beside it.

    Twice as fast as the same model under torch, and loaded in a second instead of ten.

    Args:
        files: What the model's files say.
        prefixes: What is put before a question and before a passage; None for what the model's files say.
    """

    def __init__(self, files: EncoderFiles, prefixes: tuple[str, str] | None = None) -> None:
        super().__init__(files.folder, prefixes)
        self._files = files
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vector of each text, as it is, in order; a thread a core computes them."""
        session, tokenizer = self._loaded
        if len(texts) == 1:
            return [_computed(session, tokenizer, texts[0])]
        order = longest_first(texts)
        vectors: list[list[float]] = [[]] * len(texts)
        computed = self._workers.map(lambda n: _computed(session, tokenizer, texts[n]), order)
        for n, vector in zip(order, computed, strict=True):
            vectors[n] = vector
        return vectors

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of each token in a short text, ascending, without the marks around a text."""
        offsets: list[tuple[int, int]] = self._whole.encode(text, add_special_tokens=False).offsets
        return offsets

    @property
    def _reads(self) -> int:
        return self._files.max_tokens - self._whole.num_special_tokens_to_add(is_pair=False)

    @cached_property
    def _whole(self) -> "Tokenizer":
        """The tokenizer that cuts nothing off."""
        return self._tokenizer(None)

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        return ThreadPoolExecutor(cores(), thread_name_prefix="embedder")

    @property
    def _loaded(self) -> "tuple[InferenceSession, Tokenizer]":
        with self._lock:
            return self._load

    @cached_property
    def _load(self) -> "tuple[InferenceSession, Tokenizer]":
        from onnxruntime import InferenceSession, SessionOptions, disable_telemetry_events

        disable_telemetry_events()  # also where it was imported before this program could say so
        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.enable_mem_pattern = False  # it would keep a plan for every length of text
        session = InferenceSession(int8_graph(self._files), options, providers=["CPUExecutionProvider"])
        return session, self._tokenizer(self._files.max_tokens)

    def _tokenizer(self, limit: int | None) -> "Tokenizer":
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(self.folder / "tokenizer.json"))
        tokenizer.no_padding()
        if limit:
            tokenizer.enable_truncation(limit)
        else:
            tokenizer.no_truncation()
        return tokenizer


def _computed(session: "InferenceSession", tokenizer: "Tokenizer", text: str) -> list[float]:
    import numpy as np

    ids = np.array([tokenizer.encode(text).ids], np.int64)
    vector: list[float] = session.run(None, {"input_ids": ids})[0][0].tolist()
    return vector


class SentenceEmbedder(ModelEmbedder):
    """Any sentence-transformers model, in float32 under torch.

    Args:
        folder: The model's folder.
        prefixes: What is put before a question and before a passage; None for what the model's files say.
    """

    def __init__(self, folder: Path, prefixes: tuple[str, str] | None = None) -> None:
        super().__init__(folder, prefixes)
        self._lock = threading.Lock()

    def encode(self, texts: Sequence[str]) -> list[list[float]]:
        """Return the unit vector of each text, as it is, in order; batches by length, a thread a core."""
        model = self._model  # thread-safe to run, but not to load
        if len(texts) <= BATCH_SIZE:
            return _encoded(model, texts)
        order = longest_first(texts)  # by length, so that no batch is padded much
        batches = [order[start : start + BATCH_SIZE] for start in range(0, len(order), BATCH_SIZE)]
        vectors: list[list[float]] = [[]] * len(texts)
        encoded = self._workers.map(lambda batch: _encoded(model, [texts[n] for n in batch]), batches)
        for batch, found in zip(batches, encoded, strict=True):
            for n, vector in zip(batch, found, strict=True):
                vectors[n] = vector
        return vectors

    def offsets(self, text: str) -> list[tuple[int, int]]:
        """Return start and end of each token in a short text, ascending, without the marks around a text."""
        tokenizer = self._model.tokenizer
        if not tokenizer.is_fast:
            return about_tokens(text)
        offsets: list[tuple[int, int]] = tokenizer(
            text, add_special_tokens=False, truncation=False, return_offsets_mapping=True,
            return_attention_mask=False, return_token_type_ids=False, verbose=False,
        )["offset_mapping"]  # fmt: skip
        return offsets

    @property
    def _reads(self) -> int:
        model = self._model
        return int(model.max_seq_length or 512) - int(model.tokenizer.num_special_tokens_to_add())

    @cached_property
    def _workers(self) -> ThreadPoolExecutor:
        """One thread a core, each computing alone: half as fast again as all cores at one batch."""
        import torch

        threads = torch.get_num_threads()
        workers = ThreadPoolExecutor(threads, thread_name_prefix="embedder", initializer=_alone)
        # All threads are started before others may be: what torch is told in one holds for those that come later.
        started = Barrier(threads + 1)
        for _ in range(threads):
            workers.submit(started.wait)
        started.wait()
        torch.set_num_threads(threads)
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


def _encoded(model: "SentenceTransformer", texts: Sequence[str]) -> list[list[float]]:
    # Prefixes stand before the texts already; a prompt that the model puts there by itself would come on top.
    vectors: Any = model.encode(
        list(texts), prompt="", batch_size=BATCH_SIZE, normalize_embeddings=True, show_progress_bar=False
    )
    return list(vectors.tolist())


def _alone() -> None:
    import torch

    torch.set_num_threads(1)
