"""Parts of an Office file that its library passes over -> what is written in them: shapes, diagrams, charts."""

from collections.abc import Iterator
from typing import Any, TypeAlias

Element: TypeAlias = Any
"""An lxml element."""

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


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
        text = "".join(
            "\n" if piece.tag == f"{_A}br" else piece.text or "" for piece in paragraph.iter(f"{_A}t", f"{_A}br")
        )
        if text.strip():
            yield text


def chart_rows(chart: Element) -> Iterator[list[str]]:
    """Yield the rows of a table of what a chart shows: its title, the names of its series, and a row a category.

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
    for title in chart.iter(f"{_C}title"):
        yield from drawn_paragraphs(title)


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
