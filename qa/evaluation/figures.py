"""The rows of a run go in, the table of figures comes out, each with its n and a 95% interval. Pure."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from qa.evaluation import metrics
from qa.evaluation.runs import Row
from qa.evaluation.statistics import (
    Numbers,
    Statistic,
    Table,
    Tables,
    bootstrap_interval,
    figure_of,
    for_each,
)

Better = Literal["higher", "lower", "neither"]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """How a figure is made of the rows' measures."""

    name: str
    """Its name in tables and files."""
    group: str
    """What it tells about: retrieval, prompt, answers, citations, abstention, cost."""
    columns: tuple[str, ...]
    """The measures that it needs; a row without one of them is excluded and counted."""
    statistic: Statistic
    """From the table of these columns to the figure."""
    count: Callable[[Table], int] = len
    """From the same table to the number of things that it is a figure of."""
    better: Better = "higher"
    """Which direction is good."""
    yes_no: bool = False
    """Whether it is a share of questions, each yes or no; such figures are compared by McNemar's test too."""
    gated: bool = True
    """Whether the gate fails when it gets worse; times and sizes depend on the machine and don't count."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """A figure of a run."""

    name: str
    """The figure's name."""
    group: str
    """The figure's group."""
    value: float | None
    """The figure; None if it is undefined for these rows."""
    low: float | None
    """Lower end of the 95% interval; None if it is undefined."""
    high: float | None
    """Upper end."""
    n: int
    """How many questions, citations or sentences it is a figure of."""
    excluded: int
    """Questions without failure that it says nothing about."""
    better: Better
    """Which direction is good."""


def _mean(tables: Tables) -> Numbers:
    return np.asarray(tables[:, :, 0].mean(axis=1))


def _quotient(tables: Tables) -> Numbers:
    """Return the sum of the first column over the sum of the second; NaN where that is 0."""
    sums = tables.sum(axis=1)
    undefined = np.full(len(sums), np.nan)
    return np.asarray(np.divide(sums[:, 0], sums[:, 1], out=undefined, where=sums[:, 1] > 0))


def _quantile(share: float) -> Statistic:
    return lambda tables: np.asarray(np.quantile(tables[:, :, 0], share, axis=1))


def _sum_of_second(table: Table) -> int:
    return int(table[:, 1].sum())


def _means(group: str, names: Sequence[str], better: Better = "higher", yes_no: bool = False) -> list[Figure]:
    return [
        Figure(name=name, group=group, columns=(name,), statistic=_mean, better=better, yes_no=yes_no) for name in names
    ]


def _ratio(name: str, group: str, columns: tuple[str, str], better: Better = "higher", yes_no: bool = False) -> Figure:
    return Figure(
        name=name,
        group=group,
        columns=columns,
        statistic=_quotient,
        count=_sum_of_second,
        better=better,
        yes_no=yes_no,
        gated=better != "neither",
    )


def _costs(names: Sequence[str], shares: Sequence[tuple[str, float]]) -> list[Figure]:
    return [
        Figure(
            name=f"{name}_{label}",
            group="cost",
            columns=(name,),
            statistic=_quantile(share),
            better="lower",
            gated=False,
        )
        for name in names
        for label, share in shares
    ]


FIGURES: tuple[Figure, ...] = (
    *_means("retrieval", ["evidence_recall@1", "evidence_recall@3", "evidence_recall@5", "evidence_recall@10"]),
    *_means("retrieval", ["evidence_hit@1", "evidence_hit@4"], yes_no=True),
    *_means("retrieval", ["mrr", "ndcg@10"]),
    *_means("prompt", ["prompt_evidence_recall", "token_recall", "token_precision", "token_iou"]),
    *_means("answers", ["right"], yes_no=True),
    *_means("answers", ["contains_answer", "exact_match"], yes_no=True),
    *_means("answers", ["token_f1"]),
    _ratio("citation_precision", "citations", ("citations_on_gold", "citations")),
    _ratio("citation_recall", "citations", ("answered_citing_gold", "answered"), yes_no=True),
    _ratio("quote_exact", "citations", ("quotes_exact", "quotes")),
    _ratio("sentences_verbatim", "citations", ("sentences_verbatim", "sentences"), better="neither"),
    _ratio("sentences_supported", "citations", ("sentences_supported", "sentences"), better="neither"),
    _ratio("sentences_unsupported", "citations", ("sentences_unsupported", "sentences"), better="lower"),
    _ratio("refusal_precision", "abstention", ("refused_rightly", "refused"), yes_no=True),
    _ratio("refusal_recall", "abstention", ("refused_rightly", "unanswerable"), yes_no=True),
    Figure(
        name="balanced_accuracy",
        group="abstention",
        columns=("refused", "unanswerable"),
        statistic=for_each(metrics.balanced_accuracy),
    ),
    Figure(
        name="answerability_auc",
        group="abstention",
        columns=("answerability", "answerable"),
        statistic=for_each(metrics.area_under_roc),
    ),
    Figure(
        name="risk_coverage_area",
        group="abstention",
        columns=("answerability", "right"),
        statistic=for_each(metrics.area_under_risk_coverage),
        better="lower",
    ),
    Figure(
        name="calibration_error",
        group="abstention",
        columns=("answerability", "answerable"),
        statistic=for_each(metrics.calibration_error),
        better="lower",
    ),
    *_costs(["evidence_seconds", "first_token_seconds", "total_seconds"], [("median", 0.5), ("p90", 0.9)]),
    *_costs(["prompt_tokens", "read_tokens", "reply_tokens"], [("median", 0.5), ("p90", 0.9)]),
    *_costs(["prompt_characters"], [("median", 0.5)]),
)
"""Every figure, in the order in which tables show them."""

_NEED_CORRECTNESS = ("citation_precision", "citation_recall")
"""Repeating the best passage cites perfectly and answers nothing, so these never stand alone."""


def table_of(rows: Sequence[Row], figure: Figure) -> Table:
    """Return the figure's columns of those rows that have them all, shape (rows, columns)."""
    kept = [
        [row.measures[column] for column in figure.columns]
        for row in rows
        if all(column in row.measures for column in figure.columns)
    ]
    return np.array(kept, dtype=np.float64).reshape(len(kept), len(figure.columns))


def compute_figures(rows: Sequence[Row], seed: int = 0) -> tuple[Value, ...]:
    """Compute every figure that the rows give.

    Args:
        rows: The rows of a run; those that failed are left out of every figure.
        seed: For the bootstrap.

    Returns:
        The figures in their fixed order; those that no row has anything for are left out, and so are those of
        citations where no answer could be judged.
    """
    answered = [row for row in rows if row.error is None]
    tables = {figure: table for figure in FIGURES if len(table := table_of(answered, figure))}
    if not any(figure.name == "contains_answer" for figure in tables):
        tables = {figure: table for figure, table in tables.items() if figure.name not in _NEED_CORRECTNESS}
    return tuple(_value(figure, table, len(answered), seed) for figure, table in tables.items())


def finite(value: float) -> float | None:
    """Return the number, None for NaN."""
    return None if math.isnan(value) else value


def _value(figure: Figure, table: Table, rows: int, seed: int) -> Value:
    value = finite(figure_of(table, figure.statistic))
    interval = bootstrap_interval(table, figure.statistic, seed) if value is not None else None
    return Value(
        name=figure.name,
        group=figure.group,
        value=value,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        n=figure.count(table),
        excluded=rows - len(table),
        better=figure.better,
    )
