"""EPUB file -> Draft: its chapters in reading order, each read as an HTML page."""

import io
import posixpath
import zipfile
import zlib
from typing import Any
from urllib.parse import unquote

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.members import members_of
from ingest.loaders.normalising import one_line
from ingest.loaders.web import load_html

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_PAGE_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_DC = "{http://purl.org/dc/elements/1.1/}"
_BROKEN = "is a broken EPUB book: it doesn't say which pages it has; export it again"


def load_epub(data: bytes) -> Draft:
    """Return the chapters of a book, in the order in which it is read, and what its package states.

    Raises:
        Refusal: The book is protected against copying, or its package can't be found.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        package_path = _first(_parsed(archive, _CONTAINER), "rootfile").get("full-path", "")
        if package_path not in names:
            raise Refusal(_BROKEN)
        package = _parsed(archive, package_path)
        order = _reading_order(package, package_path)
        pages = [page for page in order if page in names]
        if _ENCRYPTION in names and any(page.encode() in archive.read(_ENCRYPTION) for page in pages):
            raise Refusal("is protected against copying (DRM); add a copy without protection")
        texts = {page: _page_text(archive, page) for page in pages}
    unread = [(posixpath.basename(page), _missing) for page in order if page not in names]
    unread += [(posixpath.basename(page), _broken) for page, text in texts.items() if text is None]
    return Draft(
        members=members_of(unread),
        parts=("\n\n".join(text for text in texts.values() if text and text.strip()),),
        title=_text(package, "title"),
        author=", ".join(_texts(package, "creator")) or None,
        published=_published(package),
    )


def _parsed(archive: zipfile.ZipFile, name: str) -> Any:  # noqa: ANN401 - an lxml element
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(archive.read(name), parser)
    if root is None:
        raise Refusal(_BROKEN)
    return root


def _first(root: Any, name: str) -> Any:  # noqa: ANN401
    found = root.find(f".//{{*}}{name}")
    if found is None:
        raise Refusal(_BROKEN)
    return found


def _reading_order(package: Any, path: str) -> list[str]:  # noqa: ANN401
    """Return the paths of the book's pages within the archive, in the order of its spine."""
    folder = posixpath.dirname(path)
    pages = {
        item.get("id"): posixpath.normpath(posixpath.join(folder, unquote(item.get("href", ""))))
        for item in _first(package, "manifest").iterfind("{*}item")
        if item.get("media-type") in _PAGE_TYPES and "nav" not in (item.get("properties") or "").split()
    }
    order = [pages.get(item.get("idref")) for item in package.iterfind("{*}spine/{*}itemref")]
    # Notes that merely open on a click may stand in no order: they are read last, as all is in a book without one.
    return list(dict.fromkeys((*(page for page in order if page), *pages.values())))


def _page_text(archive: zipfile.ZipFile, page: str) -> str | None:
    """Return what stands on a page; None if it is damaged."""
    try:
        return load_html(archive.read(page)).parts[0]
    except (Refusal, zipfile.BadZipFile, zlib.error, EOFError, ValueError):
        return None


def _broken() -> bytes:
    raise Refusal("is damaged in the book; get another copy of it")


def _missing() -> bytes:
    raise Refusal("is missing in the book; get another copy of it")


def _text(package: Any, name: str) -> str | None:  # noqa: ANN401
    return next(iter(_texts(package, name)), None)


def _texts(package: Any, name: str) -> list[str]:  # noqa: ANN401
    found = (one_line("".join(element.itertext())) for element in package.iterfind(f".//{_DC}{name}"))
    return [text for text in found if text]


def _published(package: Any) -> str | None:  # noqa: ANN401
    """Return the date of publication: one that is called so, else one of which nothing is said."""
    dates = {
        next((value for key, value in date.items() if key.endswith("event")), ""): date.text
        for date in package.iterfind(f".//{_DC}date")
    }
    return next((dates[event] for event in ("publication", "original-publication", "") if dates.get(event)), None)
