"""Titles, authors and dates where files state them in less usual ways, and the texts that stand beside them."""

import io
import re
import zipfile

import docx
import pytest
from loading_tools import zip_bytes

from ingest.loaders.about import author_of, date_of, title_of
from ingest.loaders.book import load_epub
from ingest.loaders.dates import date_in_first_lines
from ingest.loaders.draft import Draft
from ingest.loaders.kinds import kind_of
from ingest.loaders.mail import load_eml, load_mbox
from ingest.loaders.normalising import normalise_text
from ingest.loaders.plain import load_text
from ingest.loaders.rich_text import load_rtf
from ingest.loaders.web import load_html
from ingest.loaders.word import load_docx

CONTAINER = '<container><rootfiles><rootfile full-path="c.opf"/></rootfiles></container>'


def text_of(draft: Draft) -> str:
    return normalise_text("\n\n".join(draft.parts))


def linked(data: str) -> Draft:
    script = f'<script type="application/ld+json">{data}</script>'
    return load_html(f"<html><head>{script}</head><body><h1>Bridge opens</h1><p>It opened.</p></body></html>".encode())


@pytest.mark.parametrize(
    ("data", "date", "author"),
    [
        (
            '{"@type":"NewsArticle","datePublished":"2021-02-03T10:00","author":{"name":"Ada"}}',
            "2021-02-03T10:00",
            "Ada",
        ),
        ('[{"@type":"WebSite"},{"datePublished":"2021","author":["Ada",{"name":"Bo"}]}]', "2021", "Ada, Bo"),
        ('{"@graph":[{"name":"x"},{"datePublished":"2021-02-03"}]}', "2021-02-03", None),
        ('{"datePublished":', None, None),
        ('{"datePublished": 7, "author": 3}', None, None),
        ("[" * 5_000, None, None),
    ],
)
def test_a_page_states_date_and_author_in_its_linked_data(data: str, date: str | None, author: str | None) -> None:
    draft = linked(data)
    assert (draft.published, draft.author) == (date, author)
    assert text_of(draft) == "# Bridge opens\n\nIt opened."


@pytest.mark.parametrize(
    ("heading", "text"),
    [
        ("Minutes\n=======\n\nThey met.", "# Minutes\n\nThey met."),
        ("Minutes\r\n-------\r\nThey met.", "## Minutes\nThey met."),
        ("Name  Age\n---------\nAda  30", "Name  Age\n---------\nAda  30"),
        ("A sentence.\nIts end.\n---\n\nMore.", "A sentence.\nIts end.\n---\n\nMore."),
        ("A short rule below a long line of text\n---", "A short rule below a long line of text\n---"),
    ],
)
def test_an_underlined_line_is_a_heading_if_the_line_is_as_long_as_it(heading: str, text: str) -> None:
    assert text_of(load_text(heading.encode())) == text


def test_what_stands_in_a_block_of_code_is_no_title() -> None:
    text = "```\n# not this\n```\n\n# This one\n\nText."
    assert title_of(Draft(parts=(text,)), text, "file") == "This one"


def test_a_title_from_a_strange_file_name_is_one_line() -> None:
    assert title_of(Draft(), "A sentence.", "a\n\u202eb\t") == "a b"


def test_front_matter_in_toml_states_title_author_and_date() -> None:
    text = text_of(
        load_text(b'+++\ntitle = "The plan"\nauthor = ["Ada Holm"]\ndate = 2022-03-04\n+++\n# Body\n\nx = 1')
    )
    assert (title_of(Draft(), text, "f"), author_of(Draft(), text)) == ("The plan", "Ada Holm")
    assert date_of(Draft(), text, "f") == "2022-03-04"
    assert text.endswith("# Body\n\nx = 1")


def test_a_mail_without_a_date_was_sent_when_it_was_received_or_put_into_its_mailbox() -> None:
    mail = b"Received: from a\n by b; Tue, 7 May 2024 09:00:00 +0000\nFrom: x@y.z\nSubject: A\n\nText."
    assert load_eml(mail).published == "Tue, 7 May 2024 09:00:00 +0000"
    box = b"From ada@x Wed May  8 10:00:00 2024\nFrom: x@y.z\nSubject: A\n\nText.\n"
    [message] = load_mbox(box).members
    assert message.name == "2024-05-08 A.eml"
    draft = load_eml(message.read())
    assert (draft.published, text_of(draft)) == ("8 May 2024", "# A\n\nFrom: x@y.z\n\nText.")


@pytest.mark.parametrize(
    ("plain", "shown"),
    [
        ("See this mail in a browser.", "The bridge opens"),
        ("The bridge opens on Saturday, as all know.", "as all know"),
    ],
)
def test_a_plain_text_that_merely_says_that_there_is_a_page_gives_way_to_it(plain: str, shown: str) -> None:
    page = "<p>The bridge opens on Saturday at ten, and everyone is invited.</p>"
    mail = (
        "Subject: A\nMIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=q\n\n"
        f"--q\nContent-Type: text/plain\n\n{plain}\n--q\nContent-Type: text/html\n\n{page}\n--q--\n"
    )
    text = text_of(load_eml(mail.encode()))
    assert shown in text
    assert text.count("bridge") + text.count("browser") == 1


def test_a_book_states_all_its_authors_and_of_its_dates_that_of_publication() -> None:
    about = (
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:o="o"><dc:creator>Ada</dc:creator>'
        '<dc:creator> Bo </dc:creator><dc:date o:event="modification">2020</dc:date>{}</metadata>'
    )
    item = '<item id="a" href="a.html" media-type="text/html"/>'
    for dates, published in (('<dc:date o:event="publication">1999-05-06</dc:date>', "1999-05-06"), ("", None)):
        package = f"<package>{about.format(dates)}<manifest>{item}</manifest></package>"
        book = {"META-INF/container.xml": CONTAINER, "c.opf": package, "a.html": "<p>Text.</p>"}
        draft = load_epub(zip_bytes(book))
        assert (draft.author, draft.published) == ("Ada, Bo", published)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (r"Seen\v hidden\v0  again.{\deleted gone}", "Seen again."),
        (r"Seen{\rtlch\f0 \v hidden}{\v\f1 also} again.", "Seen again."),
        (r"{\f0 A \u55357?\u56832? face}", "A 😀 face"),
        (r"Done {\f1\'fc} and {\b\f2\'61\'b7}", "Done ✓ and α•"),
    ],
)
def test_hidden_text_signs_and_emoji_of_a_rich_text_file(markup: str, text: str) -> None:
    fonts = r"{\fonttbl{\f0 Arial;}{\f1\fnil\fcharset2 Wingdings;}{\f2\fcharset2 Symbol;}}"
    assert " ".join(text_of(load_rtf(rf"{{\rtf1\ansi{fonts}{markup}\par}}".encode())).split()) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        (
            "<p><span style='font-family:Wingdings'>§<span style='font:7pt Arial'>&nbsp;</span></span>Point §</p>",
            "▪ Point §",
        ),
        ("<p><font face=Symbol>a</font> and <span style='font-family: \"Wingdings 2\"'>P</span></p>", "α and ✓"),
        ("<p>\uf0fc Send&#xF0E0;</p>", "Send"),
    ],
)
def test_signs_on_a_page_are_read_and_pictures_of_its_own_fonts_left_out(markup: str, text: str) -> None:
    assert text_of(load_html(f"<html><body>{markup}</body></html>".encode())) == text


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("Genf, 8. Mai 2024", "2024-05-08"),
        ("Wien, den 1. März 2024", "2024-03-01"),
        ("Genève, le 8 mai 2024", "2024-05-08"),
        ("Paris, le 1er août 2024", "2024-08-01"),
        ("Madrid, a 8 de mayo de 2024", "2024-05-08"),
        ("Stand: 08.05.2024", "2024-05-08"),
        ("2024年5月8日", "2024-05-08"),
        ("2024-05-08T10:11:12Z", "2024-05-08"),
        ("08/05/2024", None),
        ("Deadline: 1 January 2030", None),
        ("Version 1.2.2024.7", None),
    ],
)
def test_dates_in_other_languages_are_read_and_those_of_something_else_are_not(line: str, date: str | None) -> None:
    assert date_in_first_lines(f"Minutes\n{line}\n\nThe text of it.") == date


def test_a_word_document_whose_main_part_is_numbered_is_read() -> None:
    made = docx.Document()
    made.add_heading("Minutes", 1)
    buffer = io.BytesIO()
    made.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    renamed = {
        re.sub(r"word/(_rels/)?document\.", r"word/\1document2.", name): content.replace(
            b"word/document.", b"word/document2."
        )
        for name, content in parts.items()
    }
    data = zip_bytes({**renamed})
    assert kind_of(data, ".docx") == ".docx"
    assert text_of(load_docx(data)) == "# Minutes"
