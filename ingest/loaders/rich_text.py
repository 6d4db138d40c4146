"""RTF file -> Draft: its text, and what its information group states."""

import re

from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.normalising import one_line
from ingest.loaders.symbols import in_unicode

_INFO = re.compile(r"\{\\(?P<name>title|author)\s(?P<value>(?:[^{}\\]|\\['u\\{}][^{}]?){1,1000})\}")
_CREATED = re.compile(r"\{\\creatim\\yr(?P<year>\d{4})\\mo(?P<month>\d\d?)\\dy(?P<day>\d\d?)")
_NOTE = re.compile(r"\{(?:\\\*)?\\(?:footnote|annotation|header[lrf]?|footer[lrf]?)(?![a-z])")
_WORDS = r"\{(?:\\\*?[a-z]+-?\d*\s?)*+"
_HIDDEN = re.compile(
    rf"{_WORDS.removesuffix('+')}?\\(?:v|deleted)(?![a-z0-9])(?:[^{{}}\\]|\\(?!v0)[^{{}}])*\}}"
    r"|\\v(?![a-z0-9])(?:[^{}\\]|\\(?!v0)[^{}])*\\v0\s?"
)
_SYMBOLS = re.compile(r"\{\\f(\d+)\b[^{};]*?((?:wing|web)dings[^{};]*|symbol);\}", re.IGNORECASE)
_BYTE = re.compile(r"\\'([0-9a-f]{2})", re.IGNORECASE)
_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_CODE_PAGE = re.compile(r"\\ansicpg\d+")
_FONTS = re.compile(r"\{\\fonttbl(?:[^{}]|\{[^{}]*\})*\}")
_CELL_LINE = re.compile(r"(?m)^(?=[^\n|]*\|)(.*\|)[ \t]*$")


def load_rtf(data: bytes) -> Draft:
    """Return the text of a rich text file; rows of tables become `| a | b |`.

    Footnotes, comments, headers and footers follow at the end.

    Raises:
        Refusal: There is no text between its marks.
    """
    from striprtf.striprtf import rtf_to_text

    markup = _with_signs(_HIDDEN.sub("", data.decode("latin-1")))
    markup, notes = _without_notes(markup)
    text = rtf_to_text(markup, encoding="cp1252", errors="replace")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # emoji are written in halves
    text = _CELL_LINE.sub(lambda row: "| " + " | ".join(row[1].rstrip("|").split("|")) + " |", text)
    if not text.strip():
        raise Refusal("is a rich text file without text; open it in its program, save it again and add that")
    info = {
        found["name"]: rtf_to_text("{\\rtf1 " + found["value"] + "}", encoding="cp1252", errors="replace").strip()
        for found in _INFO.finditer(markup[:100_000])
    }
    created = _CREATED.search(markup[:100_000])
    return Draft(
        parts=("\n\n".join((text, _notes(markup, notes))),),
        title=info.get("title") or None,
        author=info.get("author") or None,
        created=f"{created['year']}-{int(created['month']):02}-{int(created['day']):02}" if created else None,
    )


def _with_signs(markup: str) -> str:
    """Return the markup with characters of Unicode in place of those that symbol fonts draw."""
    for number, font in _SYMBOLS.findall(markup[:100_000]):
        group = re.compile(rf"\{{[^{{}};]*\\f{number}(?!\d)[^{{}};]*\}}")

        def signs(found: re.Match[str], font: str = font.strip()) -> str:
            return _BYTE.sub(lambda byte: f"\\u{ord(in_unicode(chr(int(byte[1], 16)), font)) & 0xFFFF} ?", found[0])

        markup = group.sub(signs, markup)
    return markup


def _without_notes(markup: str) -> tuple[str, list[str]]:
    """Return the markup without its footnotes and what else striprtf would drop, and what stands in each."""
    kept, notes, start = [], [], 0
    while opening := _NOTE.search(markup, start):
        end, depth = opening.end(), 1
        for brace in _BRACE.finditer(markup, opening.end()):
            depth += 1 if brace[0] == "{" else -1 if brace[0] == "}" else 0
            if not depth:
                end = brace.end()
                break
        else:
            end = len(markup)
        kept.append(markup[start : opening.start()])
        notes.append(markup[opening.end() : end].removesuffix("}"))
        start = end
    # Something must keep a word before such a group from growing together with one after it.
    return "{}".join((*kept, markup[start:])), notes


def _notes(markup: str, notes: list[str]) -> str:
    """Return the notes as a list under a heading, read with the fonts and code page of the whole."""
    from striprtf.striprtf import rtf_to_text

    writer = MarkdownWriter()
    page = _CODE_PAGE.search(markup[:1000])
    fonts = _FONTS.search(markup[:100_000])
    head = f"{{\\rtf1{page[0] if page else ''}{fonts[0] if fonts else ''} "
    texts = (rtf_to_text(f"{head}{note}}}", encoding="cp1252", errors="replace") for note in notes)
    writer.notes(dict.fromkeys(one_line(text) for text in texts))
    return writer.text()
