"""Checked sentences and what supports them in, one text with footnotes out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ingest import DocumentInfo
from qa.records import Citation, Evidence, Outcome, Sentence
from qa.support import Support

NOT_IN_DOCUMENTS = "The documents don't say."
"""The whole text of an answer whose outcome is "not_in_documents"."""
_MISSING = f"{NOT_IN_DOCUMENTS[:-1]}: "
INCOMPLETE = "The passages found don't say more."
"""What ends the text of an answer whose outcome is "partial", unless it can be said what is missing. The documents may
say more elsewhere: only what was found was looked at."""
_MARKER = re.compile(r"\s*\[\^?\d+(?:\s*[,;–-]\s*\d+)*\]")


@dataclass(frozen=True)
class Composition:
    """The checked form of a draft."""

    outcome: Outcome
    """Whether anything, and whether everything, of the draft stood."""
    text: str
    """The sentences with their markers, joined by spaces."""
    sentences: tuple[Sentence, ...]
    """The sentences, with offsets in `text`."""
    citations: tuple[Citation, ...]
    """The footnotes by number."""
    doubted: bool = False
    """Whether the model doubted that the evidence states the answer, so that it was not asked to write any."""

    @property
    def plain(self) -> str:
        """What the sentences say, without markers."""
        return " ".join(without_markers(sentence.text) for sentence in self.sentences)


def not_in_documents(*, doubted: bool = False) -> Composition:
    """Return what is answered when the documents don't say; see `Composition.doubted`."""
    return Composition("not_in_documents", NOT_IN_DOCUMENTS, (), (), doubted)


def assemble(
    kept: Sequence[tuple[str, Support]],
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    *,
    complete: bool,
) -> Composition:
    """Number the citations in order of first mention and set the markers before each sentence's closing sign."""
    if not kept:
        return not_in_documents()
    numbers: dict[int, int] = {}
    sentences: list[Sentence] = []
    text = ""
    for sentence, support in kept:
        cited = tuple(numbers.setdefault(position, len(numbers) + 1) for position in support.cited)
        marked = _mark(sentence, cited)
        start = len(text) + 1 if text else 0
        text = f"{text} {marked}" if text else marked
        sentences.append(
            Sentence(
                text=marked, start=start, end=start + len(marked), verdict=support.verdict,
                citations=cited, reason=support.reason,
            )
        )  # fmt: skip
    citations = tuple(citation_of(number, evidence[position], infos) for position, number in numbers.items())
    if complete:
        return Composition("answered", text, tuple(sentences), citations)
    return Composition("partial", f"{text} {INCOMPLETE}", tuple(sentences), citations)


def context_line(item: Evidence, info: DocumentInfo) -> str:
    """Return the title, date and headings that a piece of evidence stands under, in one line."""
    return ". ".join(part for part in (info.title, info.date, item.heading) if part)


def _mark(sentence: str, cited: tuple[int, ...]) -> str:
    if not cited:
        return sentence
    markers = _markers(cited)
    closing = re.search(r"[.!?。！？]+[\"'”’)]*$", sentence)
    if not closing:
        return f"{sentence} {markers}."
    return f"{sentence[: closing.start()]} {markers}{sentence[closing.start() :]}"


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


def citation_of(number: int, item: Evidence, infos: Mapping[str, DocumentInfo]) -> Citation:
    """Return a piece of evidence as a footnote."""
    info = infos[item.document]
    return Citation(
        number=number, document=item.document, title=info.title, date=info.date, page=info.page_at(item.start),
        heading=item.heading, start=item.start, end=item.end, quote=item.text, sha256=info.sha256,
        ocr=info.is_recognised(item.start),
    )  # fmt: skip


def joined(parts: Sequence[tuple[str, Composition]]) -> Composition:
    """Return the answers to the questions that one question consists of as one, with one series of footnotes.

    Args:
        parts: The questions and what they are answered with, in order. If some but not all of them are answered, the
            outcome is "partial" and the text ends with those that aren't.
    """
    if len(parts) == 1:
        return parts[0][1]
    citations: dict[tuple[str, int, int], Citation] = {}
    sentences: list[Sentence] = []
    text = ""
    for _, part in parts:
        numbers = {}
        for citation in part.citations:
            place = (citation.document, citation.start, citation.end)
            numbers[citation.number] = citations.setdefault(place, replace(citation, number=len(citations) + 1)).number
        for sentence in part.sentences:
            cited = tuple(numbers[number] for number in sentence.citations)
            marked = sentence.text.replace(_markers(sentence.citations), _markers(cited)) if cited else sentence.text
            start = len(text) + bool(text)
            text = f"{text} {marked}".strip()
            sentences.append(replace(sentence, text=marked, start=start, end=len(text), citations=cited))
    if not sentences:
        return not_in_documents()
    missing = [question for question, part in parts if not part.sentences]
    complete = all(part.outcome == "answered" for _, part in parts)
    text = text if complete else f"{text} {_saying_what_is_missing(missing)}"
    outcome: Outcome = "answered" if complete else "partial"
    return Composition(outcome, text, tuple(sentences), tuple(citations.values()))


def _saying_what_is_missing(questions: Sequence[str]) -> str:
    return " ".join(f"{_MISSING}{question}" for question in questions) or INCOMPLETE


def without_markers(text: str) -> str:
    """Return a text without what a reader would take for footnotes: there are no others than the checked ones."""
    found = 1
    while found:
        text, found = _MARKER.subn("", text)
    return text.strip()
