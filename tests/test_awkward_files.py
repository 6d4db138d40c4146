"""Awkward files, made here: each gives the right text or the right reason, and stops no other."""

import gzip
import os
from pathlib import Path

import pytest
from loading_tools import write, zip_bytes
from pdf_files import lines, pdf_bytes

from ingest import Library, add_paths
from ingest.loading import find_files, load_documents
from ingest.records import Document

WORD = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{}</w:body></w:document>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
)
CIRCULAR = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
)
# It says of its file that it unfolds to 3.9 GB, as a real one would; this one needn't be packed first.
BOMB = zip_bytes({"a.txt": b"\0" * 1_000})
BOMB = BOMB.replace((1_000).to_bytes(4, "little"), (3_900_000_000).to_bytes(4, "little"))

FRAMES = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n" + "".join(
    f"--x\nContent-Type: text/html\n\n<html>{words}</html>\n"
    for words in ("<frameset><frame src='1'></frameset>", "<p>First frame.</p>", "<p>Second frame.</p>")
)
FILES: dict[str, tuple[str | bytes, str]] = {
    # file name: its content, and what stands in its text or reason
    "utf-8 with mark.txt": ("\ufeffÉté à Genève", "Été à Genève"),
    "utf-16 with mark.txt": ("Été à Genève".encode("utf-16"), "Été à Genève"),
    "utf-32.txt": ("Été à Genève".encode("utf-32"), "Été à Genève"),
    "windows.txt": ("« Été » à Genève – déjà décidé".encode("cp1252"), "« Été » à Genève – déjà décidé"),
    "russian.txt": ("Совет принял решение о новых правилах в понедельник.".encode("koi8-r"), "Совет принял решение"),
    "japanese.txt": (
        ("会議は上海で開かれた。参加者は二百四人であった。" * 3).encode("shift_jis"),
        "会議は上海で開かれた",
    ),
    "cut-off utf-8.txt": ("Ein Café in Genf, und noch ein Café".encode()[:-1], "in Genf"),
    "NUL bytes.txt": (b"Some text with\0 stray bytes in a sentence. " * 9, "Some text with stray bytes in a sentence."),
    "nothing but NUL.txt": (b"\0" * 5_000, "is not readable text"),
    "old Mac.txt": (b"One line.\rAnother line.", "One line.\nAnother line."),
    "empty.md": ("", "is empty"),
    "white.md": (" \u200b\n\t\ufeff", "nothing but white space"),
    "one enormous line.txt": ("word " * 100_000, "word word word"),
    "many lines.txt": ("x\n" * 200_000, "x\nx"),
    "right to left.txt": ("\u202eשלום עולם\u202c, abc", "שלום עולם, abc"),
    "emoji 🙂.txt": ("Family: 👩‍👩‍👧", "Family: 👩‍👩‍👧"),
    "line\nbreak\ttab.txt": ("Strange name.", "Strange name."),
    "quote ' and \" .txt": ("Quoted name.", "Quoted name."),
    f"{'long' * 60}.txt": ("Long name.", "Long name."),
    "deep.html": ("<div>" * 5_000 + "Deep words." + "</div>" * 5_000, "Deep words."),
    "unclosed.html": ("<html><body><p>One <b>two <a href='x>three", "One two"),
    "only scripts.html": ("<html><script>alert(1)</script></html>", "nothing but white space"),
    "deep.json": ("[" * 100_000 + "]" * 100_000, "could not be read as a JSON file (RecursionError)"),
    "cut off.json": ('{"a": [1, 2', "is not valid JSON"),
    "ragged.csv": ('a,b\n1\n1,2,3\n"open', "| 1 | 2 | 3 |"),
    "laughs.docx": (
        zip_bytes({"word/document.xml": LAUGHS + "]>" + WORD.format("<w:p><w:r><w:t>&j;</w:t></w:r></w:p>")}),
        "could not be read as a Word document",
    ),
    "hollow.docx": (zip_bytes({"word/document.xml": WORD.format("")}), "could not be read as a Word document"),
    "cut off.docx": (zip_bytes({"word/document.xml": WORD.format("")})[:-30], "is a broken or cut-off"),
    "hollow.xlsx": (zip_bytes({"xl/workbook.xml": "<workbook/>"}), "could not be read as a workbook"),
    "hollow.pptx": (zip_bytes({"ppt/presentation.xml": "<p/>"}), "could not be read as a presentation"),
    "hollow.odt": (zip_bytes({"mimetype": "application/vnd.oasis.opendocument.text"}), "could not be read as an Open"),
    "hollow.epub": (zip_bytes({"META-INF/container.xml": "<x/>"}), "is a broken EPUB book"),
    "words.xlsx": ("Just words.", "is broken or not a XLSX file"),
    "other.pptx": (zip_bytes({"a.txt": "x"}), "is broken or not a PPTX file"),
    "page.xls": ("<html><body><table><tr><td>a<td>b</table></body></html>", "| a | b |"),
    "text.doc": (rb"{\rtf1\ansi Rich \'e9t\'e9.}", "Rich été."),
    "circular.pdf": (CIRCULAR, ""),
    "cut off.pdf": (pdf_bytes([lines(["Words on a page."], 700)])[:200], "is a broken PDF"),
    "locked.pdf": (pdf_bytes([lines(["Words."], 700)], locked=True), "is locked with a password"),
    "disguised.txt": (pdf_bytes([lines(["Words on a page."], 700)]), "Words on a page."),
    "several frames.mhtml": (FRAMES, "First frame.\n\nSecond frame."),
    "one part.mht": ("MIME-Version: 1.0\nContent-Type: text/html\n\n<html><p>Single part.</p></html>", "Single part."),
    "comments and margins.rtf": (
        r"{\rtf1\ansi{\header Head.}Words{\*\atnauthor Ada}{\*\annotation Is this so?} here.\par}",
        "Words here.\n\n## Notes\n\n- Head.\n- Is this so?",
    ),
    "minutes.xml": (
        '<?xml version="1.0"?><m><!-- x --><t>Minutes</t><p>They <b>met</b>.</p></m>',
        "Minutes\nThey\nmet\n.",
    ),
    "laughs.xml": (LAUGHS + "]><x>&i;</x>", ""),
    "plan.svg": ('<svg xmlns="x"><style>a{}</style><text>Harbour plan</text></svg>', "Harbour plan"),
    "notes.rst": ("Minutes\n=======\n\nThey met.", "They met."),
    "meeting.ics": ("BEGIN:VCALENDAR\r\nSUMMARY:Board meeting\r\nEND:VCALENDAR\r\n", "SUMMARY:Board meeting"),
    "preamble.csv": ('Report\nMade in May\n\nTown;Note\nHalmere;"two\nlines"\nOstby;x', "| Halmere | two lines |"),
    "nested.json": ('{"a": NaN, "b": [[1, 2], [3, [4]]]}', "b[2][2]: 4"),
    "one string.json": ('"Just a string."', "Just a string."),
    "page in utf-16.html": ("<html><body><p>Été à Genève.</p></body></html>".encode("utf-16"), "Été à Genève."),
    "korean.txt": ("이사회는 토요일에 다리를 개방하기로 결정했다.".encode("euc-kr"), "이사회는 토요일에"),
    "archive.tar": (
        b"x.txt".ljust(257, b"\0") + b"ustar\x0000" + b"\0" * 300,
        "is a tar archive, which isn't unpacked here",
    ),
    "winmail.dat": (b"\x78\x9f\x3e\x22" + b"\0" * 99, "as only Outlook packs them (winmail.dat)"),
    "after junk.pdf": (b"HTTP/1.1 200 OK\r\n\r\n" + pdf_bytes([lines(["Words on a page."], 700)]), "Words on a page."),
    "squeezed.txt": (gzip.compress(b"x" * 100_000), "is a gzip archive"),
    "bomb.zip": (BOMB, "unfolds to more than 200 MB"),
    "empty.zip": (zip_bytes({}), "without a file in it"),
    "cut off.zip": (zip_bytes({"a.txt": "x" * 99})[:-30], "is a broken or cut-off"),
    "letter.eml": (b'Subject: A\nContent-Type: multipart/mixed; boundary="x"\n\n--x\n\nNo end.', "No end."),
    "coloured.log": (b"\x1b[31mERROR\x1b[0m The mill stopped.\r\n\x1b[1;32mOK\x1b[m", "ERROR The mill stopped.\nOK"),
    "hidden.rtf": (r"{\rtf1\ansi Seen.{\v hidden}\par End.}", "Seen.\nEnd."),
    "reading aid.html": ("<html><body><ruby>東<rt>とう</rt>京<rt>きょう</rt></ruby>", "東京"),
    "bad headers.eml": (b"Subject: =?x?q?=FF?=\nFrom: <<<@@\nDate: soon\nMessage-ID: x\n\nText.", "Text."),
}


@pytest.mark.parametrize("name", FILES)
def test_an_awkward_file_gives_its_text_or_a_reason(tmp_path: Path, name: str) -> None:
    content, said = FILES[name]
    path = write(tmp_path, name, content)
    [(found, outcome)] = load_documents(path, name).items()
    assert found == name
    if isinstance(outcome, Document):
        assert said in outcome.text
        assert outcome.title
    else:
        assert said in str(outcome)
        assert str(outcome).startswith(repr(name))
        assert ";" in str(outcome)
        assert "\n" not in str(outcome)


def test_an_archive_of_awkward_files_loses_none(tmp_path: Path) -> None:
    some = {name: content for name, (content, _) in FILES.items() if len(content) < 100_000 and "\n" not in name}
    found = load_documents(write(tmp_path, "all.zip", zip_bytes(some)), "all.zip")
    assert list(found) == [f"all.zip/{name}" for name in some]
    refused = {name for name, outcome in found.items() if not isinstance(outcome, Document)}
    assert "all.zip/empty.zip" in refused
    assert "all.zip/page.xls" not in refused
    assert "is an archive within another file; unpack it" in str(found["all.zip/empty.zip"])


def test_a_mail_in_a_mailbox_in_an_archive_gives_what_is_attached_to_it(tmp_path: Path) -> None:
    mail = (
        b"From ada@x Wed May  8 10:00:00 2024\nSubject: Minutes\nDate: Wed, 8 May 2024 10:00:00 +0000\n"
        b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nSee below.\n--x\n"
        b"Content-Type: text/plain\nContent-Disposition: attachment; filename=minutes.txt\n\nThey met.\n--x--\n"
    )
    path = write(tmp_path, "a.zip", zip_bytes({"post/inbox.mbox": mail}))
    found = load_documents(path, "a.zip")
    message = "a.zip/post/inbox.mbox/2024-05-08 Minutes.eml"
    assert list(found) == [message, f"{message}/minutes.txt"]
    assert {outcome.path for outcome in found.values() if isinstance(outcome, Document)} == {str(path)}


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may open everything")
def test_a_file_without_permission_stops_no_other(library: Library, tmp_path: Path) -> None:
    write(tmp_path, "papers/secret.txt", "x").chmod(0)
    write(tmp_path, "papers/open.txt", "Good words.")
    report = add_paths(library, [tmp_path / "papers"])
    assert [(d.document, d.status) for d in report.documents] == [("open.txt", "added"), ("secret.txt", "failed")]


def test_a_file_that_changes_while_it_is_read_is_one_version_or_the_other(tmp_path: Path) -> None:
    path = write(tmp_path, "log.txt", "old " * 50_000)
    before = load_documents(path, "log.txt")["log.txt"]
    with path.open("r+b") as writer:
        writer.write(b"new " * 50_000)
        writer.truncate(len(b"new " * 40_000))
    after = load_documents(path, "log.txt")["log.txt"]
    assert isinstance(before, Document)
    assert isinstance(after, Document)
    assert before.sha256 != after.sha256
    assert (set(before.text.split()), set(after.text.split())) == ({"old"}, {"new"})


def test_a_file_that_vanishes_after_it_was_found_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, "gone.txt", "x")
    [(found, name)] = find_files(tmp_path)
    path.unlink()
    assert "is not there" in str(load_documents(found, name)[name])


def test_an_archive_is_left_alone_until_something_in_it_changes(library: Library, tmp_path: Path) -> None:
    files = {"one.txt": "The harbour opened.", "two.md": "# Budget\n\nIt grew."}
    archive = write(tmp_path, "papers.zip", zip_bytes({**files}))
    report = add_paths(library, [archive])
    assert [(d.document, d.status) for d in report.documents] == [(f"papers.zip/{name}", "added") for name in files]
    revision = library.catalogue.revision
    report = add_paths(library, [archive])
    assert [d.status for d in report.documents] == ["unchanged", "unchanged"]
    assert library.catalogue.revision == revision
    write(tmp_path, "papers.zip", zip_bytes({**files, "one.txt": "The harbour closed."}))
    assert add_paths(library, [archive]).documents[0].status == "updated"
    assert library.text("papers.zip/one.txt") == "The harbour closed."


def test_a_bad_file_in_an_archive_is_named_each_time(library: Library, tmp_path: Path) -> None:
    archive = write(tmp_path, "papers.zip", zip_bytes({"one.txt": "The harbour opened.", "two.bin": b"\x00\x01"}))
    for _ in range(2):
        report = add_paths(library, [archive])
        assert [d.document for d in report.failed] == ["papers.zip/two.bin"]
        assert "of a kind that can't be read" in str(report.failed[0].error)
    assert [info.name for info in library.documents()] == ["papers.zip/one.txt"]


def test_two_archives_of_the_same_name_are_kept_apart(library: Library, tmp_path: Path) -> None:
    first = write(tmp_path, "a/papers.zip", zip_bytes({"one.txt": "From a."}))
    second = write(tmp_path, "b/papers.zip", zip_bytes({"one.txt": "From b."}))
    add_paths(library, [first])
    report = add_paths(library, [second])
    assert [(d.document, d.status) for d in report.documents] == [("b/papers.zip/one.txt", "added")]
    assert library.text("papers.zip/one.txt") == "From a."
