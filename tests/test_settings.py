"""Every dial: its default, its range, and the three places that it can be set in."""

from contextlib import suppress
from dataclasses import asdict, fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import BadSetting, QASettings
from qa.settings import OPERATING_POINTS, without_password


@pytest.mark.parametrize(("name", "threshold"), OPERATING_POINTS.items())
def test_operating_points_are_thresholds_by_name(name: str, threshold: float) -> None:
    assert QASettings.from_pairs([f"threshold={name}"]).threshold == threshold


def test_what_the_environment_says_goes_before_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "small")
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "3")
    monkeypatch.setenv("FOOTNOTE_THRESHOLD", "0.25")
    settings = QASettings.from_environment()
    assert (settings.model, settings.passages, settings.threshold) == ("small", 3, 0.25)
    assert settings.retriever == QASettings().retriever


def test_every_setting_can_be_set_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    other = QASettings(
        model="small", base_url="http://127.0.0.1:1", retriever="bm25", passages=7, evidence_chars=1234, gate="off",
        threshold=0.0625, verdicts="off", answer_tokens=99, style="quotes", evidence="passages", verifier="judge",
        verifier_threshold=0.25,
    )  # fmt: skip
    changed = {name: value for name, value in asdict(other).items() if value != asdict(QASettings())[name]}
    assert changed.keys() == {field.name for field in fields(QASettings)}
    for name, value in changed.items():
        monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", str(value))
    assert QASettings.from_environment() == other


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "")
    assert QASettings.from_environment() == QASettings()


def test_a_pair_goes_before_the_environment_and_the_last_pair_before_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FOOTNOTE_RETRIEVER", "bm25")
    monkeypatch.setenv("FOOTNOTE_GATE", "off")
    settings = QASettings.from_pairs(["retriever=hybrid", "retriever=dense"])
    assert (settings.retriever, settings.gate) == ("dense", "off")


def test_a_value_may_hold_an_equals_sign() -> None:
    assert QASettings.from_pairs(["base_url=http://127.0.0.1/?a=b"]).base_url == "http://127.0.0.1/?a=b"


def test_pairs_change_the_settings_that_they_are_given_to() -> None:
    base = QASettings(passages=4, gate="off")
    changed = QASettings.from_pairs(["passages=5"], base=base)
    assert (changed.passages, changed.gate) == (5, "off")
    assert base.passages == 4


@pytest.mark.parametrize("pair", ["nonsense=1", "passages", "", "=", "Passages=3"])
def test_an_unknown_setting_is_refused_with_the_names_that_there_are(pair: str) -> None:
    with pytest.raises(BadSetting) as problem:
        QASettings.from_pairs([pair])
    assert repr(pair) in str(problem.value)
    assert all(field.name in str(problem.value) for field in fields(QASettings))


@pytest.mark.parametrize(
    ("pair", "words"),
    [
        ("passages=-1", "passages must be 0 to 50, not -1"),
        ("passages=51", "passages must be 0 to 50, not 51"),
        ("passages=many", "passages must be a number, not 'many'"),
        ("passages=2.5", "passages must be a"),
        ("evidence_chars=99", "evidence_chars must be 100 to"),
        ("threshold=1.01", "threshold must be 0 to 1"),
        ("threshold=nan", "threshold must be 0 to 1"),
        ("answer_tokens=1", "answer_tokens must be 16 to"),
        ("gate=maybe", "gate must be one of on, off, not 'maybe'"),
        ("verdicts=", "verdicts must be one of on, off"),
        ("base_url=localhost:8080", "base_url must be an address such as http.* not 'localhost:8080'"),
        ("base_url=http://ann:open/sesame@example.org", r"not 'http://\*\*\*@example\.org'"),
        ("base_url=http://[::1/v1", "base_url must be an address"),
        ("retriever=sparse", "retriever must be one of hybrid, dense, bm25"),
    ],
)
def test_an_impossible_value_is_refused_with_those_that_are_possible(pair: str, words: str) -> None:
    with pytest.raises(BadSetting, match=words):
        QASettings.from_pairs([pair])


def test_an_impossible_value_in_the_environment_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_PASSAGES", "1000")
    with pytest.raises(BadSetting, match="passages must be"):
        QASettings.from_environment()


def test_the_ends_of_the_ranges_are_possible() -> None:
    assert QASettings(passages=0, threshold=0, answer_tokens=16).passages == 0
    assert QASettings(passages=50, threshold=1, answer_tokens=1000).threshold == 1


@given(st.lists(st.text(max_size=30), max_size=3))
def test_pairs_give_settings_or_an_expected_error_and_nothing_else(pairs: list[str]) -> None:
    with suppress(BadSetting):
        assert isinstance(QASettings.from_pairs(pairs, base=QASettings()), QASettings)


def test_settings_written_as_pairs_are_read_back() -> None:
    settings = QASettings(model="openai:x", passages=2, threshold=0.125, gate="off")
    assert QASettings.from_pairs([f"{name}={value}" for name, value in settings.to_dict().items()]) == settings


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("https://ann:secret@example.org/v1", "https://***@example.org/v1"),
        ("http://secret@example.org:8080", "http://***@example.org:8080"),
        ("http://ann:secret?x@secret@example.org/v1", "http://***@example.org/v1"),
        ("http://example.org/v1?key=secret&secret", "http://example.org/v1?key=***&***"),
        ("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1"),
    ],
)
def test_settings_are_recorded_without_the_password_of_an_address(address: str, shown: str) -> None:
    assert without_password(address) == shown
