"""A chat model's calls in, records of what it saw and said out."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, LLMResult

from qa.records import Message, ModelCall

_OPTIONS = ("temperature", "max_tokens", "max_completion_tokens", "logprobs", "top_logprobs")
"""What is kept of a request beside its messages; addresses and keys are not."""


class Recorder(BaseCallbackHandler):
    """Keeps every completed call: LangChain tells it what goes to the model, whoever asks."""

    def __init__(self) -> None:
        self.calls: list[ModelCall] = []
        """The calls in the order of their ends."""
        self._asked: dict[UUID, tuple[tuple[Message, ...], dict[str, Any]]] = {}

    def on_chat_model_start(
        self,
        serialized: dict[str, Any],
        messages: list[list[BaseMessage]],
        *,
        run_id: UUID,
        **rest: Any,  # noqa: ANN401 - LangChain's own
    ) -> None:
        """Note what a call begins with."""
        self._asked[run_id] = (tuple(_messages(messages[0])), _options(rest.get("invocation_params") or {}))

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:  # noqa: ANN401
        """Keep a call with what came of it."""
        messages, options = self._asked.pop(run_id)
        generation = response.generations[0][0]
        logprobs = _first_logprobs(generation) if isinstance(generation, ChatGeneration) else {}
        self.calls.append(ModelCall(messages=messages, options=options, output=generation.text, logprobs=logprobs))


def _messages(messages: Sequence[BaseMessage]) -> list[Message]:
    return [Message(role=message.type, text=str(message.text)) for message in messages]


def _options(parameters: Mapping[str, Any]) -> dict[str, Any]:
    kept = {name: parameters[name] for name in _OPTIONS if parameters.get(name) is not None}
    grammar = (parameters.get("extra_body") or {}).get("grammar")
    return kept | ({"grammar": grammar} if grammar else {})


def _first_logprobs(generation: ChatGeneration) -> dict[str, float]:
    content = (generation.message.response_metadata.get("logprobs") or {}).get("content") or []
    options = content[0].get("top_logprobs") or [] if content else []
    return {option["token"]: round(option["logprob"], 4) for option in options}
