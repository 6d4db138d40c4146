"""The tab of documents: the list, uploads, and questions to begin with."""

from dataclasses import replace
from pathlib import Path

import pytest
from page_tools import ATTACK, Parsed, answering, info, write_files

from ingest import DocumentReport, Library, add_paths
from ingest.loaders.formats import FORMATS, SUPPORTED_SUFFIXES
from qa.page import listing
from qa.page.shelf import MAX_FILES, Shelf
from qa.page.suggestions import Suggestions, questions_in
from qa.page.uploading import MAX_OPEN, progress_html

# Lists


def test_the_list_shows_title_date_kind_and_size_of_hostile_names_as_text() -> None:
    page = Parsed(listing.library_html([info(f"{ATTACK}.pdf", title=ATTACK, characters=1234)]))
    assert not {"img", "script"} & {tag for tag, _ in page.elements}
    assert all(part in page.text for part in (ATTACK, "14 May 2024", "PDF", "1,234"))


def test_each_failed_file_of_an_upload_has_its_reason() -> None:
    reports = [
        DocumentReport(document="a.txt", path="a.txt", status="added"),
        DocumentReport(document="b.zip", path="b.zip", status="failed", error="'b.zip' is an archive"),
    ]
    text = Parsed(progress_html(reports, 2, 3, waiting="c.txt")).text
    assert all(part in text for part in ("added a.txt", "failed b.zip", "'b.zip' is an archive", "reading c.txt"))
    assert "2 of 3 files read: 1 added, 1 failed" in text


def test_what_failed_stands_before_what_came_in_which_is_folded_away_where_it_is_much() -> None:
    added = [DocumentReport(document=f"{n}.txt", path="", status="added") for n in range(MAX_OPEN + 1)]
    failed = DocumentReport(document="z.zip", path="", status="failed", error="broken")
    scanned = DocumentReport(document="s.pdf", path="", status="added", note="page 2: can be read only as a picture")
    page = Parsed(progress_html([*added, failed, scanned], 15, 15))
    assert page.text.startswith("15 files read: 14 added, 1 failed")
    assert page.text.index("z.zip") < page.text.index("page 2: can be read") < page.text.index("The 13 others")
    assert "details" not in {tag for tag, _ in Parsed(progress_html(added[1:], 12, 12)).elements}


def test_the_list_says_what_is_missing_of_a_scanned_document() -> None:
    scanned = replace(info("scan.pdf", pages=(0, 1)), unread=(2,))
    assert "page 2: can be read only as a picture" in Parsed(listing.library_html([scanned])).text


def test_the_line_about_the_model_says_why_answers_are_only_quotes() -> None:
    page = Parsed(listing.about_html(3, Path("/some/lib"), {"name": "none"}, "Model 'default' isn't here"))
    assert "3 documents in lib" in page.text
    assert page.of("path")[0]["title"] == "/some/lib"
    assert "quotes only: Model 'default' isn't here" in page.text


def test_the_list_is_searched_and_sorted() -> None:
    documents = [info("b.txt", title="Alpha", characters=9), info("a.pdf", title="Beta", characters=5)]
    assert Parsed(listing.library_html(documents, search="BETA a.p")).of("title") == [{"class": "title"}]
    html = listing.library_html(documents, order="Longest")
    assert html.index("Alpha") < html.index("Beta")
    html = listing.library_html(documents, order="Kind")
    assert html.index("Beta") < html.index("Alpha")
    assert "1 of 2 documents" in listing.library_html(documents, search="alpha")
    html = listing.library_html([info("b.txt", title="Part 10"), info("a.txt", title="part 2")])
    assert html.index("part 2") < html.index("Part 10")


def test_every_kind_of_file_that_can_be_read_is_named_before_the_upload_and_in_the_list() -> None:
    text = Parsed(listing.limits_html()).text
    assert all(known.suffixes[0][1:].upper() in text for known in FORMATS)
    assert "200 MB" in text
    kinds = Parsed(listing.library_html([info(f"a{suffix}") for suffix in SUPPORTED_SUFFIXES])).text
    assert all(kind in kinds for kind in ("PDF", "HTML page", "EPUB book", "Presentation", "Mailbox", "JSON file"))


def test_a_very_long_list_is_cut_and_says_so() -> None:
    html = listing.library_html([info(f"{n}.txt") for n in range(listing.MAX_ROWS + 5)])
    assert html.count("<tr>") == listing.MAX_ROWS + 1
    assert "search for the others" in html


def test_suggestions_are_questions_that_one_sentence_of_the_library_answers(harbour: Library) -> None:
    drawn = {
        "The Old Pier was built in 1911.": "When was the Old Pier built?",
        "The reading room will open on 14 September.": "When will the reading room open?",
        "Halmere Pier reopens on 1 September 2025.": "When does Halmere Pier reopen?",
        "The Harbour Board has twelve members.": "How many members does the Harbour Board have?",
        "The audio guide costs EUR 4.": "How much does the audio guide cost?",
        "The Harbour Act is a law of 1911.": "What is the Harbour Act?",
        "the World Health Organization (WHO) and a Wrong Name (XYZ)": "What does WHO stand for?",
    }
    assert [question for sentence in drawn for _, question in questions_in([sentence])] == list(drawn.values())
    assert Suggestions(harbour).questions() == ["When was the oldest crane built?"]


@pytest.mark.parametrize(
    "sentence",
    [
        "It was built in 1911.",
        "The pier was closed on 3 March.",
        "The last review was finished in 2024.",
        "Noor Haddad is the Secretary of the Council.",
        "The works took a year and cost EUR 4.",
    ],
)
def test_nothing_is_asked_that_means_nothing_without_its_surroundings(sentence: str) -> None:
    assert list(questions_in([sentence])) == []


def test_suggestions_are_of_many_kinds_and_headings_that_ask_are_asked(library: Library, tmp_path: Path) -> None:
    files = {
        "a.md": "# Harbour rules\n\n## Who may fish from the pier?\n\nWhoever lives in Halmere.\n",
        "b.txt": "Pier\n\nThe Old Pier was built in 1911.\n",
        "c.txt": "Tower\n\nThe Old Tower was built in 1912. The Tower Act is a law about it.\n",
        "d.md": "# Guide\n\n## Nets and lines\n\nBoth may be used.\n",
    }
    add_paths(library, write_files(tmp_path / "up", files))
    assert Suggestions(library).questions() == [
        "When was the Old Pier built?",
        "What is the Tower Act?",
        "Who may fish from the pier?",
        "What does “Guide” say about “Nets and lines”?",
    ]


def test_suggestions_follow_the_library_and_fall_back_to_titles(library: Library, tmp_path: Path) -> None:
    suggestions = Suggestions(library)
    assert suggestions.questions() == []
    add_paths(library, write_files(tmp_path / "up", {"tides.txt": "Tides\n\nNothing can be drawn from this."}))
    assert suggestions.questions() == ["What does “Tides” say?"]


# Uploads


def test_uploads_are_kept_with_the_library_and_a_newer_version_replaces_the_older(
    library: Library, tmp_path: Path
) -> None:
    shelf = Shelf(answering(library, None))
    for folder, text in (("one", "The tide turns at six."), ("two", "The tide turns at seven.")):
        (upload,) = write_files(tmp_path / folder, {"tides.txt": text})
        *_, (report, documents, _) = shelf.add([str(upload)], "", "Title")
    assert "updated" in report
    assert documents.count("<td>") == 2
    assert library.text("tides.txt").strip() == "The tide turns at seven."
    assert library.info("tides.txt").path == str(library.folder / "uploads" / "tides.txt")


def test_a_file_that_cannot_be_read_does_not_stop_the_next(library: Library, tmp_path: Path) -> None:
    uploads = write_files(tmp_path / "up", {"empty.txt": "", "tides.txt": "The tide turns at six."})
    *_, (report, _, _) = Shelf(answering(library, None)).add([str(upload) for upload in uploads], "", "Title")
    page = Parsed(report)
    assert len(page.of("failed")) == 1
    assert len(page.of("added")) == 1


def test_files_of_the_same_name_in_one_upload_are_two_documents(library: Library, tmp_path: Path) -> None:
    one = write_files(tmp_path / "one", {"tides.txt": "The tide turns at six."})
    two = write_files(tmp_path / "two", {"tides.txt": "The tide turns at seven."})
    list(Shelf(answering(library, None)).add([str(one[0]), str(two[0])], "", "Title"))
    assert [info.name for info in library.documents()] == ["2/tides.txt", "tides.txt"]


def test_too_many_files_at_once_are_refused_before_any_is_read_and_not_kept(library: Library, tmp_path: Path) -> None:
    (upload,) = write_files(tmp_path / "up", {"x.txt": "x"})
    ((report, _, _),) = Shelf(answering(library, None)).add([str(upload)] * (MAX_FILES + 1), "", "Title")
    assert "add at most 2,000" in report
    assert not upload.exists()
