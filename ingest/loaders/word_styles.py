"""Styles of a Word document -> what they say of a paragraph: its names, whether it is a heading, its numbering."""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ingest.loaders.office_parts import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEADING = re.compile(r"heading ([1-9])", re.IGNORECASE)
_BODY_LEVEL = 9
_HEADING_CHARS = 250
_CLAUSE_WORDS = 12
"""What is set as a heading, but has more words and ends like a sentence, is a numbered clause of a contract."""


def setting(element: Element, *path: str) -> str | None:
    """Return the value of a setting of an element; "" if it is merely there, None if not there or off."""
    found = element.find("/".join(f"{W}{name}" for name in path))
    value = "0" if found is None else str(found.get(f"{W}val", ""))
    return None if value in ("0", "false", "none") else value


def number_at(element: Element, *path: str) -> int | None:
    """Return the number that a setting of an element has; None if it isn't there, or no number."""
    found = element.find("/".join(f"{W}{name}" for name in path))
    value = "" if found is None else str(found.get(f"{W}val", ""))
    return int(value) if value.isdecimal() else None


class WordStyles:
    """The paragraph styles of a document.

    Args:
        styles: The elements of its styles.
    """

    def __init__(self, styles: Iterable[Element]) -> None:
        self._styles = {style.get(f"{W}styleId"): style for style in styles}
        usual = (name for name, style in self._styles.items() if _is_usual(style))
        self._usual = next(usual, None)
        self.above = cache(self._above)
        self._level_of_style = cache(self._find_level)

    def style_of(self, paragraph: Element) -> str | None:
        """Return the id of a paragraph's style; None if it has none and the document has no usual one."""
        return setting(paragraph, "pPr", "pStyle") or self._usual

    def name_of(self, paragraph: Element) -> str:
        """Return the name of a paragraph's style, which for Word's own styles is English; "" if it has none."""
        style = self._styles.get(self.style_of(paragraph))
        return "" if style is None else setting(style, "name") or ""

    def heading_level(self, paragraph: Element, text: str) -> int | None:
        """Return the level of a heading, 1 for the outermost; None for any other paragraph.

        Args:
            paragraph: The paragraph.
            text: What stands in it.
        """
        if len(text) > _HEADING_CHARS or (text.endswith((".", ";")) and len(text.split()) > _CLAUSE_WORDS):
            return None
        if self.name_of(paragraph) == "Title":
            return 1
        level = number_at(paragraph, "pPr", "outlineLvl")
        if level is None:
            return self._level_of_style(self.style_of(paragraph))
        return level + 1 if level < _BODY_LEVEL else None

    def _find_level(self, style_id: str | None) -> int | None:
        for _, style in self.above(style_id):
            level = number_at(style, "pPr", "outlineLvl")
            if level is not None:
                return level + 1 if level < _BODY_LEVEL else None
            if heading := _HEADING.fullmatch(setting(style, "name") or ""):
                return int(heading[1])
        return None

    def _above(self, style_id: str | None) -> tuple[tuple[str, Element], ...]:
        """Return a style's id and element, then those that it is made from."""
        return tuple(self._chain(style_id))

    def _chain(self, style_id: str | None) -> Iterator[tuple[str, Element]]:
        seen: set[str] = set()
        while style_id is not None and style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            yield style_id, self._styles[style_id]
            style_id = setting(self._styles[style_id], "basedOn")


def _is_usual(style: Element) -> bool:
    return style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on")
