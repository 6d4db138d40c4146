"""Parts of an Office file that its library passes over -> what is written in them: shapes, diagrams, charts."""

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from ingest.loaders.markdown import MarkdownWriter

Element: TypeAlias = Any
"""An lxml element."""
Part: TypeAlias = Any
"""A part of a package of python-docx or python-pptx."""

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_FORMULA_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_D = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_DESCRIBED = (
    "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr",
    "{http://schemas.openxmlformats.org/presentationml/2006/main}cNvPr",
)
FILE_NAME = re.compile(r"\S*\.(?:png|jpe?g|gif|bmp|tiff?|svg|emf|wmf)", re.IGNORECASE)
"""What programs put in place of a description."""


def parsed_part(data: bytes) -> Element:
    """Return the outermost element of a part, which may name no other files and define no entities.

    Raises:
        lxml.etree.XMLSyntaxError: It isn't XML.
    """
    from lxml import etree

    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def drawn_paragraphs(element: Element) -> Iterator[str]:
    """Yield the paragraphs in shapes and diagrams that are not empty, in the order of the file."""
    for paragraph in element.iter(f"{_A}p"):
        pieces = paragraph.iter(f"{_A}t", f"{_A}br", _FORMULA_TEXT)
        text = "".join("\n" if piece.tag == f"{_A}br" else piece.text or "" for piece in pieces)
        if text.strip():
            yield text


def write_graphics(writer: MarkdownWriter, element: Element, part: Part) -> None:
    """Write the charts of an element, as tables, its diagrams, as lists, and what its pictures are said to show.

    Args:
        writer: What to write to.
        element: Something in a document or slide.
        part: The part that it stands in, of python-docx or python-pptx.
    """
    for graphic in element.iter(f"{_C}chart", f"{_D}relIds", *_DESCRIBED):
        if graphic.tag in _DESCRIBED:
            if (words := graphic.get("descr", "").strip()) and not FILE_NAME.fullmatch(words):
                writer.paragraph(f"Picture: {words}")
            continue
        related = part.rels.get(graphic.get(f"{_R}id") or graphic.get(f"{_R}dm"))
        if related is None or related.is_external:
            continue
        root = parsed_part(related.target_part.blob)
        writer.end_group()
        if graphic.tag == f"{_C}chart":
            for title in chart_titles(root):
                writer.paragraph(title)
            for row in chart_rows(root):
                writer.row(row)
        else:
            for text in drawn_paragraphs(root):
                writer.item(text)
        writer.end_group()


def chart_rows(chart: Element) -> Iterator[list[str]]:
    """Yield the rows of a table of what a chart shows: the names of its series, then its categories and values.

    Args:
        chart: The outermost element of the chart's part.
    """
    series = [
        (_first(one, "tx"), _points(one, "cat", "xVal"), _points(one, "val", "yVal")) for one in chart.iter(f"{_C}ser")
    ]
    places = sorted({place for _, names, values in series for place in (*names, *values)})
    if not places:
        return
    yield ["", *(name for name, _, _ in series)]
    for place in places:
        name = next((names[place] for _, names, _ in series if place in names), "")
        yield [name, *(values.get(place, "") for _, _, values in series)]


def chart_titles(chart: Element) -> Iterator[str]:
    """Yield the title of a chart and those of its axes."""
    for title in chart.iter("{*}title"):
        yield from list(drawn_paragraphs(title)) or [_first(title, "tx")]  # which may stand in a cell


def own_names(chart: Element) -> Iterator[str]:
    """Yield the names of a chart's series that stand in no cell of its workbook."""
    for name in chart.iterfind(f".//{_C}ser/{_C}tx/{_C}v"):
        yield name.text or ""
    for data in chart.iterfind(".//{*}series/{*}tx/{*}txData"):
        yield (data.findtext("{*}v") or "") * (data.find("{*}f") is None)


def _first(series: Element, name: str) -> str:
    """Return the text of a series' child element."""
    child = series.find(f"{_C}{name}")
    found = child.find(f".//{_C}v") if child is not None else None
    return (found.text or "") if found is not None else ""


def _points(series: Element, *names: str) -> dict[int, str]:
    """Return the values of the first of these children that a series has, by their place; of several levels, all."""
    child = next((found for name in names if (found := series.find(f"{_C}{name}")) is not None), None)
    points: dict[int, str] = {}
    for point in child.iter(f"{_C}pt") if child is not None else ():
        value = (point.findtext(f"{_C}v") or "").strip()
        place = int(point.get("idx", 0))
        points[place] = f"{value} {points[place]}" if place in points else value  # inner levels come first
    return points
