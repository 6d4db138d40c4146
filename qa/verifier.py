"""A sentence that seems supported and its quotes in, whether a learned model agrees out; by default there is none.

Any CrossEncoder of sentence-transformers will do: one trained on natural language inference (its labels name an
entailment) or one with a single score, such as a reranker. It only ever takes verdicts back; it grants none.
"""

import math
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import ModelNotFound
from qa.errors import BadSetting, ModelUnavailable
from qa.support import Support

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

    from qa.settings import QASettings

Scorer = Callable[[str, str], float]
"""From the quotes' text and a sentence to the probability, 0 to 1, that the one supports the other."""


@dataclass(frozen=True)
class Verifier:
    """A learned model whose consent supported sentences need."""

    score: Scorer
    """The model."""
    threshold: float
    """The probability, 0 to 1, from which on it consents."""

    def judge(self, sentence: str, support: Support, quotes: Sequence[str]) -> Support:
        """Return the support as it was, or as unsupported if the model doesn't consent.

        What is verbatim, and what is unsupported already, isn't put before the model.

        Args:
            sentence: One sentence, without footnote markers.
            support: What was found without a model.
            quotes: The pieces of evidence that `support.cited` counts, each under its document's title.
        """
        if support.verdict != "supported":
            return support
        probability = self.score("\n".join(quotes[position] for position in support.cited), sentence)
        if probability >= self.threshold:
            return support
        return replace(support, verdict="unsupported", reason=f"the verifier holds it {probability:.0%} likely only")


class CrossEncoderScorer:
    """A CrossEncoder as a scorer; loaded when it is first needed, from this machine alone.

    The probability is that of the label of entailment, by softmax; of a model with one score, its sigmoid.

    Args:
        name: A folder, or the name of a model in the cache of the Hugging Face hub.

    Raises:
        ModelNotFound: It is neither.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._folder = Path(name).expanduser()
        if not self._folder.is_dir():
            self._folder = _cached(name)
        self._loading = threading.Lock()

    def __call__(self, quotes: str, sentence: str) -> float:
        """Return the probability, 0 to 1, that the quotes support the sentence.

        Raises:
            BadSetting: The model has several labels, none of them an entailment.
            ModelUnavailable: Its files can't be loaded.
        """
        model, entailment = self._model
        # A reranker is asked how well the second text fits the first, an inference model the other way round.
        pair = (sentence, quotes) if entailment is None else (quotes, sentence)
        logits = model.predict([pair], activation_fn=_unchanged, show_progress_bar=False)[0]
        if entailment is None:
            return 1 / (1 + math.exp(-float(logits)))
        highest = float(max(logits))
        shares = [math.exp(float(logit) - highest) for logit in logits]
        return shares[entailment] / sum(shares)

    @property
    def _model(self) -> "tuple[CrossEncoder, int | None]":
        with self._loading:
            return self._loaded

    @cached_property
    def _loaded(self) -> "tuple[CrossEncoder, int | None]":
        """The model, and the position of its label of entailment; None for a single score."""
        from sentence_transformers import CrossEncoder
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call] # it would clutter stderr
        try:
            model = CrossEncoder(str(self._folder), device="cpu", local_files_only=True)
        except Exception as error:  # whatever a folder that holds something else leads to
            reason = str(error).partition("\n")[0]
            raise ModelUnavailable(f"The verifier {self.name!r} can't be loaded ({reason}); name another") from error
        if model.num_labels == 1:
            return model, None
        labels = model.config.id2label if model.config else {}
        found = [position for position, label in labels.items() if str(label).casefold().startswith("entail")]
        if not found:
            known = ", ".join(map(str, labels.values())) or "labels without names"
            raise BadSetting(f"The verifier {self.name!r} knows no entailment, but {known}; name another model")
        return model, int(found[0])


def open_verifier(settings: "QASettings") -> Verifier | None:
    """Return the verifier that the settings name; None for none.

    Raises:
        ModelNotFound: It isn't on this machine.
    """
    if not settings.verifier:
        return None
    return Verifier(_scorer(settings.verifier), settings.verifier_threshold)


@lru_cache(maxsize=1)  # whoever answers with other settings of the same program shares the loaded model
def _scorer(name: str) -> CrossEncoderScorer:
    return CrossEncoderScorer(name)


def _cached(name: str) -> Path:
    """Return the folder of a model in the hub's cache."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise ModelNotFound(
            f"The verifier {name!r} is not on this machine; name its folder, or download it first: hf download {name}"
        ) from error


def _unchanged(logits: object) -> object:
    return logits
