"""Numbering definitions of a Word document -> the numbers that Word shows before its paragraphs.

After ECMA-376, part 1, 17.9: a paragraph, or its style, names a "num"; that names an abstract definition of nine levels
and may begin some of them anew; each level says how its numbers are written. Those that share an abstract definition
count on from one another.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ingest.loaders.numerals import numeral
from ingest.loaders.office_parts import Element
from ingest.loaders.word_styles import W, WordStyles, number_at, setting

_PLACE = re.compile(r"%([1-9])")
_NO_NUMBERS = ("bullet", "none")


@dataclass(frozen=True, kw_only=True)
class _Level:
    """How the paragraphs at one depth of a list are numbered."""

    form: str
    text: str
    """With "%1" for the number at the outermost level."""
    start: int
    restart: int
    """It begins anew after each paragraph of a level below this, counted from 0."""
    legal: bool
    """Whether all numbers in it are written in digits."""
    gap: str
    style: str | None
    """The style whose paragraphs stand at this level."""


@dataclass(frozen=True, kw_only=True)
class _List:
    """A "num": the levels that its paragraphs have."""

    id: str
    """What paragraphs name it by."""
    counted: str
    """The abstract definition that it counts on with."""
    levels: Mapping[int, _Level]
    """By their depth, from 0."""
    anew: frozenset[int]
    """The depths at which it begins anew instead of counting on."""


class WordNumbering:
    """Counts through a document: ask for the label of each paragraph once, in their order.

    Args:
        root: The outermost element of the part that defines numbering; None if there is none.
        styles: The document's styles.
    """

    def __init__(self, root: Element | None, styles: WordStyles) -> None:
        self._styles = styles
        self._lists = {} if root is None else _lists(root)
        self._counts: dict[str, dict[int, int]] = {}
        self._waiting = set(self._lists)

    def label(self, paragraph: Element) -> str | None:
        """Return what Word shows before a paragraph, with the gap after it.

        Returns:
            Such as "Article 5 " or "(a) "; "" for a bullet; None for a paragraph that is in no list.
        """
        place = self._place(paragraph)
        if place is None or paragraph.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            return None
        found, depth = place
        level = found.levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(found.counted, {})
        if found.id in self._waiting:
            self._waiting.remove(found.id)
            for other in found.anew:
                counts.pop(other, None)
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [other for other in counts if other > depth]:
            if deeper not in found.levels or depth < found.levels[deeper].restart:
                del counts[deeper]
        if level.form == "bullet":
            return ""
        text = _PLACE.sub(lambda sign: _written(found, counts, int(sign[1]) - 1, level), level.text)
        return text.strip() + level.gap if text.strip() else None

    def _place(self, paragraph: Element) -> tuple[_List, int] | None:
        """Return the list that a paragraph belongs to, and how deep it stands in it, from 0."""
        if not self._lists:
            return None
        above = self._styles.above(self._styles.style_of(paragraph))
        holders = [paragraph, *(style for _, style in above)]
        named = [holder for holder in holders if holder.find(f"{W}pPr/{W}numPr/{W}numId") is not None]
        found = self._lists.get(setting(named[0], "pPr", "numPr", "numId") or "") if named else None
        if found is None:
            return None
        own = number_at(paragraph, "pPr", "numPr", "ilvl")
        if own is not None:
            return found, own
        linked = {level.style: depth for depth, level in found.levels.items() if level.style}
        depths = [linked[name] for name, _ in above if name in linked]
        return found, next(iter(depths), number_at(named[0], "pPr", "numPr", "ilvl") or 0)


def _written(found: _List, counts: dict[int, int], depth: int, level: _Level) -> str:
    """Return the number that counts at a depth, for the label of a level."""
    at = found.levels.get(depth)
    if at is None or at.form in _NO_NUMBERS:
        return ""
    return numeral(counts.get(depth, at.start), "decimal" if level.legal else at.form)


def _lists(root: Element) -> dict[str, _List]:
    """Return the lists that a document defines, by the ids that paragraphs name."""
    abstract = {one.get(f"{W}abstractNumId"): one for one in root.iterchildren(f"{W}abstractNum")}
    by_style = {setting(one, "styleLink"): key for key, one in abstract.items() if setting(one, "styleLink")}
    lists: dict[str, _List] = {}
    for num in root.iterchildren(f"{W}num"):
        found = num.find(f"{W}abstractNumId")
        key = "" if found is None else str(found.get(f"{W}val", ""))
        if key not in abstract:
            continue
        key = by_style.get(setting(abstract[key], "numStyleLink"), key)
        levels, anew = _levels(abstract[key]), set[int]()
        for change in num.iterchildren(f"{W}lvlOverride"):
            depth = int(change.get(f"{W}ilvl", "0"))
            levels |= _levels(change)
            if (start := number_at(change, "startOverride")) is not None and depth in levels:
                anew.add(depth)
                levels[depth] = replace(levels[depth], start=start)
        name = num.get(f"{W}numId", "")
        lists[name] = _List(id=name, counted=key, levels=levels, anew=frozenset(anew))
    return lists


def _levels(definition: Element) -> dict[int, _Level]:
    levels = {}
    for one in definition.iterchildren(f"{W}lvl"):
        depth = int(one.get(f"{W}ilvl", "0"))
        forms = [form.get(f"{W}val", "decimal") for form in one.iter(f"{W}numFmt")]
        start, restart = number_at(one, "start"), number_at(one, "lvlRestart")
        text = one.find(f"{W}lvlText")
        levels[depth] = _Level(
            form=forms[-1] if forms else "decimal",  # the last is what old programs are to show
            text="" if text is None else text.get(f"{W}val", ""),
            start=1 if start is None else start,
            restart=depth if restart is None else restart,
            legal=setting(one, "isLgl") is not None,
            gap="" if setting(one, "suff") == "nothing" else " ",
            style=setting(one, "pStyle"),
        )
    return levels
