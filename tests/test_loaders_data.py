"""Books, JSON, and archives."""

import io
import re
import stat
import zipfile
from pathlib import Path

import pytest
from loading_tools import write, zip_bytes

from ingest.loaders import limits, members
from ingest.loaders.archive import load_zip
from ingest.loaders.book import load_epub
from ingest.loaders.draft import Draft, Refusal
from ingest.loaders.json_lines import load_json
from ingest.loaders.normalising import normalise_text
from ingest.loading import load_documents
from ingest.records import Document


def text_of(draft: Draft) -> str:
    return normalise_text(draft.parts[0])


# --- books

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
)
PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<dc:title>The Harbour</dc:title><dc:creator>Ada Ito</dc:creator><dc:date>2024-05-08</dc:date></metadata><manifest>"
    '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>'
    '<item id="one" href="text/one%20a.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/>'
    '<item id="picture" href="p.png" media-type="image/png"/></manifest>'
    '<spine><itemref idref="nav"/><itemref idref="two"/><itemref idref="one"/><itemref idref="gone"/></spine></package>'
)
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": CONTAINER,
    "OEBPS/book.opf": PACKAGE,
    "OEBPS/nav.xhtml": "<html><body><nav>menu</nav></body></html>",
    "OEBPS/text/one a.xhtml": "<html><body><h2>Second</h2><p>Later.</p></body></html>",
    "OEBPS/text/two.xhtml": "<html><body><h2>First</h2><p>Before.</p></body></html>",
}


def test_a_book_is_read_in_the_order_of_its_spine() -> None:
    draft = load_epub(zip_bytes(BOOK))
    assert text_of(draft) == "## First\n\nBefore.\n\n## Second\n\nLater."
    assert (draft.title, draft.author, draft.published) == ("The Harbour", "Ada Ito", "2024-05-08")


def test_a_protected_book_is_said_to_be_protected() -> None:
    locked = BOOK | {"META-INF/encryption.xml": '<x><CipherReference URI="OEBPS/text/two.xhtml"/></x>'}
    with pytest.raises(Refusal, match="protected against copying"):
        load_epub(zip_bytes(locked))


@pytest.mark.parametrize("broken", ["META-INF/container.xml", "OEBPS/book.opf"])
def test_a_book_that_does_not_say_what_is_in_it_is_refused(broken: str) -> None:
    with pytest.raises(Refusal, match="is a broken EPUB book"):
        load_epub(zip_bytes(BOOK | {broken: "<nothing/>"}))


def test_a_page_that_is_missing_in_a_book_is_named_and_the_others_are_read() -> None:
    draft = load_epub(zip_bytes({name: data for name, data in BOOK.items() if name != "OEBPS/text/two.xhtml"}))
    assert "## Second" in text_of(draft)
    (missing,) = draft.members
    assert missing.name == "two.xhtml"
    with pytest.raises(Refusal, match="is missing in the book"):
        missing.read()


def test_notes_and_pages_beside_the_order_are_read_and_a_damaged_page_is_named() -> None:
    page = (
        '<html><body><p>Text.<a epub:type="noteref">1</a></p><aside epub:type="footnote">A note.</aside></body></html>'
    )
    package = PACKAGE.replace(
        "</manifest>", '<item id="n" href="n.xhtml" media-type="application/xhtml+xml"/></manifest>'
    )
    whole = BOOK | {"OEBPS/text/two.xhtml": page, "OEBPS/n.xhtml": "<p>Endnote.</p>", "OEBPS/book.opf": package}
    draft = load_epub(zip_bytes(whole))
    assert text_of(draft) == "Text.1\n\nA note.\n\n## Second\n\nLater.\n\nEndnote."
    (damaged,) = load_epub(zip_bytes(whole | {"OEBPS/text/two.xhtml": b"\x81\x00\xfe" * 999})).members
    assert damaged.name == "two.xhtml"
    with pytest.raises(Refusal, match="is damaged in the book"):
        damaged.read()


def test_a_book_that_does_not_say_its_order_is_read_in_that_of_its_list() -> None:
    package = re.sub(r"<spine>.*</spine>", "", PACKAGE)
    assert text_of(load_epub(zip_bytes(BOOK | {"OEBPS/book.opf": package}))).startswith("## Second")


# --- JSON


def test_values_stand_on_lines_that_say_where_they_stand() -> None:
    text = """{"title": "Rules", "author": {"name": "Ada"}, "date": "2024-05-08", "fee": 1.50, "open": true,
        "none": null, "tags": ["a", "b"], "body": "One.\\nTwo.", "items": [{"n": 1}, {"n": 2, "deep": {"x": "y"}}]}"""
    draft = load_json(text.encode())
    assert text_of(draft) == (
        "title: Rules\nauthor.name: Ada\ndate: 2024-05-08\nfee: 1.50\nopen: true\ntags: a, b\n\nbody:\n\nOne.\nTwo.\n\n"
        "items[1].n: 1\n\nitems[2].n: 2\nitems[2].deep.x: y"
    )
    assert (draft.title, draft.author, draft.published) == ("Rules", "Ada", "2024-05-08")


def test_a_value_a_line_gives_a_block_for_each() -> None:
    assert text_of(load_json(b'{"a": 1, "b": "x"}\n\n{"a": 2}\n')) == "a: 1\nb: x\n\na: 2"


def test_a_name_that_occurs_again_loses_no_value() -> None:
    assert text_of(load_json(b'{"fee": 1, "fee": 2, "fee": 3}')) == "fee: 1\nfee (2): 2\nfee (3): 3"


def test_a_number_is_kept_as_it_is_written_however_long() -> None:
    number = "9" * 10_000
    assert text_of(load_json(f'{{"n": {number}, "x": 0.10, "e": 1e400}}'.encode())) == f"n: {number}\nx: 0.10\ne: 1e400"


def test_broken_lines_among_good_ones_are_named_and_the_good_ones_read(tmp_path: Path) -> None:
    lines = ['{"a": "x\u2028y"}', '{"a": 2', '{"a": 3}\r', "", '{"a" 4}', '{"a": 5}']
    found = load_documents(write(tmp_path, "a.jsonl", "\n".join(lines)), "a.jsonl")
    assert {name: it.text if isinstance(it, Document) else str(it) for name, it in found.items()} == {
        "a.jsonl": "a: x\ny\n\na: 3\n\na: 5",
        "a.jsonl/line 2": "'a.jsonl/line 2' is not valid JSON: Expecting ',' delimiter at column 8; "
        "mend it and add the file again",
        "a.jsonl/line 5": "'a.jsonl/line 5' is not valid JSON: Expecting ':' delimiter at column 6; "
        "mend it and add the file again",
    }
    many = load_json("\n".join('{"a": 1}\n{' for _ in range(100)).encode()).members
    assert [member.name for member in many][-2:] == ["line 40", "lines 42 to 200"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('{"a": 1,\n "b": }', "line 2, column 7"),
        ('{"a": 1}\nwords\nand more\nand more', "line 2, column 1"),
        ("words", "line 1, column 1"),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(text: str, place: str) -> None:
    with pytest.raises(Refusal, match=f"is not valid JSON: .* at {place};"):
        load_json(text.encode())


# --- archives


def test_an_archive_gives_its_files_but_no_litter() -> None:
    draft = load_zip(
        zip_bytes({"a/one.txt": "1", "__MACOSX/a/._one.txt": "x", ".git/config": "x", "b.md": "2", "d/": ""})
    )
    assert [(member.name, member.read()) for member in draft.members] == [("a/one.txt", b"1"), ("b.md", b"2")]
    assert draft.parts == ()


def test_names_that_lead_out_of_an_archive_or_occur_twice_are_made_plain() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("../../etc/passwd.txt", "/root.txt", "a.txt", "x\\y.txt", "line\nbreak.txt"):
            archive.writestr(name, name)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.txt", "again")
    found = [member.name for member in load_zip(buffer.getvalue()).members]
    assert found == ["etc/passwd.txt", "root.txt", "a.txt", "x/y.txt", "line break.txt", "a (2).txt"]


def test_a_name_in_utf_8_that_does_not_say_so_is_read() -> None:
    data = zip_bytes({"caf?.txt": "x"}).replace(b"caf?.txt", b"ca\xc3\xa9.txt")
    assert [member.name for member in load_zip(data).members] == ["caé.txt"]


def test_a_damaged_and_a_locked_file_are_refused_and_the_others_read() -> None:
    data = bytearray(zip_bytes({"a.txt": "word " * 200, "b.txt": "words"}))
    data[data.index(b"a.txt") + 6] ^= 0xFF
    damaged, sound = load_zip(bytes(data)).members
    with pytest.raises(Refusal, match="is damaged in its archive"):
        damaged.read()
    assert sound.read() == b"words"
    locked = zip_bytes({"a.txt": "x"}).replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    with pytest.raises(Refusal, match="is locked with a password"):
        load_zip(locked).members[0].read()


def test_an_archive_without_files_or_with_too_many_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal, match="without a file in it"):
        load_zip(zip_bytes({".hidden": "x"}))
    monkeypatch.setattr(members, "MAX_MEMBERS", 3)
    assert limits.MAX_MEMBERS > 3
    with pytest.raises(Refusal, match="holds more than 3 files"):
        load_zip(zip_bytes({f"{number}.txt": "x" for number in range(4)}))


def test_a_link_in_an_archive_is_named_and_not_followed() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    (member,) = load_zip(buffer.getvalue()).members
    with pytest.raises(Refusal, match="is a link to another file"):
        member.read()
