"""Take the pictures of the documentation: python tests/screenshots.py

The library is that of `data/corpus`, and the answers are those of the default model; two questions are asked.
"""

import shutil
import tempfile
from pathlib import Path

from page_tools import served
from playwright.sync_api import Browser, Page, sync_playwright

from ingest import Library
from qa.chain import DocumentQA

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
ANSWERED = "How many countries put their names to the Bletchley Declaration, and when was it signed?"
REFUSED = "Who is the mayor of Shanghai?"
WAIT = 900_000
"""Milliseconds that a slow machine may need for an answer."""


def _ask(page: Page, question: str) -> None:
    page.fill(".question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#current .turn:has-text('{question}') .outcome")
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
    page.keyboard.press("Escape")


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
        page.reload()
        page.wait_for_selector("#current .outcome")
        _document(page, suffix)
        _refusal(page, suffix)


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        docs = DocumentQA(Library(Path(folder) / "library", create=True))
        docs.add([ROOT / "data" / "corpus"])
        docs.warm_up()
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=quiet)
        with docs, served(docs) as address:
            _pictures(chromium, address)
        chromium.close()


if __name__ == "__main__":
    main()
