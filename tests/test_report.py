"""The report: whole, self-contained, and deaf to whatever documents and models wrote."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from evaluation_runs import NAME, QUOTES, TEXT, failed, good_rows, make_row, make_run

from qa.errors import BadSetting
from qa.evaluation import drawing, plots, tables
from qa.evaluation.compare import compare
from qa.evaluation.report import (
    answer_pieces,
    mark_text,
    missing_quotes,
    render_report,
    shown_passages,
    write_report,
)
from qa.evaluation.spans import Span

RUN = make_run(good_rows(12, 6), model={"name": "toy"}, commit="c0ffee" * 6)


def span(start: int, end: int, document: str = "a") -> Span:
    return Span(document=document, start=start, end=end)


def test_the_report_holds_figures_pictures_and_every_question(tmp_path: Path) -> None:
    write_report(RUN, tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.lstrip().startswith("<!doctype html>")
    assert page.count('<details class="question"') == 18
    assert all(row.question in page for row in RUN.rows)
    assert "evidence_recall@5" in page
    for title in ("Risk by coverage", "Calibration of the gate", "Latency", "Rank of the evidence"):
        assert f"<title>{title}</title>" in page
    assert '<input type="radio" name="result" value="wrongly answered"><span>wrongly answered 1</span>' in page
    assert "c0ffeec0ffee" in page


def test_nothing_is_fetched_from_anywhere() -> None:
    page = render_report(RUN)
    assert not re.search(r"(src|href|srcset|action)=|url\(|@import|https?://", page)
    assert "default-src 'none'" in page


def test_the_pages_policy_admits_exactly_its_own_style_and_script() -> None:
    import base64
    import hashlib

    page = render_report(RUN)
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    for tag in ("style", "script"):
        (content,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]
    assert " style=" not in page


def test_what_documents_questions_and_models_wrote_is_never_markup() -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=y>\" ' & \x1b[31m \u202e"
    row = make_row(1, question=hostile)
    answer = dict(row.answer or {})
    answer["text"] = hostile
    answer["sentences"] = []
    answer["passages"] = [{"document": hostile, "start": 0, "end": len(hostile), "text": hostile, "score": 1.0}]
    answer["citations"] = [{"number": 1, "document": hostile, "title": hostile, "start": 0, "end": 9, "quote": hostile}]
    hostile_row = replace(row, id=hostile, answers=(hostile,), answer=answer)
    run = make_run([hostile_row, failed(make_row(2), hostile)], model={"name": hostile}, questions={"name": hostile})
    page = render_report(run, compare(run, run))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert page.count("&lt;script&gt;alert(1)") >= 8


def test_a_comparison_is_shown_with_both_answers() -> None:
    worse = make_run([make_row(1, right=False, rank=2), *RUN.rows[1:]], settings={"gate": "off"})
    page = render_report(worse, compare(RUN, worse))
    assert "settings.gate: on → off" in page
    assert "right → wrong" in page
    assert "It opened in 1901 [1]." in page
    assert "It opened in 1850 [1]." in page


def test_an_interrupted_run_and_one_without_rows_are_rendered_too() -> None:
    assert "interrupted" in render_report(make_run(good_rows(2, 1), finished=False))
    page = render_report(make_run([], finished=False))
    assert "<svg" not in page
    assert "Questions" in page


def test_a_retrieval_only_run_is_rendered() -> None:
    row = make_row(3, rank=2)
    retrieved = replace(
        row,
        answer={"passages": (row.answer or {})["passages"]},
        measures={name: row.measures[name] for name in row.measures if name in ("mrr", "evidence_rank")},
    )
    page = render_report(make_run([retrieved]))
    assert 'data-result="found"' in page
    assert "retrieval only" in page


def test_a_report_that_cannot_be_written_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="can't write the report"):
        write_report(RUN, tmp_path / "nowhere" / "report.html")


def test_gold_and_cited_characters_are_marked_where_they_overlap() -> None:
    pieces = mark_text(span(10, 20), "0123456789", [span(8, 14), span(0, 50, "b")], [span(12, 16)])
    assert [(piece.text, piece.gold, piece.cited) for piece in pieces] == [
        ("01", True, False),
        ("23", True, True),
        ("45", False, True),
        ("6789", False, False),
    ]
    assert [piece.text for piece in mark_text(span(10, 20), "0123456789", [], [])] == ["0123456789"]


def test_the_best_passages_and_those_with_marks_are_shown() -> None:
    shown = shown_passages(make_row(5, rank=7))
    assert [passage.rank for passage in shown] == [1, 2, 3, 7]
    assert [piece.text for piece in shown[-1].pieces if piece.gold] == [QUOTES[5]]
    assert all(piece.cited == piece.gold for piece in shown[-1].pieces)
    start = TEXT.index(QUOTES[5])
    assert (shown[-1].document, shown[-1].start) == (NAME, start)


def test_gold_quotes_that_no_passage_has_are_listed() -> None:
    assert [gold.quote for gold in missing_quotes(make_row(5, rank=None))] == [QUOTES[5]]
    assert missing_quotes(make_row(5, rank=7)) == []


def test_the_answers_sentences_keep_their_text_and_verdict() -> None:
    row = make_row(1)
    answer = dict(row.answer or {})
    answer |= {
        "text": "One [1]. Two.",
        "sentences": [
            {"start": 0, "end": 8, "verdict": "verbatim"},
            {"start": 9, "end": 13, "verdict": "supported"},
        ],
    }
    assert answer_pieces(replace(row, answer=answer)) == [
        ("One [1].", "verbatim"),
        (" ", ""),
        ("Two.", "supported"),
    ]


@pytest.mark.parametrize(
    "draw", [plots.draw_risk_coverage, plots.draw_calibration, plots.draw_latency, plots.draw_ranks]
)
def test_pictures_are_well_formed_and_stay_inside_their_frame(draw: plots.Draw) -> None:
    picture = draw(RUN.rows)
    assert picture is not None
    for element in ElementTree.fromstring(picture.drawing).iter():
        points = " ".join(element.get(name, "") for name in ("points", "cx", "x"))
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", points)]
        assert all(0 <= number <= 420 for number in numbers)
    assert draw([failed(make_row(1), "why")]) is None


def test_the_rank_picture_counts_what_was_not_found() -> None:
    picture = plots.draw_ranks([make_row(1, rank=1), make_row(2, rank=None), make_row(3, rank=None)])
    assert picture is not None
    bars = [element for element in ElementTree.fromstring(picture.drawing).iter("rect")]
    assert bars[-1].get("class") == "bad bar"
    assert float(bars[-1].get("height", "0")) == pytest.approx(2 * float(bars[0].get("height", "0")), abs=0.2)
    assert len(bars) == 11


@pytest.mark.parametrize(
    ("value", "end"), [(0, 1), (0.3, 0.4), (1, 1), (2.82, 4), (9, 10), (13, 16), (28, 40), (100, 100)]
)
def test_axes_end_at_numbers_with_short_quarters(value: float, end: float) -> None:
    assert drawing.round_up(value) == pytest.approx(end)


def test_intervals_outside_of_shares_are_not_drawn() -> None:
    assert drawing.draw_interval(0.2, 0.6, 0.5)
    assert drawing.draw_interval(0.2, 6.0, 0.5) == ""
    assert drawing.draw_interval(None, None, None) == ""


def test_terminal_tables_hold_the_figures_and_obey_no_control_character(
    capsys: pytest.CaptureFixture[str],
) -> None:
    from rich.console import Console

    hostile = make_run([make_row(1, right=False, question="\x1b[2J[bold]boo[/bold]\x07"), *RUN.rows[1:]])
    before = make_run([make_row(1, question="\x1b[2J[bold]boo[/bold]\x07"), *RUN.rows[1:]])
    console = Console(markup=False, width=140)
    comparison = compare(before, hostile)
    console.print(tables.difference_table(comparison.differences))
    console.print(tables.change_table(comparison.changes))
    told = capsys.readouterr().out
    assert "contains_answer" in told
    assert "[bold]boo[/bold]" in told
    assert "\x1b" not in told
    assert "\x07" not in told


def test_the_lines_under_the_table_count_results_and_name_failures() -> None:
    run = make_run([*good_rows(4, 2), failed(make_row(50), "no\nmodel")], corpus={"unreadable_documents": ["x.pdf"]})
    lines = tables.run_lines(run)
    assert lines[0] == "7 questions: 6 right, 1 failed"
    assert "unreadable document: x.pdf" in lines


def test_a_single_question_is_counted_as_one() -> None:
    run = make_run([make_row(1)])
    assert tables.run_lines(run)[0] == "1 question: 1 right"
    assert "1 shared question;" in tables.comparison_lines(compare(run, run))[0]
    assert "1 shared question," in render_report(run, compare(run, run))
