"""XLSX, CSV and TSV files -> Draft: tables, each sheet under a heading of its own."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from typing import Any, TypeAlias

from ingest.loaders.damage import missed_part, missed_parts
from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.members import members_of
from ingest.loaders.office_package import usual_package
from ingest.loaders.plain import decode_text
from ingest.loaders.sheet_notes import sheet_notes
from ingest.loaders.sheet_places import (
    is_chart_sheet,
    sheet_places,
    without_chart_sheets,
    without_styles,
    write_chart_sheet,
)
from ingest.loaders.symbols import in_unicode

Sheet: TypeAlias = Any
"""A sheet of openpyxl, which has no types."""
Workbook: TypeAlias = Any
"""Its workbook, whose sheets are found by their titles."""

_SAMPLE_CHARS = 20_000
_STATED_SIGN = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
_UNCALCULATED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>0?</v>)?\s*</c>")
# Of how a number is shown: "[$€-407]" says a currency, "[Red]" and what keeps places free say nothing.
_MARKS = re.compile(r"\[\$([^\]-]*)[^\]]*\]|\[[^\]]*\]|[_*].|\\(?=.)")
_FIGURES = re.compile(r"(?P<before>[^#0?]*)[#0?][#0?,.]*(?<!,)(?P<after>[^#0?,.]*)")
_ABOUT = "docProps/core.xml"
"""Where it is missing, openpyxl has the file made now."""
_STYLES = "xl/styles.xml"
_BREAKS = (SyntaxError, ValueError, TypeError, LookupError, AttributeError, zipfile.BadZipFile, zlib.error, EOFError)
"""What reading a damaged sheet leads to."""
_DAMAGED = "is a workbook of which no sheet can be read; open it in its program, save it again and add that"
_SIGNS = 3
"""A cell of so few characters may be a tick in a symbol font."""
_LONGEST_CELL = 1_000_000
# What openpyxl puts into every file that it makes.
_TEMPLATE_AUTHOR = "openpyxl"


def load_xlsx(data: bytes) -> Draft:
    """Return the sheets of a workbook, each as a heading, a table of the values that are shown, and its comments.

    A sheet that is a chart is given as the table of its data.

    Formulas are given by the value that was last calculated, or as they are if they never were; dates as YYYY-MM-DD,
    percentages as such, other numbers with the unit or currency that is shown. Hidden sheets, rows and columns are
    read. Where the styles of the file are damaged, numbers and dates are given as they are stored. Empty rows, and
    columns that are empty at the right, are left out.
    """
    from openpyxl import load_workbook

    data, damaged = usual_package(data)
    if _STYLES in damaged:
        data = without_styles(data)
    cells = without_chart_sheets(data)
    workbook = load_workbook(io.BytesIO(cells), read_only=True, data_only=True)
    with closing(workbook), zipfile.ZipFile(io.BytesIO(data)) as archive:
        formulas = load_workbook(io.BytesIO(cells), read_only=True) if _has_uncalculated(archive) else None
        writer = MarkdownWriter()
        unread = []
        for title, path in sheet_places(archive):
            if is_chart_sheet(path) and path in archive.namelist():
                writer.heading(2, title)
                write_chart_sheet(writer, archive, path)
            elif title not in workbook.sheetnames or not _write_sheet(writer, title, workbook, formulas, archive):
                unread.append(title)
        about, made = workbook.properties, workbook.properties.created if _ABOUT in archive.namelist() else None
        missed = ((f"sheet {title}", missed_part) for title in unread)
        members = members_of((*missed, *missed_parts(damaged)))
        if not any(line and not line.startswith("## ") for line in writer.text().split("\n")):
            raise Refusal(_DAMAGED if members else "is a workbook without a filled cell; add one with data", members)
    return Draft(
        parts=(writer.text(),),
        members=members,
        title=about.title or None,
        author=None if about.creator == _TEMPLATE_AUTHOR else about.creator or None,
        created=made.date().isoformat() if made else None,
    )


def _write_sheet(
    writer: MarkdownWriter,
    title: str,
    workbook: Workbook,
    formulas: Workbook | None,
    archive: zipfile.ZipFile,
) -> bool:
    """Write a sheet, as far as it can be read; tell whether that was all of it."""
    sheet = workbook[title]
    writer.heading(2, title)
    sheet.reset_dimensions()  # what the file says of its size may be wrong
    try:
        _write_table(writer, _with_formulas(sheet, formulas[title]) if formulas else _rows(sheet))
        for note in sheet_notes(archive, sheet._worksheet_path):
            writer.item(note)
    except _BREAKS:
        return False
    return True


def _has_uncalculated(archive: zipfile.ZipFile) -> bool:
    """Tell whether a formula in a workbook may have no value, as in one that a program wrote and no one opened."""
    parts = (archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/"))
    return any(_UNCALCULATED.search(part) for part in parts)


def _rows(sheet: Sheet) -> Iterator[list[str]]:
    return ([_shown(cell) for cell in row] for row in sheet.iter_rows())


def _with_formulas(sheet: Sheet, formulas: Sheet) -> Iterator[list[str]]:
    """Yield the rows of a sheet, those formulas as they are that have no value.

    Args:
        sheet: The sheet with the values of its formulas.
        formulas: The same with the formulas themselves.
    """
    calculation = formulas.parent.calculation
    untrue = (
        (None, 0) if calculation and calculation.fullCalcOnLoad else (None,)
    )  # programs write 0 for what they don't know
    formulas.reset_dimensions()
    for row, others in zip(sheet.iter_rows(), formulas.iter_rows(), strict=True):
        yield [
            _shown(other)
            if other.data_type == "f" and cell.value in untrue and cell.data_type != "str"
            else _shown(cell)
            for cell, other in zip(row, others, strict=True)
        ]


def load_csv(data: bytes) -> Draft:
    """Return a file of comma-, semicolon-, tab- or bar-separated values as a table.

    Raises:
        Refusal: The bytes are not text in any known encoding.
    """
    text = decode_text(data)
    csv.field_size_limit(_LONGEST_CELL)
    writer = MarkdownWriter()
    sign, start = _delimiter(text)
    values = text[start:].replace("\0", "")
    try:
        rows = list(csv.reader(io.StringIO(values, newline=""), delimiter=sign))
    except csv.Error:  # a quotation mark that is never closed
        rows = list(csv.reader(values.splitlines(), delimiter=sign, quoting=csv.QUOTE_NONE))
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
        return _number(value, cell.number_format or "")
    text = str(getattr(value, "text", value)).replace("_xlfn.", "")  # an array's formula
    return in_unicode(text, cell.font.name) if 0 < len(text) <= _SIGNS and cell.has_style else text


def _number(value: float, form: str) -> str:
    """Return a number in all its digits, with what its form puts before and after it."""
    form = _MARKS.sub(r"\1", form.partition(";")[0])
    if "%" in form:
        return f"{value * 100:.10g}%"
    digits = f"{value:.15g}" if isinstance(value, float) else str(value)
    if not (figures := _FIGURES.fullmatch(form.replace('"', ""))):
        return digits
    before, after = figures["before"], figures["after"]
    return f"{before}{digits}{after}".strip()
