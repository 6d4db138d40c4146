"""One question's answer goes in, the numbers that figures are made of come out. Pure.

A number that means nothing for a question is left out of its measures, so that figures exclude and count it.
An answer is refused when its outcome is "not_in_documents"; a partial answer counts as answered.
"""

from collections.abc import Callable, Iterable, Sequence

from qa.evaluation import metrics
from qa.evaluation.questions import Question
from qa.evaluation.spans import Gold, Span, completion_ranks, is_covered, measure_overlap, overlaps_gold
from qa.records import Answer, Evidence, Passage

Measures = dict[str, float]

RECALL_CUTOFFS = (1, 3, 5, 10)
HIT_CUTOFFS = (1, 4)


def to_spans(found: Iterable[Passage | Evidence]) -> tuple[Span, ...]:
    """Return where passages or pieces of evidence stand, in their order."""
    return tuple(Span(document=item.document, start=item.start, end=item.end) for item in found)


def measure_retrieval(question: Question, golds: Sequence[Gold], passages: Sequence[Span]) -> Measures:
    """Measure what retrieval found; empty for questions without gold evidence.

    Args:
        question: The question.
        golds: Its gold quotes.
        passages: What was found, best first.

    Returns:
        evidence_recall@k, evidence_hit@k, mrr, ndcg@10 and evidence_rank (that of the first quote; left out
        if none was found).
    """
    if not golds or not question.answerable:
        return {}
    ranks = completion_ranks(golds, passages)
    measures = {f"evidence_recall@{k}": metrics.recall_at(ranks, k) for k in RECALL_CUTOFFS}
    measures |= {f"evidence_hit@{k}": metrics.hit_at(ranks, k) for k in HIT_CUTOFFS}
    measures |= {"mrr": metrics.reciprocal_rank(ranks), "ndcg@10": metrics.ndcg_at(ranks, 10)}
    if measures["mrr"]:
        measures["evidence_rank"] = round(1 / measures["mrr"])
    return measures


def measure_prompt(question: Question, golds: Sequence[Gold], evidence: Sequence[Evidence]) -> Measures:
    """Measure what was put before the model: its size and, where there is gold evidence, how well it fits.

    Returns:
        prompt_characters (of the evidence alone); prompt_evidence_recall (share of the gold quotes it holds
        whole); token_recall, token_precision and token_iou (see `measure_overlap`).
    """
    measures = {"prompt_characters": float(sum(len(item.text) for item in evidence))}
    if not golds or not question.answerable:
        return measures
    spans = to_spans(evidence)
    measures["prompt_evidence_recall"] = sum(is_covered(gold, spans) for gold in golds) / len(golds)
    if overlap := measure_overlap(golds, spans):
        measures |= {
            "token_recall": overlap.recall,
            "token_precision": overlap.precision,
            "token_iou": overlap.iou,
        }
    return measures


def measure_answer(question: Question, answer: Answer) -> Measures:
    """Compare an answer with the accepted wordings, and its outcome with what was right to do.

    Returns:
        For answerable questions with accepted wordings exact_match, token_f1 and contains_answer, all 0 if
        refused; `right`: 1 if an unanswerable question was refused or an answerable one's answer contains an
        accepted wording; refused, answerable, refused_rightly (0 or 1); answerability, the gate's
        probability, if the gate spoke.
    """
    refused = answer.outcome == "not_in_documents"
    measures = {
        "answerable": float(question.answerable),
        "refused": float(refused),
        "unanswerable": float(not question.answerable),
        "refused_rightly": float(refused and not question.answerable),
    }
    if not question.answerable:
        measures["right"] = float(refused)
    elif question.answers:
        text = "" if refused else metrics.strip_footnotes(answer.text)
        measures["exact_match"] = metrics.exact_match(text, question.answers)
        measures["token_f1"] = metrics.token_f1(text, question.answers)
        measures["contains_answer"] = measures["right"] = metrics.contains_answer(text, question.answers)
    probability = answer.settings.get("answerability")
    if probability is not None:
        measures["answerability"] = float(probability)
    return measures


def measure_citations(
    question: Question, golds: Sequence[Gold], answer: Answer, text_of: Callable[[str], str | None]
) -> Measures:
    """Check each citation against the document's text and against the gold evidence, and count the verdicts.

    Args:
        question: The question.
        golds: Its gold quotes.
        answer: The answer.
        text_of: Gives a document's text by its name; None if there is no such document.

    Returns:
        quotes and quotes_exact (citations, and those whose offsets give exactly their quote); sentences and
        sentences_VERDICT; for answerable questions with gold evidence also answered, answered_citing_gold (0
        or 1), citations and citations_on_gold (those that share a character with a gold quote).
    """
    measures = {
        "quotes": float(len(answer.citations)),
        "quotes_exact": float(
            sum((text_of(c.document) or "")[c.start : c.end] == c.quote != "" for c in answer.citations)
        ),
        "sentences": float(len(answer.sentences)),
    }
    for verdict in ("verbatim", "supported", "unsupported"):
        measures[f"sentences_{verdict}"] = float(sum(s.verdict == verdict for s in answer.sentences))
    if golds and question.answerable:
        on_gold = sum(
            overlaps_gold(Span(document=c.document, start=c.start, end=c.end), golds) for c in answer.citations
        )
        measures["answered"] = float(answer.outcome != "not_in_documents")
        measures["citations"] = float(len(answer.citations))
        measures["citations_on_gold"] = float(on_gold)
        measures["answered_citing_gold"] = float(on_gold > 0)
    return measures


def measure_cost(answer: Answer) -> Measures:
    """Return the seconds and tokens that an answer took; what was not measured is left out.

    Prompts that begin alike are read once: read_tokens are the prompt_tokens that were not in the model's memory.
    """
    usage = answer.usage
    costs: dict[str, float | None] = {
        "evidence_seconds": answer.timings.evidence_seconds,
        "first_token_seconds": answer.timings.first_token_seconds,
        "total_seconds": answer.timings.total_seconds,
        "prompt_tokens": usage.prompt_tokens,
        "reply_tokens": usage.reply_tokens,
    }
    if usage.prompt_tokens is not None and usage.cached_tokens is not None:
        costs["read_tokens"] = usage.prompt_tokens - usage.cached_tokens
    return {name: float(value) for name, value in costs.items() if value is not None}
