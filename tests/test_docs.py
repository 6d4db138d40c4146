"""What the documentation names is there: files, pictures, commands, options, settings."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from command_line import ROOT
from fakes import ScriptedChatModel
from texts import make_document
from town import CRANES, answering

from ingest import Library
from qa import DocumentQA, QASettings
from qa.cli import footnote

PAGES = [ROOT / "README.md", ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMANDS = typer.main.get_command(footnote)


def lines(page: Path) -> list[str]:
    return page.read_text("utf-8").splitlines()


def commands(page: Path) -> Iterator[list[str]]:
    """Yield the words of every `footnote …` that a page shows, in blocks or within a line."""
    for line in lines(page):
        shown = re.findall(r"^\$ \S*footnote (.+)$", line) + re.findall(r"`(?:\$ )?footnote ([^`]+)`", line)
        for words in shown:
            yield shlex.split(words, comments=True)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)", page.read_text("utf-8"))
    assert [t for t in targets if not t.startswith("http") and not (page.parent / t).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_source_file_that_is_named_is_there(page: Path) -> None:
    named = re.findall(r"`((?:app\.py|(?:ingest|qa|tests|data|docs)/[\w./-]+))`", page.read_text("utf-8"))
    assert [name for name in named if not (ROOT / name).exists() and not (page.parent / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_that_is_shown_is_one_and_has_its_options(page: Path) -> None:
    for words in commands(page):
        command: Any = COMMANDS
        while words and words[0] in getattr(command, "commands", {}):
            command = command.commands[words.pop(0)]
        assert command is not COMMANDS, f"footnote {words[0]} is no command"
        known = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("-")} <= known, f"{command.name} {words}"


def test_every_setting_that_is_shown_is_one() -> None:
    text = " ".join(page.read_text("utf-8") for page in PAGES)
    for name in re.findall(r"--set (\w+)=", text):
        assert name in {*QASettings.__dataclass_fields__, "headings", "NAME"}


def test_the_python_example_of_the_readme_runs(
    halmere: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    halmere.replace(make_document("Una Birch was the chair of the Council.", "minutes.txt", date="2024-05-08"))
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    docs = answering(halmere, ScriptedChatModel(lambda _: CRANES))
    monkeypatch.setattr(DocumentQA, "open", lambda *_: docs)
    exec(block, {})
    printed = capsys.readouterr().out
    assert "EvidenceFound" in printed
    assert printed.strip().endswith("AnswerChecked")
