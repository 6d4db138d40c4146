"""A place in a document in, the document beside the conversation out: the passage marked, its surroundings readable."""

import re
from dataclasses import replace

from ingest import DocumentInfo, DocumentNotFound, Library
from ingest.counting import counted
from qa.page.conversation import Place
from qa.page.markup import action, direction, isolated, quoted, shown, written_date
from qa.page.typeset import Mark, Sheet

WINDOW_CHARS = 30_000
"""How many characters are shown before and after the passage; more makes the browser slow."""
_CLOSE = '<button type="button" class="close" data-close aria-label="Close the document">×</button>'


def reader_html(info: DocumentInfo, text: str, place: Place, opened: int, *, picture: str | None = None) -> str:
    """Return a document with a place in it marked.

    Args:
        info: What is known of the document.
        text: Its whole text.
        place: What to mark.
        opened: How many documents were opened before, so that opening the same place again is a change too.
        picture: HTML of the page as it was printed, to be shown instead of the text.
    """
    asked, place = place, where_now(place, text)
    notice = "" if place == asked else f'<div class="notice" role="alert">{_changed(place)}</div>'
    start = min(max(place.start, 0), len(text))
    low, high = _window(text, start)
    earlier = _more("Earlier text", info.name, max(0, low - WINDOW_CHARS)) if low else ""
    later = _more("Later text", info.name, high) if high < len(text) else ""
    body = picture or f"{earlier}{Sheet(text=text, marks=_marks(place, text), pages=info.pages).html(low, high)}{later}"
    head = _head(info, place, printed=picture is not None)
    return (
        f'<article class="document" data-opened="{opened}" aria-label="Document">{head}{notice}'
        f'<div class="text" tabindex="0">{body}</div></article>'
    )


def where_now(place: Place, text: str) -> Place:
    """Return a place whose quote stands where it stood; if the document has changed, the nearest where it stands now.

    Where it stands nowhere, nothing is left to be marked.
    """
    if text[place.start : place.end] == place.quote or not place.quote:
        return place
    found = [match.start() for match in re.finditer(re.escape(place.quote), text)]
    if not found:
        return replace(place, end=place.start)
    start = min(found, key=lambda offset: abs(offset - place.start))
    return replace(place, start=start, end=start + len(place.quote))


def _changed(place: Place) -> str:
    """Return what there is to say where a quote doesn't stand where it stood."""
    if place.end > place.start:
        return "This document has changed since the answer; the quote stands elsewhere in it now."
    return (
        f"This document has changed since the answer, and the quote isn’t in it any more:<p>{quoted(place.quote)}</p>"
    )


def look_up(library: Library, name: str) -> tuple[DocumentInfo, str]:
    """Return what is known of a document, and its text.

    Raises:
        DocumentNotFound: It isn't in the library any more; said so that it helps a reader of the page.
    """
    try:
        return library.info(name), library.text(name)
    except DocumentNotFound as error:
        again = "To read it here, add it again under Documents."
        raise DocumentNotFound(f"“{name}” is not in the library any more. {again}") from error


def missing_html(problem: str, opened: int, *, quote: str = "") -> str:
    """Return what stands in the place of a document that can't be shown.

    Args:
        problem: Why.
        opened: How many documents were opened before.
        quote: What an answer quotes of it; empty for nothing.
    """
    kept = f"<p>When the question was asked it said:</p><p>{quoted(quote)}</p>" if quote else ""
    return (
        f'<article class="document" data-opened="{opened}" aria-label="Document"><header><div class="bar"><span></span>'
        f'{_CLOSE}</div><h2 tabindex="-1">The document can’t be shown</h2></header>'
        f'<div class="text"><p class="notice" role="alert">{shown(problem)}</p>{kept}</div></article>'
    )


def _head(info: DocumentInfo, place: Place, *, printed: bool) -> str:
    page = info.page_at(place.start) if place.end > place.start else None
    facts = [shown(written_date(info.date))] if info.date else []
    facts += [isolated(info.author)] if info.author else []
    facts += [f"page {page} of {len(info.pages)}"] if page else []
    facts += [counted(info.characters, "character")]
    bar = f'<div class="bar">{_steps(place)}{_views(place, page, printed)}{_CLOSE}</div>'
    return (
        f'<header>{bar}<h2 tabindex="-1" dir="{direction(info.title)}" title="{shown(info.title)}">'
        f"{isolated(info.title)}</h2>"
        f'<p class="source">{" · ".join(facts)}<br><span class="name">{isolated(info.name)}</span></p></header>'
    )


def _views(place: Place, page: int | None, printed: bool) -> str:
    """Return the way from a footnote's text to its page as printed, and back."""
    if not page or not place.number:
        return ""
    label, view = ("Text", "text") if printed else ("Page as printed", "page")
    return action("select", label, css_class="link", kind="footnote", turn=place.turn, number=place.number, view=view)


def _steps(place: Place) -> str:
    """Return the way to the footnotes before and after this one."""
    if not place.number:
        return "<span></span>"
    total = len(place.footnotes)
    steps = []
    for label, step, key in (("‹", -1, "previous"), ("›", 1, "next")):
        number = (place.number - 1 + step) % total + 1
        button = action("select", label, css_class=f"step {key}", kind="footnote", turn=place.turn, number=number)
        steps.append(button.replace("<button ", f'<button aria-label="The {key} footnote" ', 1))
    position = f"Footnote {place.number} of {total}"
    if total == 1:
        return f"<span>{position}</span>"
    return f'<nav aria-label="Footnotes">{steps[0]}<span>{position}</span>{steps[1]}</nav>'


def _marks(place: Place, text: str) -> list[Mark]:
    """Return the place's own mark first, then those of the answer's other footnotes in the same document."""
    here = [Mark(start=place.start, end=place.end, css_class="here")] if place.end > place.start else []
    return here + [
        Mark(start=other.start, end=other.end, css_class="also")
        for other in place.footnotes
        if other.document == place.document
        and other.number != place.number
        and text[other.start : other.end] == other.quote
    ]


def _window(text: str, start: int) -> tuple[int, int]:
    """Return the bounds of what is shown around an offset, at ends of lines where there are any."""
    low, high = max(0, start - WINDOW_CHARS), min(len(text), start + 2 * WINDOW_CHARS)
    if low:
        low = text.rfind("\n", 0, low) + 1 or low
    if high < len(text):
        end = text.find("\n", high, high + WINDOW_CHARS)
        high = end if end >= 0 else high
    return low, high


def _more(label: str, name: str, at: int) -> str:
    return f'<p class="more">{action("select", label, kind="document", name=name, at=at)}</p>'
