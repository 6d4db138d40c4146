"""What reading a document may take: every limit of loading, in one place."""

import os
from collections.abc import Callable
from dataclasses import dataclass

from ingest.errors import IngestError

MAX_BYTES = 200 * 1024 * 1024
"""The largest file that is read, and the most that a compressed one may unfold to, in bytes."""

MAX_CHARACTERS = 20_000_000
"""The longest text that a document may have: some 7,000 pages, a quarter of an hour's embedding."""

MAX_MEMBERS = 20_000
"""The most documents that are read from one archive or mailbox."""

MAX_DEPTH = 4
"""How deep documents may lie in one another: a file attached to a mail in a mailbox in a ZIP archive is at 3."""

MAX_DEATHS = 3
"""So many documents in one archive may break the process that reads them before the rest is given up."""

WAITING = 10
"""A document may take so many times its processor time by the clock: for slow disks and busy machines."""

renewals: list[Callable[[], None]] = []
"""What gives a document its processor time anew; the process that reads files puts it here."""


def renew_time() -> None:
    """Let the limit of time begin again: for each page of a scan."""
    for renew in renewals:
        renew()


@dataclass(frozen=True, kw_only=True)
class LoadingLimits:
    """What the process that reads files may use for one document."""

    seconds: int = 60
    """Processor time, at least 1; ten times that by the clock. Without POSIX, only the clock counts."""
    memory_mb: int = 2048
    """Address space in megabytes, enforced on Linux; less than 512 leaves the libraries no room."""

    def __post_init__(self) -> None:
        if self.seconds < 1 or self.memory_mb < 512:
            raise ValueError("a file needs at least 1 second and 512 MB")


def limits_from_environment() -> LoadingLimits:
    """Return the limits with what FOOTNOTE_FILE_SECONDS and FOOTNOTE_FILE_MEMORY_MB say otherwise.

    Raises:
        IngestError: One of them is no whole number, or too small.
    """
    usual = LoadingLimits()
    try:
        return LoadingLimits(
            seconds=int(os.environ.get("FOOTNOTE_FILE_SECONDS", usual.seconds)),
            memory_mb=int(os.environ.get("FOOTNOTE_FILE_MEMORY_MB", usual.memory_mb)),
        )
    except ValueError as error:
        message = "FOOTNOTE_FILE_SECONDS and FOOTNOTE_FILE_MEMORY_MB must be whole numbers, at least 1 and 512"
        raise IngestError(f"{message}; unset or correct them") from error
