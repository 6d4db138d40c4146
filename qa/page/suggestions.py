"""The library in, questions out that its documents answer: each is made from one sentence that holds the answer."""

import re
import threading
from collections.abc import Iterator, Sequence

from ingest import DocumentInfo, FootnoteError, Library, sentence_spans

MAX_SUGGESTIONS = 4
MAX_CHARS = 90
_DOCUMENTS_READ = 16
_CHARS_READ = 12_000
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_NAME = (
    r"(?:The [a-zA-Z][\w’' -]{2,40}?"
    r"|(?!(?:It|They|This|That|He|She|We)\b)[A-Z][\w’'-]+(?: (?:of |on |for )?[A-Z][\w’'-]+){0,4})"
)
_WHEN = re.compile(
    rf"^(?P<what>{_NAME}) (?P<was>was|were) (?P<done>\w+(?:ed|en|lt|gned|ld|de)) (?:on \d|in (?:{_MONTHS}|\d{{4}}))"
)
"""As in "The Bletchley Declaration was signed on 1 November 2023"."""
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)"
_MANY = re.compile(rf"^(?P<what>(?:[Tt]he )?[A-Z][\w’' -]{{3,50}}?) has {_NUMBER} (?P<things>[a-z]+s)\b")
"""As in "The Board has twelve members"."""
_SPELT_OUT = re.compile(r"(?P<words>(?:[A-Z][\w-]+ (?:of |for |on |and )?){2,6})\((?P<short>[A-Z]{3,8})\)")
"""As in "World Artificial Intelligence Conference (WAIC)"."""


class Suggestions:
    """Questions to begin with, made again when the library has changed.

    Args:
        library: The library.
    """

    def __init__(self, library: Library) -> None:
        self.library = library
        self._lock = threading.Lock()
        self._revision = -1
        self._questions: list[str] = []

    def questions(self) -> list[str]:
        """Return at most four questions, each from another document; fewer where the documents give none."""
        with self._lock:
            revision = self.library.catalogue.revision
            if revision != self._revision:
                self._questions = _questions(self.library)
                self._revision = revision
            return self._questions


def _questions(library: Library) -> list[str]:
    infos = library.documents()
    # Spread over the library rather than from its first folder.
    spread = infos[:: max(1, len(infos) // _DOCUMENTS_READ)][:_DOCUMENTS_READ]
    found: list[str] = []
    for info in spread:
        drawn = next((question for question in _drawn_from(library, info) if question not in found), None)
        found += [drawn] if drawn else []
    if not found:
        return [f"What does “{info.title}” say?" for info in spread if len(info.title) <= MAX_CHARS][:MAX_SUGGESTIONS]
    return found[:: max(1, len(found) // MAX_SUGGESTIONS)][:MAX_SUGGESTIONS]


def _drawn_from(library: Library, info: DocumentInfo) -> Iterator[str]:
    try:
        text = library.text(info.name)[:_CHARS_READ]
    except FootnoteError:  # removed meanwhile, or damaged; the reader is told when it is opened
        return
    yield from questions_in([text[start:end] for start, end in sentence_spans(text)])
    for heading in re.findall(r"(?m)^#{2,4} (?:\d[\d.]* )?(.{8,60})$", text):
        title = info.title if len(info.title) + len(heading) < MAX_CHARS - 20 else ""
        yield f"What does “{title}” say about “{heading}”?" if title else f"What is said about “{heading}”?"


def questions_in(sentences: Sequence[str]) -> Iterator[str]:
    """Yield questions that one of the sentences answers, best kind first.

    Example:
        >>> list(questions_in(["The Old Pier was built in 1911."]))
        ['When was the Old Pier built?']
    """
    for make in (_when, _how_many, _stands_for):
        for sentence in sentences:
            question = make(" ".join(sentence.split()))
            if question and len(question) <= MAX_CHARS:
                yield question


def _when(sentence: str) -> str | None:
    found = _WHEN.match(sentence)
    return f"When {found['was']} {_inside(found['what'])} {found['done']}?" if found else None


def _how_many(sentence: str) -> str | None:
    found = _MANY.match(sentence)
    return f"How many {found['things']} does {_inside(found['what'])} have?" if found else None


def _stands_for(sentence: str) -> str | None:
    for found in _SPELT_OUT.finditer(sentence):
        initials = "".join(word[0] for word in found["words"].split() if word[0].isupper())
        if initials == found["short"]:
            return f"What does {found['short']} stand for?"
    return None


def _inside(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return re.sub(r"^The ", "the ", name)
