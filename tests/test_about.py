import pytest

from ingest.loaders.about import author_of, date_of, title_of
from ingest.loaders.draft import Draft
from ingest.loaders.languages import language_of


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


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The harbour archive opened in May, and everybody came.", "en"),
        ("The ferry sails twice a day. " * 300, "en"),
        ("Le bateau part deux fois par jour, même en hiver.", "fr"),
        ("Der Rat hat gestern über den Haushalt beraten.", "de"),
        ("董事会周二在老磨坊开会，讨论港口的预算。", "zh"),
        ("اجتمع المجلس يوم الثلاثاء في المبنى القديم", "ar"),
        ("12 34 99", None),
        ("\ufffd\u0301 \U0001f642", None),
    ],
)
def test_the_language_is_told_where_it_can_be(text: str, language: str | None) -> None:
    assert language_of(text) == language
