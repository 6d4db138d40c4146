"""Verdicts: what follows from the evidence is supported, what doesn't is not, and little is cited."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from texts import any_text

from qa.records import Evidence
from qa.support import check_support

VERDICTS = {"=": "verbatim", "+": "supported", "-": "unsupported"}


def pieces(*texts: str) -> list[Evidence]:
    return [Evidence(document="notes.md", start=0, end=len(text), text=text, score=1.0) for text in texts]


def cases() -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the id, evidence, context, sentence and verdict of each case in the table."""
    topic = evidence = context = ""
    for line in (Path(__file__).parent / "verdict_cases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line.startswith("@"):
            context = line[2:]
        elif line[:2] in {"= ", "+ ", "- "}:
            name, _, sentence = line[2:].partition(": ")
            yield f"{topic}-{name}", evidence, context, sentence, VERDICTS[line[0]]
        elif line and not line.startswith("#"):
            evidence, context = line, ""


CASES = [(name, values) for name, *values in cases()]


@pytest.mark.parametrize(
    ("evidence", "context", "sentence", "verdict"), [pytest.param(*values, id=name) for name, values in CASES]
)
def test_a_sentence_gets_its_verdict(evidence: str, context: str, sentence: str, verdict: str) -> None:
    support = check_support(sentence, pieces(evidence), [context])
    assert support.verdict == verdict, support.reason


def test_the_cases_are_many_half_of_them_to_be_supported_and_no_two_alike() -> None:
    passing = [values for _, values in CASES if values[-1] != "unsupported"]
    assert len(CASES) >= 120
    assert 0.4 < len(passing) / len(CASES) < 0.6
    assert len({name for name, _ in CASES}) == len(CASES)


def test_without_evidence_a_sentence_is_unsupported_and_cites_nothing() -> None:
    support = check_support("Halmere opened its archive.", [], [])
    assert (support.verdict, support.cited, support.score) == ("unsupported", (), 0.0)


def test_what_resembles_no_evidence_cites_nothing() -> None:
    support = check_support("Whales sing at night.", pieces("The archive opened in 1998."), [""])
    assert (support.verdict, support.cited) == ("unsupported", ())


def test_one_piece_that_supports_a_sentence_whole_is_cited_alone() -> None:
    evidence = pieces(
        "The archive in Halmere was renovated last year.",
        "The archive in Halmere opened in 1998 and holds 40,000 maps.",
        "40,000 maps were catalogued.",
    )
    support = check_support("The archive in Halmere opened in 1998 with 40,000 maps.", evidence, ["", "", ""])
    assert (support.verdict, support.cited) == ("supported", (1,))


def test_a_sentence_that_takes_two_pieces_cites_both_the_fuller_first() -> None:
    evidence = pieces("The archive opened in 1998.", "The weather was fine.", "The archive holds 40,000 maps of Dorne.")
    support = check_support("The archive opened in 1998 and holds 40,000 maps of Dorne.", evidence, ["", "", ""])
    assert (support.verdict, support.cited) == ("supported", (2, 0))


def test_no_second_piece_is_cited_for_one_stray_word() -> None:
    evidence = pieces("The council of Halmere adopted the budget in March 2024.", "A spring fair was announced.")
    support = check_support("The council of Halmere adopted the spring budget in March 2024.", evidence, ["", ""])
    assert support.cited == (0,)


def test_a_name_that_a_pronoun_stands_for_is_cited_where_it_stands() -> None:
    evidence = pieces("It was commissioned by Odo of Kent.", "The Marrow Tapestry is kept in Dorne.")
    support = check_support("Odo of Kent commissioned the Marrow Tapestry.", evidence, ["", ""])
    assert (support.verdict, set(support.cited)) == ("supported", {0, 1})


def test_words_that_stand_in_the_evidence_but_not_in_their_order_are_not_verbatim() -> None:
    evidence = pieces("The archive holds maps, and the library holds letters.")
    assert check_support("The archive holds letters.", evidence, [""]).verdict != "verbatim"
    assert check_support("the library holds letters", evidence, [""]).verdict == "verbatim"


def test_an_amount_whose_limit_is_left_out_is_not_verbatim() -> None:
    evidence = pieces("Fines are up to 35 million euros.")
    assert check_support("35 million euros", evidence, [""]).verdict == "unsupported"
    assert check_support("Up to 35 million euros", evidence, [""]).verdict == "verbatim"
    assert check_support("The maximum fine is 35 million euros.", evidence, [""]).verdict == "supported"


def test_the_score_falls_with_each_missing_name_and_number() -> None:
    evidence = pieces("The Tarn Charter was signed in Dorne on 1 November 2023.")
    whole, number, both = (
        check_support(sentence, evidence, [""]).score
        for sentence in (
            "The Tarn Charter was signed on 1 November 2023 in Dorne.",
            "The Tarn Charter was signed on 1 November 2019 in Dorne.",
            "The Corvane Charter was signed on 1 November 2019 in Ostra.",
        )
    )
    assert 1 > whole > number > both > 0


@given(st.one_of(any_text(), st.text()), st.one_of(any_text(), st.text()))
def test_any_text_gets_a_verdict_and_cites_only_what_there_is(sentence: str, quote: str) -> None:
    support = check_support(sentence, pieces(quote, "The archive opened."), [sentence, quote])
    assert set(support.cited) <= {0, 1}
    assert 0 <= support.coverage <= 1.0001
    assert 0 <= support.score <= 1
    assert support.reason


@given(st.sampled_from([values for _, values in CASES if values[-1] != "unsupported"]))
def test_foreign_evidence_beside_it_takes_no_support_away(case: list[str]) -> None:
    evidence, context, sentence, verdict = case
    assert check_support(sentence, pieces("Granite cools slowly.", evidence), ["", context]).verdict == verdict
