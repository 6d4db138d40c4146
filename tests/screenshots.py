"""Take the pictures of the documentation: python tests/screenshots.py [report]

The library is that of `data/corpus`, and the answers are those of the default model; two questions are asked. The
report is that of the run in `data/baseline.json`; with "report", it alone is taken, and no model is needed.
"""

import shutil
import sys
import tempfile
from pathlib import Path

from page_tools import served
from playwright.sync_api import Browser, Page, sync_playwright

from ingest import Library
from qa.chain import DocumentQA
from qa.evaluation.report import write_report
from qa.evaluation.runs import read_run

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
ANSWERED = "How many countries put their names to the Bletchley Declaration, and when was it signed?"
REFUSED = "Who is the mayor of Shanghai?"
OPENED = 2
"""Which question of the report is open, from 0."""
WAIT = 30_000
"""Milliseconds that the page may need for anything."""
WAIT_FOR_ANSWER = 300_000
"""Milliseconds that a slow machine may need for an answer."""


def _ask(page: Page, question: str) -> None:
    page.fill(".question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#current .turn:has-text('{question}') .outcome", timeout=WAIT_FOR_ANSWER)
    page.wait_for_selector(".question .submit-button")


def _take(page: Page, name: str) -> None:
    page.wait_for_timeout(900)
    page.screenshot(path=IMAGES / f"{name}.png")


def _tab(page: Page, name: str) -> None:
    page.click(f"button[role=tab]:has-text('{name}')")


def _first_time(page: Page) -> None:
    """Ask, and take a picture of each state on the way."""
    page.wait_for_selector(".about:has-text('on this machine')")
    page.wait_for_selector(".example")
    _take(page, "welcome")
    _ask(page, ANSWERED)
    page.hover(".marker >> nth=0")
    _take(page, "footnote")
    _document(page, "")
    _ask(page, REFUSED)
    _refusal(page, "")
    for name in ("Documents", "Settings"):
        _tab(page, name)
        _take(page, name.lower())


def _document(page: Page, suffix: str) -> None:
    page.click(".marker >> nth=0")
    page.wait_for_selector("mark.here")
    _take(page, f"document{suffix}")
    page.mouse.move(2, 2)  # where no footnote opens its card, which could cover what is clicked next
    page.keyboard.press("Escape")
    page.wait_for_selector(".document", state="detached")


def _refusal(page: Page, suffix: str) -> None:
    page.click("#current .passages summary")
    page.locator("#current .asked").evaluate("heading => heading.scrollIntoView()")
    page.mouse.move(2, 2)
    _take(page, f"not-in-documents{suffix}")


def _pictures(chromium: Browser, address: str) -> None:
    page = chromium.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light", device_scale_factor=1)
    page.set_default_timeout(WAIT)
    page.goto(address)
    _first_time(page)
    # The same conversation, which is kept, in other sizes and colours.
    for suffix, width, height, dark in (("-dark", 1280, 800, True), ("-phone", 390, 844, False)):
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        _tab(page, "Ask")  # which a reload comes back to
        page.reload()
        page.wait_for_selector("#current .outcome")
        _document(page, suffix)
        _refusal(page, suffix)


def _report(chromium: Browser, folder: Path) -> None:
    """Take the plots of a report and its first questions, one of them open."""
    write_report(read_run(ROOT / "data" / "baseline.json"), folder / "report.html")
    page = chromium.new_page(viewport={"width": 1120, "height": 1330}, color_scheme="light")
    page.set_default_timeout(WAIT)
    page.goto((folder / "report.html").as_uri())
    page.locator("details summary").nth(OPENED).click()
    page.locator("h2:has-text('Pictures')").evaluate("heading => window.scrollTo(0, heading.offsetTop - 24)")
    page.mouse.move(2, 2)
    _take(page, "report")


def main(wanted: str = "") -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        _report(chromium, Path(folder))
        if wanted != "report":
            docs = DocumentQA(Library(Path(folder) / "library", create=True))
            docs.add([ROOT / "data" / "corpus"])
            docs.warm_up()
            with docs, served(docs) as address:
                _pictures(chromium, address)
        chromium.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
