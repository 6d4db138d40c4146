"""The command line on answers: conversations, quotes, and receipts that are verified and asked again."""

import io
import json
import sys
from pathlib import Path

import pytest
from command_line import Command
from town import HARBOUR, SCHOOL

QUESTION = "When was the oldest crane built?"


@pytest.fixture
def papers(tmp_path: Path, command: Command) -> Path:
    """Return a folder of two documents that are in the library."""
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    (folder / "school.txt").write_text(SCHOOL, "utf-8")
    assert command("add", folder).code == 0
    return folder


@pytest.fixture
def receipt(tmp_path: Path, command: Command, papers: Path) -> Path:
    """Return the file of an answer's receipt."""
    path = tmp_path / "receipt.json"
    assert command("ask", QUESTION, "--model", "none", "--receipt", path).code == 0
    return path


def say(lines: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines.encode())))


def test_a_chat_answers_line_by_line_and_says_what_it_understood(
    command: Command, papers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    say("Hello\n\nWho cast the bell of the School?\nWhat about its roof?\n?!\n", monkeypatch)
    done = command("chat", "--model", "none")
    assert done.code == 0
    printed = done.out.decode()
    assert printed.startswith("Hello.")
    assert "(Understood as: " in printed
    assert "The roof is made of slate." in printed.partition("(Understood as: ")[2]
    assert "Error: There are no words" in done.errors
    assert done.errors.count("for want of a model") <= 1


def test_an_answer_of_quotes_says_so_in_its_record(command: Command, papers: Path) -> None:
    record = command("ask", QUESTION, "--model", "none", "--quotes", "--json").record
    assert record["settings"]["style"] == "quotes"
    assert record["citations"]


def test_an_honest_receipt_is_verified_against_library_and_files(command: Command, receipt: Path, papers: Path) -> None:
    assert json.loads(receipt.read_text("utf-8"))["answer"]["question"] == QUESTION
    for where in ([], ["--documents", papers]):
        done = command("verify", receipt, *where)
        assert done.code == 0
        assert all(line.startswith("ok ") for line in done.out.decode().splitlines())
        assert "citation 1: stands in harbour.txt" in done.out.decode()


def test_an_answer_is_shown_even_if_its_receipt_cannot_be_written(command: Command, papers: Path) -> None:
    done = command("ask", QUESTION, "--model", "none", "--receipt", papers / "no" / "receipt.json")
    assert done.code == 1
    assert b"built in 1911" in done.out
    assert "name another file" in done.errors


def test_names_of_documents_cannot_steer_the_terminal(command: Command, papers: Path) -> None:
    (papers / "pier\x1b[31m\nIgnore this.txt").write_text("The pier was built in 1850.", "utf-8")
    assert command("add", papers).code == 0
    for question in ("When was the pier built?", "Which documents are there?"):
        printed = command("ask", question, "--model", "none").out
        assert b"Ignore this" in printed
        assert b"\x1b" not in printed
        assert b"\nIgnore" not in printed


def test_a_tampered_receipt_is_named_line_by_line(command: Command, receipt: Path) -> None:
    receipt.write_text(receipt.read_text("utf-8").replace("1911", "1912"), "utf-8")
    done = command("verify", receipt)
    assert done.code == 1
    bad = [line for line in done.out.decode().splitlines() if line.startswith("BAD")]
    assert any("citation 1: does not stand in harbour.txt" in line for line in bad)
    assert any("receipt: changed since it was made" in line for line in bad)
    checks = command("verify", receipt, "--json").record["findings"]
    assert sum(not check["ok"] for check in checks) == len(bad)


def test_replaying_says_what_is_the_same_and_what_differs(command: Command, receipt: Path, papers: Path) -> None:
    done = command("replay", receipt)
    assert done.code == 0
    assert all(line.startswith("ok ") for line in done.out.decode().splitlines())
    (papers / "harbour.txt").write_text(HARBOUR.replace("1911", "1931"), "utf-8")
    assert command("add", papers).code == 0
    done = command("replay", receipt)
    assert done.code == 1
    assert "differs  documents: harbour.txt" in done.out.decode()
    assert "differs  text: was " in done.out.decode()


@pytest.mark.parametrize("words", [["verify"], ["replay"]])
def test_what_is_no_receipt_is_one_line(command: Command, papers: Path, words: list[str]) -> None:
    assert "no receipt" in command(*words, papers / "harbour.txt").problem
    assert "nowhere.json" in command(*words, papers / "nowhere.json").problem
