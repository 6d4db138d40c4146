"""Take the pictures of the documentation: python tests/screenshots.py

The library is that of `data/corpus` with the real embedder; what the model says is written here, so that the pictures
are the same each time.
"""

import shutil
import tempfile
from pathlib import Path
from typing import Any

from fakes import ScriptedChatModel
from page_tools import served
from playwright.sync_api import Page, sync_playwright

from ingest import Library
from qa.chain import DocumentQA
from qa.language_model import LanguageModel
from qa.settings import QASettings

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
REPLIES = {
    "Bletchley": "The Bletchley Declaration was signed on 1 November 2023 at the AI Safety Summit, held at Bletchley "
    "Park in the United Kingdom. Twenty-eight countries put their names to it; the European Union signed as well.",
}


def _reply(messages: list[Any]) -> str:
    said = " ".join(str(message.content) for message in messages)
    return next(reply for word, reply in REPLIES.items() if word in said)


def _ask(page: Page, question: str) -> None:
    page.fill(".question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_selector(f"#current .turn:has-text('{question}') .outcome")
    page.wait_for_timeout(900)


def _pictures(page: Page, suffix: str) -> None:
    def take(name: str) -> None:
        if not suffix or name in ("document", "not-in-documents"):
            page.wait_for_timeout(600)
            page.screenshot(path=IMAGES / f"{name}{suffix}.png")

    page.wait_for_selector(".example")
    page.wait_for_selector(".about:has-text('on this machine')")
    take("welcome")
    _ask(page, "How many countries signed the Bletchley Declaration, and when?")
    page.hover(".marker >> nth=0")
    take("footnote")
    page.click(".marker >> nth=0")
    page.wait_for_selector("mark.here")
    take("document")
    page.keyboard.press("Escape")
    _ask(page, "Who is the mayor of Shanghai?")
    page.click("#current .passages summary")
    page.locator("#current .asked").evaluate("heading => heading.scrollIntoView()")
    take("not-in-documents")
    page.click("button[role=tab]:has-text('Documents')")
    take("documents")


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        library = Library(Path(folder) / "library", create=True)
        model = ScriptedChatModel(_reply, yes=lambda messages: 0.0 if "mayor of" in str(messages[-1].content) else 1.0)
        docs = DocumentQA(library, QASettings(), LanguageModel(model, {"name": "scripted"}))
        docs.add([ROOT / "data" / "corpus"])
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with served(docs) as address:
            for suffix, width, height, colours in (
                ("", 1280, 800, "light"),
                ("-dark", 1280, 800, "dark"),
                ("-phone", 390, 844, "light"),
            ):
                page = chromium.new_page(
                    viewport={"width": width, "height": height}, color_scheme=colours,  # type: ignore[arg-type]
                    device_scale_factor=1,
                )  # fmt: skip
                page.goto(address)
                _pictures(page, suffix)
                page.close()
        chromium.close()


if __name__ == "__main__":
    main()
