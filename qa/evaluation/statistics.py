"""How sure a figure is: per-question numbers go in, intervals and p-values come out. Pure and seeded."""

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Table = NDArray[np.float64]
"""Per-question numbers, shape (questions, columns)."""
Tables = NDArray[np.float64]
"""Many tables of the same shape at once, shape (tables, questions, columns)."""
Statistic = Callable[[Tables], Numbers]
"""From tables to one figure each, shape (tables,); NaN where it is undefined."""

RESAMPLES = 1000
CONFIDENCE = 0.95
_CELLS_AT_ONCE = 4_000_000
"""How many numbers are drawn at once: 32 MB."""


def figure_of(table: Table, statistic: Statistic) -> float:
    """Return the figure of one table; NaN if it is undefined, as it is without a question."""
    return float(statistic(table[np.newaxis])[0]) if len(table) else math.nan


def for_each(metric: Callable[[Numbers, Numbers], float]) -> Statistic:
    """Return the statistic that applies a metric of two columns to one table after the other."""
    return lambda tables: np.array([metric(table[:, 0], table[:, 1]) for table in tables])


def bootstrap_interval(table: Table, statistic: Statistic, seed: int = 0) -> tuple[float, float] | None:
    """Return the percentile bootstrap interval of a figure (Efron and Tibshirani 1993, chapter 13).

    Questions are drawn with replacement, as many as there are; the interval holds the middle 95% of the
    figures of 1000 such draws. Draws for which the figure is undefined are left out.

    Args:
        table: Per-question numbers, shape (questions, columns).
        statistic: The figure.
        seed: The same seed and table give the same interval.

    Returns:
        Lower and upper end; None if the figure is undefined for most draws.
    """
    return _interval([statistic(table[drawn]) for drawn in _draws(table, seed)])


def paired_interval(old: Table, new: Table, statistic: Statistic, seed: int = 0) -> tuple[float, float] | None:
    """Return the paired bootstrap interval of the difference new - old (Efron and Tibshirani 1993).

    Both runs are drawn from with the same questions, so that what makes a question hard cancels out.

    Args:
        old: Per-question numbers of one run.
        new: The same questions in the same order in the other run.
        statistic: The figure.
        seed: The same seed and tables give the same interval.

    Returns:
        Lower and upper end of the middle 95%; None if the difference is undefined for most draws.
    """
    return _interval([statistic(new[drawn]) - statistic(old[drawn]) for drawn in _draws(old, seed)])


def randomisation_p(old: Table, new: Table, statistic: Statistic, seed: int = 0) -> float:
    """Return the two-sided p-value of a paired randomisation test (Noreen 1989, "approximate randomization").

    If the runs were alike, each question's numbers might as well stand in the other run: they are swapped at random,
    and p is the share of 1000 such swaps whose difference is as large as the one found. Unlike the bootstrap it isn't
    misled by a handful of questions: when k yes/no answers changed, all for the worse, it is 2 / 2^k, as in McNemar's
    exact test.

    Args:
        old: Per-question numbers of one run.
        new: The same questions in the same order in the other run.
        statistic: The figure.
        seed: The same seed and tables give the same p-value.

    Returns:
        0 to 1; swaps for which the figure is undefined are left out; 1 if it is undefined for the runs themselves.
    """
    found = abs(figure_of(new, statistic) - figure_of(old, statistic))
    if math.isnan(found):
        return 1.0
    differences = []
    generator = np.random.default_rng(seed)
    block = max(1, _CELLS_AT_ONCE // old.size)
    for start in range(0, RESAMPLES, block):
        swap = generator.integers(0, 2, (min(block, RESAMPLES - start), len(old), 1)) > 0
        differences.append(statistic(np.where(swap, old, new)) - statistic(np.where(swap, new, old)))
    swapped = np.abs(np.concatenate(differences))
    swapped = swapped[~np.isnan(swapped)]
    return float((1 + (swapped >= found - 1e-9).sum()) / (1 + len(swapped)))


def mcnemar_p(old: NDArray[np.bool_], new: NDArray[np.bool_]) -> float:
    """Return the exact two-sided p-value of McNemar's test (1947; exact form: binomial with p = 1/2).

    p = min(1, 2 P(X <= min(lost, won))), X ~ Binomial(lost + won, 1/2), where lost are the questions right
    in the old run only and won those right in the new one only.

    Returns:
        0 to 1; 1 if no question changed.
    """
    lost, won = int((old & ~new).sum()), int((new & ~old).sum())
    tail = sum(math.comb(lost + won, k) for k in range(min(lost, won) + 1))
    return min(1.0, 2 * tail / (1 << (lost + won)))


def _draws(table: Table, seed: int) -> Iterator[NDArray[np.int64]]:
    """Yield positions of drawn questions, shape (draws, questions), in blocks that fit the memory."""
    questions = len(table)
    if not questions:
        return
    generator = np.random.default_rng(seed)
    block = max(1, _CELLS_AT_ONCE // table.size)
    for start in range(0, RESAMPLES, block):
        yield generator.integers(0, questions, (min(block, RESAMPLES - start), questions))


def _interval(blocks: list[Numbers]) -> tuple[float, float] | None:
    figures = np.concatenate(blocks) if blocks else np.empty(0)
    figures = figures[~np.isnan(figures)]
    if len(figures) < RESAMPLES / 2:
        return None
    margin = (1 - CONFIDENCE) / 2
    low, high = np.quantile(figures, [margin, 1 - margin])
    return float(low), float(high)
