"""How questions are answered: every dial in one record, with its range and what it was chosen by."""

import os
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from qa.errors import BadSetting

OPERATING_POINTS = {"strict": 0.75, "balanced": 0.5, "eager": 0.4}
"""Thresholds by name: rather no answer than a doubtful one, as measured, rather a doubtful answer than none. Their
figures stand in docs/evaluation.md."""


@dataclass(frozen=True, kw_only=True)
class QASettings:
    """Settings of question answering; a flag goes before `FOOTNOTE_<NAME>` in the environment before the default."""

    model: str = "default"
    """A chat model of the catalogue, the path of a GGUF file, `provider:model` for LangChain's init_chat_model,
    or "none": no model, the answer consists of the best quotes."""
    base_url: str = ""
    """Address of an OpenAI-compatible server that serves `model` instead; empty for none."""
    retriever: Literal["hybrid", "dense", "bm25"] = "hybrid"
    """How passages are found; hybrid adds the scaled scores of the other two."""
    passages: int = 10
    """How many passages are retrieved, 0 to 50; with 0 the model is asked without any document."""
    evidence: Literal["sentences", "passages"] = "sentences"
    """What is put before the model: the best sentences of the passages, or the best passages whole."""
    evidence_chars: int = 750
    """How many characters of them, 100 to 6,000."""
    style: Literal["answer", "quotes"] = "answer"
    """Whether the model writes the answer, or only chooses quotes: with the embedded models by a grammar that admits
    no other words than the evidence's."""
    gate: Literal["on", "off"] = "on"
    """Whether a question that the evidence doesn't seem to answer is refused."""
    threshold: float = OPERATING_POINTS["balanced"]
    """The gate's probability, 0 to 1, from which on an answer is written; as a text also strict, balanced or eager."""
    verdicts: Literal["on", "off"] = "on"
    """Whether sentences that the evidence doesn't support are withheld."""
    verifier: str = ""
    """A CrossEncoder of sentence-transformers that supported sentences must convince, too: its folder, or its name in
    the Hugging Face hub's cache; empty for none."""
    verifier_threshold: float = 0.5
    """The verifier's probability, 0 to 1, from which on it is convinced."""
    answer_tokens: int = 160
    """The most tokens that an answer has, 16 to 1,000."""

    def __post_init__(self) -> None:
        for name, low, high in _RANGES:
            if not low <= getattr(self, name) <= high:
                raise BadSetting(f"{name} must be {low} to {high}, not {getattr(self, name)}")
        if self.base_url and not _is_address(self.base_url):
            shown = without_password(self.base_url)
            raise BadSetting(f"base_url must be an address such as http://127.0.0.1:8080/v1, not {shown!r}")
        for field in fields(self):
            if get_origin(field.type) is Literal and getattr(self, field.name) not in get_args(field.type):
                choices = ", ".join(get_args(field.type))
                raise BadSetting(f"{field.name} must be one of {choices}, not {getattr(self, field.name)!r}")

    @classmethod
    def from_environment(cls) -> "QASettings":
        """Return the defaults, changed by the variables `FOOTNOTE_<NAME>` that are set."""
        names = [field.name for field in fields(cls)]
        found = [(name, os.environ.get(f"FOOTNOTE_{name.upper()}")) for name in names]
        return cls.from_pairs([f"{name}={value}" for name, value in found if value], base=cls())

    @classmethod
    def from_pairs(cls, pairs: Iterable[str], *, base: "QASettings | None" = None) -> "QASettings":
        """Return `base` (by default, the environment's settings) changed by pairs such as "retriever=dense".

        Raises:
            BadSetting: A pair has no "=", an unknown name or an impossible value.
        """
        settings = cls.from_environment() if base is None else base
        known = {field.name: field.type for field in fields(cls)}
        changes: dict[str, Any] = {}
        for pair in pairs:
            name, equals, value = pair.partition("=")
            if not equals or name not in known:
                raise BadSetting(
                    f"Unknown setting {pair!r}; settings are NAME=VALUE with NAME one of {', '.join(known)}"
                )
            changes[name] = _parse(name, value, known[name])
        return replace(settings, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the settings by name, as they are recorded and shown: without the password of an address."""
        return asdict(self) | {"base_url": without_password(self.base_url)}


def without_password(url: str) -> str:
    """Return an address with "***" for who logs in there, and for the values of a query, which may be keys.

    Example:
        >>> without_password("https://ann:secret@example.org/v1?key=secret")
        'https://***@example.org/v1?key=***'
    """
    # A password may hold any sign, so all before the last "@" is taken for it.
    url = re.sub(r"^([a-z][a-z0-9+.-]*://)?.*@", r"\1***@", url, flags=re.IGNORECASE | re.DOTALL)
    address, mark, query = url.partition("?")
    return address + mark + re.sub(r"[^&=]+(?=&|$)", "***", query)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0 and url.isprintable()
    except ValueError:  # the port is no number, a bracket is left open
        return False


_RANGES = [
    ("passages", 0, 50), ("evidence_chars", 100, 6000), ("threshold", 0, 1), ("verifier_threshold", 0, 1),
    ("answer_tokens", 16, 1000),
]  # fmt: skip


def _parse(name: str, value: str, kind: Any) -> Any:  # noqa: ANN401 - the field's own type decides
    if kind not in (int, float):
        return value
    if name == "threshold" and value in OPERATING_POINTS:
        return OPERATING_POINTS[value]
    try:
        return kind(value)
    except ValueError:
        raise BadSetting(f"{name} must be a number, not {value!r}") from None
