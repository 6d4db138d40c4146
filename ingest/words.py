"""Text in, the words that count out: for keyword search, for choosing evidence, for checking support."""

import re
import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import Stemmer

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|\d+")
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f]+")
"""Scripts written without spaces: kana, Chinese characters, Thai."""

_STOP_WORDS = """
a an and are as at be been being but by did do does for from had has have he her his how i if in into is it
its many me more most much my of on or our she so some such than that the their them then there these they
this those to us was we were what when where which while who whom whose why will with would you your s t can
could should may might must shall about also any all
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())


def words(text: str) -> list[str]:
    """Return the stemmed content words of `text`, in order, with repetitions.

    Words are case-folded and compatibility-normalised (NFKC), stop words are left out, English endings
    are removed (Snowball stemmer, Porter 2001), digits lose their thousands separators, and stretches of
    scripts without spaces give overlapping pairs of characters, as is usual for their keyword search.

    Example:
        >>> words("The 1,200 delegates' meetings")
        ['1200', 'deleg', 'meet']
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    found: list[str] = []
    for match in _WORD.finditer(folded):
        word = match.group()
        if _UNSPACED.search(word):
            found.extend(_pairs(word))
        elif word not in STOP_WORDS:
            found.append(_stem(word))
    return [word for word in found if word]


def _pairs(word: str) -> list[str]:
    pieces: list[str] = []
    for run in _UNSPACED.findall(word):
        pieces.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
    return pieces + [_stem(rest) for rest in _UNSPACED.split(word) if rest]


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    if word[0].isdigit():
        return re.sub(r"[.,](?=\d{3}(?!\d))", "", word)
    word = re.sub(r"['’]s?$|['’](?=s$)", "", word)
    return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> "Stemmer.Stemmer":
    import Stemmer

    return Stemmer.Stemmer("english")
