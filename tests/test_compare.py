"""Comparison of runs and the gate: what they say of runs whose difference is known."""

from dataclasses import replace
from pathlib import Path

import pytest
from evaluation_runs import failed, good_rows, make_row, make_run

from qa.errors import BadQuestionFile
from qa.evaluation.compare import Difference, compare, read_comparable
from qa.evaluation.figures import compute_figures
from qa.evaluation.gate import find_regressions, write_baseline
from qa.evaluation.runs import Row, Run, read_run, write_run


def difference(old: Run, new: Run, name: str) -> Difference:
    return next(d for d in compare(old, new).differences if d.name == name)


def regressions(old: Run, new: Run) -> str:
    return "\n".join(find_regressions(old, new, compare(old, new)))


BASELINE = make_run(good_rows())


def test_figures_come_with_n_interval_and_exclusions() -> None:
    rows = [make_row(1), make_row(2, right=False), make_row(3, refused=True, probability=0.4)]
    rows += [make_row(n, answerable=False, refused=n > 5, probability=0.2) for n in range(4, 8)]
    values = {value.name: value for value in compute_figures(rows)}
    assert values["contains_answer"].value == pytest.approx(1 / 3)
    assert (values["contains_answer"].n, values["contains_answer"].excluded) == (3, 4)
    # refused: q3 wrongly, q6 and q7 rightly
    assert values["refusal_precision"].value == pytest.approx(2 / 3)
    assert values["refusal_precision"].n == 3
    assert values["refusal_recall"].value == 0.5
    # (2 of 3 answerable answered + 2 of 4 refused) / 2
    assert values["balanced_accuracy"].value == pytest.approx((0.5 + 2 / 3) / 2)
    assert values["answerability_auc"].value == 1
    assert values["quote_exact"].n == 4
    assert values["citation_recall"].n == 2
    assert values["right"].value == pytest.approx(3 / 7)
    low, high = values["right"].low, values["right"].high
    assert low is not None
    assert high is not None
    assert 0 <= low < 3 / 7 < high <= 1
    assert values["total_seconds_median"].better == "lower"


def test_failures_are_in_no_figure() -> None:
    rows = [make_row(1), make_row(2)]
    assert compute_figures([*rows, failed(make_row(3), "no model")]) == compute_figures(rows)


def test_citations_are_never_reported_without_the_correctness_of_the_answers() -> None:
    unjudged = [
        replace(row, measures={k: v for k, v in row.measures.items() if k != "contains_answer"})
        for row in good_rows(5, 0)
    ]
    assert "citation_precision" in {value.name for value in compute_figures(good_rows(5, 0))}
    names = {value.name for value in compute_figures(unjudged)}
    assert not names & {"citation_precision", "citation_recall"}
    assert "quote_exact" in names


def test_figures_that_no_row_gives_are_left_out() -> None:
    names = {value.name for value in compute_figures([make_row(1, probability=None)])}
    assert "contains_answer" in names
    assert "answerability_auc" not in names
    assert compute_figures([]) == ()


def test_a_run_does_not_differ_from_itself() -> None:
    comparison = compare(BASELINE, BASELINE)
    assert comparison.changes == ()
    assert comparison.conditions == ()
    assert {d.verdict for d in comparison.differences} == {""}
    assert all((d.low, d.high) == (0, 0) for d in comparison.differences)
    assert regressions(BASELINE, BASELINE) == ""


def test_pairs_are_made_by_question_whatever_the_order_and_what_only_one_run_asked_is_left_out() -> None:
    new = make_run([*reversed(BASELINE.rows[:20]), make_row(90)])
    comparison = compare(BASELINE, new)
    assert comparison.shared == 20
    assert comparison.changes == ()
    assert all(d.old == d.new for d in comparison.differences)


def test_lost_and_won_questions_are_counted_and_tested() -> None:
    old = make_run([make_row(n, right=n > 3) for n in range(1, 21)])
    new = make_run([make_row(n, right=n != 20) for n in range(1, 21)])
    found = difference(old, new, "contains_answer")
    assert (found.old, found.new) == (pytest.approx(0.85), pytest.approx(0.95))
    assert (found.lost, found.won) == (1, 3)
    # 2 * (C(4,0) + C(4,1)) / 2^4
    assert found.p == pytest.approx(0.625)
    assert [change.new.id for change in compare(old, new).changes] == ["q1", "q2", "q3", "q20"]


def test_conditions_that_differ_are_named_and_times_and_sizes_are_not() -> None:
    old = make_run(list(BASELINE.rows), settings={"gate": "on", "passages": 10}, corpus={"ingest_seconds": 1})
    new = make_run(list(BASELINE.rows), settings={"gate": "off", "passages": 10}, corpus={"ingest_seconds": 2})
    assert compare(old, new).conditions == ("settings.gate: on → off",)


def test_a_figure_is_worse_only_if_the_whole_interval_says_so() -> None:
    rows = list(BASELINE.rows)
    one_lost = make_run([make_row(1, right=False, rank=2), *rows[1:]])
    assert difference(BASELINE, one_lost, "contains_answer").verdict == ""
    assert regressions(BASELINE, one_lost) == ""
    many_lost = make_run([make_row(n, right=False, rank=1 + n % 3) for n in range(1, 11)] + rows[10:])
    assert difference(BASELINE, many_lost, "contains_answer").verdict == "worse"
    assert difference(many_lost, BASELINE, "contains_answer").verdict == "better"


def test_a_figure_for_which_lower_is_better_is_worse_when_it_rises() -> None:
    unsure = make_run([make_row(n, answerable=n < 31, probability=0.3 if n < 31 else 0.7) for n in range(1, 46)])
    assert difference(BASELINE, unsure, "calibration_error").verdict == "worse"


def test_the_gate_fails_when_retrieval_is_broken() -> None:
    broken = make_run([make_row(n, right=False, rank=None) if n <= 30 else BASELINE.rows[n - 1] for n in range(1, 46)])
    assert "evidence_recall@5: 1.000 → 0.000" in regressions(BASELINE, broken)
    assert "contains_answer" in regressions(BASELINE, broken)


def test_the_gate_fails_when_the_models_gate_is_switched_off() -> None:
    off = [make_row(n, answerable=n <= 30, right=n % 10 > 0, probability=None, rank=1 + n % 3) for n in range(1, 46)]
    told = regressions(BASELINE, make_run(off))
    assert "refusal_recall" in told
    assert "balanced_accuracy" in told
    assert "answerability_auc: in the baseline, not measured now" in told


def test_the_gate_fails_when_a_single_citation_is_shifted_by_one_character() -> None:
    shifted = make_run([make_row(1, shift=1, rank=2), *BASELINE.rows[1:]])
    assert "quote_exact: must be 1; quotes that are not in their document: question 'q1'" in regressions(
        BASELINE, shifted
    )
    every = make_run([make_row(n, shift=1, right=n % 10 > 0, rank=1 + n % 3) for n in range(1, 31)])
    assert "quote_exact: 1.000 → 0.000" in regressions(BASELINE, every)


def test_the_gate_fails_when_a_question_fails_that_did_not_before() -> None:
    new = make_run([failed(BASELINE.rows[0], "out of memory"), *BASELINE.rows[1:]])
    assert regressions(BASELINE, new) == "question 'q1' failed: out of memory"
    assert regressions(new, new) == ""


def test_the_gate_ignores_times() -> None:
    slow = [
        replace(row, measures={**row.measures, "total_seconds": 60.0, "evidence_seconds": 9.0}) for row in BASELINE.rows
    ]
    assert difference(BASELINE, make_run(slow), "total_seconds_median").verdict == "worse"
    assert regressions(BASELINE, make_run(slow)) == ""


def test_a_part_of_the_questions_is_held_against_the_same_part_of_the_baseline() -> None:
    assert regressions(BASELINE, make_run(list(BASELINE.rows[::2]))) == ""


def test_a_baseline_is_read_back_with_its_reason_and_compares_like_the_run_it_was_taken_from(
    tmp_path: Path,
) -> None:
    path = tmp_path / "baseline.json"
    write_baseline(BASELINE, path, "a better prompt")
    baseline = read_run(path)
    assert baseline.header["reason"] == "a better prompt"
    assert [row.result for row in baseline.rows] == [row.result for row in BASELINE.rows]
    assert {d.verdict for d in compare(baseline, BASELINE).differences} == {""}
    assert "passages" not in (baseline.rows[0].answer or {})
    with pytest.raises(BadQuestionFile, match="needs a reason"):
        write_baseline(BASELINE, path, " ")
    with pytest.raises(BadQuestionFile, match="interrupted"):
        write_baseline(make_run(list(BASELINE.rows), finished=False), path, "why")


def test_a_run_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    run = make_run(good_rows(3, 2))
    write_run(run, tmp_path / "run.json")
    again = read_run(tmp_path / "run.json")
    assert [replace(row, answer=None) for row in again.rows] == [replace(row, answer=None) for row in run.rows]
    assert (again.rows[0].answer or {})["text"] == "It opened in 1901 [1]."
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def asked(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(row.id, row.question) for row in rows]


def test_unlike_runs_are_told_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "old.json"
    write_run(BASELINE, path)
    read_comparable(path, asked(BASELINE.rows), False)
    with pytest.raises(BadQuestionFile, match=r"old\.json shares no question with this one"):
        read_comparable(path, [("other", "?")], False)
    with pytest.raises(BadQuestionFile, match="question 'q1' is another one"):
        read_comparable(path, [("q1", "Where is it?")], False)
    with pytest.raises(BadQuestionFile, match=r"old\.json has answers, this one is retrieval only"):
        read_comparable(path, asked(BASELINE.rows), True)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"format": 1}', '{"format": 99, "rows": []}', "\ufeff{"])
def test_a_file_that_is_not_a_run_is_told_in_one_line(tmp_path: Path, content: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadQuestionFile, match="is not a run") as caught:
        read_run(path)
    assert "\n" not in str(caught.value)
    with pytest.raises(BadQuestionFile, match="can't read the run"):
        read_run(tmp_path / "nowhere.json")


@pytest.mark.parametrize(
    ("row", "result"),
    [
        (make_row(1), "right"),
        (make_row(1, right=False), "wrong"),
        (make_row(1, refused=True), "wrongly refused"),
        (make_row(1, answerable=False), "wrongly answered"),
        (make_row(1, answerable=False, refused=True), "right"),
        (failed(make_row(1), "why"), "failed"),
        (replace(make_row(1), measures={"refused": 0.0}), "not judged"),
        (replace(make_row(1), measures={"mrr": 0.5, "evidence_rank": 2.0}), "found"),
        (replace(make_row(1), measures={"mrr": 0.0}), "missed"),
        (replace(make_row(1), measures={}), "not judged"),
    ],
)
def test_a_row_has_one_result(row: Row, result: str) -> None:
    assert row.result == result
