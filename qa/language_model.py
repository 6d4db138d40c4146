"""A setting in, a LangChain chat model out: the embedded llama.cpp server, or any other provider."""

import math
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import httpx

from ingest.errors import ModelNotFound
from ingest.model_files import find_model, model_path
from qa.errors import ModelUnavailable
from qa.settings import without_password

if TYPE_CHECKING:
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from qa.settings import QASettings

CONTEXT_TOKENS = 8192
NO_MODEL = "none"


@dataclass(frozen=True)
class LanguageModel:
    """A chat model with what an answer's record says of it."""

    chat: "BaseChatModel"
    """LangChain's interface to it."""
    description: dict[str, Any]
    """`name`, and `sha256` of an embedded model's file or the `provider`."""
    server: Any = None
    """The embedded server, which lives as long as this record; None for other models."""
    client: httpx.Client | None = None
    """The connections to the embedded server; None for other models."""

    def close(self) -> None:
        """Close the connections to the embedded server."""
        if self.client:
            self.client.close()

    def watched_by(self, *handlers: "BaseCallbackHandler") -> "LanguageModel":
        """Return the same model, whose calls the handlers see."""
        return replace(self, chat=cast("BaseChatModel", self.chat.with_config(callbacks=list(handlers))))

    def yes_probability(self, messages: Sequence["BaseMessage"]) -> float:
        """Return the probability, 0 to 1, that the next word is yes rather than no.

        It is read from the log-probabilities of one token; a provider that gives none is taken at its word, 1 or 0.
        """
        # The server would keep what this prompt shares with the one before and read the rest in other batches, which
        # round otherwise: the same question would pass the gate once and not again.
        alone = {"extra_body": {"cache_prompt": False}} if self.server else {}
        asking = self.chat.bind(max_tokens=1, logprobs=True, top_logprobs=20, **alone)
        with _model_errors(self.description):
            # Providers that know no log-probabilities refuse the request, each with an error of its own.
            reply = asking.with_fallbacks([self.chat]).invoke(list(messages))
        content = (reply.response_metadata.get("logprobs") or {}).get("content") or []
        if not content:
            return float(str(reply.content).strip().casefold().startswith("yes"))
        mass = {"yes": 0.0, "no": 0.0}
        for option in content[0]["top_logprobs"]:
            word = option["token"].strip().casefold()
            if word in mass:
                mass[word] += math.exp(option["logprob"])
        total = mass["yes"] + mass["no"]
        return mass["yes"] / total if total else 0.5

    def write(self, messages: Sequence["BaseMessage"], *, grammar: str = "") -> Iterator[str]:
        """Yield the model's next turn in pieces; closing the iterator stops the model.

        Args:
            messages: The conversation so far.
            grammar: An LLGuidance grammar that the turn must follow. Only the embedded server knows such; another
                provider is not told, so what it says has to be checked.
        """
        bound = self.chat.bind(extra_body={"grammar": grammar}) if grammar and self.server else self.chat
        with _model_errors(self.description):
            for piece in bound.stream(list(messages)):
                if piece.text:
                    yield str(piece.text)


@contextmanager
def _model_errors(description: Mapping[str, Any]) -> Iterator[None]:
    """Turn whatever a provider's client raises into one line; each provider has errors of its own."""
    try:
        yield
    except Exception as error:
        raise ModelUnavailable(
            f"The model {description['name']!r} ({description.get('provider', 'given')}) doesn't answer: "
            f"{_first_line(error)}; check that it runs, or choose another with --model or in the settings"
        ) from error


def _first_line(error: Exception) -> str:
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line.strip().rstrip(".")


def open_language_model(settings: "QASettings") -> LanguageModel | None:
    """Return the chat model that the settings name; None for "none".

    Raises:
        ModelNotFound: The catalogue doesn't know it, or its file is not on this machine.
        ModelUnavailable: It can't be started.
    """
    if settings.model == NO_MODEL:
        return None
    if settings.base_url:
        return _remote(settings.base_url, settings.model, settings.answer_tokens)
    if is_of_provider(settings.model):
        return _provider(settings)
    path, description = _model_file(settings.model)
    return _embedded(path, description, settings.answer_tokens)


def check_language_model(settings: "QASettings") -> None:
    """Raise what `open_language_model` would, as far as can be told without starting the model.

    Raises:
        ModelNotFound: The catalogue doesn't know it, or its file is not on this machine.
        ModelUnavailable: Its provider isn't known or can't be used.
    """
    if settings.model == NO_MODEL or settings.base_url:
        return
    if is_of_provider(settings.model):
        _provider(settings)
    else:
        _model_file(settings.model)


def is_of_provider(model: str) -> bool:
    """Tell whether a model's name is `provider:model`, which LangChain finds, rather than one of this machine."""
    return ":" in model and not model.endswith(".gguf")


def _model_file(model: str) -> tuple[Path, dict[str, Any]]:
    """Return a local model's file and what an answer's record says of it."""
    if model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise ModelNotFound(f"There is no model file {model!r}; check the path")
        return path, {"name": path.name}
    info = find_model(model, "chat")
    return model_path(info.name), {"name": info.name, "sha256": info.sha256}


def _embedded(path: Path, description: dict[str, Any], answer_tokens: int) -> LanguageModel:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(path)
    params.n_ctx = CONTEXT_TOKENS
    params.n_parallel = 1
    # What was read for earlier questions would be kept, up to 8 GB; the prompt of the present one is kept anyway.
    params.cache_ram_mib = 0
    params.verbosity = 0
    params.hostnames = ["127.0.0.1"]
    params.ui = False
    # Other programs and web pages on this machine must not use the server.
    key = secrets.token_hex()
    params.api_keys = [key]
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = _cores()
    try:
        server = xllamacpp.Server(params)
    except Exception as error:
        raise ModelUnavailable(
            f"{path.name} can't be started: {_first_line(error)}; fetch it again, or choose another with --model or "
            "in the settings"
        ) from error
    # A proxy of the environment must not come between this process and itself.
    client = httpx.Client(trust_env=False, timeout=None)
    remote = _remote(f"{server.listening_address}/v1", "local", answer_tokens, key=key, http_client=client)
    return LanguageModel(remote.chat, description | {"provider": "embedded"}, server, client)


def _cores() -> int:
    # Not every system can tell how many of its cores this process may use.
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _remote(
    base_url: str, name: str, answer_tokens: int, *, key: str | None = None, http_client: httpx.Client | None = None
) -> LanguageModel:
    from langchain_openai import ChatOpenAI
    from pydantic import SecretStr

    chat = ChatOpenAI(
        base_url=base_url, model=name, temperature=0, max_completion_tokens=answer_tokens, max_retries=1,
        api_key=SecretStr(key or os.environ.get("OPENAI_API_KEY", "none")), stream_usage=True, http_client=http_client,
        # It would warn that proxies of the environment are passed by, which is what a client of ours is for.
        http_socket_options=() if http_client else None,
    )  # fmt: skip
    return LanguageModel(chat, {"name": name, "provider": without_password(base_url)})


def _provider(settings: "QASettings") -> LanguageModel:
    from langchain.chat_models import init_chat_model

    try:
        chat = init_chat_model(settings.model, temperature=0, max_tokens=settings.answer_tokens)
    except Exception as error:  # a provider that isn't known or installed, or whose client wants a key
        raise ModelUnavailable(f"The model {settings.model!r} can't be used: {_first_line(error)}") from error
    provider, _, name = settings.model.partition(":")
    return LanguageModel(chat, {"name": name, "provider": provider})
