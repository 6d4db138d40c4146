"""Name of a file in a ZIP archive that doesn't say its encoding -> the name as it was meant."""

import re

from ingest.loaders.alphabets import other_encoding

_LATIN = "[\x20-\x7eÀ-ÖØ-öø-ÿŒœŠšŽžŸ–’]"
_HAN = r"[\x20-\x7e\u3005\u3041-\u3096\u30a1-\u30ff\u4e00-\u9fff]"
_ANY = re.compile(".*", re.DOTALL)
_APART = r"(?!.*[a-z][^\x00-\x7f]|.*[^\x00-\x7f][a-z])"
"""No letter of ours touches one of theirs: "Réunion" is no Japanese."""
_OTHER = re.compile(f"{_APART}.*", re.IGNORECASE)
# What a name consists of, in the encodings of machines that don't say which they use.
_NAMES = (
    ("euc_kr", re.compile(rf"{_APART}[\x20-\x7e\uac00-\ud7a3]+", re.IGNORECASE)),
    ("cp932", re.compile(f"{_APART}{_HAN}+", re.IGNORECASE)),
    ("gb2312", re.compile(f"{_APART}{_HAN}+", re.IGNORECASE)),
    ("cp437", re.compile(rf"(?!.*[a-zß-ÿ][À-Þ]){_LATIN}+")),
    ("cp1252", re.compile(rf"(?!.*[a-zß-ÿ][À-Þ]){_LATIN}+")),
)


def meant_name(raw: bytes) -> str:
    """Return the name in UTF-8 if it is that, else in the first encoding in which it looks like a name.

    Example:
        >>> meant_name("протокол.txt".encode("cp866")), meant_name("Réunion.txt".encode("cp1252"))
        ('протокол.txt', 'Réunion.txt')
    """
    for encoding, form in (("utf-8", _ANY), (other_encoding(raw) or "ascii", _OTHER), *_NAMES):
        try:
            name = raw.decode(encoding)
        except UnicodeError:
            continue
        if form.fullmatch(name):
            return name
    return raw.decode("cp437")  # as the format has it
