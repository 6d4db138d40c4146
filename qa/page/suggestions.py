"""The library in, questions out that its documents answer: each is made from one sentence that holds the answer."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from ingest import DocumentInfo, FootnoteError, Library, sentence_spans

MAX_SUGGESTIONS = 4
MAX_CHARS = 100
_DOCUMENTS_READ = 40
_CHARS_READ = 12_000
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = rf"(?:on \d|in (?:{_MONTHS}|\d{{4}}))"
_NOT_NAMES = r"(?!(?:It|They|This|That|These|Those|He|She|We|There|Both|Each|Here)\b)"
_NAME = rf"(?:The [a-zA-Z][\w’' -]{{2,40}}?|{_NOT_NAMES}[A-Z][\w’'-]+(?: (?:of |on |for )?[A-Z][\w’'-]+){{0,4}})"
_PROPER = r"(?:The )?[A-Z][\w’-]*(?: (?:of |on |for |the |and )*[A-Z][\w’-]*){1,5}"
_ORGANS = r"(?:Council|Board|Committee|Commission|Assembly|Parliament|Court|Government|Cabinet|Institute|Directors)"
_WHEN = re.compile(rf"^(?P<what>{_NAME}) (?P<was>was|were) (?P<done>\w+(?:ed|en|lt|gned|ld|de)) {_DATE}")
"""As in "The Bletchley Declaration was signed on 1 November 2023"."""
_WHEN_WILL = re.compile(
    rf"^(?P<what>{_NAME}) will (?P<do>open|reopen|begin|start|end|close|expire|be held|take place) {_DATE}"
)
"""As in "The reading room will open on 14 September"."""
_WHEN_DOES = re.compile(rf"^(?P<what>{_NAME}) (?P<do>open|reopen|begin|start|end|close|expire)s {_DATE}")
"""As in "The pier reopens on 1 September 2025"."""
_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty)"
_MANY = re.compile(rf"^(?P<what>(?:[Tt]he )?[A-Z][\w’' -]{{3,50}}?) has {_NUMBER} (?P<things>[a-z]+s)\b")
"""As in "The Board has twelve members"."""
_PRICE = re.compile(rf"^(?P<what>{_NAME}) costs? (?:EUR|USD|GBP|CHF|[€$£]) ?\d")
"""As in "The audio guide costs EUR 4"."""
_WHAT = re.compile(rf"^(?P<what>{_PROPER}) (?P<be>is|are) (?:an?|the|part of|one of)\b")
"""As in "The AI Office is part of the European Commission"."""
_THINGS = re.compile(
    rf"\b(?:{_ORGANS[3:-1]}|Act|Agency|Archive|Conference|Convention|Declaration|Forum|Office|Programme|Protocol|"
    r"Register|Regulation|Statement|Summit|Treaty|Union)s?\b"
)
"""What tells that a name isn't a person's."""
_NO_NAME = re.compile(
    r"^The [\w’'-]+$|^The (?:first|last|next|same|other|former|latter|whole)\b"
    r"|\b(?:and|thus|that|which|who|took|was|were|has|had|is|are)\b"
)
"""What is no name, or means nothing without the sentences before it."""
_SPELT_OUT = re.compile(r"(?P<words>(?:[A-Z][\w-]+ (?:of |for |on |and )?){2,6})\((?P<short>[A-Z]{3,8})\)")
"""As in "World Artificial Intelligence Conference (WAIC)"."""
_HEADING = re.compile(r"(?m)^#{1,4} (?:\d[\d.]* )?(?P<heading>.{3,90})$")
_ASKED = re.compile(r"^(?:Who|What|When|Where|Why|How|Which|Whose)\b[^?]{8,80}\?")
"""A heading, or a title, that is a question."""


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
            try:
                revision = self.library.catalogue.revision
                if revision != self._revision:
                    self._questions = _questions(self.library)
                    self._revision = revision
            except FootnoteError:  # whoever asks is told
                return []
            return self._questions


def _questions(library: Library) -> list[str]:
    infos = library.documents()
    # Spread over the library rather than from its first folder.
    number = min(len(infos), _DOCUMENTS_READ)
    spread = [infos[position * len(infos) // number] for position in range(number)]
    used: Counter[str] = Counter()
    found: dict[str, str] = {}  # question to kind
    for info in spread:
        kinds = {kind: question for kind, question in _drawn_from(library, info) if question not in found}
        if kinds:
            best = min(
                kinds, key=lambda kind: (kind in ("asked", "about"), used[kind])
            )  # the first of the rarest so far
            used[best] += 1
            found[kinds[best]] = best
    # One of each kind first; what only repeats a heading or a title, last: what stands below may not say it.
    seen: Counter[str] = Counter()
    rank = {}
    for question, kind in found.items():
        rank[question] = (kind in ("asked", "about"), seen[kind])
        seen[kind] += 1
    if found:
        return sorted(found, key=lambda question: rank[question])[:MAX_SUGGESTIONS]
    return [f"What does “{info.title}” say?" for info in spread if len(info.title) <= MAX_CHARS][:MAX_SUGGESTIONS]


def _drawn_from(library: Library, info: DocumentInfo) -> Iterator[tuple[str, str]]:
    """Yield the first question of each kind, with its kind, that a document answers."""
    try:
        text = library.text(info.name)[:_CHARS_READ]
    except FootnoteError:  # removed meanwhile, or damaged; the reader is told when it is opened
        return
    if info.language not in (None, "en"):
        return
    yield from questions_in([text[start:end] for start, end in sentence_spans(text)])
    for found in (_ASKED.match(heading) for heading in (info.title, *_HEADING.findall(text))):
        if found:
            yield "asked", found[0]
            break
    title = re.split("[:?(]", info.title)[0].strip()
    headings = [heading for heading in _HEADING.findall(text)[1:] if heading not in info.title]
    for heading in sorted(headings, key=lambda heading: " " not in heading):  # of several words, if there is one
        question = f"What does “{title}” say about “{heading}”?"
        if len(question) <= MAX_CHARS:
            yield "about", question
            return


def questions_in(sentences: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield questions that one of the sentences answers: of each kind the first, with its kind, the best kind first.

    Example:
        >>> list(questions_in(["The Old Pier was built in 1911."]))
        [('when', 'When was the Old Pier built?')]
    """
    flat = [" ".join(sentence.split()) for sentence in sentences]
    for kind, make in _KINDS.items():
        questions = (make(sentence) for sentence in flat)
        question = next((question for question in questions if question and len(question) <= MAX_CHARS), None)
        if question:
            yield kind, question


def _when(sentence: str) -> str | None:
    if found := _named(_WHEN, sentence):
        return f"When {found['was']} {_inside(found['what'])} {found['done']}?"
    if found := _named(_WHEN_WILL, sentence):
        return f"When will {_inside(found['what'])} {found['do']}?"
    found = _named(_WHEN_DOES, sentence)
    return f"When does {_inside(found['what'])} {found['do']}?" if found else None


def _how_many(sentence: str) -> str | None:
    found = _named(_MANY, sentence)
    return f"How many {found['things']} does {_inside(found['what'])} have?" if found else None


def _how_much(sentence: str) -> str | None:
    found = _named(_PRICE, sentence)
    return f"How much does {_inside(found['what'])} cost?" if found else None


def _what_is(sentence: str) -> str | None:
    found = _WHAT.match(sentence)
    return f"What {found['be']} {_inside(found['what'])}?" if found and _THINGS.search(found["what"]) else None


def _stands_for(sentence: str) -> str | None:
    for found in _SPELT_OUT.finditer(sentence):
        initials = "".join(word[0] for word in found["words"].split() if word[0].isupper())
        if initials == found["short"]:
            return f"What does {found['short']} stand for?"
    return None


def _named(pattern: re.Pattern[str], sentence: str) -> re.Match[str] | None:
    """Return how a sentence matches, if what it is about has a name that says enough by itself."""
    found = pattern.match(sentence)
    return found if found and not _NO_NAME.search(found["what"]) else None


def _inside(name: str) -> str:
    """Return a name as it stands within a sentence."""
    return re.sub(r"^The ", "the ", name)


_KINDS: dict[str, Callable[[str], str | None]] = {
    "when": _when, "many": _how_many, "much": _how_much, "what": _what_is, "short": _stands_for,
}  # fmt: skip
"""What makes a question of a sentence that answers it, for each kind, the best kind first."""
