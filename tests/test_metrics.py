"""The metrics, on values worked out by hand, and against scikit-learn where it defines the same."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation import metrics
from qa.evaluation.spans import (
    Gold,
    Span,
    completion_ranks,
    is_covered,
    locate_quote,
    measure_overlap,
    overlaps_gold,
)

PROBABILITIES = st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=1, max_size=60)


def numbers(*values: float) -> metrics.Numbers:
    return np.array(values, dtype=np.float64)


def columns(rows: list[tuple[int, bool]]) -> tuple[metrics.Numbers, metrics.Numbers]:
    return numbers(*(score / 20 for score, _ in rows)), numbers(*(float(truth) for _, truth in rows))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("The Quick, brown fox!", ["quick", "brown", "fox"]),
        ("a theory", ["theory"]),
        ("world-class", ["worldclass"]),  # as in SQuAD, punctuation goes without leaving a space
        ("$1 billion", ["1", "billion"]),
        ("l’État", ["létat"]),
        ("136 次", ["136", "次"]),
        ("136次。", ["136", "次"]),
        ("カナダ", ["カ", "ナ", "ダ"]),
        ("the", []),
        ("…!", []),
    ],
)
def test_answers_are_cut_into_squads_tokens(text: str, tokens: list[str]) -> None:
    assert metrics.answer_tokens(text) == tokens


def test_exact_match_ignores_case_articles_and_punctuation_and_nothing_else() -> None:
    assert metrics.exact_match("The Bletchley Declaration.", ["Bletchley declaration"]) == 1
    assert metrics.exact_match("It is the Bletchley Declaration", ["Bletchley declaration"]) == 0
    assert metrics.exact_match("anything", []) == 0


def test_token_f1_is_the_harmonic_mean_of_precision_and_recall_over_the_best_wording() -> None:
    # "in two years" against "two years": common 2, precision 2/3, recall 1, F1 = 2 * 2 / (3 + 2) = 0.8
    assert metrics.token_f1("in two years", ["a decade", "two years"]) == pytest.approx(0.8)
    # A token counts as often as both have it: common 1, F1 = 2 * 1 / (3 + 1)
    assert metrics.token_f1("ha ha ha", ["ha"]) == pytest.approx(0.5)
    # 三次 against 三百次: common 2 characters, F1 = 2 * 2 / (2 + 3)
    assert metrics.token_f1("三次", ["三百次"]) == pytest.approx(0.8)
    assert metrics.token_f1("", ["two"]) == 0
    assert metrics.token_f1("the", ["a"]) == 1


@pytest.mark.parametrize(
    ("answer", "wording", "contained"),
    [
        ("The Panthers gave up just 308 points.", "308", 1),
        ("In 13084 games", "308", 0),
        ("It lasts two full years", "two years", 0),
        ("It has 136次 in all", "136 次", 1),
        ("The sign is +.", "+", 1),
        ("No sign", "+", 0),
        ("", "308", 0),
    ],
)
def test_an_answer_contains_a_wording_if_its_tokens_stand_in_a_row(answer: str, wording: str, contained: float) -> None:
    assert metrics.contains_answer(answer, [wording]) == contained


def test_footnote_markers_are_no_part_of_an_answer() -> None:
    assert metrics.strip_footnotes("Two years [1][3]. More [12].") == "Two years. More."
    assert metrics.strip_footnotes("See [annex] and [1a].") == "See [annex] and [1a]."


def test_ranking_metrics_of_two_quotes_at_ranks_two_and_five() -> None:
    ranks = (5, 2, None)
    assert metrics.recall_at(ranks, 1) == 0
    assert metrics.recall_at(ranks, 3) == pytest.approx(1 / 3)
    assert metrics.recall_at(ranks, 5) == pytest.approx(2 / 3)
    assert metrics.hit_at(ranks, 1) == 0
    assert metrics.hit_at(ranks, 4) == 1
    assert metrics.reciprocal_rank(ranks) == 0.5
    # (1/log2(3) + 1/log2(6)) / (1/log2(2) + 1/log2(3) + 1/log2(4))
    expected = (1 / math.log2(3) + 1 / math.log2(6)) / (1 + 1 / math.log2(3) + 0.5)
    assert metrics.ndcg_at(ranks, 10) == pytest.approx(expected)
    assert metrics.ndcg_at(ranks, 4) == pytest.approx((1 / math.log2(3)) / (1 + 1 / math.log2(3) + 0.5))


def test_nothing_found_is_zero_and_several_quotes_in_the_first_passage_are_one() -> None:
    assert metrics.reciprocal_rank((None, None)) == metrics.ndcg_at((None,), 10) == 0
    assert metrics.ndcg_at((1, 1), 10) == 1


@pytest.mark.parametrize("rank", [1, 2, 3, 7, 10])
def test_ndcg_of_one_quote_agrees_with_scikit_learn(rank: int) -> None:
    from sklearn.metrics import ndcg_score

    truth = [[float(place == rank) for place in range(1, 13)]]
    scores = [[float(-place) for place in range(1, 13)]]
    assert metrics.ndcg_at((rank,), 10) == pytest.approx(ndcg_score(truth, scores, k=10))


def test_area_under_roc_counts_ties_half() -> None:
    # positives .9 and .5 against negatives .5 and .1: wins 3, ties 1, of 4
    assert metrics.area_under_roc(numbers(0.9, 0.5, 0.5, 0.1), numbers(1, 1, 0, 0)) == pytest.approx(3.5 / 4)
    assert math.isnan(metrics.area_under_roc(numbers(0.9, 0.5), numbers(1, 1)))


@given(PROBABILITIES)
def test_area_under_roc_agrees_with_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    from sklearn.metrics import roc_auc_score

    scores, truth = columns(rows)
    if len(set(truth)) == 2:
        assert metrics.area_under_roc(scores, truth) == pytest.approx(roc_auc_score(truth, scores))


@given(PROBABILITIES)
def test_balanced_accuracy_agrees_with_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    from sklearn.metrics import balanced_accuracy_score

    scores, truth = columns(rows)
    chosen = (scores > 0.5).astype(np.float64)
    if len(set(truth)) == 2:
        assert metrics.balanced_accuracy(chosen, truth) == pytest.approx(balanced_accuracy_score(truth, chosen))
    else:
        assert math.isnan(metrics.balanced_accuracy(chosen, truth))


@given(PROBABILITIES)
def test_calibration_bins_agree_with_scikit_learn(rows: list[tuple[int, bool]]) -> None:
    from sklearn.calibration import calibration_curve

    # Off the borders of the bins, where the two close their bins on different sides.
    probability, truth = columns(rows)
    probability = probability * 0.98 + 0.013
    came_true, said = calibration_curve(truth, probability, n_bins=10)
    ours = metrics.calibration_bins(probability, truth)
    assert [row[0] for row in ours] == pytest.approx(list(said))
    assert [row[1] for row in ours] == pytest.approx(list(came_true))
    assert sum(row[2] for row in ours) == len(rows)


def test_calibration_error_weighs_the_gap_of_each_bin_by_its_size() -> None:
    # Bin (0.9, 1]: two at .95, one true: gap .45, weight 2/3. Bin (0, .1]: one at .1, false: gap .1, weight
    # 1/3.
    error = metrics.calibration_error(numbers(0.95, 0.95, 0.1), numbers(1, 0, 0))
    assert error == pytest.approx(2 / 3 * 0.45 + 1 / 3 * 0.1)
    assert metrics.calibration_error(numbers(1, 0), numbers(1, 0)) == 0


def test_risk_coverage_takes_the_surest_first_and_shares_ties() -> None:
    coverage, risk = metrics.risk_coverage(numbers(0.2, 0.9, 0.5, 0.5), numbers(0, 1, 1, 0))
    assert list(coverage) == [0.25, 0.5, 0.75, 1]
    # wrong so far, the tie at .5 counting a half each: 0, .5, 1, 2
    assert list(risk) == pytest.approx([0, 0.25, 1 / 3, 0.5])
    area = metrics.area_under_risk_coverage(numbers(0.2, 0.9, 0.5, 0.5), numbers(0, 1, 1, 0))
    assert area == pytest.approx((0 + 0.25 + 1 / 3 + 0.5) / 4)


@given(PROBABILITIES)
def test_figures_of_confidence_stay_between_zero_and_one(rows: list[tuple[int, bool]]) -> None:
    scores, truth = columns(rows)
    assert 0 <= metrics.calibration_error(scores, truth) <= 1
    coverage, risk = metrics.risk_coverage(scores, truth)
    assert coverage[-1] == 1
    assert risk[-1] == pytest.approx(1 - truth.mean())
    assert ((risk >= 0) & (risk <= 1)).all()


@given(st.text(max_size=40), st.text(max_size=40))
def test_answer_metrics_of_any_texts_stay_between_zero_and_one(answer: str, wording: str) -> None:
    for metric in (metrics.exact_match, metrics.token_f1, metrics.contains_answer):
        assert 0 <= metric(answer, [wording]) <= 1
    if metrics.exact_match(answer, [wording]) and metrics.answer_tokens(wording):
        assert metrics.contains_answer(answer, [wording]) == 1
        assert metrics.token_f1(answer, [wording]) == 1


def span(start: int, end: int, document: str = "a.txt") -> Span:
    return Span(document=document, start=start, end=end)


TEXT = "It opened. It closed. It opened again."


def test_a_quote_is_found_in_every_place() -> None:
    assert locate_quote("a.txt", "It opened", TEXT).starts == (0, 22)
    assert locate_quote("a.txt", "aa", "aaa").starts == (0, 1)
    assert locate_quote("a.txt", "never", TEXT).starts == ()
    assert locate_quote("a.txt", "", TEXT).starts == ()


def test_a_quote_across_two_passages_is_complete_with_the_worse_of_them() -> None:
    gold = locate_quote("a.txt", "opened. It closed", TEXT)
    assert completion_ranks([gold], [span(0, 10), span(0, 38, "b.txt"), span(11, 38)]) == (3,)


def test_white_space_between_sentences_need_not_be_covered_but_every_other_character_must() -> None:
    gold = locate_quote("a.txt", "opened. It closed.", TEXT)
    assert is_covered(gold, [span(0, 10), span(11, 21)])
    assert not is_covered(gold, [span(0, 10), span(11, 20)])
    assert not is_covered(gold, [span(0, 38, "b.txt")])


def test_a_quote_counts_wherever_its_document_has_it() -> None:
    assert is_covered(locate_quote("a.txt", "It opened", TEXT), [span(22, 38)])
    assert not is_covered(locate_quote("a.txt", "never", TEXT), [span(0, 38)])


def test_a_gold_document_is_met_by_any_of_its_passages() -> None:
    gold = Gold(document="a.txt", quote="")
    assert completion_ranks([gold], [span(5, 9, "b.txt"), span(5, 9)]) == (2,)
    assert overlaps_gold(span(3, 4), [gold])
    assert not overlaps_gold(span(3, 4, "b.txt"), [gold])


def test_a_citation_meets_gold_from_one_shared_character_on() -> None:
    gold = locate_quote("a.txt", "It closed", TEXT)  # 11 to 20
    assert overlaps_gold(span(0, 12), [gold])
    assert overlaps_gold(span(19, 38), [gold])
    assert not overlaps_gold(span(0, 11), [gold])
    assert not overlaps_gold(span(20, 38), [gold])


def test_overlap_is_counted_in_characters_and_twice_covered_ones_once() -> None:
    gold = locate_quote("a.txt", "It closed.", TEXT)  # 11 to 21
    overlap = measure_overlap([gold], [span(0, 16), span(8, 16), span(0, 4, "b.txt")])
    # gold 10, chosen 16 + 4 = 20, common 11..16 = 5
    assert overlap is not None
    assert (overlap.recall, overlap.precision) == (0.5, 0.25)
    assert overlap.iou == pytest.approx(5 / 25)


def test_a_quote_that_stands_twice_is_measured_where_it_is_met_best() -> None:
    overlap = measure_overlap([locate_quote("a.txt", "It opened", TEXT)], [span(22, 31)])
    assert overlap is not None
    assert (overlap.recall, overlap.precision, overlap.iou) == (1, 1, 1)


def test_no_gold_quote_has_no_overlap_and_no_choice_has_none_either() -> None:
    assert measure_overlap([Gold(document="a.txt", quote="")], [span(0, 5)]) is None
    overlap = measure_overlap([locate_quote("a.txt", "It", TEXT)], [])
    assert overlap is not None
    assert (overlap.recall, overlap.precision, overlap.iou) == (0, 0, 0)
