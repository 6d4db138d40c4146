"""Parsed HTML page -> what its linked data (JSON-LD) states of the article, as news pages do for search engines."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ingest.loaders.normalising import one_line

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

LINKED_AUTHOR, LINKED_DATE = "ld:author", "ld:datepublished"
"""The names that the author and the date bear among what else a page states."""
_MOST_CHARS = 1_000_000


def linked_data(soup: "BeautifulSoup") -> dict[str, str]:
    """Return the author and the date of publication that the first article in a page's linked data has, if any.

    Args:
        soup: The page.
    """
    for script in soup.find_all("script", type="application/ld+json"):
        for thing in _things(script.get_text()):
            date = thing.get("datePublished")
            if isinstance(date, str) and date.strip():
                author = ", ".join(filter(None, map(one_line, _names(thing.get("author")))))
                return {LINKED_DATE: one_line(date)} | ({LINKED_AUTHOR: author} if author else {})
    return {}


def _things(text: str) -> Iterator[dict[str, Any]]:
    """Yield the objects that linked data describes, be they in a list or a graph."""
    try:
        waiting = [json.loads(text[:_MOST_CHARS], strict=False)]
    except (ValueError, RecursionError):
        return
    while waiting:
        thing = waiting.pop(0)
        if isinstance(thing, list):
            waiting += thing
        elif isinstance(thing, dict):
            yield thing
            waiting += thing["@graph"] if isinstance(thing.get("@graph"), list) else []


def _names(author: object) -> Iterator[str]:
    for one in author if isinstance(author, list) else [author]:
        name = one.get("name") if isinstance(one, dict) else one
        if isinstance(name, str):
            yield name
