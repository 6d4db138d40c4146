"""HTML page -> Draft: its article as Markdown, without menus, scripts and what is hidden."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.normalising import one_line
from ingest.loaders.plain import decode_text
from ingest.loaders.symbols import in_unicode, is_symbol_font
from ingest.loaders.web_data import LINKED_AUTHOR, LINKED_DATE, linked_data
from ingest.loaders.web_text import is_left_out, render

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

# The parser takes about a second and 100 MB of memory for a megabyte.
_MAX_HTML_BYTES = 20 * 1024 * 1024
_MOSTLY = 0.5
_PROSE_CHARS = 150
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)\]]*\Z")
_OWN_ENTITIES = re.compile(r"\A\s*<!DOCTYPE[^<>\[]{0,300}\[[^\]]{0,100000}\]\s*>", re.IGNORECASE)
_ICONS = re.compile("[\ue000-\uf8ff]|&#x[ef][0-8][0-9a-f]{2};", re.IGNORECASE)
"""What a page's own fonts draw: pictures on buttons."""
_FONT = re.compile(r"font-family\s*:\s*[\"']?((?:wing|web)dings(?: [23])?|symbol)\b", re.IGNORECASE)
_AUTHOR_NAMES = (
    LINKED_AUTHOR,
    "author",
    "article:author",
    "dc.creator",
    "citation_author",
    "parsely-author",
    "og:site_name",
)
_DATE_NAMES = (
    LINKED_DATE,
    *("article:published_time", "og:published_time", "date", "dc.date", "dc.date.issued", "dcterms.issued"),
    *(
        "dcterms.created",
        "datepublished",
        "pubdate",
        "publishdate",
        "publish-date",
        "citation_publication_date",
    ),
    "parsely-pub-date",
)


def load_html(data: bytes, declared: str | None = None) -> Draft:
    """Return the text of a page as Markdown, and the title, author and date that its markup states.

    Left out are scripts, menus, hidden elements, and headers, footers and asides that are mostly links, or stand
    outside an article and are short. If a main or article element holds most of the text, the text is that element's,
    and what long paragraphs and tables there are besides. Values of forms and descriptions of pictures are read.

    Args:
        data: The page.
        declared: Name of the encoding that came with the page, if any; else the one that its markup states.

    Raises:
        Refusal: The bytes are not text in any known encoding, or are too many.
    """
    if len(data) > _MAX_HTML_BYTES:
        raise Refusal(f"is an HTML page of more than {_MAX_HTML_BYTES >> 20} MB; split it or save it as text")
    from bs4 import BeautifulSoup
    from bs4.dammit import EncodingDetector

    declared = declared or EncodingDetector.find_declared_encoding(data[:4096], is_html=True)
    soup = BeautifulSoup(_ICONS.sub("", _tamed(decode_text(data, declared))), "html.parser")
    _spell_out(soup)
    meta = _metadata(soup) | linked_data(soup)
    return Draft(
        parts=(_content(soup),),
        title=_title(soup, meta),
        author=next((meta[name] for name in _AUTHOR_NAMES if meta.get(name) and "://" not in meta[name]), None),
        published=next((meta[name] for name in _DATE_NAMES if meta.get(name)), None) or _time(soup),
    )


def _tamed(markup: str) -> str:
    """Return the page without what the parser takes hours for if there are thousands of it.

    That is comments, marked sections, and tags that are never closed.
    """
    pieces = []
    start = 0
    while (opening := markup.find("<!--", start)) >= 0 and (closing := markup.find("-->", opening)) >= 0:
        pieces.append(markup[start:opening])
        start = closing + 3
    rest = "".join(pieces) + markup[start:].replace("<!--", "")
    rest = re.sub(r"<!\[[^<>]{0,200}>", "", rest).replace("<![", "&lt;![")
    rest = re.sub(r"\A\s*<\?xml[^<>]{0,200}>", "", rest)
    rest = _OWN_ENTITIES.sub("", rest, count=1)
    last = rest.rfind(">") + 1
    # With a line break at the end, BeautifulSoup doesn't take a few words for a file name.
    return rest[:last] + rest[last:].replace("<", "&lt;") + "\n"


def _spell_out(soup: "BeautifulSoup") -> None:
    """Put characters of Unicode in place of those that symbol fonts draw, as bullets in pages that Word saved."""
    for tag in soup.find_all(["span", "font", "p"]):
        styled = _FONT.search(str(tag.get("style", "")))
        font = styled[1] if styled else str(tag.get("face", ""))
        if is_symbol_font(font):
            for text in tag.find_all(string=True, recursive=False):
                text.replace_with(in_unicode(str(text), font))


def _metadata(soup: "BeautifulSoup") -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in soup.find_all("meta"):
        name = tag.get("property") or tag.get("name") or tag.get("itemprop")
        if name and tag.get("content"):
            found.setdefault(str(name).lower(), one_line(str(tag["content"])))
    return found


def _title(soup: "BeautifulSoup", meta: dict[str, str]) -> str | None:
    """Return og:title, else the page's title, or the first heading where that merely adds the outlet."""
    page, heading = (one_line(tag.get_text(" ")) if tag else "" for tag in (soup.find("title"), soup.find("h1")))
    return meta.get("og:title") or (heading if heading and heading in page else page or heading) or None


def _time(soup: "BeautifulSoup") -> str | None:
    tag = soup.find("time", attrs={"datetime": True})
    return str(tag["datetime"]) if tag else None


def _content(soup: "BeautifulSoup") -> str:
    whole = render(soup) or render(soup, without_scripts=True)
    for name in ("main", "article"):
        tag = soup.find(name)
        if tag is not None and not any(is_left_out(parent) for parent in tag.parents):
            part = render(tag)
            if len(part) >= _MOSTLY * len(whole):
                return "\n\n".join((part, *_prose_besides(whole.split("\n\n"), frozenset(part.split("\n\n")))))
    return whole


def _prose_besides(blocks: Sequence[str], known: frozenset[str]) -> Iterator[str]:
    """Yield the long paragraphs and tables of a page that stand outside its main part, each after its heading."""
    heading = ""
    for block in blocks:
        if block in known:
            heading = ""
        elif block.startswith("#"):
            heading = block
        elif block.startswith("| ") or (len(block) >= _PROSE_CHARS and _SENTENCE_END.search(block)):
            yield from filter(None, (heading, block))
            heading = ""
