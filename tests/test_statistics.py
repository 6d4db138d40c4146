"""Intervals and p-values, on cases that can be worked out and against scipy."""

import math

import numpy as np
import pytest

from qa.evaluation.statistics import (
    Numbers,
    Table,
    Tables,
    bootstrap_interval,
    figure_of,
    for_each,
    mcnemar_p,
    paired_interval,
    randomisation_p,
)


def mean(tables: Tables) -> Numbers:
    return np.asarray(tables[:, :, 0].mean(axis=1))


def column(values: list[float]) -> Table:
    return np.array(values, dtype=np.float64).reshape(-1, 1)


COINS = column([1.0] * 60 + [0.0] * 40)


def test_the_interval_of_a_share_is_about_two_standard_errors_wide_each_way() -> None:
    interval = bootstrap_interval(COINS, mean)
    assert interval is not None
    # sqrt(.6 * .4 / 100) = 0.049; the interval is .6 -+ 1.96 * 0.049
    assert interval[0] == pytest.approx(0.6 - 0.096, abs=0.015)
    assert interval[1] == pytest.approx(0.6 + 0.096, abs=0.015)


def test_the_interval_agrees_with_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(7).normal(size=80)
    ours = bootstrap_interval(column(list(values)), mean)
    theirs = bootstrap((values,), np.mean, method="percentile", n_resamples=5000, rng=1).confidence_interval
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.03)


def test_the_same_seed_gives_the_same_interval_and_another_one_gives_another() -> None:
    assert bootstrap_interval(COINS, mean, seed=3) == bootstrap_interval(COINS, mean, seed=3)
    values = column(list(np.random.default_rng(1).normal(size=50)))
    assert bootstrap_interval(values, mean, seed=3) != bootstrap_interval(values, mean, seed=4)


def test_there_is_no_interval_of_nothing_or_of_what_is_mostly_undefined() -> None:
    assert bootstrap_interval(column([]), mean) is None
    assert bootstrap_interval(COINS, lambda tables: np.full(len(tables), math.nan)) is None


def test_draws_for_which_the_figure_is_undefined_are_left_out() -> None:
    # Undefined where no 1 is drawn, which happens in (2/3)^3 = 30% of the draws; else always 7.
    table = column([1.0, 0.0, 0.0])
    assert bootstrap_interval(table, lambda drawn: np.where(drawn.any(axis=(1, 2)), 7.0, math.nan)) == (
        7.0,
        7.0,
    )


def test_a_constant_gain_has_a_paired_interval_without_width() -> None:
    old = column(list(np.random.default_rng(2).random(40)))
    interval = paired_interval(old, old + 0.25, mean)
    assert interval == pytest.approx((0.25, 0.25))


def test_pairing_sees_a_small_gain_that_two_separate_intervals_would_hide() -> None:
    old = column([float(n % 2) for n in range(100)])
    new = old.copy()
    new[np.arange(0, 16, 2)] = 1.0  # 8 of 100 questions won, none lost
    paired = paired_interval(old, new, mean)
    separate = bootstrap_interval(old, mean), bootstrap_interval(new, mean)
    assert paired is not None
    assert paired[0] > 0
    assert separate[0] is not None
    assert separate[1] is not None
    assert separate[0][1] > separate[1][0]


@pytest.mark.parametrize(("lost", "won"), [(0, 0), (0, 1), (1, 5), (3, 3), (10, 2), (0, 6)])
def test_mcnemar_agrees_with_scipys_binomial_test(lost: int, won: int) -> None:
    from scipy.stats import binomtest

    old = np.array([True] * lost + [False] * won + [True] * 4 + [False] * 4)
    new = np.array([False] * lost + [True] * won + [True] * 4 + [False] * 4)
    expected = binomtest(lost, lost + won, 0.5).pvalue if lost + won else 1.0
    assert mcnemar_p(old, new) == pytest.approx(expected)


def test_mcnemar_of_six_losses_against_none_is_two_to_the_minus_five() -> None:
    # 2 * (1/2)^6
    assert mcnemar_p(np.array([True] * 6), np.array([False] * 6)) == 0.03125


def test_a_figure_of_two_columns_is_computed_table_by_table() -> None:
    difference = for_each(lambda one, other: float((one - other).sum()))
    tables = np.array([[[3.0, 1.0], [2.0, 1.0]], [[1.0, 1.0], [0.0, 5.0]]])
    assert list(difference(tables)) == [3, -5]
    assert figure_of(tables[0], difference) == 3
    assert math.isnan(figure_of(column([]), mean))


def test_mcnemar_of_thousands_of_changes_is_a_number() -> None:
    assert mcnemar_p(np.array([True] * 3000 + [False] * 3000), np.array([False] * 3000 + [True] * 3000)) == 1
    assert mcnemar_p(np.array([True] * 3000), np.array([False] * 3000)) < 1e-300


@pytest.mark.parametrize(("lost", "p"), [(3, 0.25), (4, 0.125), (6, 0.03125), (8, 0.0078125)])
def test_the_randomisation_test_agrees_with_mcnemar_where_all_changes_are_for_the_worse(lost: int, p: float) -> None:
    old = column([1.0] * 40)
    new = column([0.0] * lost + [1.0] * (40 - lost))
    assert mcnemar_p(old[:, 0] > 0, new[:, 0] > 0) == pytest.approx(p)
    assert randomisation_p(old, new, mean) == pytest.approx(p, abs=0.03)


def test_the_randomisation_test_finds_nothing_in_equal_runs_and_in_undefined_ones() -> None:
    assert randomisation_p(COINS, COINS, mean) == 1
    assert randomisation_p(COINS, COINS, lambda tables: np.full(len(tables), math.nan)) == 1
