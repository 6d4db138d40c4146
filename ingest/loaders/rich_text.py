"""RTF file -> Draft: its text, and what its information group states."""

import re

from ingest.loaders.draft import Draft, Refusal

_INFO = re.compile(r"\{\\(?P<name>title|author)\s(?P<value>(?:[^{}\\]|\\['u\\{}][^{}]?){1,1000})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(?P<year>\d{4})\\mo(?P<month>\d\d?)\\dy(?P<day>\d\d?)")
_CELL_LINE = re.compile(r"(?m)^(?=[^\n|]*\|)(.*\|)[ \t]*$")


def load_rtf(data: bytes) -> Draft:
    """Return the text of a rich text file; rows of tables become `| a | b |`.

    Raises:
        Refusal: There is no text between its marks.
    """
    from striprtf.striprtf import rtf_to_text

    markup = data.decode("latin-1")
    text = rtf_to_text(markup, encoding="cp1252", errors="replace")
    if not text.strip():
        raise Refusal("is a rich text file without text; open it in its program, save it again and add that")
    info = {
        found["name"]: rtf_to_text("{\\rtf1 " + found["value"] + "}", encoding="cp1252", errors="replace").strip()
        for found in _INFO.finditer(markup[:100_000])
    }
    created = _CREATED.search(markup[:100_000])
    return Draft(
        parts=(_CELL_LINE.sub(lambda row: "| " + " | ".join(row[1].rstrip("|").split("|")) + " |", text),),
        title=info.get("title") or None,
        author=info.get("author") or None,
        created=f"{created['year']}-{int(created['month']):02}-{int(created['day']):02}" if created else None,
    )
