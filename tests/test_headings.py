"""Which lines of plain text head what comes below them, and which merely tell about the text."""

import pytest

from ingest.headings import find_headings

BELOW = "The council met on Monday and decided at length what is to be done with the old mill by the harbour."


@pytest.mark.parametrize(
    "line",
    [
        "Introduction",
        "2. Scope of the rules",
        "IV. Fees",
        "3.1 The old mill",
        "Annex A – Fees",
        "CHAPTER II",
        "Part One: The harbour",
        "Conclusion: what is next",
        "What the council decided",
        "By Design",
        "By the numbers",
        "By sea to Halmere",
        "Page and screen",
        "From sea to land",
        "Figures of the year",
        "Contact and imprint",
        "2024",
        "8 May 2024",
        "Monday, 6 May 2024",
        "总则",
    ],
)
def test_a_short_line_alone_heads_what_is_below_it(line: str) -> None:
    text = "\n\n".join([BELOW] * 4 + [line, BELOW])
    assert [heading.title for heading in find_headings(text)] == [line]


@pytest.mark.parametrize(
    "line",
    [
        "By Ada Lovelace",
        "By Ada Lovelace, 8 May 2024",
        "By Ada Lovelace and Grace Hopper | May 8, 2024",
        "By ADA LOVELACE on 8 May 2024",
        "Reporting by Ada Lovelace",
        "Von Ada Lovelace, 2024-05-08",
        "Par Élodie Du Pont – 2024-05-08",
        "Ada Lovelace, 8 May 2024",
        "GENEVA, 8 May 2024",
        "Published: 8 May 2024",
        "Published on 8 May 2024",
        "Updated 8 May 2024 10:30",
        "Date: 2024-05-08",
        "Author: Ada Lovelace",
        "From: Ada Lovelace",
        "Subject: Minutes of May",
        "Source: World Health Organization",
        "Photo: Reuters",
        "Picture: The old mill in May",
        "Tags: harbour, mill",
        "E-mail: ada@example.org",
        "ada@example.org",
        "https://example.org/minutes",
        "www.example.org",
        "Page 3 of 10",
        "Seite 3",
        "5 min read",
        "12.50",
        "100 000",
        "Tel: +41 22 000",
        "doi: 10.1000/182",
    ],
)
def test_a_line_that_tells_about_the_text_is_no_heading(line: str) -> None:
    assert not find_headings("\n\n".join([BELOW] * 4 + [line, BELOW]))


def test_a_date_below_the_title_is_no_heading() -> None:
    text = f"The harbour opens\n\nBy Ada Lovelace, 8 May 2024\n\n8 May 2024\n\n{BELOW}"
    assert [heading.title for heading in find_headings(text)] == ["The harbour opens"]
