"""HTML elements -> what a page shows for them that is not text in them: numbers of lists, values of forms, pictures."""

import re
from typing import TYPE_CHECKING

from ingest.loaders.normalising import one_line
from ingest.loaders.numerals import numeral
from ingest.loaders.office_parts import FILE_NAME

if TYPE_CHECKING:
    from bs4 import Tag

_FORMS = {
    "a": "lowerAlpha", "A": "upperAlpha", "i": "lowerRoman", "I": "upperRoman",
    "lower-alpha": "lowerAlpha", "lower-latin": "lowerAlpha", "upper-alpha": "upperAlpha",
    "upper-latin": "upperAlpha", "lower-roman": "lowerRoman", "upper-roman": "upperRoman",
    "decimal-leading-zero": "decimalZero", "lower-greek": "lowerGreek", "cjk-ideographic": "chineseCounting",
}  # fmt: skip
_LIST_STYLE = re.compile(r"list-style(?:-type)?\s*:\s*([\w-]+)", re.IGNORECASE)
_BULLETS = frozenset(("none", "disc", "circle", "square"))
_TYPED = frozenset(
    ("text", "search", "tel", "url", "email", "number", "date", "datetime-local", "month", "time", "week")
)
_TICKED = frozenset(("checkbox", "radio"))


class ListNumbers:
    """Counts the items of lists that stand in one another."""

    def __init__(self) -> None:
        self._lists: list[tuple[str, int, int]] = []  # form, next number, step

    def enter(self, tag: "Tag") -> None:
        """Begin a list."""
        style = _LIST_STYLE.search(str(tag.get("style", "")))
        named = style[1].lower() if style else str(tag.get("type", ""))
        form = "" if tag.name == "ul" or named in _BULLETS else _FORMS.get(named, "decimal")
        step = -1 if tag.has_attr("reversed") else 1
        own = [item for item in tag.find_all("li") if item.find_parent(["ol", "ul"]) is tag] if step < 0 else []
        first = len(own) if step < 0 else 1
        self._lists.append((form, whole_number(tag.get("start"), first), step))

    def leave(self) -> None:
        """End the innermost list."""
        del self._lists[-1:]

    def label(self, item: "Tag") -> str:
        """Return the number of the next item, such as "3. "; "" where there are bullets."""
        if not self._lists:
            return ""
        form, number, step = self._lists[-1]
        number = whole_number(item.get("value"), number)
        self._lists[-1] = (form, number + step, step)
        return f"{numeral(number, form)}. " if form else ""


def shown_value(tag: "Tag") -> str:
    """Return what is filled in, chosen or ticked in a control, or what a picture is said to show; "" if nothing."""
    if tag.name == "textarea":
        return str(tag.get_text())
    if tag.name == "select":
        options = tag.find_all("option")
        chosen = [option for option in options if option.has_attr("selected")]
        chosen = chosen or options[:1] * (not tag.has_attr("multiple"))
        return ", ".join(one_line(option.get_text()) for option in chosen)
    if tag.name == "input":
        kind = str(tag.get("type", "text")).lower()
        if kind in _TICKED:
            return "[x]" if tag.has_attr("checked") else ""
        return str(tag.get("value", "")) if kind in _TYPED else ""
    words = one_line(str(tag.get("alt", "")))
    figure = tag.find_parent("figure")
    caption = figure.find("figcaption") if figure else None
    told = caption is not None and words in one_line(caption.get_text())
    return "" if told or FILE_NAME.fullmatch(words) else words


def whole_number(stated: object, otherwise: int) -> int:
    """Return the whole number that an attribute states, or another one if it states none."""
    text = str(stated or "").strip()
    valid = re.fullmatch(r"[+-]?\d{1,9}", text)
    return int(text) if valid else otherwise
