"""XLSX, CSV and TSV files -> Draft: tables, each sheet under a heading of its own."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.plain import decode_text

_SAMPLE_CHARS = 20_000
_STATED_SIGN = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_LONGEST_CELL = 1_000_000
# What openpyxl puts into every file that it makes.
_TEMPLATE_AUTHOR = "openpyxl"


def load_xlsx(data: bytes) -> Draft:
    """Return the sheets of a workbook, each as a heading and a table of the values that are shown.

    Formulas are given by the value that was last calculated, dates as YYYY-MM-DD, percentages as such. Empty rows,
    and columns that are empty at the right, are left out.
    """
    from openpyxl import load_workbook

    workbook = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    try:
        writer = MarkdownWriter()
        for sheet in workbook.worksheets:
            writer.heading(2, sheet.title)
            sheet.reset_dimensions()  # what the file says of its size may be wrong
            _write_table(writer, ([_shown(cell) for cell in row] for row in sheet.iter_rows()))
        about = workbook.properties
        if not any(line and not line.startswith("## ") for line in writer.text().split("\n")):
            raise Refusal("is a workbook without a filled cell; add one with data")
    finally:
        workbook.close()
    return Draft(
        parts=(writer.text(),),
        title=about.title or None,
        author=None if about.creator == _TEMPLATE_AUTHOR else about.creator or None,
        created=about.created.date().isoformat() if about.created else None,
    )


def load_csv(data: bytes) -> Draft:
    """Return a file of comma-, semicolon-, tab- or bar-separated values as a table.

    Raises:
        Refusal: The bytes are not text in any known encoding.
    """
    text = decode_text(data)
    csv.field_size_limit(_LONGEST_CELL)
    writer = MarkdownWriter()
    sign, start = _delimiter(text)
    rows = csv.reader(io.StringIO(text[start:].replace("\0", ""), newline=""), delimiter=sign)
    _write_table(writer, rows)
    return Draft(parts=(writer.text(),))


def _delimiter(text: str) -> tuple[str, int]:
    """Return what parts the values, and where they begin.

    It is what a first line such as "sep=;" says, which Excel writes, else the sign that stands equally often, and
    most often, in the first lines.
    """
    if stated := _STATED_SIGN.match(text):
        return stated[1], stated.end()
    lines = [line for line in text[:_SAMPLE_CHARS].splitlines() if line.strip()][:20]
    counts = {sign: [line.count(sign) for line in lines] for sign in ",;\t|"}
    even = {sign: len(set(numbers)) == 1 and numbers[0] > 0 for sign, numbers in counts.items()}
    return max(counts, key=lambda sign: (even[sign], sum(counts[sign]))), 0


def _write_table(writer: MarkdownWriter, rows: Iterable[Sequence[str]]) -> None:
    writer.end_group()
    filled = [row for row in rows if any(cell.strip() for cell in row)]
    width = max((max(n for n, cell in enumerate(row, 1) if cell.strip()) for row in filled), default=0)
    for row in filled:
        writer.row([*row[:width], *[""] * (width - len(row))])
    writer.end_group()


def _shown(cell: Any) -> str:  # noqa: ANN401 - openpyxl has no types
    """Return a cell's value much as a spreadsheet shows it."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        percent = "%" in (cell.number_format or "")
        return f"{value * 100:.10g}%" if percent else f"{value:.15g}" if isinstance(value, float) else str(value)
    return str(value)
