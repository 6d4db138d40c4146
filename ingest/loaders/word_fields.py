"""What Word shows of a document without storing it as text: signs, ticked boxes, chosen entries, numbers of fields."""

import re

from ingest.loaders.numerals import numeral
from ingest.loaders.office_parts import Element
from ingest.loaders.symbols import in_unicode, is_symbol_font
from ingest.loaders.word_styles import W, WordStyles, number_at, setting

UNSTORED = (f"{W}checkBox", f"{W}ddList", f"{W}instrText", f"{W}fldSimple")
"""Elements that `WordFields.shown` is to be asked about."""

_NUMBER = re.compile(r"\s*(AUTONUM|AUTONUMLGL|AUTONUMOUT|LISTNUM)(?![A-Z])(.*)", re.IGNORECASE | re.DOTALL)
_DEPTH = re.compile(r"\\l\s*(\d)", re.IGNORECASE)
_START = re.compile(r"\\s\s*(\d{1,4})", re.IGNORECASE)
_LISTNUM_FORMS = ("decimal", "lowerLetter", "lowerRoman")
"""Those of its usual list: 1), a), i), and (1), (a), (i) deeper."""
_OUTLINE_FORMS = (*("upperRoman", "upperLetter", "decimal", "lowerLetter", "decimal", "lowerLetter"), "lowerRoman")


def spell_out(root: Element) -> None:
    """Put characters of Unicode in place of those that symbol fonts draw.

    Args:
        root: The outermost element of a part of a Word document; changed.
    """
    for sign in root.iter(f"{W}sym"):
        code = sign.get(f"{W}char", "")
        known = re.fullmatch(r"[0-9A-Fa-f]{1,5}", code)
        sign.tag, sign.text = f"{W}t", in_unicode(chr(int(code, 16)), sign.get(f"{W}font")) if known else ""
    for fonts in root.iter(f"{W}rFonts"):
        font = fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi")
        run = fonts.getparent().getparent()
        if is_symbol_font(font) and run is not None and run.tag == f"{W}r":
            for text in run.iterchildren(f"{W}t"):
                text.text = in_unicode(text.text or "", font)


class WordFields:
    """Counts through a document: ask for what is shown of each element once, in their order.

    Args:
        styles: The document's styles.
    """

    def __init__(self, styles: WordStyles) -> None:
        self._styles = styles
        self._counts: dict[tuple[str, int], int] = {}

    def shown(self, element: Element) -> str:
        """Return what is shown of one of the elements that are UNSTORED; "" for a field whose result is stored."""
        if element.tag == f"{W}checkBox":
            ticked = element.find(f"{W}checked")
            return "☒" if setting(element, "default" if ticked is None else "checked") is not None else "☐"
        if element.tag == f"{W}ddList":
            entries = [entry.get(f"{W}val", "") for entry in element.iterchildren(f"{W}listEntry")]
            chosen = number_at(element, "result")
            return "".join(entries[chosen or number_at(element, "default") or 0 :][:1])
        stored = element.tag == f"{W}fldSimple" and any(text.text for text in element.iter(f"{W}t"))
        field = _NUMBER.match(element.text or element.get(f"{W}instr", ""))
        return self._number(field[1].upper(), field[2], element) if field and not stored else ""

    def _number(self, kind: str, switches: str, element: Element) -> str:
        """Return the number that such a field shows, and count it."""
        depth_stated, start_stated = _DEPTH.search(switches), _START.search(switches)
        depth = int(depth_stated[1]) if kind == "LISTNUM" and depth_stated else self._level(element)
        number = int(start_stated[1]) if start_stated else self._counts.get((kind, depth), 0) + 1
        self._counts[kind, depth] = number
        for deeper in [place for place in self._counts if place[0] == kind and place[1] > depth]:
            del self._counts[deeper]
        if kind == "LISTNUM":
            written = numeral(number, _LISTNUM_FORMS[(depth - 1) % 3])
            return f"{written})" if depth <= len(_LISTNUM_FORMS) else f"({written})"
        if kind == "AUTONUMLGL":
            return "".join(f"{self._counts.get((kind, place), 1)}." for place in range(1, depth + 1))
        form = _OUTLINE_FORMS[min(depth, len(_OUTLINE_FORMS)) - 1] if kind == "AUTONUMOUT" else "decimal"
        return f"{numeral(number, form)}."

    def _level(self, element: Element) -> int:
        """Return the level of the heading that an element stands in; 1 in any other paragraph."""
        paragraph = next(element.iterancestors(f"{W}p"), None)
        return (paragraph is not None and self._styles.heading_level(paragraph, "")) or 1
