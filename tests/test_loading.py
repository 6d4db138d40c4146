import hashlib
import io
import os
import random
import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pdf_files import lines, pdf_bytes

from ingest.errors import UnreadableFile
from ingest.loaders import draft as drafts
from ingest.loaders.about import author_of, date_of, title_of
from ingest.loaders.draft import Draft
from ingest.loaders.normalising import normalise_text
from ingest.loading import SUPPORTED_SUFFIXES, find_files, load_document


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def names(folder: Path) -> list[str]:
    return [name for _, name in find_files(folder)]


def refusal(path: Path, name: str = "the file") -> str:
    with pytest.raises(UnreadableFile) as caught:
        load_document(path, name)
    message = str(caught.value)
    assert "\n" not in message
    assert repr(name) in message
    return message


# --- finding files


def test_a_folder_gives_its_files_recursively_sorted_and_named_relative_to_it(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.md", "a/b/c.pdf", "a.html"):
        write(tmp_path, name, "x")
    assert find_files(tmp_path) == [
        (tmp_path / "a.html", "a.html"),
        (tmp_path / "a/b/c.pdf", "a/b/c.pdf"),
        (tmp_path / "a/z.md", "a/z.md"),
        (tmp_path / "b.txt", "b.txt"),
    ]


def test_a_single_file_is_called_by_its_name_even_if_it_is_hidden_or_of_an_unknown_kind(
    tmp_path: Path,
) -> None:
    path = write(tmp_path, "sub/.notes.xyz", "x")
    assert find_files(path) == [(path, ".notes.xyz")]


def test_files_of_unknown_kinds_are_found_so_that_they_can_be_reported(tmp_path: Path) -> None:
    write(tmp_path, "table.xyz", "x")
    write(tmp_path, "README", "x")
    assert names(tmp_path) == ["README", "table.xyz"]


def test_hidden_files_and_folders_and_system_litter_are_passed_over(tmp_path: Path) -> None:
    for name in (
        ".DS_Store",
        "Thumbs.db",
        "desktop.ini",
        ".git/config",
        "__MACOSX/x.txt",
        "~$report.docx",
        "a.txt",
    ):
        write(tmp_path, name, "x")
    assert names(tmp_path) == ["a.txt"]


def test_an_empty_folder_gives_an_empty_list(tmp_path: Path) -> None:
    assert find_files(tmp_path) == []


def test_a_path_that_does_not_exist_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"nowhere' is not there; check the path"):
        find_files(tmp_path / "nowhere")


def test_loops_of_links_are_survived_and_each_file_is_found_once(tmp_path: Path) -> None:
    write(tmp_path, "a/one.txt", "x")
    (tmp_path / "a/up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "a/self").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "0").symlink_to(tmp_path / "a", target_is_directory=True)
    assert names(tmp_path) == ["a/one.txt"]


def test_a_link_to_a_folder_elsewhere_is_followed(tmp_path: Path) -> None:
    write(tmp_path, "elsewhere/two.txt", "x")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    assert names(tmp_path / "docs") == ["linked/two.txt"]


def test_a_link_to_nowhere_is_found_and_refused_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nothing.txt")
    [(path, name)] = find_files(tmp_path)
    assert "is not there" in refusal(path, name)
    assert find_files(path) == [(path, "gone.txt")]


def test_a_link_to_itself_is_found_and_refused_when_it_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    [(path, name)] = find_files(tmp_path)
    assert "can't be read" in refusal(path, name)


def test_names_are_composed_however_the_file_system_spells_them(tmp_path: Path) -> None:
    write(tmp_path, unicodedata.normalize("NFD", "Économie/é.txt"), "x")
    assert names(tmp_path) == [unicodedata.normalize("NFC", "Économie/é.txt")]


def test_a_name_that_is_not_utf_8_becomes_one_that_can_be_written_as_utf_8(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    try:
        path.write_text("Some text.")
    except OSError:
        pytest.skip("this file system refuses names that aren't UTF-8")
    [(found, name)] = find_files(tmp_path)
    document = load_document(found, name)
    assert name == "caf\ufffd.txt"
    assert document.path.encode().decode().endswith("caf\ufffd.txt")
    assert document.title.isprintable()


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_folder_and_a_file_that_may_not_be_opened_are_found_and_refused(tmp_path: Path) -> None:
    locked = write(tmp_path, "locked/inside.txt", "x").parent
    secret = write(tmp_path, "secret.txt", "x")
    locked.chmod(0)
    secret.chmod(0)
    try:
        assert names(tmp_path) == ["locked", "secret.txt"]
        assert "may not be read" in refusal(secret)
        assert "folder" in refusal(locked)
    finally:
        locked.chmod(0o700)


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


@pytest.mark.parametrize("name", ["a.xyz", "a", "a.exe", "a.txt.bak"])
def test_text_of_an_unknown_kind_is_refused_with_the_kinds_that_are_known(tmp_path: Path, name: str) -> None:
    message = refusal(write(tmp_path, name, "Perfectly good text."))
    assert "is of a kind that can't be read" in message
    assert ".docx" in message


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
        file.truncate(drafts.MAX_BYTES + 1)
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


def zip_bytes(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "is a PNG image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 50, "is a JPEG image"),
        (b"\x7fELF" + b"\0" * 50, "is a program"),
        (b"\x1f\x8b\x08" + b"\0" * 50, "is a gzip archive"),
        (b"{\\rtf1 text}", "is a rich text (RTF) file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "is an old or protected Office file"),
        (zip_bytes(readme=b"text"), "is a ZIP archive"),
        (zip_bytes(xl__workbook_xml=b"<x/>"), "is an Excel workbook"),
        (zip_bytes(ppt__presentation_xml=b"<x/>"), "is a PowerPoint presentation"),
        (zip_bytes(readme=b"text")[:-9], "is a broken or cut-off"),
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
    bomb = zip_bytes(word__document_xml=b"\0" * (drafts.MAX_BYTES + 1))
    assert len(bomb) < 1_000_000
    assert "unfolds to more than 200 MB" in refusal(write(tmp_path, "bomb.docx", bomb))


def test_an_exception_of_a_library_becomes_a_line_with_its_class(tmp_path: Path) -> None:
    message = refusal(write(tmp_path, "hollow.docx", zip_bytes(word__document_xml=b"<x/>")))
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


# --- title, author, date


@pytest.mark.parametrize(
    ("stated", "text", "title"),
    [
        ("The annual report", "# Another\n\nText.", "The annual report"),
        (" The\nannual  report ", "Text.", "The annual report"),
        ("Microsoft Word - draft3.doc", "# The report\n\nText.", "The report"),
        ("untitled", "Text.", "file"),
        ("report_final.docx", "A short line\n\nText.", "A short line"),
        (None, "Some line\n\n# The heading\n\nText.", "The heading"),
        (None, "China and France join forces\n\nText.", "China and France join forces"),
        (None, "What is an AI system?\n\nText.", "What is an AI system?"),
        (None, "This is a sentence.\n\nText.", "file"),
        (None, "word " * 40, "file"),
        (None, "Date: 2024-05-08\nThe title\n\nText.", "The title"),
        (None, "date 2024-05-08 In a long stride towards cooperation, both have " + "more " * 20, "file"),
        (None, "Title: The rules\nAuthor: Ada\n\nText.", "The rules"),
        (None, "**A bold title**\n\nText.", "A bold title"),
        (None, "---", "---"),
    ],
)
def test_the_title_is_the_stated_one_or_the_first_heading_or_a_short_first_line(
    stated: str | None, text: str, title: str
) -> None:
    assert title_of(Draft(parts=(text,), title=stated), text, "file") == title


@pytest.mark.parametrize(
    ("stated", "text", "author"),
    [
        ("Ada Lovelace", "By Bob Brown\n\nText.", "Ada Lovelace"),
        (None, "Title\n\nBy Ada Lovelace\n\nText.", "Ada Lovelace"),
        (None, "Title\nBy Ada Lovelace and Bob de Brown\nText.", "Ada Lovelace and Bob de Brown"),
        (None, "Title\n\nAuthor: The Registry Office\n\nText.", "The Registry Office"),
        (None, "By 2030 the council wants more.", None),
        (None, "By Monday the Council had met.", None),
        (None, "Text.\n" * 30 + "By Ada Lovelace", None),
        ("  ", "Text.", None),
    ],
)
def test_the_author_is_the_stated_one_or_that_of_a_byline_near_the_start(
    stated: str | None, text: str, author: str | None
) -> None:
    assert author_of(Draft(parts=(text,), author=stated), text) == author


def test_the_date_comes_from_the_file_then_the_first_lines_then_its_making_then_its_name() -> None:
    text, plain = "Title\n\n8 May 2024\n\nText.", "Title\n\nText."
    stated = Draft(parts=(), published="2024-01-01", created="D:20250101")
    made = Draft(parts=(), created="D:20250101")
    nothing = Draft(parts=())
    assert date_of(stated, text, "2023-02-02") == "2024-01-01"
    assert date_of(made, text, "2023-02-02") == "2024-05-08"
    assert date_of(made, plain, "2023-02-02") == "2025-01-01"
    assert date_of(nothing, plain, "2023-02-02") == "2023-02-02"
    assert date_of(nothing, plain, "notes") is None
    assert date_of(Draft(parts=(), published="soon"), plain, "notes") is None


# --- laws


def text_or_reason(folder: Path, name: str, content: bytes) -> None:
    """Load a file and see that either its text is in normal form or one line says why there is none."""
    path = write(folder, name, content)
    try:
        document = load_document(path, name)
    except UnreadableFile as error:
        reason = str(error)
        document = None
    if document is None:
        assert reason.startswith(repr(name))
        assert "\n" not in reason
    else:
        assert document.text
        assert normalise_text(document.text) == document.text
        assert document.title
        assert "\n" not in document.title


MARKUP = st.sampled_from(
    (
        *("<p>", "</p>", "<h2>", "</h2>", "<ul>", "<li>", "</ul>", "<br>", "<pre>", "</pre>", "<hr>"),
        *("<table>", "<tr>", "<td>", "</table>", "<main>", "</main>", "<aside>", "</aside>", "<p hidden>"),
        *("<!--", "-->", "<script>", "</script>", "&lt;", "&#0;", "<a", ">", "<![CDATA[", "<?xml", "</"),
    )
)


@given(text=st.text())
@settings(max_examples=300, deadline=None)
def test_any_text_gives_a_normalised_text_or_a_reason(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), "any.txt", text.encode())


@given(content=st.binary(max_size=300), suffix=st.sampled_from(sorted(SUPPORTED_SUFFIXES)))
@settings(max_examples=300, deadline=None)
def test_any_bytes_give_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, suffix: str
) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), f"any{suffix}", content)


@given(pieces=st.lists(MARKUP | st.text(max_size=5), max_size=40))
@settings(max_examples=300, deadline=None)
def test_any_tag_soup_gives_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[str]
) -> None:
    text_or_reason(tmp_path_factory.getbasetemp(), "any.html", "".join(pieces).encode())


@given(noise=st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 255)), max_size=20))
@settings(max_examples=60, deadline=None)
def test_a_damaged_pdf_gives_a_normalised_text_or_a_reason(
    tmp_path_factory: pytest.TempPathFactory, noise: list[tuple[int, int]]
) -> None:
    content = bytearray(pdf_bytes([lines(["Some words on a page.", "And some more."], 700)] * 2))
    for place, byte in noise:
        content[place % len(content)] = byte
    text_or_reason(tmp_path_factory.getbasetemp(), "any.pdf", bytes(content))
