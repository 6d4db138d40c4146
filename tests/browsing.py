"""A real headless browser for tests: the fixtures `browser` and `visit`, and what a reader does on the page."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from ingest import Library

if TYPE_CHECKING:
    from playwright import sync_api

    from qa.chain import DocumentQA

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
OLDEST = "The oldest crane was built in 1911."
QUESTION = "How many cranes has the harbour of Halmere?"
BOTH = "How many cranes has the harbour of Halmere, and when was its oldest crane built?"
DESK, LAPTOP, PHONE = (1440, 900), (1024, 768), (390, 844)
Visit = Callable[..., "sync_api.Page"]


@pytest.fixture(scope="module")
def browser() -> Iterator["sync_api.Browser"]:
    playwright_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if BROWSER is None:
        pytest.skip("there is no Chromium here; install the package chromium")
    with playwright_api.sync_playwright() as playwright:
        # Whatever got past the page would find no host but this one.
        rules = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        quiet = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", rules]
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=quiet)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser: "sync_api.Browser", library: Library, tmp_path: Path) -> Iterator[Visit]:
    """Return what serves a library and opens its page; afterwards nothing may have run or gone anywhere else."""
    from page_tools import HARBOUR, answering, served, write_files  # which import Gradio

    requests: list[str] = []
    accidents: list[str] = []
    address = ""
    with ExitStack() as stack:

        def watch(page: "sync_api.Page") -> None:
            page.on("request", lambda request: requests.append(request.url))
            page.on("pageerror", lambda error: accidents.append(str(error)))
            page.on("console", lambda line: accidents.append(line.text) if line.type == "error" else None)
            page.set_default_timeout(30_000)

        def open_page(
            model: Any = None, *, files: dict[str, str] | None = None, docs: "DocumentQA | None" = None,
            size: tuple[int, int] = DESK, dark: bool = False,
        ) -> "sync_api.Page":  # fmt: skip
            nonlocal address
            if not address:
                docs = docs or answering(library, model)
                docs.add(write_files(tmp_path / "files", files or {"harbour.txt": HARBOUR}))
                address = stack.enter_context(served(docs))
            context = browser.new_context(
                viewport={"width": size[0], "height": size[1]}, color_scheme="dark" if dark else "light"
            )
            stack.callback(context.close)
            page = context.new_page()
            watch(page)
            page.goto(address)
            page.wait_for_selector(".welcome")
            return page

        yield open_page
    assert requests
    elsewhere = [
        url
        for url in requests
        if urlsplit(url).scheme not in ("data", "blob") and urlsplit(url).hostname != "127.0.0.1"
    ]
    assert elsewhere == []
    # What Gradio and the browser say of requests that a reload or a lost connection broke off.
    broken_off = ("AbortError", "errored out", "ERR_INTERNET_DISCONNECTED", "Failed to fetch", "network error")
    assert [each for each in accidents if not any(word in each for word in broken_off)] == []


def ask(page: "sync_api.Page", question: str = QUESTION, *, wait: bool = True) -> None:
    page.fill(".question textarea", question)
    page.keyboard.press("Enter")
    if wait:
        page.wait_for_selector("#current .outcome")


def tab(page: "sync_api.Page", name: str) -> None:
    page.click(f"button[role=tab]:has-text('{name}')")


def fits(page: "sync_api.Page") -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def in_view(page: "sync_api.Page", selector: str) -> bool:
    box = page.locator(selector).first.bounding_box()
    return box is not None and 0 <= box["y"] <= page.viewport_size["height"] - box["height"]  # type: ignore[index]
