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


def cases() -> Iterator[object]:
    topic = evidence = context = ""
    for line in (Path(__file__).parent / "verdict_cases.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            topic = line.strip("[]")
        elif line.startswith("@"):
            context = line[2:]
        elif line[:2] in {"= ", "+ ", "- "}:
            name, _, sentence = line[2:].partition(": ")
            yield pytest.param(evidence, context, sentence, VERDICTS[line[0]], id=f"{topic}-{name}")
        elif line and not line.startswith("#"):
            evidence, context = line, ""


@pytest.mark.parametrize(("evidence", "context", "sentence", "verdict"), cases())
def test_a_sentence_gets_its_verdict(evidence: str, context: str, sentence: str, verdict: str) -> None:
    support = check_support(sentence, pieces(evidence), [context])
    assert support.verdict == verdict, support.reason


def test_the_cases_are_many_half_of_them_to_be_supported_and_no_two_alike() -> None:
    table = [(case.id, case.values) for case in cases()]  # type: ignore[attr-defined]
    passing = [values for _, values in table if values[-1] != "unsupported"]
    assert len(table) >= 120
    assert 0.4 < len(passing) / len(table) < 0.6
    assert len({name for name, _ in table}) == len(table)
