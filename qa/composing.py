"""A draft and its evidence in, checked sentences with their footnotes out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest import DocumentInfo, sentence_spans, words
from qa.checks.number_words import digits_for_words
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
MAX_SCORE_GAP = 0.4
"""How much lower than the best evidence what supports a sentence may score; scores go to about 3."""

_MARKER = re.compile(r"\s*\[\^?\d+(?:\s*[,;–-]\s*\d+)*\]")
_DECLINES = re.compile(
    r"\b(?:not (?:stated|mentioned|specified|provided|given|known|clear)|"
    r"(?:do|does|did)(?: not|n['’]t) (?:\w+ )?(?:state|mention|specify|say|provide|contain|give|include|indicate)|"
    r"no (?:information|mention)|cannot be (?:determined|answered))\b",
    re.IGNORECASE,
)
_ASKS_FOR_NUMBER = re.compile(
    r"^when\b|\bhow (?:many|old)\b|\b(?:what|which|on what|in which|in what) (?:year|date|day|percentage)\b",
    re.IGNORECASE,
)
_NO_DIGIT = re.compile(
    r"\b(?:one|once|twice|half|dozen|no|none|single|both|hundreds|thousands|millions|before|after|during|until|since|every|"
    r"annually|daily|weekly|monthly|yearly|day|week|month|year|decade|century|spring|summer|autumn|winter|midnight|noon|"
    r"january|february|march|april|may|june|july|august|september|october|november|december|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?\b",
    re.IGNORECASE,
)
"""Words that answer such a question without a digit."""
_SUBJECT_OF_DECLINE = re.compile(
    r"\b(?:excerpts?|documents?|texts?|passages?|sentences?|information|context)\b", re.IGNORECASE
)


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
    question: str,
    draft: str,
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    *,
    withhold: bool = True,
) -> Composition:
    """Check each sentence of a draft and give it the footnotes that support it.

    Left out is what only says that nothing is said, what only repeats the question, what holds no number where one is
    asked for, what the evidence doesn't support,
    and what is supported only by evidence that has much less to do with the question than the best. A bare yes or no
    is replaced by the best quote. If nothing is left, the documents don't say.

    Args:
        question: The question that the draft answers.
        draft: What the model wrote; markers in it are removed.
        evidence: What it was given.
        infos: What is known of the documents that the evidence comes from.
        withhold: Leave out what fails; if false it stays, marked as what it is.
    """
    best_first = sorted(evidence, key=lambda item: -item.score)
    context = [context_line(item, infos[item.document]) for item in best_first]
    clean = _without_markers(draft)
    kept: list[tuple[str, Support]] = []
    spans = sentence_spans(clean)
    for start, end in spans:
        sentence = clean[start:end]
        support = check_support(sentence, best_first, context)
        if best_first and _says_yes_or_no(sentence):
            kept.extend(_best_quote(best_first))
        elif not withhold or _stands(sentence, support, question, best_first):
            kept.append((sentence, support))
    return assemble(kept, best_first, infos, complete=len(kept) == len(spans))


def closest(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the best piece of evidence alone, to ask about once more when an answer from all of them didn't stand."""
    return tuple(sorted(evidence, key=lambda item: -item.score)[:1])


def _stands(sentence: str, support: Support, question: str, best_first: Sequence[Evidence]) -> bool:
    if support.verdict == "unsupported" or _only_repeats(sentence, question) or _lacks_number(sentence, question):
        return False
    if declines(sentence) and support.verdict != "verbatim":
        return False
    return not _comes_from_elsewhere(support, best_first)


def _best_quote(best_first: Sequence[Evidence]) -> list[tuple[str, Support]]:
    return _quotes(best_first, range(len(best_first)))[:1]


def _quotes(evidence: Sequence[Evidence], positions: Iterable[int]) -> list[tuple[str, Support]]:
    """Return pieces of evidence as sentences; those that are nothing but bracketed numbers are passed over."""
    shown = [(" ".join(_without_markers(evidence[n].text).split()), n) for n in positions]
    return [(text, Support("verbatim", (n,), 1.0, "it is the quote")) for text, n in shown if text]


def _without_markers(text: str) -> str:
    """Return a text without what a reader would take for footnotes: there are no others than the checked ones."""
    found = 1
    while found:
        text, found = _MARKER.subn("", text)
    return text.strip()


def _comes_from_elsewhere(support: Support, best_first: Sequence[Evidence]) -> bool:
    """Return whether what supports a sentence has much less to do with the question than the best evidence.

    A name that fits grammatically is often taken from a sentence about something else.
    """
    return best_first[0].score - max(best_first[n].score for n in support.cited) > MAX_SCORE_GAP


def _says_yes_or_no(sentence: str) -> bool:
    return sentence.casefold().strip(" .!\"'") in ("yes", "no")


def _only_repeats(sentence: str, question: str) -> bool:
    """Return whether a sentence holds no content word that the question doesn't hold, as small models' answers may.

    Questions that offer their answers ("deliberate or unintentional?") are answered in their own words.
    """
    return " or " not in f" {question.casefold()} " and set() < set(words(sentence)) <= set(words(question))


def _lacks_number(sentence: str, question: str) -> bool:
    """Return whether the question asks for a number, a date or a year, and the sentence holds none."""
    if not _ASKS_FOR_NUMBER.search(question):
        return False
    return not any(character.isdigit() for character in digits_for_words(sentence)) and not _NO_DIGIT.search(sentence)


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
                text=marked,
                start=start,
                end=start + len(marked),
                verdict=support.verdict,
                citations=cited,
                reason=support.reason,
            )
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
    if not closing:
        return f"{sentence} {markers}."
    return f"{sentence[: closing.start()]} {markers}{sentence[closing.start() :]}"


def _citation(number: int, item: Evidence, infos: Mapping[str, DocumentInfo]) -> Citation:
    info = infos[item.document]
    return Citation(
        number=number, document=item.document, title=info.title, date=info.date, page=info.page_at(item.start),
        heading=item.heading, start=item.start, end=item.end, quote=item.text, sha256=info.sha256,
    )  # fmt: skip


def extract(question: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> Composition:
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
    return assemble(_quotes(evidence, best), evidence, infos, complete=True)


def not_in_documents() -> Composition:
    """Return what is answered when the documents don't say."""
    return Composition("not_in_documents", NOT_IN_DOCUMENTS, (), ())
