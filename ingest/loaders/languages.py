"""Text -> the language that it is written in: py3langid, which knows 100 and needs no network."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE_CHARS = 5_000
_LEAST_SHARE = 0.4
"""The least probability of a language that is believed: a line of numbers has .02, a short sentence .45."""


def language_of(text: str) -> str | None:
    """Return the language of a text's beginning as ISO 639-1, or None if it can't be told.

    Example:
        >>> language_of("Le bateau part deux fois par jour."), language_of("12 34 99")
        ('fr', None)
    """
    # Each word once: the probabilities of what is repeated over and over are all the same.
    words = " ".join(dict.fromkeys(text[:_SAMPLE_CHARS].split()))
    language, share = _identifier().classify(words)
    return str(language) if share >= _LEAST_SHARE else None


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
