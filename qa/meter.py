"""The steps of an answer go in as they are reached, its Timings and its Usage come out."""

import time

from langchain_core.callbacks import UsageMetadataCallbackHandler

from qa.records import Timings, Usage


class Meter:
    """Notes when each step was reached for the first time, and counts the model's tokens."""

    def __init__(self) -> None:
        self.tokens = UsageMetadataCallbackHandler()
        """To be handed to every request to the model."""
        self._started = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, step: str) -> None:
        """Note that a step ("evidence", "first_token") has been reached; only the first time counts."""
        self._marks.setdefault(step, round(time.perf_counter() - self._started, 4))

    def timings(self) -> Timings:
        """Return the seconds until each step; the answer is finished now."""
        self.mark("total")
        return Timings(
            evidence_seconds=self._marks.get("evidence", self._marks["total"]),
            first_token_seconds=self._marks.get("first_token"),
            total_seconds=self._marks["total"],
        )

    def usage(self) -> Usage:
        """Return the tokens of all requests; empty if the model doesn't tell."""
        counts = list(self.tokens.usage_metadata.values())
        if not counts:
            return Usage()
        return Usage(
            prompt_tokens=sum(count["input_tokens"] for count in counts),
            cached_tokens=sum(count.get("input_token_details", {}).get("cache_read", 0) for count in counts),
            reply_tokens=sum(count["output_tokens"] for count in counts),
        )
