"""Names and readers of the files in a file -> its Members."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count
from pathlib import PurePosixPath

from ingest.loaders.draft import Member, Refusal
from ingest.loaders.limits import MAX_MEMBERS
from ingest.loaders.normalising import one_line

_NAME_CHARS = 250


def members_of(files: Iterable[tuple[str, Callable[[], bytes]]]) -> tuple[Member, ...]:
    """Return a member for each file; a name that occurs again gets a number.

    Args:
        files: Names, with whatever is in them, and functions that return the files' bytes.

    Raises:
        Refusal: They are too many.

    Example:
        >>> [member.name for member in members_of([("a.txt", bytes), ("../a.txt", bytes)])]
        ['a.txt', 'a (2).txt']
    """
    members: dict[str, Member] = {}
    numbers: dict[str, Iterator[int]] = {}
    for wanted, read in files:
        if len(members) == MAX_MEMBERS:
            raise Refusal(f"holds more than {MAX_MEMBERS:,} files; split it, or unpack it and add the folder")
        path = PurePosixPath(_plain(wanted))
        name = str(path)
        while name in members:
            number = next(numbers.setdefault(str(path), count(2)))  # going on where the namesake before it ended
            name = str(path.with_stem(f"{path.stem} ({number})"))
        members[name] = Member(name=name, read=read)
    return tuple(members.values())


def _plain(name: str) -> str:
    """Return a relative path without steps upwards, on one line, and not too long."""
    parts = [one_line(part)[-_NAME_CHARS:] for part in name.replace("\\", "/").split("/")]
    return "/".join(part for part in parts if part not in ("", ".", "..")) or "unnamed"
