"""The table of file formats: suffix -> loader."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from ingest.loaders.archive import load_zip
from ingest.loaders.book import load_epub
from ingest.loaders.draft import Draft
from ingest.loaders.json_lines import load_json
from ingest.loaders.mail import load_eml, load_mbox, load_mhtml
from ingest.loaders.open_document import load_odt
from ingest.loaders.pdf import load_pdf
from ingest.loaders.plain import load_text
from ingest.loaders.rich_text import load_rtf
from ingest.loaders.sheets import load_csv, load_xlsx
from ingest.loaders.slides import load_pptx
from ingest.loaders.web import load_html
from ingest.loaders.word import load_docx
from ingest.loaders.xml_text import load_xml


@dataclass(frozen=True, kw_only=True)
class Format:
    """A kind of file that can be read."""

    label: str
    """What it is called in a message."""
    suffixes: tuple[str, ...]
    """Its suffixes, in lower case with the dot, the usual one first."""
    load: Callable[[bytes], Draft]
    """Its loader; may raise a Refusal, and, on broken files, anything."""


_WRITTEN_OUT = (
    ".rst",
    ".adoc",
    ".asciidoc",
    ".org",
    ".tex",
    ".textile",
    ".yaml",
    ".yml",
    ".srt",
    ".vtt",
    ".ics",
    ".vcf",
)
"""Kinds of text whose marks are few enough to be read as they are."""

FORMATS = (
    Format(label="a text file", suffixes=(".txt", ".text", ".log", *_WRITTEN_OUT), load=load_text),
    Format(label="a Markdown file", suffixes=(".md", ".markdown"), load=load_text),
    Format(label="an HTML page", suffixes=(".html", ".htm", ".xhtml"), load=load_html),
    Format(label="an XML file", suffixes=(".xml", ".svg"), load=load_xml),
    Format(label="a PDF", suffixes=(".pdf",), load=load_pdf),
    Format(label="a Word document", suffixes=(".docx",), load=load_docx),
    Format(label="an OpenDocument text", suffixes=(".odt",), load=load_odt),
    Format(label="a rich text file", suffixes=(".rtf",), load=load_rtf),
    Format(label="a presentation", suffixes=(".pptx",), load=load_pptx),
    Format(label="a workbook", suffixes=(".xlsx",), load=load_xlsx),
    Format(label="a table", suffixes=(".csv", ".tsv", ".tab"), load=load_csv),
    Format(label="a JSON file", suffixes=(".json", ".jsonl", ".ndjson"), load=load_json),
    Format(label="an EPUB book", suffixes=(".epub",), load=load_epub),
    Format(label="a saved page", suffixes=(".mhtml", ".mht"), load=load_mhtml),
    Format(label="a mail", suffixes=(".eml",), load=load_eml),
    Format(label="a mailbox", suffixes=(".mbox",), load=load_mbox),
    Format(label="a ZIP archive", suffixes=(".zip",), load=load_zip),
)
"""Every format, the simplest first."""

BY_SUFFIX: Mapping[str, Format] = MappingProxyType(
    {suffix: known for known in FORMATS for suffix in known.suffixes},
)
"""The format of each suffix."""

SUPPORTED_SUFFIXES: frozenset[str] = frozenset(BY_SUFFIX)
"""The suffixes, in lower case with their dots, of the files that can be read."""
