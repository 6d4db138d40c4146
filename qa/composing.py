"""A draft and its evidence in, checked sentences with their footnotes out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import DocumentInfo, sentence_spans, words
from qa.records import Citation, Evidence, Outcome, Sentence
from qa.support import Support, check_support

NOT_IN_DOCUMENTS = "The documents don't say."
"""The whole text of an answer whose outcome is "not_in_documents"."""
INCOMPLETE = "The documents don't say more."
"""What ends the text of an answer whose outcome is "partial"."""
QUOTES = 2
"""How many quotes an answer without a model has."""
MIN_QUESTION_COVERAGE = 0.5
"""Without a model: the share of the question's words that the quotes must hold to be taken for an answer."""

_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_DECLINES = re.compile(
    r"\b(?:not (?:stated|mentioned|specified|provided|given|known|clear)|"
    r"(?:do|does|did)(?: not|n['’]t) (?:\w+ )?(?:state|mention|specify|say|provide|contain|give|include|indicate)|"
    r"no (?:information|mention)|cannot be (?:determined|answered))\b",
    re.IGNORECASE,
)
_SUBJECT_OF_DECLINE = re.compile(r"\b(?:excerpts?|documents?|texts?|passages?|sentences?|information|context)\b", re.IGNORECASE)


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


def compose(
    draft: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo], *, withhold: bool = True
) -> Composition:
    """Check each sentence of a draft and give it the footnotes that support it.

    A sentence that only says that nothing is said is left out, and so is one without support if `withhold` is true.

    Args:
        draft: What the model wrote; markers in it are removed.
        evidence: What it was given.
        infos: What is known of the documents that the evidence comes from.
        withhold: Leave unsupported sentences out.
    """
    context = [context_line(item, infos[item.document]) for item in evidence]
    clean = _MARKER.sub("", draft).strip()
    kept: list[tuple[str, Support]] = []
    dropped = 0
    for start, end in sentence_spans(clean):
        sentence = clean[start:end]
        if declines(sentence):
            dropped += 1
            continue
        support = check_support(sentence, evidence, context)
        if withhold and support.verdict == "unsupported":
            dropped += 1
        else:
            kept.append((sentence, support))
    return assemble(kept, evidence, infos, complete=not dropped)


def assemble(
    kept: Sequence[tuple[str, Support]], evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo], *, complete: bool
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
            Sentence(text=marked, start=start, end=start + len(marked), verdict=support.verdict, citations=cited)
        )
    citations = tuple(_citation(number, evidence[position], infos) for position, number in numbers.items())
    if complete:
        return Composition("answered", text, tuple(sentences), citations)
    return Composition("partial", f"{text} {INCOMPLETE}", tuple(sentences), citations)


def declines(sentence: str) -> bool:
    """Return whether a sentence only says that the documents don't say."""
    return bool(_DECLINES.search(sentence)) and (
        bool(_SUBJECT_OF_DECLINE.search(sentence)) or len(sentence.split()) <= 4
    )


def context_line(item: Evidence, info: DocumentInfo) -> str:
    """Return the title, date and headings that a piece of evidence stands under, in one line."""
    return ". ".join(part for part in (info.title, info.date, item.heading) if part)


def _mark(sentence: str, cited: tuple[int, ...]) -> str:
    if not cited:
        return sentence
    markers = "".join(f"[{number}]" for number in cited)
    closing = re.search(r"[.!?。！？]+[\"'”’)]*$", sentence)
    at = closing.start() if closing else len(sentence)
    return f"{sentence[:at]} {markers}{sentence[at:]}"


def _citation(number: int, item: Evidence, infos: Mapping[str, DocumentInfo]) -> Citation:
    info = infos[item.document]
    return Citation(
        number=number, document=item.document, title=info.title, date=info.date, page=info.page_at(item.start),
        heading=item.heading, start=item.start, end=item.end, quote=item.text, sha256=info.sha256,
    )  # fmt: skip


def extract(
    question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]
) -> Composition:
    """Return an answer without a model: the best pieces of evidence themselves, if they hold the question's words.

    Args:
        question: The question.
        evidence: Pieces of evidence; the two with the highest scores are quoted.
        infos: What is known of their documents.
    """
    best = sorted(range(len(evidence)), key=lambda n: (-evidence[n].score, n))[:QUOTES]
    wanted = frozenset(words(question))
    held = wanted.intersection(word for n in best for word in words(evidence[n].text))
    if not wanted or len(held) / len(wanted) < MIN_QUESTION_COVERAGE:
        return not_in_documents()
    kept = [(" ".join(evidence[n].text.split()), Support("verbatim", (n,), 1.0, "it is the quote")) for n in best]
    return assemble(kept, evidence, infos, complete=True)


def not_in_documents() -> Composition:
    """Return what is answered when the documents don't say."""
    return Composition("not_in_documents", NOT_IN_DOCUMENTS, (), ())
