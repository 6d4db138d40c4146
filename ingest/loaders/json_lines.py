"""JSON and JSONL files -> Draft: every value on a line that says where it stands."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.members import members_of
from ingest.loaders.plain import decode_text

_FEW = 1
"""So many more lines than there are good ones may be broken in a file with a value a line."""
_MOST_NAMED = 20
_LINE_END = re.compile(r"\r\n?|\n")
"""Other signs that end lines may stand in a value."""
_TITLES = ("title", "headline", "name", "subject")
_AUTHORS = ("author", "creator", "byline", "publisher")
_DATES = ("date", "published", "publication_date", "published_at", "date_published", "datePublished", "pubDate")


def load_json(data: bytes) -> Draft:
    """Return the values of a JSON file, or of one with a JSON value a line, as lines such as "author.name: Ada".

    Numbers are kept as they are written. The records of a list are parted by blank lines, and so are texts of
    several lines. Title, author and date are those of the outermost object. Of a file with a value a line, most of
    which are good, the broken lines are members that can't be read.

    Raises:
        Refusal: It isn't JSON; the message says where.
    """
    text = decode_text(data)
    broken: dict[int, str] = {}
    try:
        value = _parsed(text)
    except json.JSONDecodeError as error:
        value, broken = _parsed_lines(text, error)
    outermost = value if isinstance(value, dict) else {}
    return Draft(
        parts=("\n".join(_lines(value)),),
        members=members_of(_broken_lines(broken)),
        title=_stated(outermost, _TITLES),
        author=_stated(outermost, _AUTHORS),
        published=_stated(outermost, _DATES),
    )


def _parsed(text: str) -> Any:  # noqa: ANN401 - whatever JSON can hold
    return json.loads(text, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_record)


def _record(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object; a name that occurs again gets a number, so that no value is lost."""
    record: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    for name, value in pairs:
        seen[name] += 1
        free = name if seen[name] == 1 else f"{name} ({seen[name]})"
        while free in record:
            free += "'"
        record[free] = value
    return record


def _parsed_lines(text: str, error: json.JSONDecodeError) -> tuple[list[Any], dict[int, str]]:
    """Return the values of a file with one a line, and what is wrong with the lines that are none, by their numbers.

    Raises:
        Refusal: Its first line is none, or most are none: it was no such file.
    """
    values, broken = [], dict[int, str]()
    for number, line in enumerate(_LINE_END.split(text), 1):
        try:
            if line.strip():
                values.append(_parsed(line))
        except json.JSONDecodeError as wrong:
            broken[number] = f"{wrong.msg} at column {wrong.colno}"
        if (broken and not values) or len(broken) > _FEW + len(values):
            place = f"line {error.lineno}, column {error.colno}"
            raise Refusal(f"is not valid JSON: {error.msg} at {place}; mend it and add it again")
    return values, broken


def _broken_lines(broken: dict[int, str]) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield a member for each of the first broken lines, and one for all others, that say what is wrong."""
    for number, wrong in islice(broken.items(), _MOST_NAMED):
        yield f"line {number}", partial(_refuse, f"is not valid JSON: {wrong}; mend it and add the file again")
    if more := list(broken)[_MOST_NAMED:]:
        yield (
            f"lines {more[0]} to {more[-1]}",
            partial(_refuse, f"hold {len(more)} more lines that are not valid JSON; mend them and add the file again"),
        )


def _refuse(reason: str) -> bytes:
    raise Refusal(reason)


def _lines(value: Any, place: str = "") -> Iterator[str]:  # noqa: ANN401
    """Yield a line for each value in a value, headed by the names that lead to it, and blank lines between records."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _lines(inner, f"{place}.{name}" if place else str(name))
    elif isinstance(value, list) and any(isinstance(inner, dict | list) for inner in value):
        for number, inner in enumerate(value, 1):
            yield ""
            yield from _lines(inner, f"{place}[{number}]" if place else "")
        yield ""
    elif isinstance(value, list):
        yield from _labelled(", ".join(map(_shown, value)), place)
    else:
        yield from _labelled(_shown(value), place)


def _labelled(text: str, place: str) -> Iterator[str]:
    if "\n" in text.strip():
        yield from ("", f"{place}:" if place else "", "", text.strip(), "")
    elif text.strip():
        yield f"{place}: {text}" if place else text


def _shown(value: Any) -> str:  # noqa: ANN401
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _stated(record: dict[str, Any], names: tuple[str, ...]) -> str | None:
    found = next((record[name] for name in names if record.get(name)), None)
    if isinstance(found, dict):
        found = found.get("name")
    return found if isinstance(found, str) else None
