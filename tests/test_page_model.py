"""The page with the real default model: what a reader does first, from the question to the passage and back."""

import shutil
from pathlib import Path

import pytest
from browsing import Visit, ask
from page_tools import wait_until

from ingest import Library
from qa.chain import DocumentQA
from qa.settings import QASettings

pytestmark = [pytest.mark.browser, pytest.mark.model]
CORPUS = Path(__file__).parents[1] / "data" / "corpus" / "halmere"


def test_a_reader_asks_reads_checks_goes_on_and_stops(visit: Visit, chat_models: Path, tmp_path: Path) -> None:
    with DocumentQA(Library(tmp_path / "halmere", create=True), QASettings()) as docs:
        docs.add([shutil.copytree(CORPUS, tmp_path / "copy")])
        docs.warm_up()
        page = visit(docs=docs, files={"note.txt": "The library of Halmere opens at nine.\n"})
        page.set_default_timeout(120_000)
        ask(page, "How many delegates came to the Annual Assembly 2024?")
        page.wait_for_selector("#current .outcome.answered")
        assert "204" in page.inner_text("#current .reply")
        page.hover("#current .marker")
        assert "204 delegates from 31 towns" in page.locator("#current .card").first.inner_text()
        page.click("#current .marker")
        page.wait_for_selector("mark.here")
        assert "204 delegates" in page.inner_text("mark.here")
        page.keyboard.press("Escape")
        ask(page, "And where was it held?", wait=False)
        page.wait_for_selector("#current .turn[data-number='1'] .understood")
        ask(page, "What is the boiling point of tungsten?", wait=False)
        page.wait_for_selector("#current .turn[data-number='2'] .outcome.not_in_documents")
        ask(page, "What did the Annual Assembly 2024 decide?", wait=False)
        page.wait_for_selector("#current .turn[data-number='3'] .evidence")
        page.click(".question .stop-button")
        page.wait_for_selector("#current .status:has-text('Stopped')")
        assert wait_until(lambda: page.locator(".question .submit-button").count() == 1)
