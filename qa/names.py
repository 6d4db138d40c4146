"""The names of a question in, whether sentences and documents can be about them out."""

import re
from collections.abc import Callable, Sequence

from ingest import words
from qa.records import Passage

_CAPITALISED = re.compile(r"[A-ZÀ-ÞĀ-Ž][\w'’]*")
_OPENING = " \"'“‘(*-•|"
"""What may stand before a sentence's first word."""
_ENDING_CHARS = 3
"""So many letters at the end of a name may differ: France and French, India and Indian."""
_LEAST_CHARS = 4
_DATE = re.compile(
    "January|February|March|April|May|June|July|August|September|October|November|December|"
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
)


def names_of(question: str) -> frozenset[str]:
    """Return the capitalised words of a question, as written, but its first word unless that is like "WAIC"."""
    return frozenset(found for found, begins in _capitalised(question) if not begins or _is_acronym(found))


def new_names(sentence: str, question: str) -> tuple[str, ...]:
    """Return the names in a sentence that the question doesn't hold, in order, months, days and the like left out.

    A name is a run of capitalised words. The first word of a sentence is one only if it is like "WAIC" or a second
    capitalised word follows, with or without "and" between them.
    """
    asked = frozenset(words(question))
    found = list(_CAPITALISED.finditer(sentence))
    names = list[str]()
    end = -1
    for n, match in enumerate(found):
        name = match.group()
        leads_on = n + 1 < len(found) and sentence[match.end() : found[n + 1].start()] in (" ", ", ", " and ")
        begins = not sentence[: match.start()].strip(_OPENING)
        if (begins and not _is_acronym(name) and not leads_on) or _DATE.fullmatch(name) or asked >= set(words(name)):
            continue
        if names and match.start() == end + 1:
            names[-1] += f" {name}"
        else:
            names.append(name)
        end = match.end()
    return tuple(names)


def of_documents_named(
    question: str, passages: Sequence[Passage], text_of: Callable[[str], str]
) -> tuple[Passage, ...]:
    """Return the passages of documents that hold some name of the question; all if none does, or there is none.

    What one institute's budget is doesn't tell another's: a document that names nothing that was asked about isn't
    about it, however near its words are.

    Args:
        question: The question.
        passages: Passages, best first.
        text_of: Returns the text of a document, its title with it.
    """
    names = names_of(question)
    if not names:
        return tuple(passages)
    starts = "|".join(re.escape(_start(name)) for name in sorted(names))
    pattern = re.compile(rf"\b(?:{starts})", re.IGNORECASE)
    held = {document: bool(pattern.search(text_of(document))) for document in {item.document for item in passages}}
    return tuple(item for item in passages if held[item.document]) or tuple(passages)


def _capitalised(text: str) -> list[tuple[str, bool]]:
    """Return the capitalised words of a text with whether it begins with them."""
    return [(match.group(), not text[: match.start()].strip(_OPENING)) for match in _CAPITALISED.finditer(text)]


def _is_acronym(name: str) -> bool:
    return sum(letter.isupper() for letter in name) > 1


def _start(name: str) -> str:
    name = re.sub(r"['’]s?$", "", name)
    return name[: max(_LEAST_CHARS, len(name) - _ENDING_CHARS)]
