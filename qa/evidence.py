"""Passages in, the few sentences that go before the model out, in reading order."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from langchain_core.embeddings import Embeddings

from ingest import sentence_spans, words
from ingest.headings import is_lone_number
from qa.records import Evidence, NamedPassage, Passage
from qa.rows import is_row

EMBEDDED_SENTENCES = 16
"""Only the sentences that passage and words recommend most are embedded; more found nothing more."""
NEIGHBOUR_WEIGHT = 0.3
"""The share of its better neighbour's score that a sentence is given: its surroundings explain an answer."""
MIN_SENTENCE_CHARS = 3
_BEST_SCORE = 3.0
"""About the most that a sentence scores; whole passages are brought to the same scale."""
BEFORE_CHARS = 400
"""How much of what stands before a sentence is looked at for what its pronouns mean."""


@dataclass(frozen=True)
class _Candidate:
    passage: int
    evidence: Evidence
    words: frozenset[str]


def choose_evidence(
    question: str, passages: Sequence[Passage], embedder: Embeddings, *, max_chars: int
) -> tuple[Evidence, ...]:
    """Return the sentences of the passages that are most likely to hold the answer.

    A sentence's score adds up its passage's score, its share of the question's words (weighted by their
    rarity among the passages) and its cosine similarity to the question, each 0 to 1, and 0.3 of the better
    neighbour.

    Args:
        question: The question.
        passages: Passages, best first.
        embedder: What embeds the question and the sentences.
        max_chars: The most characters that the sentences have together; the best one is taken whatever its
            length.

    Returns:
        Sentences in reading order: documents in order of their best sentence, within a document by offset. With rows of
        a table comes its first row, beyond `max_chars` if need be. Empty if there are no passages.
    """
    candidates = _candidates(passages)
    if not candidates:
        return ()
    scores = _scores(question, passages, candidates, embedder)
    best_first = sorted(range(len(candidates)), key=lambda n: (-scores[n], n))
    chosen: list[Evidence] = []
    left = max_chars
    for n in best_first:
        evidence = candidates[n].evidence
        if chosen and len(evidence.text) > left:
            break
        left -= len(evidence.text)
        chosen.append(replace(evidence, score=round(scores[n], 6)))
    return reading_order([*chosen, *_columns_of(chosen, [candidate.evidence for candidate in candidates])])


def _columns_of(chosen: Sequence[Evidence], found: Sequence[Evidence]) -> list[Evidence]:
    """Return the first rows, not chosen yet, of the tables that rows were chosen of: they tell what the cells are."""
    missing = {(row.document, row.columns) for row in chosen} - {(item.document, item.start) for item in chosen}
    return list(
        {(item.document, item.start): item for item in found if (item.document, item.start) in missing}.values()
    )


def whole_passages(passages: Sequence[Passage], *, max_chars: int) -> tuple[Evidence, ...]:
    """Return the best passages whole, as pipelines without a second choice do: what `choose_evidence` is measured by.

    Args:
        passages: Passages, best first.
        max_chars: The most characters that they have together; the best one is taken whatever its length.

    Returns:
        Passages without the white space around them, in reading order as of `choose_evidence`.
    """
    chosen: list[Evidence] = []
    for passage in passages:
        text = passage.text.strip()
        if not text:
            continue
        max_chars -= len(text)
        if chosen and max_chars < 0:
            break
        start = passage.start + passage.text.index(text)
        chosen.append(
            Evidence(
                document=passage.document, start=start, end=start + len(text),
                text=text, score=_BEST_SCORE * passage.score, heading=passage.heading,
            )
        )  # fmt: skip
    return reading_order(chosen)


def reading_order(evidence: Sequence[Evidence]) -> tuple[Evidence, ...]:
    """Return the sentences documents in order of their best sentence, within a document by offset."""
    best: dict[str, float] = {}
    for item in evidence:
        best[item.document] = max(item.score, best.get(item.document, -math.inf))
    return tuple(sorted(evidence, key=lambda item: (-best[item.document], item.document, item.start)))


def _candidates(passages: Sequence[Passage]) -> list[_Candidate]:
    found = []
    for number, passage in enumerate(passages):
        columns: int | None = None
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            if not is_row(text):
                columns = None
            if len(text) < MIN_SENTENCE_CHARS or text.startswith("#") or is_lone_number(text):
                continue
            if text.casefold() in passage.heading.casefold().split(" > ")[-2:]:
                continue
            before = passage.text[max(0, start - BEFORE_CHARS) : start]
            evidence = Evidence(
                document=passage.document, start=passage.start + start, end=passage.start + end,
                text=text, score=0.0, heading=passage.heading, before=before, columns=columns,
            )  # fmt: skip
            if is_row(text) and columns is None:
                columns = evidence.start
            # The name that a provision was asked for by stands above it, not in it.
            above = words(passage.heading) if isinstance(passage, NamedPassage) else []
            found.append(_Candidate(number, evidence, frozenset([*words(text), *above])))
    return found


def _scores(
    question: str, passages: Sequence[Passage], candidates: Sequence[_Candidate], embedder: Embeddings
) -> list[float]:
    weigh = _word_weights(question, candidates)
    named = [isinstance(passage, NamedPassage) for passage in passages]
    # Where a provision is asked for by name, what merely refers to it comes after it.
    back = [float(any(named) and not one) for one in named]
    cheap = [passages[c.passage].score - back[c.passage] + weigh(c.words) for c in candidates]
    promising = sorted(range(len(candidates)), key=lambda n: (-cheap[n], n))[:EMBEDDED_SENTENCES]
    vectors = np.array(embedder.embed_documents([candidates[n].evidence.text for n in promising]))
    similarities = vectors @ np.array(embedder.embed_query(question))
    scores = list(cheap)
    for n, similarity in zip(promising, similarities, strict=True):
        scores[n] += float(similarity)
    return [score + NEIGHBOUR_WEIGHT * _better_neighbour(n, scores, candidates) for n, score in enumerate(scores)]


def _word_weights(question: str, candidates: Sequence[_Candidate]) -> Callable[[frozenset[str]], float]:
    """Return what tells the share of the question's words in a sentence, rare words weighing more."""
    wanted = frozenset(words(question))
    count = len(candidates)
    weights = {
        word: math.log(1 + count / (0.5 + sum(word in candidate.words for candidate in candidates))) for word in wanted
    }
    total = sum(weights.values()) or 1.0
    return lambda found: sum(weights[word] for word in wanted & found) / total


def _better_neighbour(n: int, scores: Sequence[float], candidates: Sequence[_Candidate]) -> float:
    beside = [
        scores[m] for m in (n - 1, n + 1) if 0 <= m < len(candidates) and candidates[m].passage == candidates[n].passage
    ]
    return max(beside, default=0.0)
