"""Paragraphs, headings, list items and table rows -> Markdown."""

import re
from collections.abc import Iterable

from ingest.loaders.normalising import normalise_text, one_line

_LISTED = re.compile(r"\d{1,3}[.)]")
"""The numbers of a list in Markdown."""
_POINT = re.compile(r"\W?(?:[A-Za-z]{1,5}|\d{1,4}|\w)\W?")


class MarkdownWriter:
    r"""Collects blocks in order; items of a list and rows of a table stand on consecutive lines.

    Empty blocks are dropped.

    Example:
        >>> writer = MarkdownWriter()
        >>> writer.heading(2, "Fees")
        >>> writer.row(["Copy", "2 | 3 EUR"])
        >>> writer.text()
        '## Fees\n\n| Copy | 2 \\| 3 EUR |'
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._kind = ""

    def paragraph(self, text: str) -> None:
        """Add a paragraph, with its line breaks."""
        self._add("paragraph", normalise_text(text))

    def heading(self, level: int, text: str) -> None:
        """Add a heading of level 1 (a title) to 6."""
        if words := one_line(text):
            self._add("heading", "#" * min(max(level, 1), 6) + " " + words)

    def item(self, text: str) -> None:
        """Add an item of a list."""
        if words := one_line(text):
            self._add("item", "- " + words)

    def numbered(self, label: str, text: str) -> None:
        """Add an item that is called by its number.

        Args:
            label: The number with what parts it from the text: "1. ", "(a) ", "1.2 ", "Article 5 ".
            text: Its text; may be empty.
        """
        words = one_line(label + text)
        if _LISTED.fullmatch(label.strip()):
            self._add("item", words)
        elif _POINT.fullmatch(label.strip()):
            self._add("item", "- " + words)
        else:  # a clause
            self._add("paragraph", words)

    def row(self, cells: list[str]) -> None:
        """Add a row of a table."""
        words = [one_line(cell).replace("|", "\\|") for cell in cells]
        if any(words):
            self._add("row", "| " + " | ".join(words) + " |")

    def notes(self, notes: Iterable[str], title: str = "Notes", level: int = 2) -> None:
        """Add footnotes or comments as a list under a heading of its own; nothing if there are none."""
        if written := [note for note in notes if note.strip()]:
            self.heading(level, title)
            for note in written:
                self.item(note)

    def end_group(self) -> None:
        """End a list or table, so that another one after it stands apart."""
        self._kind = ""

    def text(self) -> str:
        """Return the Markdown written so far."""
        return "".join(self._pieces)

    def _add(self, kind: str, text: str) -> None:
        if text:
            together = kind == self._kind and kind in ("item", "row")
            self._pieces += ["" if not self._pieces else "\n" if together else "\n\n", text]
            self._kind = kind
