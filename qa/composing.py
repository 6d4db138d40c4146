"""A draft and its evidence in, checked sentences with their footnotes out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest import DocumentInfo, sentence_spans, words
from qa.checks.reply import declines, lacks_number, misses, says_yes_or_no
from qa.facts import facts_of, is_statement
from qa.records import Citation, Evidence, Outcome, Sentence
from qa.support import MIN_COVERAGE, Support, check_support
from qa.verifier import Verifier

NOT_IN_DOCUMENTS = "The documents don't say."
"""The whole text of an answer whose outcome is "not_in_documents"."""
INCOMPLETE = "The documents don't say more."
"""What ends the text of an answer whose outcome is "partial", unless it can be said what is missing."""
QUOTES = 2
"""How many quotes an answer without a model has."""
MIN_QUESTION_COVERAGE = 0.5
"""Without a model: the share of the question's words that the quotes must hold to be taken for an answer."""
MAX_SCORE_GAP = 0.4
"""How much lower than the best evidence what supports a sentence may score; scores go to about 3."""

_MARKER = re.compile(r"\s*\[\^?\d+(?:\s*[,;–-]\s*\d+)*\]")
_PREAMBLE = re.compile(
    r"^(?:according to the excerpts?,\s*|the excerpts? (?:states?|says?|mentions?|indicates?) that\s+)", re.IGNORECASE
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

    @property
    def plain(self) -> str:
        """What the sentences say, without markers."""
        return " ".join(_without_markers(sentence.text) for sentence in self.sentences)


def compose(
    question: str,
    draft: str,
    evidence: Sequence[Evidence],
    infos: Mapping[str, DocumentInfo],
    *,
    withhold: bool = True,
    verifier: Verifier | None = None,
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
        verifier: A learned model whose consent is needed, too; None for none.
    """
    best_first = sorted(evidence, key=lambda item: -item.score)
    context = [context_line(item, infos[item.document]) for item in best_first]
    clean = _PREAMBLE.sub("", _without_markers(draft))
    kept: list[tuple[str, Support]] = []
    spans = sentence_spans(clean)
    for start, end in spans:
        sentence = clean[start:end]
        support = check_support(sentence, best_first, context)
        if verifier:
            quotes = [f"{above}\n{item.text}" for above, item in zip(context, best_first, strict=True)]
            support = verifier.judge(sentence, support, quotes)
        if best_first and says_yes_or_no(sentence):
            kept.extend(_best_quote(best_first))
        elif not withhold or _stands(sentence, support, question, best_first):
            kept.append((sentence, support))
    return assemble(kept, best_first, infos, complete=len(kept) == len(spans))


def mend(question: str, draft: str, evidence: Sequence[Evidence], infos: Mapping[str, DocumentInfo]) -> Composition:
    """Return the quote that comes nearest to a draft of which nothing stands.

    It is the piece of evidence that shares most with the draft, if it holds the draft's words or has about as much to
    do with the question as the best one; else the best one. If the draft is empty or only says that nothing is said, or
    no number is quoted where one is asked for, the documents don't say.
    """
    best_first = sorted(evidence, key=lambda item: -item.score)
    if not best_first or not words(_without_markers(draft)) or declines(draft):
        return not_in_documents()
    nearest = check_support(draft, best_first, [""] * len(best_first))
    fits = nearest.cited and (nearest.coverage >= MIN_COVERAGE or not _comes_from_elsewhere(nearest, best_first))
    cited = nearest.cited[:1] if fits else (0,)
    quotes = [quote for quote in quoted(best_first, cited) if not lacks_number(quote[0], question)]
    return assemble(quotes, best_first, infos, complete=True)


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
    return Composition("answered" if complete else "partial", text, tuple(sentences), tuple(citations.values()))


def _saying_what_is_missing(questions: Sequence[str]) -> str:
    return " ".join(f"{NOT_IN_DOCUMENTS[:-1]}: {question}" for question in questions) or INCOMPLETE


def _stands(sentence: str, support: Support, question: str, best_first: Sequence[Evidence]) -> bool:
    if support.verdict == "unsupported" or misses(sentence, question):
        return False
    if declines(sentence) and support.verdict != "verbatim":
        return False
    return is_statement(facts_of(sentence)) or not _comes_from_elsewhere(support, best_first)


def _best_quote(best_first: Sequence[Evidence]) -> list[tuple[str, Support]]:
    return quoted(best_first, range(len(best_first)))[:1]


def quoted(evidence: Sequence[Evidence], positions: Iterable[int]) -> list[tuple[str, Support]]:
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
    citations = tuple(_citation(number, evidence[position], infos) for position, number in numbers.items())
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
    return assemble(quoted(evidence, best), evidence, infos, complete=True)


def not_in_documents() -> Composition:
    """Return what is answered when the documents don't say."""
    return Composition("not_in_documents", NOT_IN_DOCUMENTS, (), ())
