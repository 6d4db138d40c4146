"""Parsed HTML element -> Markdown of what a reader sees of it."""

import re
from typing import TYPE_CHECKING

from ingest.loaders.markdown import MarkdownWriter

if TYPE_CHECKING:
    from bs4 import Tag

_LEFT_OUT = frozenset(
    (
        *(
            "head",
            "script",
            "style",
            "template",
            "noscript",
            "nav",
            "menu",
            "dialog",
            "svg",
            "annotation",
            "annotation-xml",
            "canvas",
        ),
        *("iframe", "object", "audio", "video", "button", "select", "textarea", "datalist"),
    )
)
_MARGINAL = frozenset(("header", "footer", "aside"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_CELLS = frozenset(("td", "th"))
_BLOCKS = frozenset(
    (
        *("html", "body", "main", "article", "section", "header", "footer", "aside", "div", "p", "pre", "hr"),
        *(
            "blockquote",
            "figure",
            "figcaption",
            "address",
            "details",
            "summary",
            "center",
            "hgroup",
            "search",
        ),
        *("ul", "ol", "li", "dl", "dt", "dd", "form", "fieldset", "legend", "caption"),
        *("table", "thead", "tbody", "tfoot", "tr", *_CELLS, *_HEADINGS),
    )
)
# A heading never holds these: one that seems to was not closed.
_END_HEADING = frozenset(("p", "ul", "ol", "table", "section", "article", *_HEADINGS))
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_LONGEST_CELL = 1500
_DEEPEST_TABLE = 10


def render(root: "Tag") -> str:
    """Return the Markdown of what can be seen of an element, however deeply elements are nested in it."""
    from bs4 import Tag
    from bs4.element import CData, NavigableString, PageElement

    page = _Page()
    stack: list[tuple[PageElement, bool]] = [(root, False)]
    while stack:
        node, is_end = stack.pop()
        if not isinstance(node, Tag):
            # Comments, declarations and scripts are other kinds of string.
            if type(node) in (NavigableString, CData):
                page.add_words(str(node))
        elif is_end:
            page.leave(node)
        elif not is_left_out(node) and not page.is_marginal(node):
            page.enter(node)
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node.contents))
    page.end_block()
    return page.writer.text()


def is_left_out(tag: "Tag") -> bool:
    """Tell whether an element is never shown as text: a script, a menu, a control, or hidden."""
    if tag.name in _LEFT_OUT or tag.get("role") == "navigation" or tag.get("aria-hidden") == "true":
        return True
    return tag.get("hidden", "until-found") != "until-found" or bool(_HIDDEN_STYLE.search(str(tag.get("style"))))


class _Page:
    """What was written so far, and where in the page the next words stand."""

    def __init__(self) -> None:
        self.writer = MarkdownWriter()
        self._words: list[str] = []
        self._cells: list[str] = []
        self._heading = 0
        self._in_item = self._in_table = self._in_cell = False
        self._articles = self._margins = self._tables = self._verbatim = 0

    def is_marginal(self, tag: "Tag") -> bool:
        """Tell whether a header, footer or aside is about the site rather than part of the article."""
        if tag.name not in _MARGINAL or self._margins:
            return False
        if tag.name == "header":
            return not self._articles and tag.find("h1") is None
        linked = sum(len(link.get_text()) for link in tag.find_all("a"))
        return not self._articles or linked * 2 > len(tag.get_text())

    def enter(self, tag: "Tag") -> None:
        """Begin an element."""
        name = tag.name
        if name == "br":
            self._words.append("\n")
        elif self._in_table:
            self._enter_in_table(name)
        elif name in _BLOCKS:
            self.end_block()
            if name in _END_HEADING:
                self._heading = _HEADINGS.get(name, 0)
            if name in ("li", "ul", "ol", "table"):
                self._in_item = name == "li"
            # Looking into each of thousands of tables that stand in one another would take for ever.
            self._in_table = name == "table" and self._tables < _DEEPEST_TABLE and _is_data_table(tag)
        self._count(name, 1)

    def leave(self, tag: "Tag") -> None:
        """End an element."""
        name = tag.name
        if self._in_table:
            if name == "table":
                self._end_row()
                self.writer.end_group()
                self._in_table = False
        elif name in _BLOCKS:
            self.end_block()
            if name in _HEADINGS:
                self._heading = 0
            elif name == "li":
                self._in_item = False
            elif name in ("ul", "ol"):
                self.writer.end_group()
        self._count(name, -1)

    def add_words(self, text: str) -> None:
        """Add a stretch of text as it stands in the markup."""
        self._words.append(text if self._verbatim else re.sub(r"\s+", " ", text))

    def end_block(self) -> None:
        """Write the words since the last block."""
        text = "".join(self._words)
        self._words.clear()
        if self._verbatim:
            self.writer.paragraph(text)
        elif self._heading:
            self.writer.heading(self._heading, text)
        elif self._in_item and text.strip():
            self.writer.item(text)
            self._in_item = False  # further paragraphs of the item follow as paragraphs
        else:
            self.writer.paragraph("\n".join(" ".join(line.split()) for line in text.split("\n")))

    def _count(self, name: str, step: int) -> None:
        self._articles += step * (name in ("article", "main"))
        self._margins += step * (name in _MARGINAL)
        self._tables += step * (name == "table")
        self._verbatim += step * (name == "pre")

    def _enter_in_table(self, name: str) -> None:
        if name == "tr":
            self._end_row()
        elif name in _CELLS:
            self._end_cell()
            self._in_cell = True
        elif name in _BLOCKS:
            self._words.append(" ")

    def _end_cell(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if self._in_cell:
            self._cells.append(text)
        else:
            self.writer.paragraph(text)  # a caption, or words that stand between the rows
        self._in_cell = False

    def _end_row(self) -> None:
        self._end_cell()
        self.writer.row(self._cells)
        self._cells = []


def _is_data_table(table: "Tag") -> bool:
    """Tell a table of facts from one that lays a page out: short cells in columns, no heading in it."""
    if table.find(["table", *_HEADINGS]) is not None:
        return False
    in_columns = any(len(row.find_all(list(_CELLS), limit=2)) > 1 for row in table.find_all("tr"))
    return in_columns and all(len(cell.get_text()) <= _LONGEST_CELL for cell in table.find_all("td"))
