"""Parsed HTML element -> Markdown of what a reader sees of it."""

import re
from typing import TYPE_CHECKING

from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.normalising import one_line
from ingest.loaders.web_marks import ListNumbers, shown_value, whole_number
from ingest.loaders.web_table import TableRows

if TYPE_CHECKING:
    from bs4 import Tag

_LEFT_OUT = frozenset(
    (
        *(
            "head",
            "script",
            "style",
            "template",
            "nav",
            "menu",
            "annotation",
            "annotation-xml",
            "canvas",
        ),
        *("rt", "rp"),  # how a word is pronounced, in the middle of it
        *("object", "audio", "video", "button", "datalist"),
        *("title", "desc", "defs", "metadata", "symbol"),  # of a drawing
    )
)
_VALUES = frozenset(("input", "textarea", "select", "img"))
_LISTS = frozenset(("ul", "ol"))
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
        *("iframe", "noscript", "dialog", "text"),
    )
)
# A heading never holds these: one that seems to was not closed.
_END_HEADING = frozenset(("p", "ul", "ol", "table", "section", "article", *_HEADINGS))
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NOTE = re.compile(r"(?:foot|end|rear)?notes?|doc-(?:foot|end)notes?", re.IGNORECASE)
_PROSE_CHARS = 300
"""So many characters that are no links are more than an imprint or a share button."""
_LONGEST_CELL = 1500
_DEEPEST_TABLE = 10


def render(root: "Tag", *, without_scripts: bool = False) -> str:
    """Return the Markdown of what can be seen of an element, however deeply elements are nested in it.

    Args:
        root: The element.
        without_scripts: Whether to read what is only shown by browsers that run no scripts.
    """
    from bs4 import BeautifulSoup, Tag
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
        elif node.name in _VALUES and not is_left_out(node):
            page.add_value(node)
        elif not (is_left_out(node) or page.is_marginal(node) or (node.name == "noscript" and not without_scripts)):
            page.enter(node)
            stack.append((node, True))
            framed = node.name == "iframe"
            inside = BeautifulSoup(f"{node.get('srcdoc', '')}\n", "html.parser") if framed else node
            stack.extend((child, False) for child in reversed(inside.contents))
    page.end_block()
    return page.writer.text()


def is_left_out(tag: "Tag") -> bool:
    """Tell whether an element is never shown as text: a script, a menu, a control, or hidden."""
    if tag.name in _LEFT_OUT or tag.get("role") == "navigation" or tag.get("aria-hidden") == "true":
        return True
    if tag.name == "dialog" and not tag.has_attr("open"):
        return True
    return tag.get("hidden", "until-found") != "until-found" or bool(_HIDDEN_STYLE.search(str(tag.get("style"))))


class _Page:
    """What was written so far, and where in the page the next words stand."""

    def __init__(self) -> None:
        self.writer = MarkdownWriter()
        self._words: list[str] = []
        self._rows = TableRows()
        self._cell: Tag | None = None
        self._numbers = ListNumbers()
        self._label = ""
        self._heading = 0
        self._in_item = self._in_table = False
        self._articles = self._margins = self._tables = self._verbatim = 0

    def is_marginal(self, tag: "Tag") -> bool:
        """Tell whether a header, footer or aside is about the site rather than part of the article."""
        if tag.name not in _MARGINAL or self._margins or _is_note(tag):
            return False
        if tag.name == "header":
            return not self._articles and tag.find("h1") is None
        linked, whole = sum(len(link.get_text()) for link in tag.find_all("a")), len(one_line(tag.get_text()))
        return linked * 2 > whole or (not self._articles and whole - linked < _PROSE_CHARS)

    def enter(self, tag: "Tag") -> None:
        """Begin an element."""
        name = tag.name
        if name == "br":
            self._words.append("\n")
        elif self._in_table:
            self._enter_in_table(tag)
        elif name in _BLOCKS:
            self.end_block()
            if name in _END_HEADING:
                self._heading = _HEADINGS.get(name, 0)
            if name in ("li", "ul", "ol", "table"):
                self._in_item = name == "li"
                self._label = self._numbers.label(tag) if name == "li" else ""
            # Looking into each of thousands of tables that stand in one another would take for ever.
            self._in_table = name == "table" and self._tables < _DEEPEST_TABLE and _is_data_table(tag)
        if name in _LISTS:
            self._numbers.enter(tag)
        self._count(name, 1)

    def leave(self, tag: "Tag") -> None:
        """End an element."""
        name = tag.name
        if self._in_table:
            if name == "table":
                self._end_row()
                self._rows = TableRows()
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
        if name in _LISTS:
            self._numbers.leave()
        self._count(name, -1)

    def add_words(self, text: str) -> None:
        """Add a stretch of text as it stands in the markup."""
        self._words.append(text if self._verbatim else re.sub(r"\s+", " ", text))

    def add_value(self, tag: "Tag") -> None:
        """Add what is filled in in a control, or what a picture is said to show."""
        if value := shown_value(tag).strip():
            alone = tag.name == "img" and not "".join(self._words).strip()
            self._words.append(f" Picture: {value} " if alone else f" {value} ")

    def end_block(self) -> None:
        """Write the words since the last block."""
        text = "".join(self._words)
        self._words.clear()
        if self._verbatim:
            self.writer.paragraph(text)
        elif self._heading:
            self.writer.heading(self._heading, text)
        elif self._in_item and text.strip():
            self.writer.numbered(self._label, text) if self._label else self.writer.item(text)
            self._in_item = False  # further paragraphs of the item follow as paragraphs
        else:
            self.writer.paragraph("\n".join(" ".join(line.split()) for line in text.split("\n")))

    def _count(self, name: str, step: int) -> None:
        self._articles += step * (name in ("article", "main"))
        self._margins += step * (name in _MARGINAL)
        self._tables += step * (name == "table")
        self._verbatim += step * (name == "pre")

    def _enter_in_table(self, tag: "Tag") -> None:
        if tag.name == "tr":
            self._end_row()
        elif tag.name in _CELLS:
            self._end_cell()
            self._cell = tag
        elif tag.name in _BLOCKS:
            self._words.append(f" {self._numbers.label(tag)}" if tag.name == "li" else " ")

    def _end_cell(self) -> None:
        text = "".join(self._words)
        self._words.clear()
        if self._cell is not None:
            self._rows.add(text, *(whole_number(self._cell.get(span), 1) for span in ("rowspan", "colspan")))
        else:
            self.writer.paragraph(text)  # a caption, or words that stand between the rows
        self._cell = None

    def _end_row(self) -> None:
        self._end_cell()
        self.writer.row(self._rows.end_row())


def _is_note(tag: "Tag") -> bool:
    """Tell whether an element is a note to the text, as books have them in asides."""
    kinds = f"{tag.get('epub:type', '')} {tag.get('role', '')}".split()
    return any(_NOTE.fullmatch(kind) for kind in kinds)


def _is_data_table(table: "Tag") -> bool:
    """Tell a table of facts from one that lays a page out: short cells in columns, no heading in it."""
    if table.find(["table", *_HEADINGS]) is not None:
        return False
    in_columns = any(len(row.find_all(list(_CELLS), limit=2)) > 1 for row in table.find_all("tr"))
    return in_columns and all(len(cell.get_text()) <= _LONGEST_CELL for cell in table.find_all("td"))
