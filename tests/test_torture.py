"""Files that broke other programs, where they are at hand: each gives the right text or the right reason.

They are looked for in the folder that TORTURE_FILES names.
"""

import os
from pathlib import Path

import pytest

from ingest.errors import UnreadableFile
from ingest.loading import load_document

FOLDER = Path(os.environ.get("TORTURE_FILES", "torture"))

TEXTS = {
    "csv_utf16.csv": ("| Team | Location | Stanley Cups |", "| Maple Leafs | TOR | 13 |"),
    "docx_tables.docx": ("| Header Col 1 | Header Col 2 |", "| d | e f g&t h | i |"),
    "docx_with_comments.docx": ("# AutoGen: Enabling Next-Gen LLM Applications", "# Abstract"),
    "eml_non_utf8.eml": ("# RE: שלום", "Tamir Erez", "סלבה היקר"),
    "epub_winter_sports.epub": ("Winter Sports", "E. F. Benson", "curling"),
    "html_misleading_charset.html": ("اللغة العربية هي واحدة من أكثر اللغات",),
    "odt_document.odt": ("# heading level 1.0", "## Heading level 2: A", "- bullet list 2.2.1", "Hampden-Sydney"),
    "pdf_arabic_rtl.pdf": ("حَبيبي", "habibi"),
    "pdf_copy_protected.pdf": ("LayoutParser: A Unified Toolkit for Deep Learning Based Document Image Analysis",),
    "pdf_french.pdf": ("Résumés et interrogations de logs de requêtes OLAP", "Université François Rabelais"),
    "pdf_helloworld_bad.pdf": ("Hello, world!",),
    "pdf_invisible_text_layer.pdf": ("Visible heading line",),
    "pdf_latex_multicolumn.pdf": ("Two-Column Document with Lorem Ipsum", "## Abstract"),
    "pdf_missing_info_dict.pdf": ("PDF document without /Info key in document root.",),
    "pdf_rotated_text.pdf": ("Rotated text",),
    "pdf_tracemonkey_paper.pdf": ("Trace-based Just-in-Time Type Specialization for Dynamic Languages", "Andreas Gal"),
    "pdf_with_attachment.pdf": ("Lorem ipsum dolor sit amet, consetetur sadipscing elitr",),
    "pptx_malformed.pptx": ("## Test Slide", "Problem Date Placeholder"),
    "txt_cp1252_french.txt": ("NÉ LE 15 JANVIER 1622", "«Quel est le plus grand des écrivains de mon règne?"),
    "txt_udhr_all_languages.txt": ("Universal Declaration of Human Right", "Tous les êtres humains naissent libres"),
    "txt_utf16le.txt": ("This is a test document to use for unit tests.", "Hamburgers are delicious"),
    "txt_windows1251_russian.txt": ("В гимназии он не был в числе первых учеников",),
}
"""What must stand in the text."""

REASONS = {
    "bin_random.bin": "is of a kind that can't be read",
    "pdf_aes256_foo_bar.pdf": "is locked with a password",
    "pdf_no_text.pdf": "has no text",
    "pdf_password_openpassword.pdf": "is locked with a password",
    "pdf_poppler_395_fuzzed.pdf": "is locked with a password",
    "pdf_poppler_85140.pdf": "has no text",
    "pdf_redhat_1531897.pdf": "is a broken PDF",
    "xlsx_password.xlsx": "is locked with a password",
}
"""What must be the reason why there is no text."""


def existing(name: str) -> Path:
    if not (FOLDER / name).is_file():
        pytest.skip(f"{name} is not at hand")
    return FOLDER / name


@pytest.mark.parametrize("name", TEXTS)
def test_an_odd_file_gives_its_text(name: str) -> None:
    text = load_document(existing(name), name).text
    for words in TEXTS[name]:
        assert words in text


@pytest.mark.parametrize("name", REASONS)
def test_a_file_without_text_gives_the_reason(name: str) -> None:
    with pytest.raises(UnreadableFile, match=f"'{name}' {REASONS[name]}.*; "):
        load_document(existing(name), name)
