"""Arithmetic on stretches of documents: gold quotes and spans go in, coverage and overlap come out. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

Interval = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of a document's text."""

    document: str
    """Name of the document."""
    start: int
    """Offset of its first character, in code points."""
    end: int
    """Offset after its last character."""


@dataclass(frozen=True, kw_only=True)
class Gold:
    """A quote that answers a question, and every place where its document has it."""

    document: str
    """Name of the document."""
    quote: str
    """The characters; empty if the document as a whole is the evidence (as in BEIR's judgements)."""
    starts: tuple[int, ...] = ()
    """Every offset at which the quote stands, ascending; empty for a whole document."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """How well chosen spans fit the gold spans, in characters."""

    recall: float
    """Share of the gold characters that were chosen, 0 to 1."""
    precision: float
    """Share of the chosen characters that are gold, 0 to 1; 0 if nothing was chosen."""
    iou: float
    """Intersection over union of both, 0 to 1."""


def locate_quote(document: str, quote: str, text: str) -> Gold:
    """Find every place of a quote in its document's text.

    Args:
        document: Name of the document.
        quote: The characters to find; empty stands for the document as a whole.
        text: The document's text.

    Returns:
        The gold quote with its offsets, overlapping ones included; without offsets if it isn't there.
    """
    starts: list[int] = []
    position = text.find(quote) if quote else -1
    while position >= 0:
        starts.append(position)
        position = text.find(quote, position + 1)
    return Gold(document=document, quote=quote, starts=tuple(starts))


def merge_spans(spans: Iterable[Span], document: str) -> list[Interval]:
    """Join what overlaps or touches.

    Args:
        spans: Spans of any documents, in any order.
        document: The document whose spans count.

    Returns:
        Disjoint (start, end) pairs of that document, ascending.
    """
    merged: list[Interval] = []
    for start, end in sorted((s.start, s.end) for s in spans if s.document == document):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def is_covered(gold: Gold, spans: Sequence[Span]) -> bool:
    """Tell whether the spans together hold a gold quote, wherever its document has it.

    White space of the quote need not be covered: what stands between two sentences belongs to neither.
    A gold document without a quote is covered by any of its spans.
    """
    merged = merge_spans(spans, gold.document)
    if not gold.quote:
        return bool(merged)
    return any(not _missing(gold.quote, start, merged) for start in gold.starts)


def overlaps_gold(span: Span, golds: Iterable[Gold]) -> bool:
    """Tell whether a span shares at least one character with any gold quote."""
    return any(
        span.document == gold.document
        and (not gold.quote or any(span.start < at + len(gold.quote) and at < span.end for at in gold.starts))
        for gold in golds
    )


def completion_ranks(golds: Sequence[Gold], ranked: Sequence[Span]) -> tuple[int | None, ...]:
    """Find for each gold quote the number of best passages that together hold it.

    A quote across the border of two passages counts from the worse of the two, so that the figures made of
    these ranks survive any change of chunking.

    Args:
        golds: The gold quotes.
        ranked: The passages, best first.

    Returns:
        One rank, from 1, for each gold quote; None where all the passages together don't hold it.
    """
    return tuple(
        next((rank for rank in range(1, len(ranked) + 1) if is_covered(gold, ranked[:rank])), None) for gold in golds
    )


def measure_overlap(golds: Sequence[Gold], chosen: Sequence[Span]) -> Overlap | None:
    """Compare what was chosen with the gold spans, character by character.

    recall = |chosen ∩ gold| / |gold|, precision = |chosen ∩ gold| / |chosen|, iou = |chosen ∩ gold| / |chosen
    ∪ gold|, as in B. Smith and A. Troynikov, "Evaluating Chunking Strategies for Retrieval" (Chroma, 2024),
    whose implementation counts characters too. A quote that stands in several places counts where it is met
    best.

    Returns:
        The overlap; None without a gold quote to compare with.
    """
    documents = {gold.document for gold in golds if gold.quote}
    if not documents:
        return None
    every = {span.document for span in chosen} | documents
    merged = {document: merge_spans(chosen, document) for document in every}
    wanted = [_best_place(gold, merged[gold.document]) for gold in golds if gold.quote]
    gold_size = common = 0
    for document in documents:
        intervals = merge_spans(wanted, document)
        gold_size += sum(end - start for start, end in intervals)
        common += sum(_shared(interval, merged[document]) for interval in intervals)
    chosen_size = sum(end - start for intervals in merged.values() for start, end in intervals)
    return Overlap(
        recall=common / gold_size if gold_size else 0.0,
        precision=common / chosen_size if chosen_size else 0.0,
        iou=common / (gold_size + chosen_size - common) if gold_size else 0.0,
    )


def _missing(quote: str, at: int, merged: Sequence[Interval]) -> str:
    """Return the characters of the quote standing at `at` that no interval holds, white space left out."""
    kept = list(quote)
    for start, end in merged:
        low, high = max(start - at, 0), min(end - at, len(quote))
        if low < high:
            kept[low:high] = [""] * (high - low)
    return "".join("".join(kept).split())


def _shared(interval: Interval, merged: Iterable[Interval]) -> int:
    """Count the characters that an interval shares with disjoint others."""
    return sum(max(0, min(interval[1], end) - max(interval[0], start)) for start, end in merged)


def _best_place(gold: Gold, merged: Sequence[Interval]) -> Span:
    """Return the place of the quote that shares most with the intervals; the first of equals."""
    size = len(gold.quote)
    at = max(gold.starts, key=lambda start: (_shared((start, start + size), merged), -start), default=0)
    return Span(document=gold.document, start=at, end=at + size if gold.starts else at)
