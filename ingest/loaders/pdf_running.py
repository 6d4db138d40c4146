"""Lines of PDF pages -> the same without page numbers, and without the headers and footers that repeat."""

import re
from collections import Counter
from collections.abc import Sequence

from ingest.loaders.pdf_records import Line

_MARGIN_LINES = 4
_NUMBER_KEY = "\0"
_GAP = 1.6
"""Distance of two lines, in parts of their size, that is more than that of lines in a paragraph."""
_PAGE_NUMBER = re.compile(
    r"[-–—|\s]*(?:page|seite|p\.)?\s*(\d{1,4})(?:\s*(?:/|of|von|sur|de)\s*\d{1,4})?[-–—|.\s]*", re.I
)


def without_running_lines(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Return the pages without page numbers and without the headers and footers that repeat.

    A header or footer is up to four lines that a gap parts from the rest of the page, each of which stands on more
    than half the pages, or left pages, or right pages, and on at least three; numbers in it may count up with the
    pages. A page is not left empty: what several pages say alike may be their text.
    """
    outer = [_outer(page) for page in pages]
    keys = [{key for line in lines for key in _keys(line, number)} for number, lines in enumerate(outer)]
    running: set[str] = set()
    for some in (keys, keys[0::2], keys[1::2]):
        found = Counter(key for page in some for key in page)
        running |= {key for key, count in found.items() if count >= max(3, len(some) // 2 + 1)}
    counted = Counter(key for page in keys for key in page if key.startswith(_NUMBER_KEY))

    def is_running(line: Line, number: int) -> bool:
        numbered = _PAGE_NUMBER.fullmatch(line.text)
        if numbered and int(numbered[1]) == number + 1:
            return True
        return any(key in running or counted[key] >= 2 for key in _keys(line, number))

    return [
        _peeled(page, {line for line in outer[number] if is_running(line, number)}) for number, page in enumerate(pages)
    ]


def _outer(page: Sequence[Line]) -> list[Line]:
    """Return the highest and the lowest lines of a page."""
    downwards = sorted(page, key=lambda line: -line.base)
    return list(dict.fromkeys((*downwards[:_MARGIN_LINES], *downwards[-_MARGIN_LINES:])))


def _peeled(page: Sequence[Line], running: set[Line]) -> list[Line]:
    """Return a page without the groups of lines at its top and bottom that are nothing but running lines."""
    groups: list[list[Line]] = []
    for line in sorted(page, key=lambda line: -line.base):
        if groups and groups[-1][-1].base - line.base < _GAP * line.size:
            groups[-1].append(line)
        else:
            groups.append([line])
    for end in (0, -1):
        while groups and running.issuperset(groups[end]):
            groups.pop(end)
    kept = {line for group in groups for line in group}
    return [line for line in page if line in kept] or list(page)


def _keys(line: Line, number: int) -> set[str]:
    """Return the line, and for each number in it the line with that number relative to the page's.

    The size of the type is part of it: a title on the first page isn't the header that repeats it later.
    """
    text, size = line.text, f"\0{line.size:.0f}"
    keys = {text + size}
    for digits in re.finditer(r"(?<!\d)[0-9]{1,4}(?!\d)", text):
        relative = f"{text[: digits.start()]}{int(digits[0]) - number:+d}{text[digits.end() :]}"
        keys.add(_NUMBER_KEY + relative if _PAGE_NUMBER.fullmatch(text) else relative + size)
    return keys
