"""Bytes of a text in an alphabet -> the encoding whose letters fit the language that it is in."""

import re
from itertools import pairwise
from unicodedata import normalize

from ingest.loaders.languages import language_of

# The most usual first: it is taken where several fit equally well.
_ENCODINGS = ("cp1252", "iso8859_15", "cp1250", "iso8859_2", "cp1254", "cp1257", "cp850", "mac_roman", "cp852")
_LETTERS = {
    "cs": "áčďéěíňóřšťúůýž", "da": "æøåéü", "de": "äöüßé", "es": "áéíóúüñ¿¡ªº", "et": "äõöüšž", "fi": "äöåé",
    "fr": "àâæçéèêëîïôœùûüÿ", "hr": "čćđšž", "hu": "áéíóöőúüű", "is": "áéíóúýðþæö", "it": "àèéìíîòóùú",
    "lt": "ąčęėįšųūž",
    "lv": "āčēģīķļņšūž", "nb": "æøåéòô", "nl": "éëïóöüèáê", "pl": "ąćęłńóśźż", "pt": "áâãàçéêíóôõúüªº", "ro": "ăâîșțşţ",
    "sk": "áäčďéíĺľňóôŕšťúýž", "sl": "čšžćđ", "sv": "åäöéü", "tr": "çğıöşüiâî",
}  # fmt: skip
_LETTERS |= {"no": _LETTERS["nb"], "nn": _LETTERS["nb"], "bs": _LETTERS["hr"], "sr": _LETTERS["hr"]}
_OTHERWISE = "àáâãäåæçèéêëìíîïñòóôõöøùúûüýœ"
_PUNCTUATION = "«»›“”‘’–—…•\xa0€"
_SIGNS = "„‚‹§°£©®™·²³½¼¾×±µ†‰"
"""These don't follow a letter."""
_STRANGE = re.compile(r"[^\W\d_]?[^\x00-\x7f]")
_SAMPLE_BYTES = 20_000
_LEAST_FIT = 0.8
_OTHER_ALPHABETS = {
    "cp1251": "оеаинтсрвл", "koi8_r": "оеаинтсрвл", "cp866": "оеаинтсрвл", "iso8859_5": "оеаинтсрвл",
    "cp1253": "αοιετσνηυρ", "iso8859_7": "αοιετσνηυρ", "cp1255": "יוהלארתבמש", "cp1256": "اليمونرتبة",
}  # fmt: skip
"""Encodings of other alphabets, and the letters that two thirds of all text in them consist of."""
_LEAST_SHARE = 0.5
"""The least share of these letters; in a wrong encoding it is a fifth."""


def western_encoding(data: bytes) -> str | None:
    """Return the encoding in which the accented letters are those of the text's language; None if none fits.

    Args:
        data: Bytes most of which are ASCII.
    """
    sample = data[:_SAMPLE_BYTES]
    if max(sample, default=0) < 0x80:  # what is strange comes later
        sample = b"\n".join(line for line in data.splitlines() if not line.isascii())[:_SAMPLE_BYTES]
    fits = {encoding: _fit(sample, encoding) for encoding in _ENCODINGS}
    best = max(_ENCODINGS, key=fits.__getitem__)
    return best if fits[best] >= _LEAST_FIT else None


def other_encoding(data: bytes) -> str | None:
    """Return the encoding in which the usual letters of its alphabet are as frequent as they are; None if none fits.

    Args:
        data: Bytes many of which aren't ASCII.
    """
    sample = data[:_SAMPLE_BYTES]
    shares = {encoding: _share(sample, encoding) for encoding in _OTHER_ALPHABETS}
    best = max(shares, key=shares.__getitem__)
    return best if shares[best] >= _LEAST_SHARE else None


def _share(sample: bytes, encoding: str) -> float:
    """Return the share of the usual letters among the characters beyond ASCII, less what no text has, to 1."""
    text = sample.decode(encoding, "replace")
    beyond = [normalize("NFD", letter)[0] for letter in text if letter > "\x7f"]
    usual = sum(letter in _OTHER_ALPHABETS[encoding] for letter in beyond)
    strange = sum(not letter.isalpha() and letter not in _PUNCTUATION + _SIGNS + "№" for letter in beyond)
    mixed = sum(before.islower() and after.isupper() for before, after in pairwise(text))
    return (usual - strange - mixed) / max(1, len(beyond))


def _fit(sample: bytes, encoding: str) -> float:
    """Return the share, 0 to 1, of the characters beyond ASCII that the text's language has."""
    try:
        text = sample.decode(encoding)
    except UnicodeError:
        return 0.0
    letters = _LETTERS.get(language_of(text) or "", _OTHERWISE)
    found = _STRANGE.findall(text)
    return sum(_fits(pair, letters) for pair in found) / max(1, len(found))


def _fits(pair: str, letters: str) -> bool:
    """Tell whether a character, perhaps after the letter before it, belongs into a text with these accented letters."""
    return pair[-1].lower() in letters or pair[-1] in _PUNCTUATION or (pair[-1] in _SIGNS and len(pair) == 1)
