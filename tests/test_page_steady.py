"""The page keeps still while it fills in, keeps the focus, and keeps its shape whatever the documents hold."""

import threading
from typing import TYPE_CHECKING

import pytest
from browsing import BOTH, DESK, OLDEST, PHONE, Visit, ask, fits, in_view, tab
from page_tools import CRANES, HARBOUR, slow, wait_until

from qa.page.preferences import Preferences

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TABLE = "| Crane | Place | Built |\n|---|---|---|\n| The oldest crane | Fish market | 1911 |\n"
ROW = "The oldest crane"
ARABIC = "يضم الميناء إحدى عشرة رافعة."
LONG = "x" * 10_000
TRICKS = "\u202egnp.exe \u200b\u2066 \x1b[31mred <img src=//evil.example/i onerror=window.pwned=1>"


def top(page: "Page", selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    assert box is not None
    return box["y"]


def wide(page: "Page") -> list[str]:
    """Return which elements reach beyond the window."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => `${e.tagName}.${e.className} ${e.parentElement.className}`).slice(0, 12)"
    )
    return found


def writes_right_to_left(page: "Page", selector: str) -> bool:
    return bool(page.locator(selector).first.evaluate("element => getComputedStyle(element).direction === 'rtl'"))


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_question_stays_where_it_is_while_its_answer_comes(visit: Visit, size: tuple[int, int]) -> None:
    page = visit(slow(lambda _: CRANES, pause=0.1), size=size)
    foot = top(page, ".question")
    ask(page)
    page.click(".thumb.down")
    page.wait_for_selector(".judging [data-field]")
    ask(page, "How many cranes are there in the harbour of Halmere?", wait=False)
    page.wait_for_selector("#current .draft")
    page.wait_for_timeout(900)  # until it has come to the top
    before = top(page, "#current .asked"), top(page, "#current .reply")
    page.wait_for_selector("#current .outcome.answered")
    page.wait_for_selector(".question .submit-button")
    assert (top(page, "#current .asked"), top(page, "#current .reply")) == pytest.approx(before, abs=2)
    assert top(page, ".question") == pytest.approx(foot, abs=2)


def test_who_comes_back_from_another_tab_finds_the_last_question_again(visit: Visit) -> None:
    page = visit(slow(lambda _: CRANES), size=PHONE)
    for _ in range(3):
        ask(page)
    tab(page, "Settings")
    assert wait_until(lambda: page.is_visible(".preferences .limits"))
    tab(page, "Ask")
    assert wait_until(lambda: abs(top(page, "#current .asked")) < PHONE[1] / 3)


def test_what_was_clicked_away_leaves_the_focus_in_the_question(visit: Visit) -> None:
    page = visit(slow([CRANES]))
    tab(page, "Settings")
    page.check("label:has-text('Quotes only') input")
    page.wait_for_selector("#scope .scope", state="attached")
    tab(page, "Ask")
    page.click("#scope button:has-text('Reset')")
    page.wait_for_selector("#scope .scope", state="detached")
    assert page.evaluate("document.activeElement.matches('.question textarea')")
    ask(page)
    page.click("#bar button:has-text('New conversation')")
    page.wait_for_selector(".welcome")
    assert wait_until(lambda: page.evaluate("document.activeElement.matches('.question textarea')"))


def test_the_whole_way_needs_no_mouse(visit: Visit) -> None:
    page = visit(slow([CRANES, OLDEST]))
    page.wait_for_selector(".question textarea:focus")
    page.keyboard.type(BOTH)
    page.keyboard.press("Enter")
    page.wait_for_selector(".marker >> nth=1")
    page.wait_for_selector(".question .submit-button")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.marker')"):
            break
        page.keyboard.press("Shift+Tab")
    page.wait_for_selector(".footnote:focus-within .card", state="visible")
    page.keyboard.press("Enter")
    page.wait_for_selector("mark.here")
    first = page.inner_text("mark.here")
    page.keyboard.press("ArrowRight")
    assert wait_until(lambda: page.inner_text("mark.here") != first)
    page.keyboard.press("Escape")
    page.wait_for_selector(".document", state="detached")
    assert page.evaluate("document.activeElement.matches('.marker')")
    for _ in range(40):
        if page.evaluate("document.activeElement.matches('.question textarea')"):
            break
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getBoundingClientRect().bottom <= innerHeight")
    page.keyboard.type("And")
    assert page.input_value(".question textarea") == "And"


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_quote_in_a_table_is_marked_in_its_cell_and_in_view(visit: Visit, size: tuple[int, int]) -> None:
    files = {"cranes.md": f"# Cranes\n\n{'Gulls cry over the water. ' * 300}\n\n{TABLE}"}
    page = visit(slow([], yes=0.0), files=files, size=size)
    ask(page, "Where does the oldest crane stand?")
    page.click("#current .passages summary")
    page.click(f"#current .passages .entry:has-text('{ROW}')")
    page.wait_for_selector(".grid td mark.here")
    assert wait_until(lambda: in_view(page, f".grid td:has-text('{ROW}')"))
    assert page.locator(".grid th").count() == 3
    assert fits(page)


def test_arabic_is_set_from_right_to_left(visit: Visit) -> None:
    page = visit(slow([f"{ARABIC} The keeper was 98."]), files={"harbour.txt": f"تقرير الميناء\n\n{ARABIC}\n"})
    ask(page, "كم رافعة يضم الميناء؟")
    page.wait_for_selector("#current .marker")
    assert writes_right_to_left(page, "#current .reply")
    assert writes_right_to_left(page, "#current .asked h2")
    assert writes_right_to_left(page, "#current .footnotes q")
    assert not writes_right_to_left(page, "#current .rest")
    # What is read from right to left begins at the right.
    for part in ("#current .asked bdi", "#current .footnotes bdi"):
        box, turn = page.locator(part).first.bounding_box(), page.locator("#current .turn").bounding_box()
        assert box is not None
        assert turn is not None
        assert box["x"] > turn["x"] + turn["width"] / 3


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_endless_words_and_hidden_signs_break_no_layout_and_run_nothing(visit: Visit, size: tuple[int, int]) -> None:
    text = f"# {TRICKS}\n\nThe harbour of Halmere has eleven cranes {TRICKS} {LONG}.\n\n| {LONG} | {TRICKS} |\n"
    page = visit(slow(yes=0.0), files={f"{'n' * 180} .md": text, "harbour.txt": HARBOUR}, size=size)
    names = iter([f"{TRICKS} {LONG}"])
    page.on("dialog", lambda dialog: dialog.accept(next(names, "")))
    ask(page, f"How many cranes has the harbour of Halmere {TRICKS} {LONG[:400]}?")
    page.click("#current .passages summary")
    assert fits(page), wide(page)
    page.click("#current .passages .entry:has-text('gnp.exe')")
    page.wait_for_selector(".document .text")
    assert fits(page)
    page.click("[data-close]")
    tab(page, "Conversations")
    page.click(".conversations button:has-text('Rename')")
    page.wait_for_selector(".conversations .title:has-text('gnp.exe')")
    for name in ("Conversations", "Documents", "Settings", "Ask"):
        tab(page, name)
        page.wait_for_timeout(300)
        assert fits(page), name
    assert page.evaluate("window.pwned") is None
    assert "\u202e" not in page.inner_text("body")
    assert "\x1b" not in page.inner_text("body")


def test_what_is_typed_while_the_settings_are_still_coming_stays(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    let_in, offered, offer = threading.Event(), threading.Event(), Preferences.offer
    let_in.set()
    monkeypatch.setattr(Preferences, "offer", lambda *args: (let_in.wait(60), offered.set(), offer(*args))[2])
    page = visit(slow([CRANES]), files={"harbour.txt": HARBOUR, "other.txt": "The harbour has two cranes.\n"})
    assert offered.wait(30)
    let_in.clear()
    offered.clear()
    tab(page, "Settings")
    page.fill("[placeholder^='2024,'] >> nth=0", "2024-05")
    page.wait_for_selector(".limits:has-text('1 of 2 documents is asked')")
    let_in.set()
    assert offered.wait(30)
    page.check("label:has-text('Quotes only') input")
    page.wait_for_selector("#scope .scope:has-text('quotes only')", state="attached")
    assert page.input_value("[placeholder^='2024,'] >> nth=0") == "2024-05"
