"""The page without a mouse or without eyes: axe-core finds nothing serious, and the focus goes where it helps."""

from typing import TYPE_CHECKING

import pytest
from browsing import BOTH, OLDEST, PHONE, Visit, ask, fits, tab
from page_tools import CRANES, slow, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
TABS = ("Documents", "Conversations", "Evaluation", "Settings")


def serious(page: "Page") -> list[str]:
    """Return what axe-core finds serious or critical, with the elements that it is found in."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_serious_on_any_tab(visit: Visit, dark: bool) -> None:
    page = visit(slow([CRANES, OLDEST, "Pirates."]), dark=dark)
    found = {"welcome": serious(page)}
    ask(page, BOTH)
    page.click(".thumb.down")
    page.wait_for_selector(".judging [data-field]")
    page.click(".checks summary")
    page.click(".marker")
    page.wait_for_selector("mark.here")
    found["answer"] = serious(page)
    page.click("[data-close]")
    page.wait_for_selector(".document", state="detached")
    ask(page, "Who painted the lighthouse green?")
    found["refusal"] = serious(page)
    for name in TABS:
        tab(page, name)
        page.wait_for_timeout(600)
        found[name] = serious(page)
    assert found == {name: [] for name in found}


def test_every_tab_fits_a_phone_and_is_reached_there(visit: Visit) -> None:
    page = visit(slow([CRANES]), size=PHONE)
    ask(page)
    for name in TABS:
        tab(page, name)
        page.wait_for_timeout(300)
        assert fits(page), name


def at_rest(page: "Page") -> float:
    """Return how far the page is scrolled once it has stood still for half a second, however busy the machine is."""
    scrolled: list[float] = []
    while len(scrolled) < 6 or len(set(scrolled[-6:])) > 1:
        scrolled.append(page.evaluate("window.scrollY"))
        page.wait_for_timeout(100)
    return scrolled[-1]


def test_a_document_that_covers_everything_on_a_phone_moves_nothing_beneath(visit: Visit) -> None:
    page = visit(slow(lambda _: CRANES), size=PHONE)
    ask(page)
    ask(page)
    page.wait_for_selector("#current [data-number='1'] .outcome")
    page.locator("#current .marker").first.focus()
    before = at_rest(page)
    page.keyboard.press("Enter")
    page.wait_for_selector(".document h2:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector("#current .marker:focus")
    assert page.evaluate("window.scrollY") == before


def test_what_is_said_of_an_answer_is_typed_without_a_mouse(visit: Visit) -> None:
    page = visit(slow([CRANES]))
    ask(page)
    page.locator(".thumb.down").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector(".thumb.down[aria-pressed=true]")
    assert wait_until(lambda: page.evaluate("'field' in document.activeElement.dataset"))
    page.keyboard.type("It has twelve.")
    page.keyboard.press("Enter")
    page.wait_for_selector(".comment button:has-text('Kept')")
    page.reload()
    page.wait_for_selector(".comment input")
    assert page.input_value(".comment input") == "It has twelve."
    with page.expect_download() as download:
        page.click("a[href^='receipt/']")
    assert '"comment"' not in download.value.path().read_text("utf-8")
    assert CRANES in download.value.path().read_text("utf-8")
