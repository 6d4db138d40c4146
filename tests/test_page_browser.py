"""The page in a real browser: what a reader does, what hostile documents try, and that nothing leaves the machine."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import BOTH, DESK, LAPTOP, OLDEST, PHONE, QUESTION, Visit, ask, fits, in_view, tab
from langchain_core.messages import BaseMessage
from page_tools import CRANES, HARBOUR, slow, wait_until, write_files

from ingest import Library
from qa.page.desk import AT_ONCE
from qa.page.history import FILE, History

if TYPE_CHECKING:
    pass

pytestmark = pytest.mark.browser

# Reading


def test_evidence_then_draft_then_the_checked_answer(visit: Visit) -> None:
    seen, go_on = threading.Event(), threading.Event()
    page = visit(slow([CRANES, OLDEST], go_on=go_on, yes=lambda _: float(seen.wait(60))))
    ask(page, BOTH, wait=False)
    page.wait_for_selector(".evidence[open] q")
    seen.set()
    page.wait_for_selector(".draft")
    assert "Draft, not checked" in page.inner_text("#current .status")
    go_on.set()
    page.wait_for_selector(".outcome.answered")
    assert page.locator(".draft").count() == 0
    assert page.locator(".reply .marker").count() == 2


def test_hovering_a_footnote_shows_quote_document_and_date(visit: Visit) -> None:
    page = visit(slow([CRANES]))
    ask(page)
    card = page.locator(".card").first
    assert not card.is_visible()
    page.hover(".marker")
    assert card.is_visible()
    assert all(part in card.inner_text() for part in (CRANES, "Harbour report", "14 May 2024", "Word for word"))


def test_a_click_opens_the_document_at_the_marked_quote_and_escape_leads_back(visit: Visit) -> None:
    text = HARBOUR.replace("The harbour of", f"{'Gulls cry over the water. ' * 400}\n\nThe harbour of")
    page = visit(slow([CRANES]), files={"harbour.txt": text})
    ask(page)
    page.click(".marker")
    page.wait_for_selector("mark.here")
    assert page.inner_text("mark.here") == CRANES
    assert wait_until(lambda: in_view(page, "mark.here"))
    assert "It still works on market days" in page.inner_text(".document")
    page.mouse.move(2, 2)
    page.keyboard.press("Escape")
    page.wait_for_selector(".document", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('marker')")
    page.wait_for_selector(".card", state="hidden")


def test_the_keyboard_reaches_every_footnote_and_walks_through_them(visit: Visit) -> None:
    page = visit(slow([CRANES, OLDEST]))
    ask(page, BOTH)
    page.locator(".marker").first.focus()
    assert page.locator(".card").first.is_visible()
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.here")
    assert page.inner_text("mark.also") == OLDEST
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"mark.here:has-text('{OLDEST}')")
    assert "Footnote 2 of 2" in page.inner_text(".bar")


def test_what_the_documents_lack_shows_the_nearest_passages_a_click_away(visit: Visit) -> None:
    page = visit(slow(yes=0.0))
    ask(page, "Who painted the harbour of Halmere?")
    assert "Not in the documents" in page.inner_text(".outcome.not_in_documents")
    page.click(".passages summary")
    page.click(".passages .entry")
    page.wait_for_selector("mark.here")
    assert "eleven cranes" in page.inner_text(".document")


def test_a_footnote_of_a_document_that_was_removed_says_so_and_escape_leads_back(visit: Visit) -> None:
    page = visit(slow([CRANES]))
    ask(page)
    page.on("dialog", lambda dialog: dialog.accept())
    tab(page, "Documents")
    page.click("tr:has-text('harbour.txt') .quiet")
    page.wait_for_selector("#documents .empty")
    tab(page, "Ask")
    page.click(".marker")
    page.wait_for_selector(f".document:has-text('is not in the library any more'):has(q:has-text('{CRANES}')) h2:focus")
    assert in_view(page, ".document .notice")
    page.keyboard.press("Escape")
    page.wait_for_selector(".document", state="detached")
    assert page.evaluate("document.activeElement.classList.contains('marker')")


def test_without_a_model_the_page_says_so_and_answers_in_quotes(visit: Visit) -> None:
    page = visit(None)
    page.wait_for_selector(".about:has-text('quotes only')")
    ask(page)
    assert CRANES in page.inner_text(".reply").replace("\n", " ")


# Asking


def test_the_stop_button_stops_the_model_and_the_next_question_is_answered(visit: Visit) -> None:
    model = slow([" ".join(["word"] * 400), CRANES], pause=0.1)
    page = visit(model)
    ask(page, wait=False)
    page.wait_for_selector(".draft")
    page.click(".question .stop-button")
    page.wait_for_selector(".status:has-text('Stopped')")
    page.wait_for_selector(".question .submit-button")
    page.wait_for_timeout(500)
    said = model.words_said
    page.wait_for_timeout(1000)
    assert model.words_said == said < 300
    ask(page)
    assert page.locator("#past .turn").count() == 1
    assert page.locator("#current .marker").count() == 1


def test_a_question_waits_until_the_conversation_and_the_choices_are_there(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in, look_up = threading.Event(), History.list
    monkeypatch.setattr(History, "list", lambda *args: (let_in.wait(60), look_up(*args))[1])
    let_in.set()
    page = visit(slow([CRANES, OLDEST]))
    ask(page)
    let_in.clear()
    page.reload()
    page.wait_for_selector(".question textarea[placeholder='One moment…']:disabled")
    let_in.set()
    ask(page, "When was the oldest crane of the harbour built?")
    page.wait_for_selector(f"#past .turn:has-text('{QUESTION}')")
    page.wait_for_selector(f"#current .turn:has-text('{OLDEST[:-1]}')")
    page.reload()
    page.wait_for_selector(".question textarea:focus")


def test_a_new_question_comes_to_the_top(visit: Visit) -> None:
    page = visit(slow(lambda _: CRANES))
    for number in range(1, 4):
        ask(page, f"How many cranes has the harbour of Halmere in {number} places?")
        page.wait_for_selector(f"#current .turn:has-text('in {number} places') .outcome")
    assert wait_until(lambda: 0 <= (page.locator("#current .asked").bounding_box() or {"y": -1})["y"] < 60)


def test_an_example_is_asked_by_a_click(visit: Visit) -> None:
    page = visit(slow(yes=0.0))
    page.click(".example")
    page.wait_for_selector(".outcome")
    assert page.inner_text(".asked h2") == "When was the oldest crane built?"


def test_a_question_can_be_edited_and_asked_again(visit: Visit) -> None:
    page = visit(slow([CRANES, CRANES]))
    ask(page)
    page.click(".asked button:has-text('Edit')")
    assert wait_until(lambda: page.input_value(".question textarea") == QUESTION)
    page.click(".asked button:has-text('Ask again')")
    page.wait_for_selector("#past .turn")
    page.wait_for_selector("#current .outcome.answered")


def test_settings_hold_for_the_next_question_and_survive_a_reload(visit: Visit) -> None:
    model = slow([CRANES])
    page = visit(model, files={"harbour.txt": HARBOUR, "other.txt": "Undated.\n\nThe harbour has two cranes.\n"})
    tab(page, "Settings")
    page.fill("[placeholder^='2024,'] >> nth=0", "2024-05")
    page.wait_for_selector(".limits:has-text('1 of 2 documents is asked')")
    page.check("label:has-text('Quotes only') input")
    page.click("label:has-text('Strict:')")
    page.wait_for_selector("#scope .scope:has-text('strict · quotes only')", state="attached")
    tab(page, "Ask")
    ask(page)
    assert "documents published from May 2024 on" in page.inner_text("#current .receipt")
    assert "1 of 2 documents" in page.inner_text("#scope")
    page.reload()
    page.wait_for_selector("#scope .scope:has-text('strict · quotes only')")
    tab(page, "Settings")
    assert wait_until(lambda: page.input_value("[placeholder^='2024,'] >> nth=0") == "2024-05")
    assert wait_until(lambda: page.is_checked("label:has-text('Quotes only') input"))
    tab(page, "Ask")
    page.click("#scope button:has-text('Reset')")
    page.wait_for_selector("#scope .scope", state="detached")


def test_a_pattern_that_is_typed_holds_as_soon_as_it_is_shown_and_after_a_reload(visit: Visit) -> None:
    page = visit(slow(lambda _: CRANES), files={"harbour.txt": HARBOUR, "other.txt": "The harbour has two cranes.\n"})
    tab(page, "Settings")
    page.fill("[aria-label='Documents']", "har*")
    page.keyboard.press("Enter")
    page.wait_for_selector("#scope .scope:has-text('1 of 2 documents: named har*')", state="attached")
    page.reload()
    page.wait_for_selector(".token:has-text('har*')", state="attached")
    page.wait_for_selector("#scope .scope:has-text('1 of 2 documents: named har*')", state="attached")
    tab(page, "Ask")
    ask(page)
    assert "documents named har*" in page.inner_text("#current .receipt")


def test_an_answer_is_copied_as_markdown_whose_footnote_is_the_quote(visit: Visit) -> None:
    page = visit(slow([CRANES]))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    page.click("[data-copy]")
    page.wait_for_selector("[data-copy]:has-text('Copied')")
    assert "[^1]: “The harbour of Halmere" in page.evaluate("navigator.clipboard.readText()")


def test_an_impossible_question_gets_one_clear_line(visit: Visit) -> None:
    page = visit(slow())
    ask(page, "☃☃☃")
    assert "question" in page.inner_text(".outcome.problem").lower()


def test_two_browsers_do_not_see_each_other(visit: Visit) -> None:
    model = slow([CRANES])
    first = visit(model)
    ask(first)
    second = visit()
    assert "conversation=" in first.url
    second.goto(first.url)
    second.wait_for_selector(".welcome")
    assert second.locator(".turn").count() == 0


# Memory


def test_a_reload_keeps_the_conversation_and_the_answer_that_is_being_written(visit: Visit) -> None:
    page = visit(slow([CRANES, CRANES, OLDEST], pause=0.25))
    ask(page)
    ask(page, BOTH, wait=False)
    page.wait_for_selector("#current .draft")
    page.reload()
    page.wait_for_selector(f"#past .turn:has-text('{QUESTION}')")
    page.wait_for_selector("#current .outcome.answered")
    assert page.locator("#current .marker").count() == 2
    page.click("#past .marker")
    page.wait_for_selector(f"mark.here:has-text('{CRANES}')")


def test_readers_who_ask_at_once_see_their_places_and_get_the_answers_to_their_own_questions(visit: Visit) -> None:
    go_on = threading.Event()

    def reply(messages: list[BaseMessage]) -> str:
        assert go_on.wait(60)
        return CRANES if any(QUESTION in str(message.content) for message in messages) else OLDEST

    model = slow(reply)
    pages = [visit(model) for _ in range(AT_ONCE + 2)]
    questions = [QUESTION, "When was the oldest crane of the harbour built?"] * 2
    for page, question in zip(pages, questions, strict=True):
        ask(page, question, wait=False)
        page.wait_for_selector("#current .status")
    for place, page in enumerate(pages[AT_ONCE:], start=1):
        page.wait_for_selector(f"#current .status:has-text('number {place} in the queue')")
    go_on.set()
    for page, sentence in zip(pages, [CRANES, OLDEST] * 2, strict=True):
        page.wait_for_selector(f"#current .reply:has-text('{sentence[:-1]}')")


def test_conversations_that_cannot_be_read_are_said_to_be_in_the_page(visit: Visit, library: Library) -> None:
    page = visit(slow(lambda _: CRANES))
    (library.folder / FILE).write_text("This is no database. " * 100)
    page.reload()
    page.wait_for_selector("#bar .notice:has-text('move the file away to begin anew')")
    ask(page)
    assert "move the file away" in page.inner_text("#current .problem")
    tab(page, "Conversations")
    page.wait_for_selector("#conversations .notice:has-text('move the file away')")
    (library.folder / "catalogue.sqlite").unlink()
    page.reload()
    page.wait_for_selector(".about:has-text('is gone; put its folder back')")


def test_conversations_are_listed_renamed_opened_and_deleted(visit: Visit) -> None:
    page = visit(slow([CRANES, OLDEST]))
    names = iter(["<img src=x onerror=window.pwned=1> port"])
    page.on("dialog", lambda dialog: dialog.accept(next(names, "")))
    ask(page)
    page.click("#bar button:has-text('New')")
    page.wait_for_selector("#current .welcome")
    ask(page, "When was the oldest crane built?")
    tab(page, "Conversations")
    page.wait_for_selector(".conversations li:nth-child(2)")
    page.click(".conversations li:nth-child(2) button:has-text('Rename')")
    page.wait_for_selector(".conversations .title:has-text('<img src=x')")
    page.fill("[placeholder*='questions']", "eleven")
    page.wait_for_selector(".conversations li:nth-child(2)", state="detached")
    page.click(".conversations .entry")
    page.wait_for_selector(f"#current .turn:has-text('{QUESTION}')")
    with page.expect_download() as download:
        page.click("#bar a[download]")
    assert "port</bdi></h1>" in download.value.path().read_text("utf-8")
    tab(page, "Conversations")
    page.click("#everything button")
    page.wait_for_selector("#conversations .empty")
    tab(page, "Ask")
    page.wait_for_selector("#current .welcome")
    assert page.evaluate("window.pwned") is None


# Documents


def test_files_are_added_opened_and_removed(visit: Visit, library: Library, tmp_path: Path) -> None:
    page = visit(slow(["The tide turns at six."]))
    tab(page, "Documents")
    uploads = write_files(tmp_path / "up", {"tides.txt": "The tide turns at six.", "empty.txt": ""})
    page.set_input_files(".drop input[type=file]", [str(upload) for upload in uploads])
    page.wait_for_selector(".upload .failed .source")
    page.wait_for_selector(".upload .added:has-text('tides.txt')")
    page.wait_for_selector(".library caption:has-text('2 documents')")
    page.wait_for_selector(".about:has-text('2 documents')")
    assert [path for path in (library.folder / "incoming").rglob("*") if path.is_file() and path.stat().st_size] == []
    assert (library.folder / "uploads" / "tides.txt").exists()
    page.fill("[placeholder*='titles']", "report")
    page.wait_for_selector(".library caption:has-text('1 of 2')")
    page.fill("[placeholder*='titles']", "")
    page.click(".library .entry:has-text('tides.txt')")
    page.wait_for_selector(".document:has-text('The tide turns at six.')")
    page.on("dialog", lambda dialog: dialog.accept())
    page.click("tr:has-text('tides.txt') .quiet")
    page.wait_for_selector(".library caption:has-text('1 document')")


# Hostile documents

EVIL = "//evil.example"
ATTACKS = (
    f"<script>window.pwned=1</script><img src={EVIL}/i onerror=window.pwned=1><svg onload=window.pwned=1>"
    f"<a href=javascript:window.pwned=1>x</a><iframe src={EVIL}></iframe><style>@import '{EVIL}/c';</style>"
    f"</p></article><link rel=stylesheet href={EVIL}/c>"
    f" [x](javascript:window.pwned=1) ![x](https:{EVIL}/m.png) $\\href{{javascript:window.pwned=1}}{{x}}$"
    " ${window.pwned=1} {{#with pwned}}{{/with}} `${window.pwned=1}` \u202egnp.exe &lt;b&gt;"
)


def test_nothing_in_a_document_a_name_a_question_or_a_reply_runs_or_loads(visit: Visit) -> None:
    name = "<img src=x onerror=window.pwned=1> ${window.pwned=1}.txt"
    text = f"{ATTACKS.replace(' ', '-')[:150]}\n\nThe harbour of Halmere {ATTACKS} has eleven cranes.\n"
    page = visit(slow([f"The harbour of Halmere {ATTACKS} has eleven cranes."]), files={name: text})
    ask(page, f"How many cranes {ATTACKS}?")
    page.locator(".footnotes .entry, .passages summary").first.click()
    if page.locator(".passages[open] .entry").count():
        page.locator(".passages .entry").first.click()
    page.wait_for_selector(".document")
    tab(page, "Documents")
    page.wait_for_selector(".library")
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None
    inside = ".turn, .document, .library"
    # The one link is ours: an answer's receipt.
    dangers = "script, img, svg, a:not([download]), iframe, style, link, [onerror], [onload]"
    assert page.evaluate(f"[...document.querySelectorAll('{inside}')].every(e => !e.querySelector('{dangers}'))")
    assert "‹U+202E›" in page.locator(".asked h2").first.text_content()
    assert "<script>window.pwned=1</script>" in page.inner_text(".document")


# Sizes and colours


@pytest.mark.parametrize("size", [DESK, LAPTOP, PHONE], ids=["desk", "laptop", "phone"])
def test_the_page_fits_at_every_width(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(slow([CRANES, OLDEST]), files={"harbour.txt": HARBOUR + "x" * 300}, size=size)
    assert fits(page)
    ask(page)
    assert fits(page)
    assert in_view(page, ".question textarea")
    page.hover(".marker")
    card = page.locator(".card").first.bounding_box()
    assert card is not None
    assert card["x"] >= 0
    assert card["x"] + card["width"] <= size[0]
    page.click(".marker")
    page.wait_for_selector("mark.here")
    assert fits(page)
    assert wait_until(lambda: in_view(page, "mark.here"))
    page.click("[data-close]")
    tab(page, "Documents")
    page.wait_for_selector(".library")
    assert fits(page)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_page_follows_the_readers_colours(visit: Visit, dark: bool) -> None:
    page = visit(slow(), dark=dark)
    red, *_ = page.evaluate("getComputedStyle(document.body).backgroundColor.match(/\\d+/g).map(Number)")
    assert (red < 64) == dark
