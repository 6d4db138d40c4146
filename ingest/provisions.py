"""A regulation's text in, its provisions out: chapters, articles, recitals, annexes, with their paragraphs and points.

Provisions are told by how they are numbered, as in the acts of the European Union and most laws: a line that names a
chapter, an article or an annex, and below it lines that begin with "1.", "(a)" or "(i)".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

UNITS = {
    "part": 1, "title": 1, "annex": 1, "schedule": 1, "appendix": 1, "chapter": 2, "section": 3,
    "article": 4, "rule": 4, "clause": 4, "recital": 4,
}  # fmt: skip
"""The named units and how deep they stand; an annex may have sections, too."""
POINT = 5
"""How deep the outermost numbered paragraphs stand; their points stand deeper."""
_LEAST_UNITS = 2
"""A text with fewer articles, rules, clauses, annexes and the like isn't taken for a regulation."""
_TITLE_CHARS = 250

_NUMBER = r"(?:\d{1,4}[a-z]{0,2}|[IVXLC]{1,7}|[A-Z])"
_UNIT_LINE = re.compile(
    rf"^[ \t]*(?:#{{1,6}} +)?(?:\*\*|__)?(?P<kind>{'|'.join(u for u in UNITS if u != 'recital')}|art\.?|§)"
    # Without a space "Parts" would be part "s".
    rf"(?:[ \t\xa0]+|(?<=[.§]))(?P<number>{_NUMBER})\b(?:\*\*|__)?(?P<rest>[^\n]*)$",
    re.MULTILINE | re.IGNORECASE,
)
_REST = re.compile(
    r"[ \t\xa0]*(?:[.:–—-][ \t\xa0]*)?(?P<title>[^\W\d_a-z(][^\n]*[^\s.;,:])?[.:]?[ \t\xa0]*(?:\*\*|__)?[ \t\xa0]*"
)
_WHEREAS = re.compile(r"^[ \t]*(?:#{1,6} +)?(?:\*\*)?(?:whereas|recitals)\b[^\n]{0,40}$", re.MULTILINE | re.IGNORECASE)
_MARKER = re.compile(
    r"^[ \t]*(?:[-*•] +)?(?:\*\*)?"
    r"(?P<mark>\d{1,3}[a-z]?\.|\((?:\d{1,3}[a-z]?|[a-z]{1,5})\)|[a-z]{1,4}\))(?:\*\*)?(?=\s)",
    re.MULTILINE,
)
_MARKUP = re.compile(r"[ \t]*(?:#{1,6} +)?(?:\*\*|__)?([^\n]*?)(?:\*\*|__)?[ \t]*$")
_NEW_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*([A-Z])")
_ROMAN = re.compile(r"x{0,3}(?:ix|iv|v?i{0,3})")


@dataclass(frozen=True, kw_only=True)
class Provision:
    """A part of a regulation that is cited by its number."""

    start: int
    """Offset of its first character."""
    end: int
    """Offset after its last character."""
    body: int
    """Offset at which its text begins, below its heading or after its number."""
    level: int
    """How deep it stands: see `UNITS`; `POINT` and more for paragraphs and points."""
    kind: str
    """One of `UNITS`; "" for paragraphs and points."""
    number: str
    """Its number as `plain_number` gives it, such as "5", "2" or "h"."""
    label: str
    """What it is called: "Article 5", "Annex III", "1", "(h)"."""
    topic: str = ""
    """Its title, such as "Prohibited AI practices"; may be empty."""
    above: "Provision | None" = None
    """What it stands in."""

    @cached_property
    def path(self) -> tuple["Provision", ...]:
        """The provisions that it stands in, outermost first, and itself."""
        return (*(self.above.path if self.above else ()), self)

    @property
    def name(self) -> str:
        """Its labels and those of what it stands in, such as "Chapter II > Article 5 > 1 > (h)"."""
        return " > ".join(one.label for one in self.path)


def find_provisions(text: str) -> list[Provision]:
    """Return the provisions of a regulation in order, outer before inner; an empty list for any other text.

    Each reaches to the next of the same level or of an outer one. Recitals are the numbered paragraphs between
    "Whereas" and the first article.
    """
    units = list(_units(text))
    if sum(unit.level == UNITS["article"] or unit.kind in ("annex", "schedule") for unit in units) < _LEAST_UNITS:
        return []
    found: list[Provision] = []
    ends = [*(unit.start for unit in units[1:]), len(text)]
    for unit, end in zip(units, ends, strict=True):
        found.append(unit)
        found.extend(_points(text, unit.body, end))
    whereas = _WHEREAS.search(text, 0, units[0].start)
    recitals = list(_recitals(text, whereas.end(), units[0].start)) if whereas else []
    return _nested(recitals + found, text)


def plain_number(number: str, kind: str = "") -> str:
    """Return a number without brackets and dots, in lower case, and the Roman ones of units as digits.

    Example:
        >>> plain_number("(h)"), plain_number("III", "annex"), plain_number("12a.")
        ('h', '3', '12a')
    """
    plain = number.strip("().§ \t").casefold()
    if kind in ("annex", "chapter", "title", "part", "section", "schedule") and len(plain) > 0:
        value = _roman_value(plain)
        return str(value) if value else plain
    return plain


def _units(text: str) -> Iterator[Provision]:
    """Yield the named units; the end of each is, for now, where its heading ends."""
    for match in _UNIT_LINE.finditer(text):
        rest = _REST.fullmatch(match["rest"]) if len(match[0]) <= _TITLE_CHARS else None
        if not rest:
            continue
        kind = match["kind"].casefold().rstrip(".")
        kind = {"art": "article", "§": "article"}.get(kind, kind)
        number = match["number"].upper() if kind in ("annex", "chapter", "title", "part") else match["number"]
        topic, end = rest["title"] or "", match.end()
        if not topic:
            topic, end = _title_below(text, end)
        yield Provision(
            start=match.start(), end=end, body=end, level=UNITS[kind], kind=kind, number=plain_number(number, kind),
            label=f"{kind.capitalize()} {number}", topic=topic.strip("*_ "),
        )  # fmt: skip


def _title_below(text: str, end: int) -> tuple[str, int]:
    """Return the title that stands below a unit's number, and where it ends."""
    line = re.compile(r"\s*\n\s*([^\n]+)").match(text, end)
    if not line or _UNIT_LINE.match(text, line.start(1)) or _MARKER.match(text, line.start(1)):
        return "", end
    title = (_MARKUP.match(line[1]) or line)[1].strip()
    sentence = title.endswith((".", ";", ":", ",")) or len(title) > _TITLE_CHARS or not title[:1].isupper()
    # A wrapped line or a paragraph goes on below; a title stands alone.
    alone = not text[line.end() : line.end() + 2].strip("\n \t\r")
    return ("", end) if sentence or not alone else (title, line.end())


def _recitals(text: str, start: int, end: int) -> Iterator[Provision]:
    expected = 1
    for match in _MARKER.finditer(text, start, end):
        number = plain_number(match["mark"])
        if number == str(expected):  # the lists in a recital have numbers of their own
            expected += 1
            yield Provision(
                start=match.start(), end=match.end(), body=match.end(), level=UNITS["recital"], kind="recital",
                number=number, label=f"Recital {number}",
            )  # fmt: skip


def _points(text: str, start: int, end: int) -> Iterator[Provision]:
    """Yield the numbered paragraphs and points of a unit, nested by how they are numbered."""
    marks = list(_MARKER.finditer(text, start, end))
    open_lists: list[tuple[str, str]] = []  # style and last number of each list that goes on, outermost first
    for match, following in zip(marks, [*marks, None][1:], strict=True):
        mark = match["mark"]
        style, number = _style(mark, following["mark"] if following else "", open_lists), plain_number(mark)
        depth = next((n for n, (other, _) in enumerate(open_lists) if other == style), len(open_lists))
        open_lists[depth:] = [(style, number)]
        yield Provision(
            start=match.start(), end=match.end(), body=match.end(), level=POINT + depth, kind="", number=number,
            label=mark.rstrip(".") if mark.startswith("(") else f"({number})" if mark.endswith(")") else number,
        )  # fmt: skip


def _style(mark: str, following: str, open_lists: list[tuple[str, str]]) -> str:
    """Tell how a list is numbered: "1.", "(1)", "(a)" or "(i)"; the last two share their letters."""
    number = plain_number(mark)
    if number[0].isdigit():
        return "1." if mark.endswith(".") else "(1)"
    if not _ROMAN.fullmatch(number):
        return "(a)"
    last = dict(open_lists)
    if "(i)" in last and _roman_value(number) == _roman_value(last["(i)"]) + 1:
        return "(i)"
    if len(number) > 1:
        return "(i)"
    goes_on = "(a)" in last and ord(number) == ord(last["(a)"][0]) + 1
    if number == "i":
        return "(a)" if goes_on and plain_number(following) != "ii" else "(i)"
    return "(a)"


def _nested(flat: list[Provision], text: str) -> list[Provision]:
    """Give each provision its end and what it stands in."""
    ends = [len(text)] * len(flat)
    waiting: list[int] = []
    for n, (one, last) in enumerate(zip([*flat, None], [None, *flat], strict=True)):
        start, level = (one.start, one.level) if one else (len(text), 0)
        while waiting and flat[waiting[-1]].level >= level:
            done = flat[waiting[-1]]
            list_ends = last is not None and done.level > level and done.label.startswith("(")
            ends[waiting.pop()] = _list_end(text, last.body, start) if last and list_ends else start
        waiting.append(n)
    nested: list[Provision] = []
    open_ones: list[Provision] = []
    for one, end in zip(flat, ends, strict=True):
        open_ones = [outer for outer in open_ones if outer.level < one.level]
        nested.append(replace(one, end=end, above=open_ones[-1] if open_ones else None))
        open_ones.append(nested[-1])
    return nested


def _list_end(text: str, body: int, end: int) -> int:
    """Return where the last point of a list ends: a paragraph below it that begins like a sentence isn't part of it."""
    below = _NEW_PARAGRAPH.search(text, body + len(text[body:end]) - len(text[body:end].lstrip()), end)
    return below.start(1) if below else end


def _roman_value(number: str) -> int:
    """Return the value of a Roman number in lower case; 0 if it is none."""
    values = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
    if not number or set(number) - set(values):
        return 0
    digits = [values[digit] for digit in number]
    return sum(-one if one < after else one for one, after in zip(digits, [*digits[1:], 0], strict=True))
