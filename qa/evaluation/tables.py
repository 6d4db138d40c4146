"""Runs and comparisons become tables for a terminal; what documents and models wrote is plain text there."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ingest.counting import counted
from qa.evaluation.compare import Change, Comparison, Difference
from qa.evaluation.figures import Value
from qa.evaluation.runs import Row, Run

if TYPE_CHECKING:
    from rich.table import Table

_ARROWS = {"higher": "↑", "lower": "↓", "neither": ""}


def figure_table(values: Sequence[Value]) -> "Table":
    """Return the figures with interval, n, what was excluded, and an arrow for the good direction."""
    table = _table("figure", "value", "95% interval", "n", "excluded", "better")
    for value, previous in zip(values, [None, *values], strict=False):
        if previous is not None and previous.group != value.group:
            table.add_section()
        table.add_row(
            value.name,
            number(value.value),
            interval(value.low, value.high),
            str(value.n),
            str(value.excluded or ""),
            _ARROWS[value.better],
        )
    return table


def difference_table(differences: Sequence[Difference]) -> "Table":
    """Return what each figure did, with the difference's interval and a test's p-value."""
    table = _table("figure", "old", "new", "95% of new - old", "n", "lost / won", "p", "")
    for difference in differences:
        counts = "" if difference.lost is None else f"{difference.lost} / {difference.won}"
        table.add_row(
            difference.name,
            number(difference.old),
            number(difference.new),
            interval(difference.low, difference.high, signed=True),
            str(difference.n),
            counts,
            f"{difference.p:.3f}",
            difference.verdict,
        )
    return table


def change_table(changes: Sequence[Change]) -> "Table":
    """Return the questions whose result changed, both answers side by side."""
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, expand=True, show_lines=True)
    for title in ("question", "old", "new"):
        table.add_column(title, ratio=1, overflow="fold")
    for change in changes:
        old, new = (f"{row.result}\n{plain(answer_text(row))}" for row in (change.old, change.new))
        table.add_row(Text(plain(f"{change.new.id}: {change.new.question}")), Text(old), Text(new))
    return table


def run_lines(run: Run) -> list[str]:
    """Return what the table of figures doesn't say: the questions' results, and what the run weighed."""
    corpus, cost = run.header.get("corpus", {}), run.header.get("cost", {})
    results = Counter(row.result for row in run.rows)
    found = ", ".join(f"{count} {result}" for result, count in results.most_common())
    lines = [f"{counted(len(run.rows), 'question')}: {found}"]
    facts = [
        ("peak memory {:,.0f} MB", _scaled(cost, "peak_memory_bytes", 1e6)),
        ("library {:,.1f} MB", _scaled(corpus, "library_bytes", 1e6)),
        ("{:,.0f} characters in it", _scaled(corpus, "characters", 1)),
        ("ingested at {:,.0f} characters a second", _scaled(corpus, "ingest_characters_per_second", 1)),
        ("evaluated in {:,.0f} s", _scaled(cost, "seconds", 1)),
    ]
    lines.append(", ".join(text.format(value) for text, value in facts if value is not None))
    lines += [f"failed: {plain(row.id)}: {plain(row.error or '')}" for row in run.failed]
    lines += [f"unreadable document: {plain(name)}" for name in corpus.get("unreadable_documents", ())]
    return lines


def comparison_lines(comparison: Comparison) -> list[str]:
    """Return on how many questions two runs are compared, and how their conditions differ."""
    shared = counted(comparison.shared, "shared question")
    head = f"Compared on {shared}; {len(comparison.changes)} with another result."
    return [head, *(plain(f"  {line}") for line in comparison.conditions)]


def answer_text(row: Row) -> str:
    """Return what a row's answer says, or why there is none."""
    if row.answer is None:
        return row.error or ""
    return str(row.answer.get("text", ""))


def number(value: float | None) -> str:
    """Return a figure with three significant decimals; a dash if it is undefined."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3f}"


def interval(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """Return both ends of an interval; empty if it is undefined."""
    if low is None or high is None:
        return ""
    if signed:
        return f"{low:+.3f} … {high:+.3f}"
    return f"{number(low)} … {number(high)}"


def plain(text: str) -> str:
    """Return the text with a space for each control character, which a terminal or a browser would obey.

    The length stays; line ends and the joiners that scripts and emoji are written with are kept.
    """
    return "".join(c if c.isprintable() or c in "\n\u200c\u200d" else " " for c in text)


def _scaled(record: Mapping[str, Any], key: str, unit: float) -> float | None:
    value = record.get(key)
    return None if value is None else value / unit


def _table(first: str, *titles: str) -> "Table":
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for title in titles:
        table.add_column(title, justify="right", no_wrap=True)
    return table
