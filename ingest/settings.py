"""How documents become chunks and vectors: what a library is made with and must be opened with."""

import os
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from ingest.errors import IngestError

SCHEMA_VERSION = 1
"""Raised when what a library stores changes its meaning; older libraries must then be made anew."""


@dataclass(frozen=True, kw_only=True)
class IngestSettings:
    """Settings that are fixed when a library is made."""

    chunk_tokens: int = 192
    """The most of the embedder's tokens that a chunk has, title and headings included; never more than it reads."""
    headings: Literal["on", "off"] = "on"
    """Whether title and headings are embedded and indexed in front of each chunk's text."""
    embedding_model: str = "embedder"
    """A sentence-transformers model: of the catalogue, a folder, or a name on the hub (`hf download` fetches it)."""
    embedding_precision: Literal["int8", "float32"] = "int8"
    """With "int8" a BERT encoder is computed in int8, twice as fast; other models are in float32 all the same."""
    query_prefix: str | None = None
    """What is put in front of a question before it is embedded; None for what the model's own files say."""
    passage_prefix: str | None = None
    """The same for a passage."""

    def __post_init__(self) -> None:
        if self.chunk_tokens < 16:
            raise ValueError(f"chunk_tokens must be at least 16, not {self.chunk_tokens}")
        if self.headings not in ("on", "off"):
            raise ValueError(f"headings must be one of on, off, not {self.headings!r}")
        if self.embedding_precision not in ("int8", "float32"):
            raise ValueError(f"embedding_precision must be one of int8, float32, not {self.embedding_precision!r}")

    @classmethod
    def from_environment(cls) -> "IngestSettings":
        """Return the defaults, changed by the variables `FOOTNOTE_<NAME>` that are set.

        Raises:
            IngestError: One of them has an impossible value.
        """
        found = {field.name: os.environ.get(f"FOOTNOTE_{field.name.upper()}") for field in fields(cls)}
        changes: dict[str, Any] = {name: value for name, value in found.items() if value}
        try:
            if "chunk_tokens" in changes:
                changes["chunk_tokens"] = int(changes["chunk_tokens"])
            return cls(**changes)
        except ValueError as error:
            raise IngestError(f"A variable FOOTNOTE_… can't be used: {error}") from error

    def fingerprint(self, embedder_fingerprint: str) -> dict[str, str]:
        """Return what a library must agree in with whoever opens it."""
        told_by_embedder = {"embedding_model", "embedding_precision", "query_prefix", "passage_prefix"}
        record = {name: str(value) for name, value in asdict(self).items() if name not in told_by_embedder}
        return record | {"embedder": embedder_fingerprint, "schema": str(SCHEMA_VERSION)}
