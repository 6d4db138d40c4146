import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.loaders.dates import date_in_first_lines, date_in_name, find_date, is_date_line
from ingest.loaders.draft import Refusal
from ingest.loaders.kinds import kind_of
from ingest.loaders.markdown import MarkdownWriter
from ingest.loaders.normalising import normalise_text, one_line
from ingest.loaders.plain import decode_text, load_text

# --- normalising


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("a\r\nb\rc\u2028d\u2029e\x0cf\x0bg\x85h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("one  \ntwo\t\n", "one\ntwo"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\n \n\t\n\u3000\nb", "a\n\nb"),
        ("\ufeffa\x00b\x07c\x1b", "abc"),
        ("cafe\u0301", "café"),
        ("co\xadoperation", "cooperation"),
        ("pay\u202e100\u202c, \u2066left\u2069", "pay100, left"),
        ("zero\u200bwidth\u2060s", "zerowidths"),
        ("hidden\U000e0049\U000e0067", "hidden"),
        ("100\xa0000\u202fEUR", "100 000 EUR"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("  \n indented\n  kept", "indented\n  kept"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("👩\u200d⚕️", "👩\u200d⚕️"),
        ("a\tb  c", "a\tb  c"),
        ("", ""),
    ],
)
def test_text_is_brought_into_one_form(text: str, normalised: str) -> None:
    assert normalise_text(text) == normalised


@given(text=st.text(st.characters()))
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once


@given(text=st.text(st.characters()))
def test_normalised_text_keeps_what_it_promises(text: str) -> None:
    normalised = normalise_text(text)
    assert normalised == normalised.strip()
    assert "\n\n\n" not in normalised
    assert all(line == line.rstrip() for line in normalised.split("\n"))
    assert unicodedata.is_normalized("NFC", normalised)
    assert not {unicodedata.category(character) for character in normalised} & {"Cs", "Zl", "Zp"}
    assert {character for character in normalised if unicodedata.category(character) == "Cc"} <= {"\n", "\t"}
    normalised.encode("utf-8")


@given(words=st.lists(st.text("abcdefgh", min_size=1), min_size=1))
def test_normalising_loses_no_words(words: list[str]) -> None:
    assert normalise_text("  \r\n".join(words)).split() == words


def test_megabytes_of_spaces_or_line_breaks_are_normalised_in_no_time() -> None:
    start = time.perf_counter()
    assert len(normalise_text("a" + " " * 2_000_000 + "b")) == 2_000_002
    assert normalise_text("a" + "\n" * 2_000_000 + "b") == "a\n\nb"
    assert normalise_text("a" + " \n" * 1_000_000 + "b") == "a\n\nb"
    assert time.perf_counter() - start < 20


def test_one_line_has_single_spaces() -> None:
    assert one_line(" a\n\n b\xa0\tc ") == "a b c"


# --- encodings

FRENCH = "Le conseil s'est réuni à Genève ; la décision a été publiée « sans délai », dit l'État."
RUSSIAN = "Совет министров собрался в понедельник и принял решение о новых правилах для искусственного интеллекта."
CHINESE = "中国和法国发表关于人工智能和全球治理的联合声明，双方一致认为应当加强国际合作。"
GREEK = "Το συμβούλιο συνεδρίασε τη Δευτέρα και αποφάσισε για τους νέους κανόνες της τεχνητής νοημοσύνης."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *((text, "utf-8") for text in (FRENCH, RUSSIAN, CHINESE, GREEK)),
        *((text, "utf-8-sig") for text in (FRENCH, CHINESE)),
        *((text, "utf-16") for text in (FRENCH, RUSSIAN, CHINESE)),
        *((text, "utf-16-le") for text in (FRENCH, RUSSIAN, GREEK, CHINESE)),
        *((text, "utf-16-be") for text in (FRENCH, RUSSIAN, GREEK, CHINESE)),
        *((text, "utf-32") for text in (FRENCH, RUSSIAN)),
        (FRENCH, "cp1252"),
        (RUSSIAN, "cp1251"),
        (GREEK, "cp1253"),
        (CHINESE, "gb18030"),
    ],
)
def test_a_text_is_read_in_whatever_encoding_it_was_written(text: str, encoding: str) -> None:
    assert decode_text(text.encode(encoding)) == text


@pytest.mark.parametrize("text", ["Café", "El niño comió en España.", "5 € – naïve façade", "Die Straße ist groß."])
def test_a_few_western_words_are_not_taken_for_chinese_or_polish(text: str) -> None:
    assert decode_text(text.encode("cp1252")) == text


def test_a_declared_encoding_is_used_where_utf_8_fails() -> None:
    polish = "Zażółć gęślą jaźń."
    assert decode_text(polish.encode("iso8859-2"), "iso-8859-2") == polish


@pytest.mark.parametrize("declared", ["utf-8", "no-such-encoding", "base64", "rot13", "ascii", "\0"])
def test_a_wrongly_declared_encoding_is_not_believed(declared: str) -> None:
    assert decode_text(FRENCH.encode("cp1252"), declared) == FRENCH


def test_utf_8_wins_over_what_is_declared() -> None:
    assert decode_text(FRENCH.encode(), "cp1252") == FRENCH


def test_a_large_file_in_an_old_encoding_is_read_whole() -> None:
    text = (FRENCH + "\n") * 30_000
    assert decode_text(text.encode("cp1252")) == text


@pytest.mark.parametrize("data", [bytes(range(256)) * 4, b"\x00\x01\x02\x03" * 100, b"\x80\x81\x8d\x8f\x90" * 50])
def test_rubbish_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="is not readable text"):
        decode_text(data)


def test_a_stray_control_character_does_not_make_a_text_unreadable() -> None:
    assert decode_text(b"A page of text.\x0cAnother page, with a stray \x00 in it.").startswith("A page")


def test_front_matter_loses_its_fences_and_nothing_else() -> None:
    [text] = load_text(b"---\r\ntitle: A\r\nstatus: repealed\r\n---\r\n\r\nBody\n---\nmore").parts
    assert normalise_text(text) == "title: A\nstatus: repealed\n\nBody\n---\nmore"


def test_a_rule_at_the_start_is_not_front_matter_if_no_second_one_follows() -> None:
    assert load_text(b"---\nBody").parts == ("---\nBody",)


# --- kinds


def test_html_is_recognised_behind_space_comments_and_declarations() -> None:
    for start in (
        "<html>",
        "\n <!DOCTYPE HTML PUBLIC>",
        "<!-- a --><!-- b -->\n<html lang=en>",
        "<?xml?><html>",
    ):
        assert kind_of(start.encode(), ".txt") == ".html"
    for start in ("text <html>", "<htmlx>", "<p>a</p>", "<!-- <html> --> text"):
        assert kind_of(start.encode(), ".txt") == ".txt"


def test_a_pdf_is_recognised_behind_a_little_rubbish_only_if_it_is_named_so() -> None:
    assert kind_of(b"mail header\n%PDF-1.4\n", ".pdf") == ".pdf"
    assert kind_of(b"The sign %PDF-1.4 starts a file.", ".txt") == ".txt"


# --- Markdown


def test_items_and_rows_stand_together_and_other_blocks_apart() -> None:
    writer = MarkdownWriter()
    writer.heading(1, "Rules")
    writer.paragraph("")
    writer.item("one")
    writer.item("two")
    writer.paragraph("Text.\nMore.")
    writer.row(["a", "b|c"])
    writer.row(["", " "])
    writer.row(["d\ne", ""])
    assert writer.text() == "# Rules\n\n- one\n- two\n\nText.\nMore.\n\n| a | b\\|c |\n| d e |  |"


def test_a_second_list_or_table_stands_apart_from_the_first() -> None:
    writer = MarkdownWriter()
    for cell in ("a", "b"):
        writer.row([cell])
        writer.end_group()
    assert writer.text() == "| a |\n\n| b |"


def test_heading_levels_stay_between_one_and_six() -> None:
    writer = MarkdownWriter()
    writer.heading(0, "a")
    writer.heading(9, "b")
    writer.heading(2, " ")
    assert writer.text() == "# a\n\n###### b"


# --- dates


@pytest.mark.parametrize(
    ("stated", "date"),
    [
        ("2024-05-08", "2024-05-08"),
        ("2024-05-08T10:00:00+02:00", "2024-05-08"),
        ("2024/5/8", "2024-05-08"),
        ("2024-05", "2024-05"),
        ("2024", "2024"),
        ("D:20240508101500+02'00'", "2024-05-08"),
        ("D:2024", "2024"),
        ("20240508", "2024-05-08"),
        ("8 May 2024", "2024-05-08"),
        ("8th of May, 2024", "2024-05-08"),
        ("May 8, 2024", "2024-05-08"),
        ("Sept. 1st 2023", "2023-09-01"),
        ("Wed, 08 May 2024 10:00:00 GMT", "2024-05-08"),
        ("May 2024", "2024-05"),
        ("2024-13-45", None),
        ("31 February 2024", None),
        ("soon", None),
        ("", None),
        ("D:00000000", None),
    ],
)
def test_a_stated_date_is_read_in_its_usual_spellings(stated: str, date: str | None) -> None:
    assert find_date(stated) == date


@pytest.mark.parametrize(
    "line",
    [
        " date 2024-05-08",
        " date 2024-05-08 In a significant stride towards cooperation, both sides have met.",
        "Date: 2024-05-08",
        "**Date:** 8 May 2024",
        "Date of adoption: 8 May 2024",
        "8 May 2024",
        "May 8, 2024",
        "Wednesday, 8 May 2024",
        "Published on 8 May 2024",
        "Published: May 8, 2024, 10:30",
        "Geneva, 8 May 2024",
        "GENEVA, 8 May 2024 – The council today decided on the rules.",
        "8 May 2024 | Press office",
        "(8 May 2024)",
        "Last updated: 2024-05-08",
        "> *8 May 2024*",
    ],
)
def test_a_date_line_is_recognised(line: str) -> None:
    assert date_in_first_lines(f"A title\n\n{line}\n\nText.") == "2024-05-08"


@pytest.mark.parametrize(
    "line",
    [
        "On 8 May 2024 the council met.",
        "The council met on 8 May 2024.",
        "Adopted on 8 May 2024, the rules bind everybody.",
        "In May 2024 nothing happened",
        "8 May 2024 was a Wednesday.",
        "1 March 2024 – 8 May 2024",
        "Date of birth: 8 May 2024",
        "Register no. 2024-05-08-17 of the office",
        "Updated rules of 8 May 2024 apply",
        "31 February 2024",
    ],
)
def test_a_line_that_merely_mentions_a_date_is_not_a_date_line(line: str) -> None:
    assert date_in_first_lines(f"A title\n\n{line}\n\nText.") is None


def test_a_month_alone_is_a_date_too() -> None:
    assert date_in_first_lines("A title\n\nMay 2024\n\nText.") == "2024-05"


def test_only_the_first_fifteen_lines_are_looked_at() -> None:
    assert date_in_first_lines("line\n\n" * 14 + "8 May 2024") == "2024-05-08"
    assert date_in_first_lines("line\n\n" * 15 + "8 May 2024") is None


def test_a_line_that_goes_on_after_its_date_is_not_there_for_the_date_alone() -> None:
    assert is_date_line("Date: 8 May 2024")
    assert not is_date_line("date 2024-05-08 In a significant stride towards cooperation, both sides have met again.")


@pytest.mark.parametrize(
    ("stem", "date"),
    [
        ("2024-05-08", "2024-05-08"),
        ("2024_05_08_minutes", "2024-05-08"),
        ("minutes 20240508 final", "2024-05-08"),
        ("report-2024-05", "2024-05"),
        ("report_2024_05", "2024-05"),
        ("Minutes of 8 May 2024", "2024-05-08"),
        ("report-2024", None),
        ("002_d66984ab734968ab", None),
        ("12345678", None),
        ("20241399", None),
        ("notes", None),
    ],
)
def test_a_file_name_may_hold_a_date(stem: str, date: str | None) -> None:
    assert date_in_name(stem) == date


@given(line=st.text())
def test_no_line_breaks_the_search_for_dates(line: str) -> None:
    for found in (find_date(line), date_in_first_lines(line), date_in_name(line)):
        assert found is None or found[:4].isdigit()
