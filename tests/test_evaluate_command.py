"""The command `footnote evaluate`, and the gate that it is: everything is real but the embedder and the chat model."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from bridges import Bridges, shift_citations

from qa import DocumentQA, Filters
from qa.evaluate import read_run
from qa.evaluation import cli
from qa.records import Answer, Passage
from qa.retrieval import HybridRetriever


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridges:
    made = Bridges(tmp_path)
    monkeypatch.setattr(DocumentQA, "open", made.open)
    return made


def break_retrieval(monkeypatch: pytest.MonkeyPatch) -> None:
    passages = HybridRetriever.passages

    def worst(self: HybridRetriever, question: str, filters: Filters | None = None) -> tuple[Passage, ...]:
        # None of its words and names is in any document.
        return passages(self, question[::-1], filters)[-2:]

    monkeypatch.setattr(HybridRetriever, "passages", worst)


def command(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    """Run the command and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["footnote", *map(str, arguments)])
    with pytest.raises(SystemExit) as caught:
        cli.main()
    return int(caught.value.code or 0)


def test_the_command_prints_a_table_and_writes_run_and_report(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    report = tmp_path / "report.html"
    arguments = [bridges.questions, "--documents", bridges.documents, "--limit", "6", "--out", bridges.out]
    assert command(monkeypatch, *arguments, "--report", report) == 0
    told = capsys.readouterr()
    assert re.search(r"^contains_answer +1\.000 +1\.000 … 1\.000 +4 +2 +↑$", told.out, re.MULTILINE)
    assert "6 questions: 6 right" in told.out
    assert "questions: 6/6" in told.err
    assert "When was it that the" in report.read_text(encoding="utf-8")
    assert command(monkeypatch, *arguments, "--compare", bridges.out, "--set", "gate=off") == 0
    told = capsys.readouterr()
    assert "Compared on 6 shared questions" in told.out
    assert "settings.gate: on → off" in told.out
    assert "wrongly answered" in told.out


def test_the_command_prints_json_that_can_be_read(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, bridges.questions, "--documents", bridges.documents, "--limit", "4", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert {value["name"]: value["value"] for value in record["figures"]}["right"] == 1
    assert record["failed"] == record["regressions"] == []


@pytest.mark.parametrize(
    ("spoil", "setting", "figure"),
    [
        (None, "gate=on", None),
        (break_retrieval, "gate=on", "evidence_recall@5"),
        (break_retrieval, "gate=on", "contains_answer"),
        (None, "gate=off", "refusal_recall"),
        (shift_citations, "gate=on", "quote_exact"),
    ],
)
def test_the_gate_fails_naming_the_figure_when_something_is_broken_on_purpose(
    bridges: Bridges,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    spoil: Callable[[pytest.MonkeyPatch], None] | None,
    setting: str,
    figure: str | None,
) -> None:
    baseline = bridges.out.with_name("baseline.json")
    arguments = [bridges.questions, "--documents", bridges.documents, "--baseline", baseline]
    assert command(monkeypatch, *arguments, "--take-baseline", "the first one") == 0
    assert read_run(baseline).header["reason"] == "the first one"
    capsys.readouterr()
    if spoil is not None:
        spoil(monkeypatch)
    code = command(monkeypatch, *arguments, "--set", setting, "--limit", "20")
    told = capsys.readouterr().err
    if figure is None:
        assert (code, "Worse" in told) == (0, False)
    else:
        assert code == 1
        assert re.search(rf"^Worse than .*baseline\.json: {re.escape(figure)}: ", told, re.MULTILINE)


def test_what_the_user_did_wrong_is_one_line_and_nothing_is_opened(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    old = tmp_path / "old.json"
    old.write_text("{}", encoding="utf-8")
    for arguments, code, reason in [
        (["nowhere.jsonl"], 1, "there is no question file 'nowhere.jsonl'"),
        ([bridges.questions, "--compare", old], 1, "is not a run"),
        ([bridges.questions, "--set", "nothing=1"], 1, "nothing"),
        ([bridges.questions, "--set", "headings=maybe"], 1, "headings must be one of on, off"),
        ([bridges.questions, "--set", "chunk_tokens=few"], 1, "few"),
        ([bridges.questions, "--half", "third"], 2, "--half"),
        ([bridges.questions, "--report", "nowhere/report.html"], 1, "there is no folder"),
        ([bridges.questions, "--limit", "0"], 2, "--limit"),
        ([bridges.questions, "--take-baseline", "why"], 2, "--baseline FILE"),
        ([bridges.questions, "--compare", old, "--baseline", old], 2, "--compare or --baseline"),
    ]:
        assert command(monkeypatch, *arguments) == code
        told = capsys.readouterr()
        assert reason in told.err
        assert told.out == ""
        assert code == 2 or told.err.count("\n") == 1
    assert bridges.opened == 0


def test_an_interrupted_command_shows_what_was_done_and_how_to_go_on(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ask = DocumentQA.ask

    def interrupted(self: DocumentQA, question: str) -> Answer:
        if "Elm" in question:
            raise KeyboardInterrupt
        return ask(self, question)

    monkeypatch.setattr(DocumentQA, "ask", interrupted)
    arguments = [bridges.questions, "--documents", bridges.documents, "--out", bridges.out]
    assert command(monkeypatch, *arguments) == 1
    told = capsys.readouterr()
    assert "4 questions: 4 right" in told.out
    assert "the same command goes on from here" in told.err


def test_a_part_is_compared_with_the_same_questions_of_the_baseline(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    baseline = bridges.out.with_name("baseline.json")
    arguments = [bridges.questions, "--documents", bridges.documents, "--baseline", baseline]
    assert command(monkeypatch, *arguments, "--take-baseline", "the first one") == 0
    capsys.readouterr()
    # One question alone: most figures of the whole baseline aren't defined for it, and none of them is missing.
    assert command(monkeypatch, *arguments, "--limit", "1") == 0
    told = capsys.readouterr()
    assert "Compared on 1 shared question;" in told.out
    assert "Worse" not in told.err


def test_a_baseline_that_is_not_there_is_one_line_with_what_to_do(
    bridges: Bridges, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(monkeypatch, bridges.questions, "--baseline", "nowhere.json") == 1
    told = capsys.readouterr().err
    assert told.startswith("Error: there is no baseline 'nowhere.json'; take one by adding: --take-baseline")
    assert told.count("\n") == 1
    assert bridges.opened == 0
