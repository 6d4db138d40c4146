"""Shapes on slides -> how their paragraphs are numbered, be it by their layout; signs of symbol fonts in Unicode."""

from collections.abc import Iterator, Sequence
from typing import Any

from ingest.loaders.office_parts import Element
from ingest.loaders.symbols import in_unicode, is_symbol_font

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NUMBERED = f"{_A}buAutoNum"
_BEGINNINGS = (_NUMBERED, f"{_A}buNone", f"{_A}buChar", f"{_A}buBlip")
_TITLES = ("title", "ctrTitle")


def spell_out(root: Element) -> None:
    """Put characters of Unicode in place of those that symbol fonts draw.

    Args:
        root: Something that holds text on a slide; changed.
    """
    for run in root.iter(f"{_A}r"):
        letters, signs = (run.find(f"{_A}rPr/{_A}{name}") for name in ("latin", "sym"))
        text = run.find(f"{_A}t")
        if text is None or not text.text:
            continue
        font = "" if letters is None else letters.get("typeface", "")
        # What is typed after a sign may still name the font of the sign: it isn't shown in it.
        lone = signs is not None and len(text.text.strip()) == 1 and text.text.strip() > "\x7f"
        font = signs.get("typeface", "") if lone and not is_symbol_font(font) else font
        text.text = in_unicode(text.text, font)


def list_styles(shape: Any) -> Iterator[Element]:  # noqa: ANN401 - python-pptx has no types
    """Yield what says how the paragraphs of a shape look: its own, its layout's and its master's, the nearest first."""
    holder, kind = shape, "other"
    try:
        while holder is not None:
            if (found := holder._element.find(f".//{_A}lstStyle")) is not None:
                yield found
            if not holder.is_placeholder:
                return
            kind = holder._element.ph.get("type", "body")
            holder = getattr(holder, "_base_placeholder", None)
        style = "titleStyle" if kind in _TITLES else "bodyStyle"
        yield from shape.part.slide_layout.slide_master._element.iterfind(f"{{*}}txStyles/{{*}}{style}")
    except (KeyError, AttributeError):  # the layout is missing
        return


def numbering_of(paragraph: Any, styles: Sequence[Element]) -> Element | None:  # noqa: ANN401
    """Return the element that says how a paragraph is numbered; None for a bullet or nothing before it.

    Args:
        paragraph: A paragraph of python-pptx.
        styles: What else says how it looks, the nearest first.
    """
    level = f"{_A}lvl{paragraph.level + 1}pPr"
    for holder in (paragraph._p.find(f"{_A}pPr"), *(style.find(level) for style in styles)):
        beginning = next(holder.iterchildren(*_BEGINNINGS), None) if holder is not None else None
        if beginning is not None:
            return beginning if beginning.tag == _NUMBERED else None
    return None
