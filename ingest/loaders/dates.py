"""Metadata, first lines or a file name -> a publication date as YYYY-MM-DD, YYYY-MM or YYYY."""

import re
from datetime import date

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = r"(?P<month_name>" + "|".join(f"{m[:3]}(?:{m[3:]})?" if m != "may" else m for m in _MONTHS) + r"|sept)\.?"
_ABROAD = {
    1: "januar jänner janvier enero gennaio janeiro januari", 2: "februar février febrero febbraio fevereiro februari",
    3: "märz mars marzo março maart", 4: "avril abril aprile", 5: "mai mayo maggio maio mei",
    6: "juni juin junio giugno junho", 7: "juli juillet julio luglio julho", 8: "august août agosto augustus",
    9: "septembre septiembre settembre setembro", 10: "oktober octobre octubre ottobre outubro",
    11: "novembre noviembre novembro", 12: "dezember décembre diciembre dicembre dezembro",
}  # fmt: skip
"""Names of months in German, French, Spanish, Italian, Portuguese and Dutch that English doesn't have."""
_MONTH_ABROAD = {name: month for month, names in _ABROAD.items() for name in names.split()}
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<!\d){_YEAR}[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)",
        rf"(?<!\d){_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}(?!\d)",
        rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}(?!\d)",
        rf"(?<!\d)(?P<day>\d\d?)(?:\.|er)?\s+(?:de\s+)?(?P<month_name>{'|'.join(_MONTH_ABROAD)})\s+(?:de\s+)?{_YEAR}(?!\d)",
        rf"(?<![\d.])(?P<day>\d\d?)\.\s?(?P<month>\d\d?)\.\s?{_YEAR}(?![\d.])",
        rf"(?<!\d){_YEAR}\s?年\s?(?P<month>\d\d?)\s?月\s?(?P<day>\d\d?)\s?日",
    )
)
_COARSE = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (rf"(?<!\d\s)\b{_MONTH},?\s+{_YEAR}(?!\d)", rf"(?<!\d){_YEAR}-(?P<month>\d\d)(?![\d-])")
)
_COMPACT = re.compile(rf"(?<!\d){_YEAR}(?P<month>\d\d)(?P<day>\d\d)(?!\d)")
_PDF = re.compile(r"D:(?P<year>\d{4})(?P<month>\d\d)?(?P<day>\d\d)?")
_ISO_START = re.compile(rf"\s*{_YEAR}(?:-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?(?=\s*$|T|\s+\d)")
_LABEL = re.compile(
    r"(?:date(?:\s+of\s+(?:publication|issue|adoption))?|dated|published(?:\s+on)?|publication\s+date"
    r"|issued(?:\s+on)?|datum|stand|fecha|data|日期|adopted(?:\s+on)?|posted(?:\s+on)?|updated(?:\s+on)?|last\s+updated)\b(?P<sign>[\s:*_]*)",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(r"(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+", re.IGNORECASE)
_AROUND = " \t#>*_()[]|.,;:–—-"
_SEPARATORS = ("|", "–", "—", "-", "·", "•", "/")
_ARTICLE = re.compile(r"(?:^|(?<=,))\s*(?:le|den|a|el|il|em)$", re.IGNORECASE)
_TIME = re.compile(r"T\d\d:\d\d\S*|(?:at\s+)?\d{1,2}[:.h]\d\d(?:\s*\w{2,4}){0,2}", re.IGNORECASE)
_FIRST_LINES = 15
_PLACE_CHARS = 40


def find_date(stated: str) -> str | None:
    """Return the date that a metadata field states, as an ISO string; None if it states none that exists.

    Example:
        >>> find_date("2024-05-08T10:00:00+02:00"), find_date("D:20240508101500Z"), find_date("May 8, 2024")
        ('2024-05-08', '2024-05-08', '2024-05-08')
    """
    exact = next((match for pattern in (_PDF, _ISO_START) if (match := pattern.match(stated))), None)
    if exact:
        return _iso(exact)
    for pattern in (*_PATTERNS, _COMPACT, *_COARSE):
        if (match := pattern.search(stated)) and (found := _iso(match)):
            return found
    return None


def date_in_first_lines(text: str) -> str | None:
    r"""Return the date that one of the first 15 non-blank lines gives; None if no line clearly is for that.

    A line is one if it begins with "Date" and a date, if it is hardly more than a date (with a word such as
    "Published", a weekday or a place before it), or if it begins as news do: "GENEVA, 8 May 2024 – ". A
    sentence that merely mentions a date is not one.

    Example:
        >>> date_in_first_lines("A title\n\nGeneva, 8 May 2024\n\nText.")
        '2024-05-08'
        >>> date_in_first_lines("On 8 May 2024 the council met for the first time.") is None
        True
    """
    lines = [line for line in text[:10_000].split("\n") if line.strip()][:_FIRST_LINES]
    return next((found for line in lines if (found := _date_of_line(line))), None)


def date_in_name(stem: str) -> str | None:
    """Return the date in a file name such as "2024-05-08 minutes", "20240508" or "report_2024-05", or None.

    Example:
        >>> date_in_name("minutes_20240508"), date_in_name("minutes")
        ('2024-05-08', None)
    """
    spaced = stem.replace("_", "-") if re.search(r"\d{4}_\d\d", stem) else stem
    for pattern in (_PATTERNS[0], _COMPACT, *_PATTERNS[1:], *_COARSE):
        if (match := pattern.search(spaced)) and (found := _iso(match)):
            return found
    return None


def is_date_line(line: str) -> bool:
    """Tell whether a line is there to give a date and nothing else, such as "Date: 2024-05-08"."""
    return len(line) <= 2 * _PLACE_CHARS and _date_of_line(line) is not None


def _date_of_line(line: str) -> str | None:
    rest = line.strip(_AROUND)
    label = _LABEL.match(rest)
    if label:
        rest = rest[label.end() :]
    if weekday := _WEEKDAY.match(rest):
        rest = rest[weekday.end() :]
    for pattern in (*_PATTERNS, *_COARSE):
        match = pattern.match(rest) if label else pattern.search(rest)
        if match and _is_date_line(rest, match, label) and (found := _iso(match)):
            return found
    return None


def _is_date_line(rest: str, match: re.Match[str], label: re.Match[str] | None) -> bool:
    before, after = rest[: match.start()].strip(), rest[match.end() :].strip()
    if label and (label[0].lower().startswith("date") or ":" in label["sign"]):
        return True
    before = _ARTICLE.sub("", before)
    place = not before.strip(_AROUND) or (len(before) <= _PLACE_CHARS and before[-1] in ",()|–—-·")
    alone = not after.strip(_AROUND) or _TIME.fullmatch(after.strip(_AROUND)) is not None
    # "3 May 2024 – 8 May 2024" is a period, "8 May 2024 | Geneva" and "Geneva, 8 May 2024 – Today" aren't.
    dateline = after.startswith(_SEPARATORS) and not re.match(r"\W*\d", after)
    return place and (alone or dateline)


def _iso(match: re.Match[str]) -> str | None:
    """Return the matched date as an ISO string; None if there is no such day."""
    parts = match.groupdict()
    year, month, day = int(parts["year"]), parts.get("month"), parts.get("day")
    if name := parts.get("month_name"):
        abroad = _MONTH_ABROAD.get(name.lower())
        month = str(abroad or 1 + [m[:3] for m in _MONTHS].index(name[:3].lower()))
    if not 1000 <= year <= 9999:
        return None
    try:
        whole = date(year, int(month or 1), int(day or 1)).isoformat()
    except ValueError:
        return None
    return whole if day else whole[:7] if month else whole[:4]
