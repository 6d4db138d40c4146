"""Thresholds for the gate: chosen on one half, told on the other."""

from pathlib import Path

import pytest
from evaluation_runs import make_row, make_run

from qa.errors import BadQuestionFile
from qa.evaluation.figures import compute_figures
from qa.evaluation.operating_points import at_threshold, choose, main
from qa.evaluation.runs import write_run

# Answerable ones at 0.05, 0.10 … 1.00, unanswerable ones at 0.02, 0.08 … 0.56: they overlap below 0.56.
ROWS = [
    *(make_row(n, probability=n * 0.05) for n in range(1, 21)),
    *(make_row(n, answerable=False, probability=0.02 + (n - 30) * 0.06) for n in range(30, 40)),
]


def test_a_threshold_makes_refusals_of_the_answers_below_it() -> None:
    rows = at_threshold(ROWS, 0.5)
    assert [row.refused for row in rows[:20]] == [True] * 9 + [False] * 11
    found = {value.name: value.value for value in compute_figures(rows)}
    assert found["contains_answer"] == pytest.approx(11 / 20)
    assert found["refusal_recall"] == pytest.approx(8 / 10)
    assert found["refusal_precision"] == pytest.approx(8 / 17)
    assert found["citation_recall"] == 1
    assert {row.result for row in rows} == {"right", "wrongly refused", "wrongly answered"}


def test_the_three_thresholds_are_what_they_are_said_to_be() -> None:
    chosen = choose(ROWS)
    # Nine of ten unanswerable questions lie at 0.50 or below, one of twenty answerable ones at 0.05.
    assert chosen["strict"] == pytest.approx(0.50, abs=0.001)
    assert chosen["eager"] == pytest.approx(0.10, abs=0.001)
    # From 0.20 on each step up loses about as much as it gains; 1 - 3/20 + 4/10 there.
    assert chosen["eager"] <= chosen["balanced"] <= 0.56 + 1e-6


def test_nothing_refused_before_is_answered_by_a_lower_threshold() -> None:
    refused = make_row(1, refused=True, probability=0.4)
    assert at_threshold([refused], 0.1) == [refused]


def test_thresholds_need_probabilities_of_both_kinds_of_questions() -> None:
    with pytest.raises(BadQuestionFile, match="both kinds"):
        choose(ROWS[:20])
    with pytest.raises(BadQuestionFile, match="both kinds"):
        choose([make_row(1, probability=None), make_row(2, answerable=False, probability=None)])


def test_the_command_tells_figures_of_the_other_half(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    even, odd = tmp_path / "even.json", tmp_path / "odd.json"
    write_run(make_run(ROWS[::2]), even)
    write_run(make_run(ROWS[1::2]), odd)
    assert main([str(even), str(odd)]) == 0
    told = capsys.readouterr().out
    assert [line.split(" | ")[0] for line in told.splitlines()[2:5]] == ["| strict", "| balanced", "| eager"]
    assert "Chosen on 15 questions, figures of 15 other questions." in told
    assert main([str(even)]) == 0
    assert "optimistic" in capsys.readouterr().out
    assert main([str(tmp_path / "nowhere.json")]) == 1
    assert "can't read the run" in capsys.readouterr().err
    assert main([]) == 2
