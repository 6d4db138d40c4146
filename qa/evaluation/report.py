"""A run goes in, one self-contained HTML file comes out: figures, plots, every question with marked evidence.

Nothing is fetched, and nothing that documents or models wrote is obeyed: everything is escaped, and the
page's own policy admits only its one style sheet and its one script.
"""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ingest.counting import counted
from qa.errors import BadSetting
from qa.evaluation import plots, tables
from qa.evaluation.compare import Comparison
from qa.evaluation.drawing import Picture, draw_interval
from qa.evaluation.figures import Value, compute_figures
from qa.evaluation.runs import Row, Run
from qa.evaluation.spans import Gold, Span

_PAGE = Path(__file__).parent / "page"
_SHOWN_PASSAGES = 3
_TILES = {
    "right": "questions right",
    "contains_answer": "answers with the expected words",
    "balanced_accuracy": "answered or refused as they should be",
    "citation_precision": "citations on the gold evidence",
    "evidence_recall@5": "gold evidence among five passages",
    "first_token_seconds_median": "seconds to the first word",
    "total_seconds_median": "seconds to the checked answer",
}
"""The figures above the table, and what they are in words."""

RESULTS = ("right", "wrong", "wrongly refused", "wrongly answered", "found", "missed", "not judged", "failed")
"""Every result of a row, in the order in which the page's filter offers them."""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A stretch of a passage's text that is marked in one way."""

    text: str
    """The characters."""
    gold: bool
    """Whether a gold quote holds them."""
    cited: bool
    """Whether a citation holds them."""


@dataclass(frozen=True, kw_only=True)
class ShownPassage:
    """A passage as the page shows it."""

    rank: int
    """From 1."""
    document: str
    """Name of its document."""
    start: int
    """Offset of its first character."""
    pieces: tuple[Piece, ...]
    """Its text, in order."""


def write_report(run: Run, path: Path, comparison: Comparison | None = None) -> None:
    """Write the report of a run.

    Args:
        run: The run, finished or not.
        path: The HTML file, replaced if it is there.
        comparison: With an earlier run, shown if given.

    Raises:
        BadSetting: The file can't be written.
    """
    page = render_report(run, comparison)
    try:
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadSetting(f"can't write the report {str(path)!r}: {error.strerror}; choose another file") from error


def render_report(run: Run, comparison: Comparison | None = None) -> str:
    """Return the report of a run as HTML; see `write_report`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_PAGE), autoescape=True, undefined=StrictUndefined, finalize=_finalize,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    style, script = ((_PAGE / name).read_text(encoding="utf-8") for name in ("report.css", "report.js"))
    values = compute_figures(run.rows)
    return environment.get_template("report.html").render(
        run=run,
        header=run.header,
        groups=[(name, list(group)) for name, group in groupby(values, key=lambda value: value.group)],
        tiles=_tiles(values),
        comparison=comparison,
        counted=counted,
        results=[(result, count) for result, count in _count(run.rows) if count],
        pictures=_pictures(run.rows),
        conditions=_conditions(run.header),
        lines=tables.run_lines(run),
        shown_passages=shown_passages,
        missing_quotes=missing_quotes,
        answer_pieces=answer_pieces,
        interval=tables.interval,
        number=tables.number,
        whisker=draw_interval,
        style=Markup(style),
        script=Markup(script),
        style_hash=_hash(style),
        script_hash=_hash(script),
    )


def shown_passages(row: Row) -> list[ShownPassage]:
    """Return the passages worth showing: the best three, and those with gold or cited characters, by rank."""
    answer = row.answer or {}
    cited = [_span(citation) for citation in answer.get("citations", ())]
    gold = [span for quote in row.evidence for span in _places(quote)]
    shown: list[ShownPassage] = []
    for rank, passage in enumerate(answer.get("passages", ()), 1):
        pieces = mark_text(_span(passage), str(passage["text"]), gold, cited)
        if rank <= _SHOWN_PASSAGES or any(piece.gold or piece.cited for piece in pieces):
            shown.append(
                ShownPassage(rank=rank, document=passage["document"], start=passage["start"], pieces=tuple(pieces))
            )
    return shown


def missing_quotes(row: Row) -> list[Gold]:
    """Return the gold quotes of which no passage has a single character."""
    passages = [_span(passage) for passage in (row.answer or {}).get("passages", ())]
    return [
        quote
        for quote in row.evidence
        if quote.quote and not any(_meet(place, passage) for place in _places(quote) for passage in passages)
    ]


def mark_text(place: Span, text: str, gold: Sequence[Span], cited: Sequence[Span]) -> list[Piece]:
    """Cut a text where the marks in it begin and end.

    Args:
        place: Where the text stands.
        text: Its characters.
        gold: Where gold quotes stand, in any document.
        cited: Where citations stand.

    Returns:
        The pieces in order; joined, they are the text.
    """
    near = [span for span in (*gold, *cited) if _meet(span, place)]
    cuts = {place.start, place.end}.union(*((span.start, span.end) for span in near))
    edges = sorted(cut for cut in cuts if place.start <= cut <= place.end)
    return [
        Piece(
            text=text[start - place.start : end - place.start],
            gold=any(_meet(span, Span(document=place.document, start=start, end=end)) for span in gold),
            cited=any(_meet(span, Span(document=place.document, start=start, end=end)) for span in cited),
        )
        for start, end in pairwise(edges)
    ]


def answer_pieces(row: Row) -> list[tuple[str, str]]:
    """Return the answer's text as pairs of text and verdict, the verdict empty between its sentences."""
    answer = row.answer or {}
    text = str(answer.get("text", ""))
    pieces: list[tuple[str, str]] = []
    position = 0
    for sentence in answer.get("sentences", ()):
        pieces.append((text[position : sentence["start"]], ""))
        pieces.append((text[sentence["start"] : sentence["end"]], sentence["verdict"]))
        position = sentence["end"]
    pieces.append((text[position:], ""))
    return [piece for piece in pieces if piece[0]]


def _count(rows: Sequence[Row]) -> list[tuple[str, int]]:
    counts = Counter(row.result for row in rows)
    return [(result, counts[result]) for result in RESULTS]


def _tiles(values: Sequence[Value]) -> list[tuple[str, Value]]:
    by_name = {value.name: value for value in values}
    return [(words, by_name[name]) for name, words in _TILES.items() if name in by_name]


def _pictures(rows: Sequence[Row]) -> list[Picture]:
    drawn = (
        draw(rows) for draw in (plots.draw_risk_coverage, plots.draw_calibration, plots.draw_latency, plots.draw_ranks)
    )
    return [picture for picture in drawn if picture is not None]


def _conditions(header: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the run was run under: a heading and its names with their values."""
    return [
        (str(part), [(str(name), str(value)) for name, value in content.items()])
        for part, content in header.items()
        if isinstance(content, Mapping) and content
    ]


def _finalize(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    return tables.plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _span(record: Mapping[str, Any]) -> Span:
    return Span(document=record["document"], start=record["start"], end=record["end"])


def _places(gold: Gold) -> list[Span]:
    return [Span(document=gold.document, start=start, end=start + len(gold.quote)) for start in gold.starts]


def _meet(one: Span, other: Span) -> bool:
    return one.document == other.document and one.start < other.end and other.start < one.end
