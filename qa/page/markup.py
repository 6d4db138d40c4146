"""Untrusted text in, HTML that only shows it out; every string of the page that isn't ours goes through here."""

import html
import json
import re
import unicodedata

_DIRECTION = re.compile("[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def shown(text: str) -> str:
    """Return text as HTML that shows exactly it, for content and for quoted attributes.

    Characters that turn the direction of what follows become visible signs, because they can make a quote look like
    another; those that HTML can't hold become the replacement character.

    Example:
        >>> shown('<b onclick="x">')
        '&lt;b onclick=&quot;x&quot;&gt;'
    """
    return html.escape(visible(text), quote=True)


def visible(text: str) -> str:
    """Return text with visible signs for the characters that turn its direction or can't be shown."""
    return _DIRECTION.sub(lambda found: f"‹U+{ord(found[0]):04X}›", _UNPRINTABLE.sub("\ufffd", text))


def isolated(text: str, css_class: str = "") -> str:
    """Return text as an element whose writing direction doesn't touch what stands around it."""
    attribute = f' class="{css_class}"' if css_class else ""
    return f"<bdi{attribute}>{shown(text)}</bdi>"


def direction(text: str) -> str:
    """Return which way a text is written: "rtl" if its first letter says so, else "ltr".

    The browser finds that out by itself only where no part of the text is isolated.
    """
    strong = (unicodedata.bidirectional(sign) for sign in text)
    first = next((kind for kind in strong if kind in ("L", "R", "AL")), "L")
    return "ltr" if first == "L" else "rtl"


def quoted(text: str) -> str:
    """Return text as a quotation, set the way it is written."""
    return f'<q dir="{direction(text)}">{isolated(text)}</q>'


def action(event: str, label: str, *, css_class: str = "link", **values: str | int) -> str:
    """Return a button that triggers an event of its Gradio component.

    Args:
        event: The component's event.
        label: HTML of the button's face.
        css_class: Its CSS classes.
        **values: What the event carries; all arrive as strings.
    """
    data = shown(json.dumps({name: str(value) for name, value in values.items()}))
    return f'<button type="button" class="{css_class}" data-event="{event}" data-with="{data}">{label}</button>'


def written_date(date: str | None) -> str:
    """Return an ISO date in words, as far as it is known; other text unchanged, None as "".

    Example:
        >>> written_date("2024-05-21"), written_date("2024-05")
        ('21 May 2024', 'May 2024')
    """
    if not date:
        return ""
    found = re.fullmatch(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", date)
    if not found or not 1 <= int(found[2] or 1) <= 12:
        return date
    parts = [str(int(found[3]))] if found[3] else []
    parts += [_MONTHS[int(found[2]) - 1]] if found[2] else []
    return " ".join([*parts, found[1]])
