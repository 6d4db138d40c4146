"""The metrics, each a pure function of numbers or texts, with its formula and its source.

Answers are compared after SQuAD's normalisation; ranks count from 1; all figures lie in 0..1.
"""

import math
import re
import string
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_ARTICLES = re.compile(r"\b(a|an|the)\b")
_FOOTNOTE = re.compile(r"\s*\[\d+\]")
# Scripts written without spaces between words: kana, CJK ideographs (with extensions), their iteration mark.
_CHARACTER = re.compile(r"[々\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def strip_footnotes(text: str) -> str:
    """Remove footnote markers: "Two years [1][3]." becomes "Two years."."""
    return _FOOTNOTE.sub("", text).strip()


def answer_tokens(text: str) -> list[str]:
    """Cut a text into the tokens that answers are compared by.

    SQuAD's normalisation (Rajpurkar et al. 2016, evaluate-v1.1.py): lower case, punctuation removed, English
    articles removed, split at white space. As in MLQA's evaluation (Lewis et al. 2020), punctuation is
    Unicode's and each Chinese or Japanese character is a token of its own.

    Returns:
        The tokens in order; empty if only punctuation and articles are there.
    """
    kept = "".join(c for c in text.lower() if c not in string.punctuation and unicodedata.category(c)[0] != "P")
    return _CHARACTER.sub(lambda found: f" {found[0]} ", _ARTICLES.sub(" ", kept)).split()


def exact_match(answer: str, accepted: Sequence[str]) -> float:
    """Return 1 if the answer equals an accepted wording after normalisation, else 0 (SQuAD's "exact")."""
    tokens = answer_tokens(answer)
    return float(any(tokens == answer_tokens(wording) for wording in accepted))


def token_f1(answer: str, accepted: Sequence[str]) -> float:
    """Return the best token F1 over the accepted wordings (SQuAD's "f1").

    F1 = 2PR / (P + R), P = common / tokens of the answer, R = common / tokens of the wording; "common" counts
    a token as often as both have it. Where one side has no tokens: 1 if both have none, else 0.
    """
    return max((_pair_f1(answer_tokens(answer), answer_tokens(wording)) for wording in accepted), default=0.0)


def contains_answer(answer: str, accepted: Sequence[str]) -> float:
    """Return 1 if the tokens of an accepted wording stand in the answer, in a row, else 0.

    A wording without tokens, such as "+", is looked for as it is.
    """
    tokens = answer_tokens(answer)
    return float(any(_stands_in(wording, answer, tokens) for wording in accepted))


def recall_at(ranks: Sequence[int | None], cutoff: int) -> float:
    """Return the share of the gold quotes found among the best passages: |rank <= cutoff| / |gold|."""
    return sum(rank is not None and rank <= cutoff for rank in ranks) / len(ranks)


def hit_at(ranks: Sequence[int | None], cutoff: int) -> float:
    """Return 1 if any gold quote is found among the best `cutoff` passages, else 0 ("success at k")."""
    return float(recall_at(ranks, cutoff) > 0)


def reciprocal_rank(ranks: Sequence[int | None]) -> float:
    """Return 1 / rank of the first gold quote found, 0 if none is; its mean is MRR (Voorhees 1999)."""
    return max((1 / rank for rank in ranks if rank is not None), default=0.0)


def ndcg_at(ranks: Sequence[int | None], cutoff: int) -> float:
    """Return the discounted gain of the gold quotes, normalised (Järvelin and Kekäläinen 2002).

    DCG = sum over the quotes found by the cutoff of 1 / log2(rank + 1); the ideal is one quote at each rank
    from 1. With one quote this is the usual nDCG. A passage that holds several quotes can beat the ideal:
    then it is 1.
    """
    gain = sum(1 / math.log2(rank + 1) for rank in ranks if rank is not None and rank <= cutoff)
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, min(len(ranks), cutoff) + 1))
    return min(1.0, gain / ideal)


def area_under_roc(scores: Numbers, positive: Numbers) -> float:
    """Return the probability that a positive scores higher than a negative, ties counting half.

    AUC = (wins + ties / 2) / (positives * negatives), the Mann-Whitney form (Hanley and McNeil 1982).

    Args:
        scores: One score each, higher is more positive.
        positive: 1 for a positive, 0 for a negative.

    Returns:
        0 to 1, 0.5 is chance; NaN if either class is empty.
    """
    winners, losers = scores[positive > 0], np.sort(scores[positive <= 0])
    if not len(winners) or not len(losers):
        return math.nan
    below = np.searchsorted(losers, winners, "left") + np.searchsorted(losers, winners, "right")
    return float(below.mean() / 2 / len(losers))


def balanced_accuracy(chosen: Numbers, truth: Numbers) -> float:
    """Return the mean of the two classes' recall: (TP / P + TN / N) / 2; NaN if either class is empty."""
    positive, right = truth > 0, (chosen > 0) == (truth > 0)
    positives, negatives = positive.sum(), (~positive).sum()
    if not positives or not negatives:
        return math.nan
    return float((right[positive].sum() / positives + right[~positive].sum() / negatives) / 2)


def risk_coverage(confidence: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Return the risk-coverage curve (El-Yaniv and Wiener 2010).

    Questions are taken from the most to the least confident; risk(c) = wrong ones among the share c taken so
    far. Equals in confidence are taken in any order, so each counts as wrong by the share of its equals that
    are.

    Returns:
        Coverages 1/n .. 1 and the risk at each.
    """
    order = np.argsort(-confidence, kind="stable")
    _, group = np.unique(-confidence[order], return_inverse=True)
    wrong = 1 - right[order]
    expected = (np.bincount(group, wrong) / np.bincount(group))[group]
    taken = np.arange(1, len(order) + 1)
    return taken / len(order), np.cumsum(expected) / taken


def area_under_risk_coverage(confidence: Numbers, right: Numbers) -> float:
    """Return the mean risk over all coverages, AURC (Geifman et al. 2019), lower is better; NaN if empty."""
    return float(risk_coverage(confidence, right)[1].mean()) if len(confidence) else math.nan


def calibration_bins(probability: Numbers, truth: Numbers, bins: int = 10) -> list[tuple[float, float, int]]:
    """Sort probabilities into bins of equal width, (0, 0.1], (0.1, 0.2] and so on; 0 belongs to the first.

    Returns:
        For each bin that isn't empty: mean probability, share that came true, count.
    """
    said, came_true, counts = _bin_sums(probability, truth, bins)
    rows = zip(said, came_true, counts, strict=True)
    return [(float(p / count), float(t / count), int(count)) for p, t, count in rows if count]


def calibration_error(probability: Numbers, truth: Numbers, bins: int = 10) -> float:
    """Return the expected calibration error (Guo et al. 2017), lower is better; NaN if empty.

    ECE = sum over the bins of count / n * |share that came true - mean probability|, in which the count
    cancels out.
    """
    if not len(probability):
        return math.nan
    said, came_true, _ = _bin_sums(probability, truth, bins)
    return float(np.abs(came_true - said).sum()) / len(probability)


def _bin_sums(probability: Numbers, truth: Numbers, bins: int) -> tuple[Numbers, Numbers, NDArray[np.int64]]:
    """Return for each bin the sum of the probabilities, how many came true, and the count."""
    place = np.clip(np.ceil(probability * bins).astype(int) - 1, 0, bins - 1)
    said, came_true = (np.asarray(np.bincount(place, values, bins), np.float64) for values in (probability, truth))
    return said, came_true, np.bincount(place, minlength=bins)


def _pair_f1(answer: list[str], wording: list[str]) -> float:
    common = sum((Counter(answer) & Counter(wording)).values())
    if not answer or not wording:
        return float(answer == wording)
    return 2 * common / (len(answer) + len(wording))


def _stands_in(wording: str, answer: str, tokens: list[str]) -> bool:
    wanted = answer_tokens(wording)
    if not wanted:
        return bool(wording.strip()) and wording.strip().casefold() in answer.casefold()
    return any(tokens[at : at + len(wanted)] == wanted for at in range(len(tokens) - len(wanted) + 1))
