"""The program is killed, started again, or out of reach while its page is open: it goes on, and nothing is lost."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from browsing import OLDEST, QUESTION, Visit, ask, tab
from command_line import ROOT
from page_tools import CRANES, FIRST_PORT, answering, served, slow, wait_until

from app import free_port
from ingest import Library
from qa.page.desk import AT_ONCE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

LOST = ".lost:not([hidden])"
NEXT = "And when was its oldest crane built?"
PROGRAM = """
    import signal, sys
    sys.path.insert(0, "tests")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored in what a shell runs in the background
    from pathlib import Path
    from fakes import KeywordEmbeddings
    from page_tools import CRANES, FIRST_PORT, answering, slow
    from app import serve
    from ingest import Library
    library = Library(Path(sys.argv[1]), embedder=KeywordEmbeddings())
    serve(answering(library, slow(lambda _: CRANES, pause=float(sys.argv[3]))), port=int(sys.argv[2]))
"""


@contextmanager
def running(folder: Path, port: int, pause: float = 0.0) -> Iterator[tuple[str, "subprocess.Popen[str]"]]:
    """Run the program in a process of its own, and yield its address and the process; at the end, kill it."""
    command = [sys.executable, "-c", textwrap.dedent(PROGRAM), str(folder), str(port), str(pause)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip().removeprefix("Footnote is at "), process
        finally:
            process.kill()


@pytest.fixture
def page(browser: "Browser") -> Iterator["Page"]:
    with browser.new_context() as context:
        page = context.new_page()
        page.set_default_timeout(30_000)
        yield page


def test_a_killed_program_that_is_started_again_is_gone_on_with(page: "Page", harbour: Library) -> None:
    port = free_port("127.0.0.1", FIRST_PORT)
    with running(harbour.folder, port) as (address, _):
        page.goto(address)
        page.wait_for_selector(".welcome")
        ask(page)
        page.wait_for_selector(".threadbar")
        tab(page, "Settings")
        page.check("label:has-text('Quotes only') input")
        page.wait_for_selector("#scope .scope:has-text('quotes only')", state="attached")
        tab(page, "Ask")
        page.click("#current .marker")
        page.wait_for_selector("mark.here")
        page.fill(".question textarea", "And when was")
    page.wait_for_selector(LOST)
    assert page.locator(".toast-body:visible").count() == 0
    assert "Footnote can’t be reached" in page.inner_text(LOST)
    with running(harbour.folder, port):
        page.wait_for_selector(LOST, state="detached")
        page.wait_for_selector("mark.here")
        page.wait_for_selector("#current .outcome.answered .marker")
        assert wait_until(lambda: page.input_value(".question textarea") == "And when was")
        page.wait_for_selector("#scope .scope:has-text('quotes only')")
        ask(page, NEXT, wait=False)
        page.wait_for_selector(f"#past .turn:has-text('{QUESTION}')")
        page.wait_for_selector(f"#current .turn:has-text('{NEXT}') .outcome")


def test_a_question_that_was_being_answered_when_the_program_was_killed_is_asked_again(
    page: "Page", harbour: Library
) -> None:
    port = free_port("127.0.0.1", FIRST_PORT)
    with running(harbour.folder, port, pause=1.0) as (address, _):
        page.goto(address)
        page.wait_for_selector(".welcome")
        ask(page, wait=False)
        page.wait_for_selector("#current .draft")
    page.wait_for_selector(LOST)
    page.fill(".question textarea", NEXT)
    page.keyboard.press("Enter")
    with running(harbour.folder, port):
        page.wait_for_selector("#current .problem:has-text('ask again')")
        assert wait_until(lambda: page.input_value(".question textarea") == NEXT)
        page.click("#current button:has-text('Ask again')")
        page.wait_for_selector("#current .outcome.answered .marker")
        assert page.locator("#past .turn").count() == 1


def test_ctrl_c_ends_the_program_while_an_answer_is_written_and_what_was_written_is_kept(
    page: "Page", harbour: Library
) -> None:
    port = free_port("127.0.0.1", FIRST_PORT)
    with running(harbour.folder, port, pause=1.0) as (address, process):
        page.goto(address)
        page.wait_for_selector(".welcome")
        ask(page, wait=False)
        page.wait_for_selector("#current .draft")
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
    with running(harbour.folder, port):
        page.wait_for_selector("#current .status:has-text('Stopped. What was written')")
        page.wait_for_selector("#current .draft")


def test_a_program_that_was_started_again_before_anyone_noticed_goes_on_with_the_conversation(
    page: "Page", harbour: Library
) -> None:
    page.route("**/app_id", lambda route: route.fulfill(json={"app_id": 1}))  # until then, nobody notices
    docs, port = answering(harbour, slow(lambda _: CRANES)), free_port("127.0.0.1", FIRST_PORT)
    with served(docs, port=port) as address:
        page.goto(address)
        page.wait_for_selector(".welcome")
        ask(page)
        page.click("#bar button:has-text('New')")
        page.wait_for_selector(".welcome")
        ask(page, "How many cranes?")
        page.goto(f"{address}/?{page.url.partition('?')[2]}")
        page.wait_for_selector("#current .outcome")
    with served(docs, port=port):
        page.click("#current .marker")
        page.wait_for_selector("mark.here")
        ask(page, NEXT, wait=False)
        page.wait_for_selector("#past .turn h2:has-text('How many cranes?')")
        page.unroute("**/app_id")
        page.wait_for_selector(f"#current .turn:has-text('{NEXT}') .outcome")
        assert page.locator("#past .turn").count() == 1


def test_a_connection_that_was_lost_comes_back_by_itself(visit: Visit) -> None:
    go_on = threading.Event()
    page = visit(slow([CRANES, OLDEST], go_on=go_on))
    ask(page, wait=False)
    page.wait_for_selector("#current .draft")
    page.context.set_offline(True)
    page.wait_for_selector(LOST)
    page.fill(".question textarea", "half a question")
    go_on.set()
    page.context.set_offline(False)
    page.wait_for_selector(LOST, state="detached")
    page.wait_for_selector("#current .outcome.answered .marker")
    assert wait_until(lambda: page.input_value(".question textarea") == "half a question")
    ask(page, "When was the oldest crane of the harbour built?", wait=False)
    page.wait_for_selector(f"#past .turn:has-text('{QUESTION}')")
    page.wait_for_selector(f"#current .reply:has-text('{OLDEST[:-1]}')")


def test_each_tab_keeps_its_own_conversation_and_many_can_be_open_and_ask_at_once(visit: Visit) -> None:
    go_on = threading.Event()
    go_on.set()
    page = visit(slow(lambda _: CRANES, go_on=go_on))
    ask(page)
    page.click("#bar button:has-text('New')")
    page.wait_for_selector(".welcome")
    ask(page, "How many cranes?")
    tabs = [page, *(page.context.new_page() for _ in range(7))]
    for other in tabs[1:]:
        other.goto(page.url.partition("?")[0])
        other.wait_for_selector("#current .turn:has-text('How many cranes?')")
    go_on.clear()
    for number, other in enumerate(tabs):
        # Those that wait hold no connection, of which a browser has six.
        ask(other, f"How many cranes has the harbour in {number} places?", wait=False)
        other.wait_for_selector("#current .status" if number < AT_ONCE else "#current .waits")
    tabs[3].click(".question .stop-button")
    tabs[3].wait_for_selector("#current .status:has-text('Stopped')")
    tabs[4].reload()
    go_on.set()
    for other in (*tabs[:3], *tabs[5:]):
        other.wait_for_selector("#current .outcome.answered")
    tabs[4].wait_for_selector("#past .turn, #current .outcome.answered")
    last = tabs[-1]
    last.click("#bar button:has-text('New')")
    last.wait_for_selector(".welcome")
    last.reload()
    last.wait_for_selector(".welcome")
    page.reload()
    page.wait_for_selector("#past .turn:has-text('How many cranes?')")


def test_what_was_asked_in_another_tab_is_there_and_what_was_deleted_there_is_gone(visit: Visit) -> None:
    page = visit(slow(lambda _: CRANES))
    ask(page)
    other = page.context.new_page()
    other.goto(page.url)
    other.wait_for_selector("#current .outcome")
    ask(other, "How many cranes?", wait=False)
    other.wait_for_selector("#current .turn:has-text('How many cranes?') .outcome")
    ask(page, NEXT, wait=False)
    page.wait_for_selector(f"#current .turn:has-text('{NEXT}') .outcome")
    assert page.locator("#past .turn").count() == 2
    other.on("dialog", lambda dialog: dialog.accept())
    tab(other, "Conversations")
    other.click(".conversations button:has-text('Delete')")
    other.wait_for_selector(".conversations", state="detached")
    ask(page, "How many cranes?", wait=False)
    page.wait_for_selector("#past .turn", state="detached")
    page.wait_for_selector("#current .outcome.answered")
