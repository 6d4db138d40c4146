"""Stand-ins for the two outer seams, embedder and chat model; everything between them runs for real."""

import hashlib
import math
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field, PrivateAttr

from ingest.embedding import Embedder

Reply = str | Exception
Script = Iterable[Reply] | Callable[[list[BaseMessage]], Reply]


class KeywordEmbeddings(Embedder):
    """Texts that share words are near each other: each word counts in the slot that its hash names."""

    def __init__(self, *, slots: int = 256) -> None:
        self.slots = slots

    @property
    def fingerprint(self) -> str:
        return f"keywords-{self.slots}"

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        vector = [0.0] * self.slots
        # A text without words has a direction too, as with every real embedder.
        for word in re.findall(r"\w+", text.casefold()) or [""]:
            digest = hashlib.sha256(word.encode("utf-8", "replace")).digest()
            vector[int.from_bytes(digest[:4], "big") % self.slots] += 1.0
        length = math.sqrt(sum(value * value for value in vector))
        return [value / length for value in vector]


class ScriptedChatModel(BaseChatModel):
    """A chat model that says what the script says, word by word when streamed.

    Args:
        replies: The replies in order, or a function from the messages to the reply; a reply that is an
            exception is raised. A queue that has run out is an AssertionError.
        yes: Probability of "yes", 0 to 1, when log-probabilities are asked for; or a function from the
            messages to it. Such a request takes no reply from the queue.
        logprobs: Whether it gives log-probabilities at all; without, such a request is answered yes or no.
        tokens: What each reply says it cost: prompt, cached prompt and reply tokens; None to say nothing.
    """

    prompts: list[list[BaseMessage]] = Field(default_factory=list)
    """The messages of every request, in order."""
    gate_prompts: list[list[BaseMessage]] = Field(default_factory=list)
    """The messages of every request for log-probabilities, in order; they are in `prompts` too."""

    _reply: Callable[[list[BaseMessage]], Reply] = PrivateAttr()
    _yes: Callable[[list[BaseMessage]], float] = PrivateAttr()
    _logprobs: bool = PrivateAttr()
    _tokens: tuple[int, int, int] | None = PrivateAttr()

    def __init__(
        self,
        replies: Script = (),
        *,
        yes: float | Callable[[list[BaseMessage]], float] = 1.0,
        logprobs: bool = True,
        tokens: tuple[int, int, int] | None = None,
    ) -> None:
        super().__init__()
        self._reply = replies if callable(replies) else _queue(replies)
        self._yes = yes if callable(yes) else lambda _: yes
        self._logprobs = logprobs
        self._tokens = tokens

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **request: Any,
    ) -> ChatResult:
        message = self._yes_or_no(messages) if request.get("logprobs") else AIMessage(self._next(messages))
        self._charge(message)
        return ChatResult(generations=[ChatGeneration(message=message)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **request: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for word in re.findall(r"\S+\s*|\s+", self._next(messages)):
            chunk = ChatGenerationChunk(message=AIMessageChunk(content=word))
            if run_manager:
                run_manager.on_llm_new_token(word, chunk=chunk)
            yield chunk
        last = AIMessageChunk(content="")
        self._charge(last)
        yield ChatGenerationChunk(message=last)

    def _charge(self, message: AIMessage) -> None:
        """Write onto a message what it cost, as providers do."""
        if self._tokens:
            prompt, cached, reply = self._tokens
            message.response_metadata["model_name"] = "scripted"
            message.usage_metadata = UsageMetadata(
                input_tokens=prompt, output_tokens=reply, total_tokens=prompt + reply,
                input_token_details=InputTokenDetails(cache_read=cached),
            )  # fmt: skip

    def _next(self, messages: list[BaseMessage]) -> str:
        self.prompts.append(messages)
        reply = self._reply(messages)
        if isinstance(reply, Exception):
            raise reply
        return reply

    def _yes_or_no(self, messages: list[BaseMessage]) -> AIMessage:
        self.prompts.append(messages)
        self.gate_prompts.append(messages)
        probability = self._yes(messages)
        message = AIMessage("yes" if probability >= 0.5 else "no")
        if self._logprobs:
            shares = sorted([(probability, "yes"), (1 - probability, "no")], reverse=True)
            options = [{"token": token, "logprob": math.log(max(share, 1e-30))} for share, token in shares]
            message.response_metadata["logprobs"] = {"content": [{**options[0], "top_logprobs": options}]}
        return message


def _queue(replies: Iterable[Reply]) -> Callable[[list[BaseMessage]], Reply]:
    waiting = deque(replies)

    def take(messages: list[BaseMessage]) -> Reply:
        assert waiting, f"The script has no reply left for {messages[-1].content!r}"
        return waiting.popleft()

    return take
