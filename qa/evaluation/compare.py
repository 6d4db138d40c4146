"""Two runs go in, paired question by question; what differs between them comes out. Pure but for reading."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import BadQuestionFile
from qa.evaluation.figures import FIGURES, Better, Figure, finite
from qa.evaluation.runs import Row, Run
from qa.evaluation.statistics import Table, figure_of, mcnemar_p, paired_interval, randomisation_p

CONDITIONS = ("questions", "corpus", "settings", "model", "versions", "commit", "machine")
"""The parts of a run's header that say what it was run under."""

_NOISE = 1e-5
"""Smaller differences come from rounding."""
_VARIABLE = {"ingest_seconds", "ingest_characters_per_second", "library_bytes", "asked", "seed", "questions"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What a figure did from the old run to the new one, on the questions that both answered."""

    name: str
    """The figure's name."""
    group: str
    """The figure's group."""
    old: float | None
    """The old run's figure on the shared questions; None if it is undefined."""
    new: float | None
    """The new run's."""
    low: float | None
    """Lower end of the 95% interval of new - old; None if it is undefined."""
    high: float | None
    """Upper end."""
    n: int
    """Shared questions that the figure is made of."""
    better: Better
    """Which direction is good."""
    gated: bool
    """Whether the gate looks at it."""
    lost: int | None = None
    """Questions that were yes and are no, for yes/no figures."""
    won: int | None = None
    """Questions that were no and are yes."""
    p: float = 1.0
    """McNemar's exact p-value for yes/no figures, that of the paired randomisation test for the others."""

    @property
    def verdict(self) -> str:
        """What the whole interval says: "better", "worse" or ""; always "" where no direction is good."""
        if self.low is None or self.high is None or self.better == "neither":
            return ""
        sign = 1 if self.better == "higher" else -1
        if min(sign * self.low, sign * self.high) > _NOISE:
            return "better"
        return "worse" if max(sign * self.low, sign * self.high) < -_NOISE else ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """A question whose result is another one."""

    old: Row
    """Its row in the old run."""
    new: Row
    """Its row in the new run."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Two runs side by side."""

    shared: int
    """Questions that both runs asked."""
    conditions: tuple[str, ...]
    """What differs in how they were run, one line each."""
    differences: tuple[Difference, ...]
    """The figures that both runs have."""
    changes: tuple[Change, ...]
    """The questions whose result changed, in the new run's order."""


def compare(old: Run, new: Run, seed: int = 0) -> Comparison:
    """Pair two runs by question and compare every figure that both have.

    Args:
        old: The run to compare with.
        new: The run in question.
        seed: For the bootstrap.

    Returns:
        The comparison, made of the questions that both asked.

    Raises:
        BadQuestionFile: The runs can't be compared; see `check_comparable`.
    """
    check_comparable(old, [(row.id, row.question) for row in new.rows], bool(new.header.get("retrieval_only")))
    before = {row.id: row for row in old.rows}
    pairs = [(before[row.id], row) for row in new.rows if row.id in before]
    both = [(a, b) for a, b in pairs if a.error is None and b.error is None]
    differences = (_difference(figure, both, seed) for figure in FIGURES)
    return Comparison(
        shared=len(pairs),
        conditions=_conditions(old.header, new.header),
        differences=tuple(difference for difference in differences if difference is not None),
        changes=tuple(Change(old=a, new=b) for a, b in pairs if a.result != b.result),
    )


def check_comparable(
    old: Run, asked: Sequence[tuple[str, str]], retrieval_only: bool, source: str = "the old run"
) -> None:
    """Make sure that a run can be compared with one of these questions, before anything is asked.

    Args:
        old: The run to compare with.
        asked: Ids and texts of the questions of the other run.
        retrieval_only: Whether the other run finds passages only.
        source: What to call the old run in the message.

    Raises:
        BadQuestionFile: They share no question, an id stands for another question, or only one has answers.
    """
    if bool(old.header.get("retrieval_only")) != retrieval_only:
        with_answers, without = (source, "this one") if retrieval_only else ("this one", source)
        raise BadQuestionFile(f"unlike runs: {with_answers} has answers, {without} is retrieval only")
    texts = {row.id: row.question for row in old.rows}
    shared = [(key, text) for key, text in asked if key in texts]
    if not shared:
        raise BadQuestionFile(f"unlike runs: {source} shares no question with this one")
    for key, text in shared:
        if texts[key] != text:
            raise BadQuestionFile(f"unlike runs: question {key!r} is another one in {source}: {texts[key]!r}")


def read_comparable(path: Path, asked: Sequence[tuple[str, str]], retrieval_only: bool) -> Run:
    """Read a run and make sure that it can be compared; see `check_comparable`."""
    from qa.evaluation.runs import read_run

    old = read_run(path)
    check_comparable(old, asked, retrieval_only, source=path.name)
    return old


def _difference(figure: Figure, pairs: Sequence[tuple[Row, Row]], seed: int) -> Difference | None:
    rows = [
        ([a.measures[c] for c in figure.columns], [b.measures[c] for c in figure.columns])
        for a, b in pairs
        if all(c in a.measures and c in b.measures for c in figure.columns)
    ]
    if not rows:
        return None
    old, new = (np.array(side, dtype=np.float64) for side in zip(*rows, strict=True))
    interval = paired_interval(old, new, figure.statistic, seed)
    changed = _yes_no(old, new) if figure.yes_no else None
    return Difference(
        name=figure.name,
        group=figure.group,
        old=finite(figure_of(old, figure.statistic)),
        new=finite(figure_of(new, figure.statistic)),
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        n=len(rows),
        better=figure.better,
        gated=figure.gated,
        lost=int((changed[0] & ~changed[1]).sum()) if changed else None,
        won=int((changed[1] & ~changed[0]).sum()) if changed else None,
        p=mcnemar_p(*changed) if changed else randomisation_p(old, new, figure.statistic, seed),
    )


def _yes_no(old: Table, new: Table) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return yes or no per question; of a ratio, for the questions that count in both runs."""
    if old.shape[1] == 1:
        return old[:, 0] > 0, new[:, 0] > 0
    counts = (old[:, 1] > 0) & (new[:, 1] > 0)
    return old[counts, 0] > 0, new[counts, 0] > 0


def _conditions(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[str, ...]:
    """Say in one line each what the runs were run under that isn't the same."""
    lines: list[str] = []
    for part in CONDITIONS:
        before, after = _flat(part, old.get(part)), _flat(part, new.get(part))
        for name in sorted(before.keys() | after.keys()):
            if before.get(name) != after.get(name):
                lines.append(f"{name}: {_shown(before.get(name))} → {_shown(after.get(name))}")
    return tuple(lines)


def _flat(name: str, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    if isinstance(value, Mapping):
        return {
            key: leaf
            for inner, item in value.items()
            if inner not in _VARIABLE
            for key, leaf in _flat(f"{name}.{inner}", item).items()
        }
    return {name: value}


def _shown(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:g}"
    return "none" if value is None else str(value)[:60]
