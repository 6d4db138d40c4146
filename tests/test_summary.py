"""The tables of the documentation: runs and other programs' answers in a folder, Markdown out."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from evaluation_runs import failed, good_rows, make_row, make_run

from qa.evaluation.runs import write_run
from qa.evaluation.summary import BEGIN, END, main

HEADER: dict[str, Any] = {
    "model": {"name": "toy"},
    "started": "2026-11-22T10:00:00+00:00",
    "commit": "c0ffeec0ffee",
    "settings": {"threshold": 0.55},
    "machine": {"processor": "Toy 3000", "cores": 2},
    "corpus": {"characters": 4711, "library_bytes": 2_500_000, "ingest_characters_per_second": 17000},
    "cost": {"peak_memory_bytes": 3e9},
}
USUAL = make_run(good_rows(20, 10), **HEADER)


def other_program(path: Path) -> None:
    """Write what another program might: it finds everything second, answers everything, and refuses one question."""
    rows = [
        {
            "id": row.id,
            "evidence_rank": 2 if row.answerable else None,
            "answer": "Not mentioned: the text does not say."
            if row.id == "q21"
            else f"Perhaps {[*row.answers, 1850][0]}.",
            "total_seconds": 12.0,
        }
        for row in USUAL.rows
    ]
    path.write_text(json.dumps({"summary": {"peak_rss_mb": 100}, "rows": [*rows, {"id": "elsewhere"}]}))


def tables(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main([str(folder)]) == 0
    return capsys.readouterr().out


def line_of(name: str, text: str) -> list[str]:
    found = re.search(rf"^\| `?{re.escape(name)}`? \|.*$", text, re.MULTILINE)
    assert found is not None, text
    return [cell.strip() for cell in found[0].strip("|").split("|")]


def test_a_run_is_told_with_interval_n_model_threshold_date_and_commit(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(USUAL, tmp_path / "bridges.json")
    text = tables(tmp_path, capsys)
    told = "30 questions, 20 answerable; toy, threshold 0.55; 2026-11-22; commit c0ffeec0; Toy 3000, 2 cores"
    assert told in text
    assert re.fullmatch(r"0\.90 \(0\.\d\d to 1\.00; 20\)", line_of("contains_answer", text)[1])
    cost = line_of("bridges", text)
    assert cost[-4:] == ["3,000.0 MB", "2.5 MB", "4,711", "17,000"]


def test_another_programs_answers_are_measured_and_compared_as_ours_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_run(USUAL, tmp_path / "bridges.json")
    other_program(tmp_path / "bridges--plain.json")
    text = tables(tmp_path, capsys)
    assert line_of("figure", text) == ["figure", "Footnote", "plain", "Footnote − plain"]
    assert line_of("contains_answer", text)[2] == "1.00 (1.00 to 1.00; 20)"
    assert line_of("contains_answer", text)[3].startswith("-0.10 (")
    assert line_of("refusal_recall", text)[2].startswith("0.10 (")
    assert line_of("evidence_hit@1", text)[2].startswith("0.00 (")
    assert line_of("evidence_hit@4", text)[2].startswith("1.00 (")
    assert line_of("total_seconds_median", text)[3].startswith("**-")
    assert line_of("bridges, plain", text)[-4] == "104.9 MB"


def test_an_ablation_is_told_as_paired_differences_on_the_questions_that_both_have(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    worse = [make_row(n, right=n % 2 > 0 and n % 10 > 0, rank=1 + n % 3) for n in range(1, 13)]
    write_run(USUAL, tmp_path / "bridges.json")
    write_run(make_run(worse, **HEADER), tmp_path / "bridges--verdicts=off.json")
    cells = line_of("verdicts=off", tables(tmp_path, capsys))
    assert cells[1] == "12"
    assert cells[5].startswith("**-0.42 (-")
    assert cells[-1] == "c0ffeec0"


def test_retrieval_alone_has_a_table_with_a_column_for_each_set(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = [make_row(n, rank=1 + n % 2) for n in range(1, 11)]
    header = HEADER | {"retrieval_only": True}
    for name in ("one", "two--retrieval"):
        write_run(make_run(found, **header), tmp_path / f"{name}.json")
    text = tables(tmp_path, capsys)
    assert line_of("figure", text) == ["figure", "one", "two"]
    assert line_of("evidence_hit@1", text)[1:] == ["0.50", "0.50"]
    assert "Cost" not in text


def test_tables_replace_those_between_the_marks_and_nothing_else(tmp_path: Path) -> None:
    write_run(USUAL, tmp_path / "bridges.json")
    document = tmp_path / "evaluation.md"
    document.write_text(f"# Before\n{BEGIN}\nformer tables\n{END}\nafter\n")
    assert main([str(tmp_path), "--into", str(document)]) == 0
    once = document.read_text()
    assert once.startswith(f"# Before\n{BEGIN}\n\n### bridges")
    assert once.endswith(f"{END}\nafter\n")
    assert "former" not in once
    assert main([str(tmp_path), "--into", str(document)]) == 0
    assert document.read_text() == once


def test_what_cannot_become_tables_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    capsys.readouterr()
    assert main([str(tmp_path)]) == 1
    assert "there is no run in" in capsys.readouterr().err
    other_program(tmp_path / "bridges--plain.json")
    assert main([str(tmp_path)]) == 1
    assert "beside 'bridges--plain.json' there is no run of ours" in capsys.readouterr().err
    write_run(make_run([failed(make_row(99), "no model")], **HEADER), tmp_path / "bridges.json")
    assert main([str(tmp_path)]) == 1
    assert "shares no question" in capsys.readouterr().err
    (tmp_path / "bridges.json").write_text("{")
    assert main([str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "is not a run" in told
    assert told.count("\n") == 1
