"""A greeting, or a question about the library itself, in; its answer, without documents or model, out.

Only whole sentences of known forms are recognised, so that no question about what documents say is taken for one.
"""

import re
from collections.abc import Sequence

from ingest import DocumentInfo
from ingest.counting import counted
from qa.records import Kind

MOST_LISTED = 30
"""How many documents are listed."""

HELLO = "Hello. Ask me what your documents say; every sentence of the answer shows where it stands."
WELCOME = "You are welcome. Ask on if there is more."
GOODBYE = "Goodbye."
HELP = (
    "I answer questions from the documents in this library. Every sentence of an answer has a footnote to the exact "
    "words that support it, and when the documents don't say, I say so."
)
_ENDING = r"(?: (?:there|footnote|everyone|all|again))?[\s!.,:)🙂-]*"
_COURTESIES = (
    (
        r"(?:hi|hello|hey|greetings|good (?:morning|afternoon|evening|day)|bonjour|hallo|hola|你好|您好)",
        HELLO,
    ),
    (r"(?:(?:hi|hello|hey),? )?how are you(?: today)?", HELLO),
    (
        r"(?:ok(?:ay)?,? |great,? |perfect,? )?(?:thank you|thanks|many thanks|thx|cheers|merci|danke|gracias|谢谢)"
        r"(?: (?:very much|so much|a lot|for (?:your|the) (?:help|answer)))?",
        WELCOME,
    ),
    (r"(?:good ?bye|bye|bye[ -]bye|see you|good night|au revoir)", GOODBYE),
    (
        r"(?:help|what can you do|(?:who|what) are you|how (?:do|can) i use (?:you|this)|how does this work)\??",
        HELP,
    ),
)
_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = _MONTH_NAMES.split()
_DOCUMENTS = r"(?:documents?|files?|papers?|sources?|texts?)"
_WHERE = r"(?: (?:in|from) (?:the|this|your|my) (?:library|collection))"
_HAVING = (
    rf"(?: (?:do you (?:have|know|hold)|have you got|are there|are (?:available|loaded|here)|have i added|did i add|"
    rf"does (?:the|this|your|my) (?:library|collection) (?:have|hold|contain)|are{_WHERE}))"
)
_DATE = r"(?: (?:are |dated |published )?(?P<relation>from|of|in|since|after|before|until) (?P<date>[\w -]+?))"
_LIBRARY = (
    rf"(?:what|which|how many) (?:other )?{_DOCUMENTS}{_HAVING}{_WHERE}?{_DATE}?",
    rf"(?:what|which|how many) {_DOCUMENTS}{_DATE}{_HAVING}",
    rf"(?:please )?(?:list|show)(?: me)?(?: all)?(?: (?:the|my|your))? {_DOCUMENTS}{_WHERE}?{_DATE}?",
    rf"(?:do you have|are there)(?: any)? {_DOCUMENTS}{_WHERE}?{_DATE}?",
    r"what(?: is|['’]s) in (?:the|this|your|my) (?:library|collection)",
)


def answer_without_documents(question: str, infos: Sequence[DocumentInfo]) -> tuple[Kind, str] | None:
    """Return what a greeting or a question about the library is answered with; None for every other question.

    Args:
        question: The question.
        infos: The library's documents.

    Example:
        >>> answer_without_documents("How many documents are there?", [])
        ('library', 'There are no documents yet.')
    """
    plain = " ".join(question.casefold().split())
    for pattern, answer in _COURTESIES:
        if re.fullmatch(rf"{pattern}{_ENDING}\??", plain):
            return "greeting", answer
    for pattern in _LIBRARY:
        match = re.fullmatch(rf"{pattern}\s*[?.!]*", plain)
        if match:
            return _about_library(match.groupdict(), plain.startswith("how many"), infos)
    return None


def _about_library(
    asked: dict[str, str | None], only_count: bool, infos: Sequence[DocumentInfo]
) -> tuple[Kind, str] | None:
    date, relation = asked.get("date"), asked.get("relation") or "from"
    limit = _iso(date) if date else ""
    if limit is None:
        return None  # "which documents are there in French": what that asks for is not known here
    if not infos:
        return "library", "There are no documents yet."
    found = sorted((info for info in infos if _fits(info.date, relation, limit)), key=lambda i: (i.date or "", i.name))
    when = f" {relation} {(date or '').title()}" if date else ""
    count = f"{counted(len(found), 'document') if found else 'no documents'}{when}"
    head = f"There {'is' if len(found) == 1 else 'are'} {count}"
    if only_count or not found:
        return "library", f"{head}."
    # A file's name may hold line breaks, too.
    lines = [" ".join(f"- {info.title}, {info.date or 'undated'} ({info.name})".split()) for info in found]
    rest = len(lines) - MOST_LISTED
    more = [f"- and {rest} more; `footnote documents` lists them all"] if rest > 0 else []
    return "library", "\n".join([f"{head}:", *lines[:MOST_LISTED], *more])


def _fits(date: str | None, relation: str, limit: str) -> bool:
    """Return whether a document's date stands in the relation to a year, month or day; undated ones to none."""
    if not limit:
        return True
    if date is None:
        return False
    cut = date[: len(limit)]
    if relation == "since":
        return cut >= limit
    if relation == "after":
        return cut > limit
    if relation in ("before", "until"):
        return cut < limit or (relation == "until" and cut == limit)
    return cut == limit


def _iso(text: str) -> str | None:
    """Return "may 2024", "2024" or "2024-05-14" as ISO 8601; None for what is no date."""
    if re.fullmatch(r"\d{4}(?:-\d\d(?:-\d\d)?)?", text):
        return text
    match = re.fullmatch(r"(?:(\d{1,2}) )?([a-z]+) (\d{4})", text)
    if not match or match.group(2) not in _MONTHS:
        return None
    day, month, year = match.groups()
    return f"{year}-{_MONTHS.index(month) + 1:02}" + (f"-{int(day):02}" if day else "")
