"""XLSX file -> its sheets and where they are; those that are charts."""

import io
import re
import zipfile
from collections.abc import Iterator

from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.office_parts import chart_rows, chart_titles, drawn_paragraphs, parsed_part
from ingest.loaders.sheet_notes import CHARTS, related_parts

_WORKBOOK = "xl/workbook.xml"
_CHART_SHEETS = "xl/chartsheets/"
_STYLED = re.compile(rb'(<c\b[^>]*?)\ss="\d+"')
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


def sheet_places(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the title of each sheet that a workbook says that it has, and its part in it; "" for none."""
    from openpyxl.packaging.relationship import get_dependents, get_rels_path

    parts = {relation.Id: relation.target for relation in get_dependents(archive, get_rels_path(_WORKBOOK))}
    for sheet in parsed_part(archive.read(_WORKBOOK)).iterfind("{*}sheets/{*}sheet"):
        yield sheet.get("name", ""), parts.get(sheet.get(_ID), "")


def is_chart_sheet(path: str) -> bool:
    """Tell whether a sheet is nothing but a chart, by its part in the workbook."""
    return path.startswith(_CHART_SHEETS)


def without_chart_sheets(data: bytes) -> bytes:
    """Return a workbook of which openpyxl, which fails on many charts, sees no sheets that are charts.

    Args:
        data: The workbook.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = dict.fromkeys(archive.namelist())
        if not any(map(is_chart_sheet, names)):
            return data
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as cells:
            for name in (name for name in names if not is_chart_sheet(name)):
                cells.writestr(name, archive.read(name))
    return packed.getvalue()


def without_styles(data: bytes) -> bytes:
    """Return a workbook whose cells say no style, as openpyxl needs it where the styles themselves are gone.

    Args:
        data: The workbook.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as plain:
        for name in dict.fromkeys(archive.namelist()):
            part = archive.read(name)
            plain.writestr(name, _STYLED.sub(rb"\1", part) if name.startswith("xl/worksheets/") else part)
    return packed.getvalue()


def write_chart_sheet(writer: MarkdownWriter, archive: zipfile.ZipFile, path: str) -> None:
    """Write the titles of the charts on a sheet that holds nothing else, and their data as tables.

    Args:
        writer: What to write to.
        archive: The workbook.
        path: The sheet's part in it.
    """
    for kind, drawing in related_parts(archive, path):
        if kind != "drawing":
            continue
        for text in drawn_paragraphs(parsed_part(archive.read(drawing))):
            writer.paragraph(text)
        for inner, chart in related_parts(archive, drawing):
            if inner in CHARTS:
                shown = parsed_part(archive.read(chart))
                for title in chart_titles(shown):
                    writer.paragraph(title)
                for row in chart_rows(shown):
                    writer.row(row)
                writer.end_group()
