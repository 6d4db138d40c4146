"""Lines of a PDF page -> the same with those that are set as a table as its rows in Markdown."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median
from typing import TypeAlias

from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.pdf_records import RIGHT_TO_LEFT, Line, Piece, is_level, pieces_of

Span: TypeAlias = tuple[float, float]
"""Left and right edge of a column, in points."""

_LEAST_ROWS = 3
_FARTHEST = 4.5
"""Distance of two rows, in parts of the characters' height, at the most."""
_FARTHER = 1.8
"""Distance of two rows, in parts of that of the first two, at the most: another table may come after a gap."""
_CLOSE = 0.75
"""Distance of two lines of a cell, in parts of that of the first two rows, at the most."""
_ALIGNED = 0.4
"""How far the edges of a column's cells may stand apart, in parts of the characters' height."""
_MOSTLY = 0.8
_LONGEST_HEAD = 60
_LONGEST_WORDS = 30
"""So many characters half of the cells have at the most."""
_LEADERS = re.compile(r"(?:[.…_]\s?){4}|…{2}")
_UNIT_LETTERS = 3
"""Letters that an amount may have, as in "EUR 35" or "3 May"."""
_PERIOD = re.compile(r"(?:19|20)\d\d|[QH]\d")
"""A year, a quarter or half a year."""


def with_tables(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a page with each row of a table as one line in Markdown; the others as they are.

    A table is told by its head: there are at least three rows, the cells of a column begin or end at the same place,
    and a column of numbers stands under a word or a year, or, in three columns or more, the first row alone is bold.
    So columns of prose, lists, forms and addresses are none. A cell may go over several lines.
    """
    kept: list[Line] = []
    place = 0
    while place < len(lines):
        table = _Table(lines[place])
        for line in lines[place + 1 :]:
            if not table.takes(line):
                break
        rows = table.rows()
        kept += [_row(cells, number, table.first) for number, cells in enumerate(rows, 1)] or lines[place : place + 1]
        place += table.taken if rows else 1
    return kept


def _row(cells: Sequence[str], number: int, line: Line) -> Line:
    writer = MarkdownWriter()
    writer.row(list(cells))
    return replace(line, text=writer.text(), broken=False, pieces=(), row=number)


class _Table:
    """Lines that may be a table, from the first one on."""

    def __init__(self, first: Line) -> None:
        self.first = first
        self._columns = [(piece.left, piece.right) for piece in pieces_of(first)]
        self._rows = [[first]]

    @property
    def taken(self) -> int:
        """Number of the lines that make the rows."""
        return sum(map(len, self._rows))

    def takes(self, line: Line) -> bool:
        """Add the next line of the page, if it fits under the first one; tell whether it does."""
        row, pieces = self._rows[-1], pieces_of(line)
        if not (_may_be_row(self.first) and _may_be_row(line)):
            return False
        is_first = len(self._rows) == 1 and is_level(row[0], line)
        if len(self._columns) == 1 and not is_first:
            return False
        lowest, highest = min(other.base for other in row), max(other.base for other in row)
        step = lowest - line.base
        columns = _widened(self._columns, pieces, may_grow=len(self._rows) == 1)
        if not columns or step > _FARTHEST * line.size:
            return False
        begins = not is_first and self._begins(line, pieces, columns, step)
        if begins and (line.base > highest or is_level(row[0], line) or step > _FARTHER * self._step(step)):
            return False
        if not begins and (line.base > highest + line.size or step > 1.05 * self._step(_FARTHEST * line.size)):
            return False
        self._columns = columns
        if begins:
            self._rows.append([])
        self._rows[-1].append(line)
        return True

    def _begins(self, line: Line, pieces: Sequence[Piece], columns: Sequence[Span], step: float) -> bool:
        """Tell whether a line begins a row, rather than going on in some of its cells."""
        row = self._rows[-1]
        if pieces[0].left >= columns[0][1]:
            return len(pieces) > 1 and all(_is_number(piece.text) for piece in pieces) and step > line.size / 2
        wraps = all(len(pieces_of(other)) == 1 and other.left < columns[0][1] for other in row)
        return not (wraps and step < _CLOSE * self._step(0))

    def _step(self, default: float) -> float:
        """Return the distance of the first two rows."""
        if len(self._rows) == 1:
            return default
        return min(line.base for line in self._rows[0]) - self._rows[1][0].base

    def rows(self) -> list[list[str]]:
        """Return the cells of each row, empty ones too, and give up the lines after the last; empty if it is none."""
        rows = [[_cell(row, column) for column in self._columns] for row in self._rows]
        while rows and sum(map(bool, rows[-1])) < 2:
            rows.pop()
        self._rows = self._rows[: len(rows)]
        if len(rows) < _LEAST_ROWS:
            return []
        aligned = sum(self._is_aligned(column) for column in self._columns)
        sound = aligned >= len(self._columns) - 1 and aligned > 1 and not _is_form(rows) and not _is_prose(rows)
        return rows if sound and self._is_headed(rows) else []

    def _is_headed(self, rows: Sequence[Sequence[str]]) -> bool:
        """Tell whether the first row says what stands in the others: two columns may be labels and their values."""
        head, *body = (row[0] for row in self._rows)
        bold = head.bold and not any(line.bold for line in body)
        numeric = any(_is_numeric(*column) for column in zip(*rows, strict=True))
        if len(self._columns) > 2:
            return bold or numeric
        return numeric and (bold or len(body) > 2)

    def _is_aligned(self, column: Span) -> bool:
        pieces = [piece for row in self._rows[1:] for piece in _pieces(row) if _overlaps(column, piece)]
        near = 2 * _ALIGNED * self.first.size

        def alike(places: Sequence[float]) -> bool:
            middle = sorted(places)[len(places) // 2]
            return sum(abs(place - middle) < near / 2 for place in places) >= _MOSTLY * len(places)

        edges = [(piece.left, piece.right, (piece.left + piece.right) / 2) for piece in pieces]
        return len(pieces) > 1 and any(alike(places) for places in zip(*edges, strict=True))


def _may_be_row(line: Line) -> bool:
    return not (line.filled or line.angle or RIGHT_TO_LEFT.search(line.text) or _LEADERS.search(line.text))


def _widened(columns: Sequence[Span], pieces: Sequence[Piece], *, may_grow: bool) -> list[Span]:
    """Return the columns with a line's pieces in them, each in one of its own; empty if they don't fit.

    Args:
        columns: The columns so far.
        pieces: The line's.
        may_grow: Whether they may make columns too, or stand under the words beside them, as under a centred head.
    """
    others = (
        column
        for n, piece in enumerate(pieces)
        for m, column in enumerate(columns)
        if m != n and _overlaps(column, piece)
    )
    paired = may_grow and len(pieces) == len(columns) > 1 and not any(others)
    widened = list(columns)
    for number, piece in enumerate(pieces):
        over = [column for column in columns if _overlaps(column, piece)]
        over = over or ([columns[number]] if paired else [])
        if len(over) > 1 or not (over or may_grow) or any(column not in widened for column in over):
            return []
        ends = [(piece.left, piece.right), *over]
        widened = [column for column in widened if column not in over]
        widened.append((min(left for left, _ in ends), max(right for _, right in ends)))
    widened.sort()
    return widened if all(column[1] <= after[0] for column, after in pairwise(widened)) else []


def _overlaps(column: Span, piece: Piece) -> bool:
    return column[0] < piece.right and piece.left < column[1]


def _pieces(row: Sequence[Line]) -> list[Piece]:
    return [piece for line in row for piece in pieces_of(line)]


def _cell(row: Sequence[Line], column: Span) -> str:
    """Return what stands in a column of a row, a word mended that is broken at the end of a line."""
    text = ""
    for line in row:
        for piece in pieces_of(line):
            if _overlaps(column, piece):
                hyphen = line.broken and piece is pieces_of(line)[-1]
                text += piece.text + ("\0" if hyphen else " ")
    return re.sub("\0(?=$)", "-", text).replace("\0", "").strip()


def _is_number(text: str) -> bool:
    """Tell whether a cell holds an amount, with its unit or without, or a sign that there is none."""
    letters = sum(map(str.isalpha, text))
    return not letters or (letters <= _UNIT_LETTERS and any(map(str.isdigit, text)))


def _is_numeric(head: str, *body: str) -> bool:
    """Tell whether the cells of a column are a word or a year, and numbers under it."""
    filled = [cell for cell in body if cell]
    letters, digits = sum(map(str.isalpha, head)), sum(map(str.isdigit, head))
    named = letters > max(digits, _UNIT_LETTERS) or (letters and not digits)
    period = _PERIOD.fullmatch(head) and not all(_PERIOD.fullmatch(cell) for cell in filled)
    numbers = (
        all(map(_is_number, filled))
        and _is_of_one_kind(filled)
        and sum(any(map(str.isdigit, cell)) for cell in filled) > 1
    )
    return bool(numbers and (named or period))


def _is_of_one_kind(cells: Sequence[str]) -> bool:
    """Tell whether all amounts that have a unit have the same."""
    return len({"".join(filter(str.isalpha, cell)) for cell in cells} - {""}) < 2


def _is_prose(rows: Sequence[Sequence[str]]) -> bool:
    return median(len(cell) for row in rows[1:] for cell in row if cell) > _LONGEST_WORDS


def _is_form(rows: Sequence[Sequence[str]]) -> bool:
    """Tell whether rows hold labels and what is filled in behind them, or have no short head."""
    labelled = sum(any(cell.endswith(":") for cell in row) for row in rows)
    return labelled * 2 >= len(rows) or any(len(cell) > _LONGEST_HEAD for cell in rows[0])
