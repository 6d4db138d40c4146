"""What a loader hands over: a Draft, or a Refusal that says why there is none."""

from dataclasses import dataclass

MAX_BYTES = 200 * 1024 * 1024
"""The largest file that is read, and the most that a compressed one may unfold to, in bytes."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A file's text before it is normalised, and what the file says about itself."""

    parts: tuple[str, ...]
    """The text: one part a page if `paged`, else a single part."""
    paged: bool = False
    """Whether the parts are pages."""
    title: str | None = None
    """The title that the file states; None if it states none."""
    author: str | None = None
    """The author or outlet that the file states; None if it names none."""
    published: str | None = None
    """When the file says that it was published, in any spelling; None if it doesn't say."""
    created: str | None = None
    """When the file was made, in any spelling: it may be the time of a mere export."""


class Refusal(Exception):
    """A file gives no text; the message completes "FILE ...": what is wrong and what to do."""
