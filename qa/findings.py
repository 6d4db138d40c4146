"""What was looked at, whether it is as it should be, and what was found: of receipts and of installations."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """The thing, such as "citation 1" or "model default"."""
    ok: bool
    """Whether it is as it should be, as a receipt says it was, or has been mended."""
    detail: str
    """What was found, and what to do if that helps."""
