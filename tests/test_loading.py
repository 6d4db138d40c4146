import hashlib
import os
import random
from pathlib import Path

import pytest
from loading_tools import refusal, write, zip_bytes
from pdf_files import lines, pdf_bytes

from ingest.loaders import limits
from ingest.loading import SUPPORTED_SUFFIXES, find_files, load_document

# --- what a document is made of


def test_a_document_knows_its_name_path_hash_and_text(tmp_path: Path) -> None:
    path = write(tmp_path, "sub/note.txt", "A note\r\n\r\nIt says little. \r\n")
    document = load_document(path, "sub/note.txt")
    assert document.name == "sub/note.txt"
    assert document.path == str(path)
    assert document.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert document.text == "A note\n\nIt says little."
    assert (document.title, document.date, document.author, document.pages) == ("A note", None, None, ())


def test_the_supported_suffixes_are_in_lower_case_and_any_case_is_read(tmp_path: Path) -> None:
    assert {".txt", ".text", ".md", ".markdown", ".html", ".htm", ".pdf", ".docx"} <= SUPPORTED_SUFFIXES
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in SUPPORTED_SUFFIXES)
    assert load_document(write(tmp_path, "LOUD.TXT", "Words."), "LOUD.TXT").text == "Words."


def test_a_relative_path_becomes_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "a.txt", "Words.")
    monkeypatch.chdir(tmp_path)
    assert load_document(Path("a.txt"), "a.txt").path == str(tmp_path / "a.txt")


def test_markdown_keeps_its_lines_and_the_fields_of_its_front_matter(tmp_path: Path) -> None:
    text = "---\ntitle: The rules\ndate: 2024-03-01\nauthor: Ada\n---\n\n## One\n\n- a\n- b\n"
    document = load_document(write(tmp_path, "rules.md", text), "rules.md")
    assert (document.title, document.date, document.author) == ("The rules", "2024-03-01", "Ada")
    assert document.text.endswith("author: Ada\n\n## One\n\n- a\n- b")
    assert "---" not in document.text


# --- refusals


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "a.txt", "")) == "'the file' is empty; add a file with text"


@pytest.mark.parametrize("content", [" \r\n\t\n", "\ufeff", "\u200b\u202e\xad", "<html><body> <p> </p>"])
def test_a_file_of_white_space_and_invisible_characters_is_refused(tmp_path: Path, content: str) -> None:
    suffix = "html" if content.startswith("<") else "txt"
    assert "nothing but white space" in refusal(write(tmp_path, f"a.{suffix}", content))


@pytest.mark.parametrize("name", ["a.xyz", "a.exe", "a.txt.bak"])
def test_text_of_an_unknown_kind_is_refused_with_the_kinds_that_are_known(tmp_path: Path, name: str) -> None:
    message = refusal(write(tmp_path, name, "Perfectly good text."))
    assert "is of a kind that can't be read" in message
    assert ".docx" in message


def test_a_file_without_a_suffix_is_read_as_the_text_that_it_is(tmp_path: Path) -> None:
    assert load_document(write(tmp_path, "README", "Perfectly good text."), "README").text == "Perfectly good text."


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "a.txt") == "'the file' is not there; check the path"


def test_a_folder_is_refused_as_a_document(tmp_path: Path) -> None:
    assert "is a folder or device" in refusal(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_found_and_refused_without_waiting_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    [(path, name)] = find_files(tmp_path)
    assert "is a folder or device" in refusal(path, name)


def test_a_file_over_the_limit_is_refused_and_says_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "large.txt"
    with path.open("wb") as file:
        file.truncate(limits.MAX_BYTES + 1)
    assert refusal(path) == "'the file' is larger than 200 MB; split it into smaller files"


def test_a_name_with_a_line_break_still_gives_one_line(tmp_path: Path) -> None:
    assert refusal(write(tmp_path, "a\nb.txt", ""), "a\nb.txt").startswith(r"'a\nb.txt' is empty")


def test_random_bytes_are_refused_whatever_their_name(tmp_path: Path) -> None:
    noise = random.Random(7)
    for size in (100, 1_000, 20_000):
        content = bytes(noise.randrange(256) for _ in range(size))
        for suffix in (".txt", ".md", ".html", ".pdf", ".docx"):
            message = refusal(write(tmp_path, f"noise{suffix}", content))
            assert "is not readable text" in message or "is broken" in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a PNG image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "is a JPEG image"),
        (b"\x7fELF" + b"\0" * 50, "is a program"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "is a gzip archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old or protected Office file"),
        (zip_bytes({"xl/workbook.xml": "<x/>"}), "could not be read as a workbook"),
        (zip_bytes({"ppt/presentation.xml": "<x/>"}), "could not be read as a presentation"),
        (zip_bytes({"mimetype": "application/vnd.oasis.opendocument.graphics"}), "is an OpenDocument file other than"),
        (zip_bytes({"readme": "text"})[:-9], "is a broken or cut-off"),
    ],
)
def test_a_file_of_another_kind_named_txt_is_refused_as_what_it_is(tmp_path: Path, content: bytes, said: str) -> None:
    message = refusal(write(tmp_path, "disguised.txt", content))
    assert said in message
    assert ";" in message


def test_an_encrypted_office_file_is_said_to_be_locked(tmp_path: Path) -> None:
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    message = refusal(write(tmp_path, "locked.docx", content))
    assert "is locked with a password; remove the password and add it again" in message


def test_an_archive_that_unfolds_beyond_the_limit_is_refused_unopened(tmp_path: Path) -> None:
    bomb = zip_bytes({"word/document.xml": b"\0" * (limits.MAX_BYTES + 1)})
    assert len(bomb) < 1_000_000
    assert "unfolds to more than 200 MB" in refusal(write(tmp_path, "bomb.docx", bomb))


def test_an_exception_of_a_library_becomes_a_line_with_its_class(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "hollow.docx", zip_bytes({"word/document.xml": "<x/>"})))
    assert "could not be read as a Word document (KeyError)" in message


# --- content decides


def test_a_pdf_named_txt_is_read_as_a_pdf(tmp_path: Path) -> None:
    content = pdf_bytes([lines(["Read me as what I am."], 700)])
    for name in ("a.txt", "a.html", "a.bin", "a"):
        document = load_document(write(tmp_path, name, content), name)
        assert document.text == "Read me as what I am."
        assert document.pages == (0,)


def test_html_named_txt_is_read_as_html_only_if_it_starts_like_html(tmp_path: Path) -> None:
    page = "<!DOCTYPE html>\n<html><body><p>One <b>page</b>.</p></body></html>"
    assert load_document(write(tmp_path, "page.txt", page), "page.txt").text == "One page."
    code = "To write bold, use <b>bold</b>.\n\n<html> starts a page."
    assert load_document(write(tmp_path, "code.txt", code), "code.txt").text == code


def test_markdown_that_begins_with_markup_stays_markdown(tmp_path: Path) -> None:
    text = "<p align=center>Logo</p>\n\n# Title"
    assert load_document(write(tmp_path, "a.md", text), "a.md").text == text


@pytest.mark.parametrize("name", ["a.pdf", "a.docx"])
def test_text_named_pdf_or_docx_is_refused_as_broken(tmp_path: Path, name: str) -> None:
    assert "is broken or not a" in refusal(write(tmp_path, name, "Just words."))


def test_a_start_of_a_thousand_comments_is_looked_at_in_no_time(tmp_path: Path) -> None:
    text = "<!-- -->" * 500 + "words"
    assert load_document(write(tmp_path, "a.txt", text), "a.txt").text == text
