"""The page without a browser: its parts as HTML, its API, and how it is served."""

import json
import os
import signal
import socket
import subprocess
import sys
import textwrap
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import httpx
import pytest
from fakes import ScriptedChatModel
from gradio_client import Client
from gradio_client.exceptions import AppError
from hypothesis import given
from hypothesis import strategies as st
from page_tools import HARBOUR, answering, served, slow, write_files

from app import free_port
from ingest import DocumentInfo, DocumentNotFound, DocumentReport, Library
from qa.page import listing
from qa.page.answers import turn_html
from qa.page.blocks import Page
from qa.page.conversation import Conversation, Place, Turn
from qa.page.markup import action, shown, written_date
from qa.page.reader import reader_html

CRANES = "The harbour of Halmere has eleven cranes."
ATTACK = "<img src=//x onerror=alert(1)>'\"><script>alert(1)</script>"


class Parsed(HTMLParser):
    """What a browser would make of some HTML: its elements and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag != "br":
            self._open.append(tag)
        if tag == "mark":
            self.marked.append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data

    def of(self, css_class: str) -> list[dict[str, str | None]]:
        return [attributes for _, attributes in self.elements if css_class in (attributes.get("class") or "").split()]


def info(
    name: str = "harbour.txt", *, title: str = "Harbour report", characters: int = 1, pages: tuple[int, ...] = ()
) -> DocumentInfo:
    return DocumentInfo(
        name=name, path=f"/{name}", sha256="0" * 64, title=title, date="2024-05-14", author=None, pages=pages,
        characters=characters, chunks=1, added="2024-05-14T00:00:00+00:00",
    )  # fmt: skip


@pytest.fixture
def harbour(library: Library, tmp_path: Path) -> Library:
    """Return a library of one document about a harbour."""
    answering(library, None).add(write_files(tmp_path / "files", {"harbour.txt": HARBOUR}))
    return library


def asked(
    library: Library, model: ScriptedChatModel | None, question: str = "How many cranes has the harbour?"
) -> Turn:
    """Ask as the page does and return what became of it."""
    conversation = Conversation(turns=[Turn(question=question)])
    list(Page(answering(library, model)).answer(conversation))
    return conversation.turns[0]


# Untrusted text


@given(st.text())
def test_whatever_the_text_is_its_html_has_no_element(text: str) -> None:
    assert Parsed(f"<p>{shown(text)}</p>").elements == [("p", {})]


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="‪‫‬‭‮⁦⁧⁨⁩")))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert Parsed(f"<p>{shown(text)}</p>").text == text


@given(st.text())
def test_a_button_carries_any_value_unchanged(value: str) -> None:
    (_, attributes), *_ = Parsed(action("select", "x", name=value)).elements
    carried = json.loads(attributes["data-with"] or "")["name"]
    assert carried == value


def test_characters_that_turn_the_direction_become_visible_signs() -> None:
    assert shown("safe\u202egnp.exe") == "safe‹U+202E›gnp.exe"


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("2024-05-01", "1 May 2024"), ("2024-05", "May 2024"), ("2024", "2024"), (None, ""),
        ("2024-13-01", "2024-13-01"), ("<b>", "<b>"),
    ],
)  # fmt: skip
def test_dates_are_written_as_far_as_they_are_known(date: str | None, words: str) -> None:
    assert written_date(date) == words


# Answers


def test_each_sentence_ends_in_the_footnote_that_opens_its_quote(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([CRANES]))
    page = Parsed(turn_html(turn, 0))
    (marker,) = page.of("marker")
    assert json.loads(marker["data-with"] or "") == {"kind": "footnote", "turn": "0", "number": "1"}
    assert f"{CRANES[:-1]}." in page.text
    assert "[1]" not in page.text.split("sentence checked")[0]
    assert len(page.of("card")) == 1
    assert "14 May 2024" in page.text


def test_the_verdict_of_each_sentence_is_on_the_page_with_its_meaning(harbour: Library) -> None:
    question = "How many cranes has the harbour of Halmere, and when was its oldest crane built?"
    turn = asked(harbour, ScriptedChatModel([f"{CRANES} The oldest crane was built in 1911."]), question)
    assert turn.answer is not None
    first, second = turn.answer.sentences
    turn.answer = replace(turn.answer, sentences=(first, replace(second, verdict="supported")))
    page = Parsed(turn_html(turn, 0))
    assert len(page.of("verbatim")) >= 1
    assert len(page.of("supported")) >= 1
    assert "2 sentences checked: 1 word for word, 1 supported" in page.text
    assert "Every number, name and negation" in page.text


def test_a_partial_answer_says_that_something_was_left_out(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([f"{CRANES} Pirates stole 40 of them in 1822."]))
    page = Parsed(turn_html(turn, 0))
    assert page.of("partial")
    assert "Answered in part" in page.text
    assert "Pirates" not in page.text


def test_an_answer_that_the_documents_lack_shows_the_nearest_passages(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel(yes=0.0), "Who painted the harbour?")
    page = Parsed(turn_html(turn, 0))
    assert page.of("not_in_documents")
    assert "Nearest passages (1)" in page.text
    assert not page.of("marker")


def test_a_draft_is_marked_as_unchecked_until_the_answer_is_there(harbour: Library) -> None:
    conversation = Conversation(turns=[Turn(question="How many cranes has the harbour?")])
    states = list(Page(answering(harbour, ScriptedChatModel([CRANES]))).answer(conversation))
    assert "The evidence: " in states[0]
    assert 'class="draft"' not in states[0]
    assert all("Draft, not checked" in state for state in states[1:-2])
    assert len(states) > 5
    assert "Draft" not in states[-1]


def test_markup_in_question_draft_and_answer_is_only_text(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([f"{CRANES} {ATTACK}"]), f"How many cranes has {ATTACK}?")
    unfinished = Turn(question=turn.question, infos=turn.infos, found=turn.found, draft=turn.draft)
    problem = Turn(question=ATTACK, problem=ATTACK)
    for each in (turn, unfinished, problem):
        page = Parsed(turn_html(each, 0))
        assert not {"img", "script"} & {tag for tag, _ in page.elements}
        assert ATTACK in page.text


def test_an_expected_error_stands_on_the_page_in_its_own_words(harbour: Library) -> None:
    turn = asked(harbour, ScriptedChatModel([OSError("the cable is out")]))
    assert turn.problem is not None
    assert "the cable is out" in Parsed(turn_html(turn, 0)).text


def test_an_unexpected_error_stays_generic_on_the_page(harbour: Library, caplog: pytest.LogCaptureFixture) -> None:
    docs = answering(harbour, None)
    docs.retriever = None  # type: ignore[assignment]
    conversation = Conversation(turns=[Turn(question="How many cranes?")])
    *_, last = Page(docs).answer(conversation)
    assert "Something went wrong" in last
    assert "NoneType" not in last
    assert "NoneType" in caplog.text


# The document beside it


def test_the_document_is_shown_whole_with_exactly_the_quote_marked() -> None:
    start = HARBOUR.index("The oldest")
    quote = "The oldest crane was built in 1911."
    place = Place(document="harbour.txt", start=start, end=start + len(quote), quote=quote)
    page = Parsed(reader_html(info(), HARBOUR, place, 0))
    assert page.marked == [quote]
    assert "nobody took the post." in page.text


def test_a_mark_goes_on_over_the_ends_of_paragraphs_and_pages() -> None:
    text = "One two.\n\nThree four.\n\nFive six."
    page = Parsed(
        reader_html(info(pages=(0, 10)), text, Place(document="d", start=4, end=len(text) - 4, quote=text[4:-4]), 0)
    )
    assert page.marked == ["two.", "Three four.", "Five "]
    assert [attributes["data-page"] for attributes in page.of("page")] == ["1", "2"]


def test_a_quote_that_moved_is_not_marked_and_the_reader_is_told() -> None:
    page = Parsed(reader_html(info(), HARBOUR, Place(document="d", start=0, end=5, quote="Other"), 0))
    assert not page.marked
    assert "has changed" in page.text


def test_a_long_document_is_shown_around_the_passage_with_a_way_to_the_rest() -> None:
    text = "\n\n".join(f"Paragraph {number}." for number in range(20_000))
    start = text.index("Paragraph 9999.")
    page = Parsed(
        reader_html(info(), text, Place(document="d", start=start, end=start + 15, quote="Paragraph 9999."), 0)
    )
    assert page.marked == ["Paragraph 9999."]
    assert len(page.text) < 120_000
    assert "Earlier text" in page.text
    assert "Later text" in page.text


@given(st.text(min_size=1, max_size=300), st.data())
def test_any_text_is_shown_without_losing_a_character(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    pages = tuple(sorted(data.draw(st.sets(st.integers(0, len(text) - 1), max_size=3))))
    place = Place(document="d", start=start, end=end, quote=text[start:end])
    html = reader_html(info(pages=pages), text, place, 0)
    body = Parsed(html[html.index('<div class="text"') :].removesuffix("</article>")).text
    assert "".join(body.split()) == "".join(Parsed(f"<p>{shown(text)}</p>").text.split())


@pytest.mark.parametrize(
    "wanted",
    [
        {}, {"kind": "footnote"}, {"kind": "document"}, {"kind": "document", "name": "a", "at": "b"},
        {"kind": "footnote", "turn": "0", "number": "9"}, {"kind": "passage", "turn": "x", "number": "0"},
        {"kind": "evidence", "turn": "5", "number": "0"}, {"kind": "passage", "turn": "0", "number": "0"},
    ],
)  # fmt: skip
def test_a_click_on_what_is_not_there_is_an_expected_error(wanted: dict[str, str]) -> None:
    with pytest.raises(DocumentNotFound):
        Conversation(turns=[Turn(question="?", problem="none")]).place(wanted)


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
    text = Parsed(listing.progress_html(reports, 3, waiting="c.txt")).text
    assert all(part in text for part in ("added a.txt", "failed b.zip", "'b.zip' is an archive", "reading c.txt"))


def test_the_line_about_the_model_says_why_answers_are_only_quotes() -> None:
    page = Parsed(listing.about_html(3, Path("/some/lib"), {"name": "none"}, "Model 'default' isn't here"))
    assert "3 documents in lib" in page.text
    assert page.of("path")[0]["title"] == "/some/lib"
    assert "quotes only: Model 'default' isn't here" in page.text


def test_examples_are_questions_whose_documents_are_here_and_else_name_titles(tmp_path: Path) -> None:
    records = [
        {"question": "In a?", "answerable": True, "evidence": [{"document": "a.txt"}]},
        {"question": "In z?", "answerable": True, "evidence": [{"document": "z.txt"}]},
        {"question": "Nowhere?", "answerable": False, "evidence": []},
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, records)), "utf-8")
    assert listing.example_questions([info("a.txt"), info("b.txt")], file) == ["In a?"]
    assert listing.example_questions([info("b.txt", title="Tides")], file) == ["What does “Tides” say?"]
    assert listing.example_questions([], tmp_path / "none.jsonl") == []


# Uploads


def test_uploads_are_kept_with_the_library_and_a_newer_version_replaces_the_older(
    library: Library, tmp_path: Path
) -> None:
    page = Page(answering(library, None))
    for folder, text in (("one", "The tide turns at six."), ("two", "The tide turns at seven.")):
        (upload,) = write_files(tmp_path / folder, {"tides.txt": text})
        *_, (report, documents, _) = page.add([str(upload)])
    assert "updated" in report
    assert documents.count("<td>") == 2
    assert library.text("tides.txt").strip() == "The tide turns at seven."
    assert library.info("tides.txt").path == str(library.folder / "uploads" / "tides.txt")


def test_a_file_that_cannot_be_read_does_not_stop_the_next(library: Library, tmp_path: Path) -> None:
    uploads = write_files(tmp_path / "up", {"empty.txt": "", "tides.txt": "The tide turns at six."})
    *_, (report, _, _) = Page(answering(library, None)).add([str(upload) for upload in uploads])
    page = Parsed(report)
    assert len(page.of("failed")) == 1
    assert len(page.of("added")) == 1


# Served


def test_the_api_answers_with_the_same_record_as_python(harbour: Library) -> None:
    docs = answering(harbour, ScriptedChatModel(lambda _: CRANES))
    with served(docs) as address:
        record = Client(address, verbose=False).predict("How many cranes?", api_name="/ask")
    expected = json.loads(json.dumps(docs.ask("How many cranes?").to_dict()))
    assert record.pop("timings").keys() == expected.pop("timings").keys()
    assert record == expected


def test_the_api_passes_on_expected_errors_in_their_own_words(harbour: Library) -> None:
    with served(answering(harbour, None)) as address, pytest.raises(AppError, match="question"):
        Client(address, verbose=False).predict("   ", api_name="/ask")


def test_only_asking_is_offered_to_programs(harbour: Library) -> None:
    with served(answering(harbour, None)) as address:
        endpoints = httpx.get(f"{address}/gradio_api/info").json()["named_endpoints"]
    assert list(endpoints) == ["/ask"]


def test_every_response_forbids_what_comes_from_elsewhere(harbour: Library) -> None:
    with served(answering(harbour, None)) as address:
        response = httpx.get(address)
        foreign = httpx.get(address, headers={"Host": "evil.example"})
    assert "default-src 'self'" in response.headers["content-security-policy"]
    assert "fonts.googleapis.com" not in response.text
    assert foreign.status_code == 400


def test_a_port_in_use_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert port < free_port("127.0.0.1", port) < port + 100


def test_serving_says_the_address_when_it_is_there_and_ends_quietly(tmp_path: Path) -> None:
    program = """
        import signal, sys
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job's child ignores it
        sys.path.insert(0, "tests")
        from pathlib import Path
        from fakes import KeywordEmbeddings, ScriptedChatModel
        from page_tools import answering
        from app import serve
        from ingest import Library
        library = Library(Path(sys.argv[1]), create=True, embedder=KeywordEmbeddings())
        serve(answering(library, ScriptedChatModel()), port=int(sys.argv[2]))
    """
    root = Path(__file__).parents[1]
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(program), str(tmp_path / "library"), str(port)],
            cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        address = line.removeprefix("Footnote is at ")
        status = httpx.get(address).status_code
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
    assert status == 200
    assert process.returncode == 0
    assert output == ""
    assert errors.splitlines() == [f"Port {port} is in use; taking {address.rsplit(':', 1)[1]}"]


def test_stopping_closes_the_stream_and_the_model_says_no_more(harbour: Library) -> None:
    model = slow([" ".join(["word"] * 200)])
    page, conversation = Page(answering(harbour, model)), Conversation(turns=[Turn(question="How many cranes?")])
    states = page.answer(conversation)
    while not conversation.turns[0].draft:
        next(states)
    page.stop(conversation)
    last = list(states)[-1]
    assert "Stopped" in last
    assert model.words_said < 5
