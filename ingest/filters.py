"""Names and dates in, the documents that they choose out."""

import calendar
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from typing import Any

from ingest.errors import BadFilter
from ingest.records import DocumentInfo

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Which documents are listed, or a question is asked of; all conditions that are given must hold.

    A date may be a year or a month (YYYY, YYYY-MM, YYYY-MM-DD), in the filter as in the document: what may have been
    published in the time asked for matches. A document without a date matches no date.

    Raises:
        BadFilter: A date is none, `after` is later than `before`, or a language is no code of letters.

    Example:
        >>> may = Filters(after="2024-05", before="2024-05")
        >>> [may.match_date(date) for date in ("2024-05-31", "2024-05", "2024", "2024-06-01", None)]
        [True, True, True, False, False]
    """

    after: str | None = None
    """The first day, month or year that counts; None for no limit."""
    before: str | None = None
    """The last one that counts; None for no limit."""
    documents: tuple[str, ...] = ()
    """Patterns of documents' names, such as "minutes*" or "2024/*.pdf"; one must match. Empty for all."""
    language: str | None = None
    """The language that documents are written in, as ISO 639-1 ("en"), in any case; None for all."""

    def __post_init__(self) -> None:
        # One pattern, or a list, is as good: taken for a tuple of letters, a text would match everything.
        patterns = (self.documents,) if isinstance(self.documents, str) else tuple(self.documents)
        object.__setattr__(self, "documents", patterns)
        if self.language is not None:
            object.__setattr__(self, "language", _code(self.language))
        for date in filter(None, (self.after, self.before)):
            _check(date)
        if self.after and self.before and _first_day(self.after) > _last_day(self.before):
            raise BadFilter(f"Nothing is published after {self.after} and before {self.before}; swap the two")

    @property
    def empty(self) -> bool:
        """Whether every document matches."""
        return not (self.after or self.before or self.documents or self.language)

    def choose(self, infos: Iterable[DocumentInfo]) -> tuple[DocumentInfo, ...]:
        """Return the documents that match, in the order given.

        Raises:
            BadFilter: None does.
        """
        chosen = tuple(
            info
            for info in infos
            if self.match_name(info.name) and self.match_date(info.date) and self.language in (None, info.language)
        )
        if not chosen and not self.empty:
            raise BadFilter(f"No document is left by {self}; see: footnote documents")
        return chosen

    def match_name(self, name: str) -> bool:
        """Tell whether a document's name matches; upper and lower case are alike."""
        return not self.documents or any(fnmatchcase(name.casefold(), wanted.casefold()) for wanted in self.documents)

    def match_date(self, date: str | None) -> bool:
        """Tell whether what was published at `date` may lie in the time asked for."""
        if not self.after and not self.before:
            return True
        if not date:
            return False
        return (not self.after or _last_day(date) >= _first_day(self.after)) and (
            not self.before or _first_day(date) <= _last_day(self.before)
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the filters by name, as an answer's settings record them."""
        return asdict(self) | {"documents": list(self.documents)}

    def __str__(self) -> str:
        parts = [("--after", self.after), ("--before", self.before), *(("--document", name) for name in self.documents)]
        parts.append(("--language", self.language))
        return " ".join(f"{flag} {value!r}" for flag, value in parts if value)


def _code(language: str) -> str | None:
    """Return the code of a language in lower case, without a region: "en" of "en-GB"; None of an empty text."""
    code = re.split("[-_]", language.strip().lower())[0]
    if code and not re.fullmatch("[a-z]{2,3}", code):
        raise BadFilter(f"{language!r} is no code of a language; write it as en, fr or zh")
    return code or None


def _check(date: str) -> None:
    parts = _DATE.fullmatch(date)
    year, month, day = (int(part or 1) for part in parts.groups()) if parts else (0, 0, 0)
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise BadFilter(f"{date!r} is no date; write it as 2024, 2024-05 or 2024-05-31")


def _first_day(date: str) -> str:
    return (date + "-01-01")[:10] if len(date) == 4 else (date + "-01")[:10]


def _last_day(date: str) -> str:
    # Texts are compared, so no month needs its own last day.
    return (date + "-12-31")[:10] if len(date) == 4 else (date + "-31")[:10]
