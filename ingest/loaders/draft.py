"""What a loader hands over: a Draft, or a Refusal that says why there is none."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Member:
    """A file within a file: one in an archive, a message of a mailbox, an attachment."""

    name: str
    """Its name within the file, with forward slashes; no two members of a file have the same."""
    read: Callable[[], bytes]
    """Returns its bytes; may raise a Refusal, and, on broken files, anything."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file's text before it is normalised, what the file says about itself, and the files in it."""

    parts: tuple[str, ...] = ()
    """The text: one part a page if `paged`, else a single part; none if the file merely holds others."""
    paged: bool = False
    """Whether the parts are pages."""
    recognised: tuple[int, ...] = ()
    """Numbers of the pages, from 1, whose text was recognised in a picture."""
    unread: tuple[int, ...] = ()
    """Numbers of the pages, from 1, that can be read only as pictures and weren't."""
    members: tuple[Member, ...] = ()
    """The files in it, each of which becomes a document of its own."""
    title: str | None = None
    """The title that the file states; None if it states none."""
    author: str | None = None
    """The author or outlet that the file states; None if it names none."""
    published: str | None = None
    """When the file says that it was published, in any spelling; None if it doesn't say."""
    created: str | None = None
    """When the file was made, in any spelling: it may be the time of a mere export."""


class Refusal(Exception):
    """A file gives no text; the message completes "FILE ...": what is wrong and what to do.

    Args:
        reason: The message.
        members: The files in it, which may be read all the same.
    """

    def __init__(self, reason: str, members: tuple[Member, ...] = ()) -> None:
        super().__init__(reason)
        self.members = members
