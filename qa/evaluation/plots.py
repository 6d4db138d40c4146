"""Rows go in, pictures come out: risk by coverage, calibration, latency, rank of the evidence. Pure."""

from collections.abc import Callable, Sequence

import numpy as np
from markupsafe import Markup

from ingest.counting import counted
from qa.evaluation import metrics
from qa.evaluation.drawing import Frame, Picture, round_up
from qa.evaluation.runs import Row

Draw = Callable[[Sequence[Row]], Picture | None]
"""From rows to a picture; None if they give nothing to draw."""

_MOST_RANK = 10


def draw_risk_coverage(rows: Sequence[Row]) -> Picture | None:
    """Draw the share of wrong answers among the most confident ones; None if no row has gate and truth."""
    table = _columns(rows, "answerability", "right", "refused")
    if not len(table):
        return None
    coverage, risk = metrics.risk_coverage(table[:, 0], table[:, 1])
    points = list(zip(coverage.tolist(), risk.tolist(), strict=True))
    frame = Frame(
        title="Risk by coverage",
        x_label="coverage: share of questions, surest first",
        y_label="risk: share wrong",
    )
    parts = [frame.line(points, "curve")]
    if answered := int((table[:, 2] == 0).sum()):
        share, wrong = points[answered - 1]
        parts.append(frame.dot((share, wrong), 5, "point", f"{share:.0%} answered, {wrong:.0%} of them wrong"))
    words = "How many are wrong when only the surest are answered; the dot is where the gate stands."
    return frame.picture(words, parts)


def draw_calibration(rows: Sequence[Row]) -> Picture | None:
    """Draw how often questions were answerable by the gate's probability; None if no row has one."""
    table = _columns(rows, "answerability", "answerable")
    if not len(table):
        return None
    frame = Frame(title="Calibration of the gate", x_label="the gate's probability", y_label="share answerable")
    bins = metrics.calibration_bins(table[:, 0], table[:, 1])
    most = max(count for _, _, count in bins)
    parts = [
        frame.line([(0, 0), (1, 1)], "ideal"),
        frame.line([(said, true) for said, true, _ in bins], "curve"),
    ]
    for said, true, count in bins:
        radius = 2.5 + 6 * (count / most) ** 0.5
        parts.append(
            frame.dot((said, true), radius, "point", f"{counted(count, 'question')}: {said:.2f} said, {true:.2f} true")
        )
    words = "How many of the questions with this probability the documents answer; on the dashes is best."
    return frame.picture(words, parts)


def draw_latency(rows: Sequence[Row]) -> Picture | None:
    """Draw the share of questions that were served within so many seconds; None if no times are there."""
    names = {
        "evidence_seconds": "evidence",
        "first_token_seconds": "first word",
        "total_seconds": "checked answer",
    }
    times = {words: np.sort(_columns(rows, name)[:, 0]) for name, words in names.items()}
    times = {words: seconds for words, seconds in times.items() if len(seconds)}
    if not times:
        return None
    # The slowest hundredth would squeeze the rest into a corner.
    end = round_up(max(float(np.quantile(seconds, 0.99)) for seconds in times.values()))
    frame = Frame(title="Latency", x_label="seconds since the question", y_label="share of questions", x_end=end)
    parts: list[Markup] = []
    for number, (words, seconds) in enumerate(times.items()):
        inside = seconds[seconds <= end]
        steps = [(0.0, 0.0)]
        for served, second in enumerate(inside.tolist()):
            steps += [(second, served / len(seconds)), (second, (served + 1) / len(seconds))]
        parts.append(frame.line([*steps, (end, len(inside) / len(seconds))], f"curve line{number}"))
        place = (end * 0.98, 0.06 + 0.09 * (len(times) - 1 - number))
        parts.append(Markup('<g class="legend line{}">{}</g>').format(number, frame.text(place, words, "end")))
    return frame.picture("How many questions were served within so many seconds; further left is better.", parts)


def draw_ranks(rows: Sequence[Row]) -> Picture | None:
    """Draw at which rank the first gold quote was complete; None if no row has gold evidence."""
    judged = [row for row in rows if "mrr" in row.measures]
    if not judged:
        return None
    ranks = [row.measures.get("evidence_rank") for row in judged]
    counts = [sum(rank == place for rank in ranks) for place in range(1, _MOST_RANK + 1)]
    counts.append(len(ranks) - sum(counts))
    names = [*(str(place) for place in range(1, _MOST_RANK + 1)), "later"]
    frame = Frame(
        title="Rank of the evidence",
        x_label="rank of the passage that completes a gold quote",
        y_label="questions",
        x_end=len(counts),
        y_end=round_up(max(counts)),
    )
    parts: list[Markup] = []
    for place, (name, count) in enumerate(zip(names, counts, strict=True)):
        parts.append(frame.bar(place + 0.12, place + 0.88, count, "bad bar" if name == "later" else "bar"))
        parts.append(frame.text((place + 0.5, 0), name, down=16))
        if count:
            parts.append(frame.text((place + 0.5, count), str(count), down=-3))
    words = "Where retrieval put the first gold quote; later means after the tenth passage, or nowhere."
    return frame.picture(words, parts, x_ticks=False)


def _columns(rows: Sequence[Row], *names: str) -> metrics.Numbers:
    kept = [[row.measures[name] for name in names] for row in rows if all(name in row.measures for name in names)]
    return np.array(kept, dtype=np.float64).reshape(len(kept), len(names))
