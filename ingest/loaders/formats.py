"""The table of file formats: suffix -> loader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ingest.loaders.draft import Draft
from ingest.loaders.pdf import load_pdf
from ingest.loaders.plain import load_text
from ingest.loaders.web import load_html
from ingest.loaders.word import load_docx


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file that can be read."""

    label: str
    """What it is called in a message."""
    suffixes: tuple[str, ...]
    """Its suffixes, in lower case with the dot, the usual one first."""
    load: Callable[[bytes], Draft]
    """Its loader; may raise a Refusal, and, on broken files, anything."""


FORMATS = (
    Format(label="a text file", suffixes=(".txt", ".text"), load=load_text),
    Format(label="a Markdown file", suffixes=(".md", ".markdown"), load=load_text),
    Format(label="an HTML page", suffixes=(".html", ".htm"), load=load_html),
    Format(label="a PDF", suffixes=(".pdf",), load=load_pdf),
    Format(label="a Word document", suffixes=(".docx",), load=load_docx),
)
"""Every format, the simplest first."""

BY_SUFFIX: Mapping[str, Format] = MappingProxyType(
    {suffix: known for known in FORMATS for suffix in known.suffixes},
)
"""The format of each suffix."""
