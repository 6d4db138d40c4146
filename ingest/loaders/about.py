"""A Draft, its normalised text and its file's name -> the document's title, author and publication date."""

import re

from ingest.loaders.dates import date_in_first_lines, date_in_name, find_date, is_date_line
from ingest.loaders.draft import Draft
from ingest.loaders.normalising import one_line

_TITLE_CHARS = 150
_FIRST_LINES = 10
_HEADING = re.compile(r"^# (.+)$", re.MULTILINE)
_CODE = re.compile(r"^(```|~~~).*?(?:^\1|\Z)", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"[*_]*(?P<name>title|authors?)[*_]*\s*:[*_]*\s*(?P<value>.+)", re.IGNORECASE)
_NAME = r"[^\W\d_a-z][^\W\d_]*[\w.'’-]*"
_BYLINE = re.compile(
    r"[*_]*(?i:(?:(?:report(?:ing|ed)|written|photos?|edited|translated|compiled|story)\s+)?(?:by|von|par|por|door))\s+"
    rf"(?P<names>{_NAME}(?:,?\s+(?:(?:and|und|et|y|de|der|van|von)\s+)*{_NAME}){{1,7}})"
    r"(?:\s+on)?(?P<rest>\s*[,|–—·-].*|\s+\d.*)?[*_]*"
)
# What programs put into the title field when nobody does.
_NO_TITLE = re.compile(
    r"microsoft (?:word|powerpoint)\b.*|untitled.*|(?:word )?document ?\d*"
    r"|.*\.(?:docx?|pdf|indd|tex|dvi|rtf)",
    re.IGNORECASE,
)


def title_of(draft: Draft, text: str, stem: str) -> str:
    """Return the title that the file states, else the first heading, else a short first line, else `stem`.

    Args:
        draft: What the file says about itself.
        text: Its normalised text.
        stem: Its name without suffix.
    """
    stem = one_line(stem) or stem
    stated = one_line(draft.title or "")
    if stated and not _NO_TITLE.fullmatch(stated):
        return stated
    lines = _first_lines(text)
    for line in lines:
        if (field := _FIELD.fullmatch(line)) and field["name"].lower() == "title":
            return field["value"].strip(" *_\"'")
    if heading := _HEADING.search(_CODE.sub("", text)):
        return heading[1].strip(" #*_")
    first = next((line for line in lines if not (_is_byline(line) or is_date_line(line))), "").strip("#*_ ")
    if first.startswith("|"):  # a table
        return stem
    return first if 0 < len(first) <= _TITLE_CHARS and first[-1] not in ".!;:,。！" else stem


def author_of(draft: Draft, text: str) -> str | None:
    """Return the author or outlet that the file states, else one that a line near the start names, else None.

    Such a line is "Author: ..." or "By Ada Lovelace", with nothing else in it but a date.
    """
    if stated := one_line(draft.author or ""):
        return stated
    for line in _first_lines(text):
        field, byline = _FIELD.fullmatch(line), _byline(line)
        if field and field["name"].lower() != "title":
            return field["value"].strip(" *_\"'[]")
        if byline:
            return byline["names"].strip("*_")
    return None


def date_of(draft: Draft, text: str, stem: str) -> str | None:
    """Return the publication date as YYYY-MM-DD, YYYY-MM or YYYY; None if nothing gives one."""
    # The time at which a file was made comes after its first lines: it is often that of an export, a scan or
    # a copy, made years after the text was published.
    stated = find_date(draft.published or "") or date_in_first_lines(text)
    return stated or find_date(draft.created or "") or date_in_name(stem)


def _first_lines(text: str) -> list[str]:
    return [line.strip() for line in text[:10_000].split("\n") if line.strip()][:_FIRST_LINES]


def is_byline(line: str) -> bool:
    """Tell whether a line says who wrote the text and nothing else, or merely when.

    Example:
        >>> is_byline("By Ada Lovelace, 8 May 2024"), is_byline("By Design")
        (True, False)
    """
    return _byline(line) is not None


def _byline(line: str) -> re.Match[str] | None:
    found = _BYLINE.fullmatch(line)
    return found if found and (not found["rest"] or date_in_first_lines(found["rest"])) else None


def _is_byline(line: str) -> bool:
    return bool(_FIELD.fullmatch(line)) or is_byline(line)
