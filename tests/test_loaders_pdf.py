import io
import threading
from collections.abc import Sequence

import pytest
from pdf_files import Words, lines, paragraph, pdf_bytes
from PIL import Image

from ingest.loaders.draft import Refusal
from ingest.loaders.pdf import load_pdf

LONG = (
    "The council adopts the rules that this chapter lays down, and it publishes them without delay in the "
    "register that the office keeps. The rules bind everybody who offers a system in the territory of the "
    "members, wherever the system was made and whoever made it."
)
OTHER = (
    "A member that finds a fault tells the office about it within thirty days. The office answers within ten "
    "days, and its answer is public unless the member asks for silence."
)


def read(*pages: Sequence[Words]) -> list[str]:
    return list(load_pdf(pdf_bytes(pages)).parts)


def test_the_lines_of_a_paragraph_are_joined_and_paragraphs_are_kept_apart() -> None:
    first, second = paragraph(LONG, 700), paragraph(OTHER, 620)
    assert len(first) > 2
    assert read([*first, *second]) == [f"{LONG}\n\n{OTHER}"]


def test_paragraphs_that_only_an_indent_tells_apart_are_kept_apart() -> None:
    first = paragraph(LONG, 700)
    opening, *rest = paragraph("xxxx" + OTHER, first[-1].y - 12)
    indented = Words(opening.text[4:], opening.x + 24, opening.y)
    assert read([*first, indented, *rest]) == [f"{LONG}\n\n{OTHER}"]


def test_paragraphs_that_only_a_short_last_line_tells_apart_are_kept_apart() -> None:
    first = paragraph(LONG, 700)
    assert len(first[-1].text) < 60
    assert read([*first, *paragraph(OTHER, first[-1].y - 12)]) == [f"{LONG}\n\n{OTHER}"]


def test_wide_line_spacing_is_no_gap() -> None:
    words = [Words(line.text, line.x, 700 - 22 * number) for number, line in enumerate(paragraph(LONG, 700))]
    assert read(words) == [LONG]


def test_lines_that_were_broken_on_purpose_stay_lines() -> None:
    address = ["Office of the Register", "12 Harbour Street", "Port Ellis"]
    [text] = read([*paragraph(LONG, 700), *lines(address, 500)])
    assert text == LONG + "\n\n" + "\n".join(address)


def test_a_list_keeps_its_items_on_lines_of_their_own() -> None:
    items = [
        "• one thing that is long enough to go on in a second line, as",
        "  some things do",
        "• another thing",
    ]
    placed = [Words(item.strip(), 60 if item[0] == "•" else 72, 700 - 12 * n) for n, item in enumerate(items)]
    assert read(placed) == [
        "- one thing that is long enough to go on in a second line, as some things do\n- another thing"
    ]


def test_a_line_that_hangs_under_a_bullet_goes_on_with_it_though_it_begins_with_a_capital() -> None:
    start = "• Computing will exceed its budget: the forecast is much more than"
    for first in (start, start + " that."):
        words = [Words(first, 60, 700), Words("EUR 740,000 in the year.", 72, 688)]
        assert read([*words, *paragraph(LONG, 600)])[0].startswith(f"- {first[2:]} EUR 740,000 in the year.")


def test_numbered_items_are_not_joined() -> None:
    [text] = read(lines(["(a) the first condition is met;", "(b) the second condition is met."], 700))
    assert text == "(a) the first condition is met;\n(b) the second condition is met."


def test_a_word_that_a_hyphen_breaks_at_the_end_of_a_line_is_mended() -> None:
    broken = [
        "The council of the members decided on the intro-",
        "duction of the rules in all of the territory.",
    ]
    assert read(lines(broken, 700)) == [
        "The council of the members decided on the introduction of the rules in all of the territory."
    ]


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("state-of-the-", "art systems of", "state-of-the-art systems"),
        ("the Franco-", "German treaty of", "Franco-German treaty"),
        ("in the years 2019-", "2021 and later on", "2019-2021 and later"),
        ("a well-", "known system of", "well-known system"),
    ],
)
def test_a_hyphen_that_belongs_to_the_word_stays(end: str, start: str, joined: str) -> None:
    evidence = "What is well-known is said at once, and a well-known thing is said twice."
    first = f"The members of the council have agreed upon {end}"
    [text] = read([*lines([evidence], 740), *lines([first, start + " the members of the council and others"], 700)])
    assert joined in text


@pytest.mark.parametrize(("others", "joined"), [("sea-level", "harbour-lights"), ("harbourlights", "harbourlights")])
def test_a_hyphen_between_words_stays_if_the_document_never_joins_them(others: str, joined: str) -> None:
    evidence = f"A harbour has many lights and {others} too, and these lights are not all of the harbour."
    broken = ["The members of the council have agreed upon the harbour-", "lights of the town and all that they cost."]
    assert joined in read([*lines([evidence], 740), *lines(broken, 700)])[0]


def test_larger_type_becomes_headings_of_levels_and_a_title_may_span_lines() -> None:
    page = [
        Words("The rules of the council on", 60, 780, 20),
        Words("systems that decide", 60, 756, 20),
        Words("Chapter 1", 60, 720, 14),
        *paragraph(LONG, 690),
        Words("Chapter 2", 60, 600, 14),
        *paragraph(OTHER, 570),
    ]
    title = "# The rules of the council on systems that decide"
    assert read(page) == [f"{title}\n\n## Chapter 1\n\n{LONG}\n\n## Chapter 2\n\n{OTHER}"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left, right = paragraph(LONG, 700, x=60, width=35), paragraph(OTHER, 700, x=320, width=35)
    assert read([*left, *right]) == [f"{LONG}\n\n{OTHER}"]


def test_a_paragraph_that_goes_on_in_the_next_column_is_joined() -> None:
    wrapped = paragraph(LONG, 700, width=35)
    half = len(wrapped) // 2
    right = [Words(line.text, 320, 700 - 12 * number) for number, line in enumerate(wrapped[half:])]
    assert right[0].text[0].islower()
    assert read([*wrapped[:half], *right]) == [LONG]


def test_headers_footers_and_page_numbers_that_repeat_are_left_out() -> None:
    pages = [
        [
            Words("Register of the Council - Part B", 60, 810),
            *paragraph(f"Matter {name}: " + LONG, 700),
            Words("Confidential", 60, 50),
            Words(f"Page {number} of 5", 280, 30),
        ]
        for number, name in enumerate(("one", "two", "three", "four", "five"), 1)
    ]
    texts = read(*pages)
    assert [text[:12] for text in texts] == [
        "Matter one: ",
        "Matter two: ",
        "Matter three",
        "Matter four:",
        "Matter five:",
    ]
    assert not any(word in text for text in texts for word in ("Register of", "Confidential", "Page"))


def test_bare_page_numbers_are_left_out_wherever_counting_starts() -> None:
    pages = [[*paragraph(LONG, 700), Words(str(number), 290, 30)] for number in (17, 18)]
    assert read(*pages) == [LONG, LONG]
    assert read([*paragraph(LONG, 700), Words("- 1 -", 290, 30)]) == [LONG]


def test_a_lone_number_that_counts_nothing_stays() -> None:
    assert read([*paragraph(LONG, 700), Words("4711", 60, 600)]) == [f"{LONG}\n\n4711"]


def test_a_line_on_two_pages_of_four_is_not_a_header() -> None:
    tops = ("A remark", "A remark", "Something", "Else")
    pages = [[Words(top, 60, 800), *paragraph(f"{top} {n} " + LONG, 700)] for n, top in enumerate(tops)]
    assert [text.startswith(top + "\n") for text, top in zip(read(*pages), tops, strict=True)] == [True] * 4


def test_a_title_is_kept_though_the_header_repeats_it() -> None:
    title = Words("Rules of the council", 60, 780, 20)
    bodies = [f"In case {name}: {OTHER}" for name in ("one", "two", "three", "four")]
    others = [[Words("Rules of the council", 60, 810), *paragraph(body, 700)] for body in bodies]
    texts = read([title, *paragraph(LONG, 700)], *others)
    assert texts == ["# Rules of the council\n\n" + LONG, *bodies]


def test_sentences_that_stand_at_the_edge_of_every_page_are_text() -> None:
    pages = [paragraph(f"In case {name}: {OTHER}", 700) for name in ("one", "two", "three", "four")]
    assert [text.endswith(OTHER) for text in read(*pages)] == [True] * 4


def test_headers_that_differ_on_left_and_right_pages_are_left_out() -> None:
    pages = [
        [Words(("The rules", "The council")[n % 2], 60, 810), *paragraph(f"In case {name}: {OTHER}", 780)]
        for n, name in enumerate(("one", "two", "three", "four", "five", "six", "seven"))
    ]
    assert all(text.startswith("In case") and text.endswith(OTHER) for text in read(*pages))


def test_a_header_of_two_parts_on_one_line_is_left_out() -> None:
    header = [Words("Council", 60, 810), Words("Register", 480, 810)]
    pages = [[*header, *paragraph(f"In case {name}: {OTHER}", 780)] for name in ("one", "two", "three")]
    assert all(text.startswith("In case") and text.endswith(OTHER) for text in read(*pages))


def test_pages_of_nothing_but_the_same_line_keep_it() -> None:
    assert read(*[[Words("The only line", 60, 700)]] * 4) == ["The only line"] * 4


def test_a_page_without_text_stays_a_page() -> None:
    assert read([], paragraph(LONG, 700), []) == ["", LONG, ""]


def test_unseen_text_behind_a_scan_is_read() -> None:
    assert read([Words("Recognised words", 60, 700, hidden=True)]) == ["Recognised words"]


def test_the_document_information_is_read() -> None:
    info = {"Title": "The rules", "Author": "Ada Lovelace", "CreationDate": "D:20240508101500Z"}
    draft = load_pdf(pdf_bytes([paragraph(LONG, 700)], info))
    assert (draft.title, draft.author, draft.created) == ("The rules", "Ada Lovelace", "D:20240508101500Z")
    assert draft.paged


def test_missing_information_is_none() -> None:
    draft = load_pdf(pdf_bytes([paragraph(LONG, 700)]))
    assert (draft.title, draft.author, draft.created, draft.published) == (None, None, None, None)


def test_a_locked_file_is_refused_and_says_what_to_do() -> None:
    with pytest.raises(Refusal, match=r"^is locked with a password; remove the password and add it again$"):
        load_pdf(pdf_bytes([paragraph(LONG, 700)], locked=True))


def test_a_file_without_text_is_refused_as_empty_or_if_there_are_pictures_as_scanned() -> None:
    with pytest.raises(Refusal, match="has no text and no pictures"):
        load_pdf(pdf_bytes([[], []]))
    scan = io.BytesIO()
    Image.new("L", (200, 300), 255).save(scan, "PDF")
    with pytest.raises(Refusal, match=r"is scanned, no text; .*footnote-qa\[ocr\]"):
        load_pdf(scan.getvalue())


@pytest.mark.parametrize("data", [b"%PDF-1.7", b"%PDF-1.4\n" + b"\x00" * 500, pdf_bytes([])])
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(Refusal, match="is a broken PDF"):
        load_pdf(data)


def test_a_file_with_a_damaged_table_of_objects_is_still_read() -> None:
    data = pdf_bytes([paragraph(LONG, 700)])
    assert load_pdf(data.replace(b"startxref\n", b"startxref\n9")).parts == (LONG,)


def test_a_page_that_is_broken_among_others_is_named() -> None:
    data = pdf_bytes([paragraph(LONG, 700), paragraph(OTHER, 700)])
    second = data.rindex(b"/Type /Page /Parent")
    draft = load_pdf(data[:second] + data[second:].replace(b"/Type /Page /Parent", b"/Type /Pace /Parent", 1))
    assert draft.parts == (LONG, "")
    assert [member.name for member in draft.members] == ["page 2"]
    with pytest.raises(Refusal, match="is broken in the PDF that it belongs to"):
        draft.members[0].read()


def test_many_threads_may_read_at_once() -> None:
    data = pdf_bytes([paragraph(LONG, 700)] * 3)
    found: list[tuple[str, ...]] = []
    threads = [threading.Thread(target=lambda: found.append(load_pdf(data).parts)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(LONG, LONG, LONG)] * 8
