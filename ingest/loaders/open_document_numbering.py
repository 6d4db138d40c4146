"""List and outline styles of an OpenDocument text -> the numbers that are shown before its items and headings.

After OpenDocument 1.3, part 3, 19.880: numbers count up within a list; one that goes on from another says so.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ingest.loaders.numerals import numeral

Element: TypeAlias = Any
"""An odfdo element of the document."""

_FORMS = {"1": "decimal", "a": "lowerAlpha", "A": "upperAlpha", "i": "lowerRoman", "I": "upperRoman"}
_IN_STEP = {"lowerAlpha": "lowerLetter", "upperAlpha": "upperLetter"}
"""Where letters are doubled after "z": "bb" follows "aa"."""
_FORMS |= {"一, 二, 三, ...": "chineseCounting", "А, Б, .., Аа, Бб, ... (ru)": "russianUpper"}
_FORMS |= {"а, б, .., аа, бб, ... (ru)": "russianLower"}
_PLACE = re.compile(r"%(\d+)%")


@dataclass(frozen=True, kw_only=True)
class _Level:
    """How the items at one depth of a list are numbered."""

    form: str
    """One of `numeral`; "" for no number."""
    text: str
    """With "%1%" for the number at the outermost level."""
    start: int
    gap: str
    bullet: bool


@dataclass(frozen=True, kw_only=True)
class OpenList:
    """A list in which the reader stands."""

    style: str
    """The name of its style."""
    counts: dict[int, int]
    """The last number at each depth, from 1, shared by all lists in it."""
    depth: int = 1
    """How many lists it stands in, itself included."""


class OdtNumbering:
    """Counts through a document: ask for the label of each item and heading once, in their order.

    Args:
        document: odfdo's Document.
    """

    def __init__(self, document: Any) -> None:  # noqa: ANN401
        self._document = document
        self._levels = cache(self._find_levels)
        self._counts: dict[str, dict[int, int]] = {}
        self._outline: dict[int, int] = {}
        self._outline_levels = _levels_of(document.styles.get_element("//text:outline-style"))

    def enter(self, element: Element, above: OpenList | None) -> OpenList:
        """Return the list that begins with an element, in the list `above` or in none."""
        style = element.get_attribute("text:style-name") or (above.style if above else "")
        if above:
            return OpenList(style=style, counts=above.counts, depth=above.depth + 1)
        goes_on = element.get_attribute("text:continue-list")
        if not goes_on and str(element.get_attribute("text:continue-numbering")).lower() == "true":
            goes_on = f"style {style}"
        counts = self._counts.get(goes_on or "", {})
        name = element.get_attribute("xml:id")
        self._counts |= {f"style {style}": counts} | ({name: counts} if name else {})
        return OpenList(style=style, counts=counts)

    def label(self, found: OpenList, item: Element) -> str:
        """Return what is shown before an item, with the gap after it; "" for a bullet or nothing."""
        levels = self._levels(item.get_attribute("text:style-override") or found.style)
        start = item.get_attribute("text:start-value")
        return _counted(levels, found.counts, found.depth, start)

    def heading_label(self, heading: Element, level: int) -> str:
        """Return the number of a heading that stands in no list, with the gap after it; "" if it has none."""
        style = self._document.get_style("paragraph", heading.get_attribute("text:style-name") or "")
        unnumbered = style is not None and style.get_attribute("style:list-style-name") == ""
        if unnumbered or str(heading.get_attribute("text:is-list-header")).lower() == "true":
            return ""
        start = heading.get_attribute("text:start-value")
        return _counted(self._outline_levels, self._outline, level, start)

    def _find_levels(self, style: str) -> Mapping[int, _Level]:
        return _levels_of(self._document.get_style("list", style) if style else None)


def _counted(levels: Mapping[int, _Level], counts: dict[int, int], depth: int, start: object) -> str:
    """Count one more at a depth, and return its label."""
    level = levels.get(depth)
    if level is None:
        return ""
    counts[depth] = int(str(start)) if str(start).isdecimal() else counts.get(depth, level.start - 1) + 1
    for deeper in [other for other in counts if other > depth]:
        del counts[deeper]
    if level.bullet or not level.form:
        return ""

    def written(sign: re.Match[str]) -> str:
        at = levels.get(int(sign[1]))
        return numeral(counts.get(int(sign[1]), at.start), at.form) if at and at.form else ""

    label = _PLACE.sub(written, level.text).strip()
    return label + level.gap if label else ""


def _levels_of(style: Element | None) -> Mapping[int, _Level]:
    """Return what a list style says of each depth, from 1."""
    levels = {}
    for one in style.children if style is not None else ():
        depth = one.get_attribute("text:level")
        if depth is None:
            continue
        named = {name.rpartition(":")[2]: str(value) for name, value in one.attributes.items()}
        form = _FORMS.get(named.get("num-format", ""), "decimal" if named.get("num-format") else "")
        shown = range(int(depth) - int(named.get("display-levels", 1)) + 1, int(depth) + 1)
        usual = named.get("num-prefix", "") + ".".join(f"%{n}%" for n in shown) + named.get("num-suffix", "")
        alignment = one.get_element("descendant::style:list-level-label-alignment")
        touching = alignment is not None and alignment.get_attribute("text:label-followed-by") == "nothing"
        levels[int(depth)] = _Level(
            form=_IN_STEP.get(form, form) if named.get("num-letter-sync") == "true" else form,
            text=named.get("num-list-format", usual),
            start=int(named.get("start-value", 1)),
            gap="" if touching else " ",
            bullet=one.tag == "text:list-level-style-bullet",
        )
    return levels
