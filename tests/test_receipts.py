"""Receipts: what they hold, what verifying finds without a model, what asking again finds with one."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fakes import ScriptedChatModel
from loading_tools import zip_bytes
from texts import make_document
from town import CRANES, HARBOUR, QUESTION, SCHOOL, answering

from ingest import Library
from qa import BadReceipt, BadSetting, DocumentQA, QASettings, Turn
from qa.assembly import INCOMPLETE
from qa.findings import Finding
from qa.receipts import FORMAT, make_receipt, read_receipt, receipt_json, seal, write_receipt
from qa.replaying import ask_again, compare_receipts, is_same_answer, settings_of
from qa.verifying import from_folder, from_library, verify_receipt

COUNCIL = (
    "The Council of Halmere met in the old school. It approved the budget of the harbour on 4 May 2024, by nine votes "
    "to two, after a debate that lasted until midnight."
)
APPROVED = "The Council of Halmere approved the budget of the harbour on 4 May 2024."
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def receipt(halmere: Library) -> dict[str, Any]:
    """Return the receipt of an answer with one footnote."""
    docs = answering(halmere, ScriptedChatModel([CRANES]))
    return dict(make_receipt(docs.ask(QUESTION, history=[Turn(question="Who rules?", answer="Nobody.")]), halmere))


def bad(checks: list[Finding]) -> list[str]:
    return [check.what for check in checks if not check.ok]


# What a receipt holds


def test_a_receipt_holds_everything_that_the_model_saw_and_said(receipt: dict[str, Any]) -> None:
    gate, draft = receipt["calls"]
    shown = "\n".join(message["text"] for message in draft["messages"])
    assert QUESTION in shown
    assert all(item["text"] in shown for item in receipt["evidence"])
    assert {message["role"] for message in draft["messages"]} == {"system", "human", "ai"}
    assert (gate["output"], draft["output"]) == ("yes", CRANES)
    assert gate["logprobs"]["yes"] == pytest.approx(0.0)
    assert gate["options"]["logprobs"] is True


def test_a_receipt_names_documents_library_model_settings_versions_and_reasons(
    receipt: dict[str, Any], halmere: Library
) -> None:
    assert receipt["format"] == FORMAT
    assert receipt["documents"]["harbour.txt"]["sha256"] == halmere.info("harbour.txt").sha256
    assert receipt["documents"]["harbour.txt"]["characters"] == len(HARBOUR)
    assert receipt["library"]["revision"] == halmere.catalogue.revision
    assert receipt["library"]["settings"]["embedder"] == halmere.embedder.fingerprint
    assert receipt["history"] == [{"question": "Who rules?", "answer": "Nobody."}]
    assert {"python", "footnote-qa", "chromadb"} <= receipt["versions"].keys()
    assert receipt["answer"]["model"]["name"] == "scripted"
    assert receipt["answer"]["settings"]["threshold"] == QASettings().threshold
    assert receipt["answer"]["sentences"][0]["reason"]


def test_a_receipt_comes_back_from_its_file_as_it_was(receipt: dict[str, Any], tmp_path: Path) -> None:
    write_receipt(receipt, tmp_path / "r.json")
    assert read_receipt(tmp_path / "r.json") == receipt


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"no json", "JSON"), (b"[]", "no receipt"), (b"{}", "no receipt"), (b"\xff", "no receipt"),
        (b"[" * 100_000, "no receipt"),
        (json.dumps({"format": "footnote-receipt/9"}).encode(), "no receipt"),
        (json.dumps({"format": FORMAT}).encode(), "'made' is missing"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_said_in_one_line(content: bytes, words: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(content)
    with pytest.raises(BadReceipt, match=words) as problem:
        read_receipt(tmp_path / "r.json")
    assert len(str(problem.value).splitlines()) == 1


def test_a_file_that_is_not_there_or_cannot_be_written_is_said_in_one_line(
    receipt: dict[str, Any], tmp_path: Path
) -> None:
    with pytest.raises(BadReceipt, match=r"nowhere\.json"):
        read_receipt(tmp_path / "nowhere.json")
    with pytest.raises(BadReceipt, match="name another"):
        write_receipt(receipt, tmp_path / "no" / "r.json")


# Verifying


def test_an_honest_receipt_holds_in_every_line(receipt: dict[str, Any], halmere: Library) -> None:
    checks = verify_receipt(receipt, from_library(halmere))
    assert bad(checks) == []
    looked_at = {check.what.split()[0] for check in checks}
    assert looked_at == {"receipt", "document", "citation", "sentence", "passage", "evidence"}


def _reword(record: dict[str, Any]) -> None:
    answer = record["answer"]
    answer["text"] = answer["text"].replace("eleven", "twelve")
    answer["sentences"][0]["text"] = answer["sentences"][0]["text"].replace("eleven", "twelve")


TAMPERINGS: dict[str, tuple[Change, str]] = {
    "a quote": (lambda r: r["answer"]["citations"][0].update(quote=CRANES.replace("eleven", "twelve")), "citation 1"),
    "an offset": (lambda r: r["answer"]["citations"][0].update(start=1), "citation 1"),
    "a negative offset": (lambda r: r["answer"]["citations"][0].update(start=-5), "citation 1"),
    "another document": (lambda r: r["answer"]["citations"][0].update(document="school.txt"), "citation 1"),
    "a citation's hash": (lambda r: r["answer"]["citations"][0].update(sha256="0" * 64), "citation 1"),
    "a citation's title": (lambda r: r["answer"]["citations"][0].update(title="The Guild of Ostra"), "citation 1"),
    "a citation's page": (lambda r: r["answer"]["citations"][0].update(page=7), "citation 1"),
    "a citation's heading": (lambda r: r["answer"]["citations"][0].update(heading="Ostra"), "citation 1"),
    "a citation's origin": (lambda r: r["answer"]["citations"][0].update(ocr=True), "citation 1"),
    "a document's title": (lambda r: r["documents"]["harbour.txt"].update(title="Ostra"), "document harbour.txt"),
    "a citation's number": (lambda r: r["answer"]["citations"][0].update(number=2), "citation 2"),
    "the answer's words": (_reword, "sentence 1"),
    "only the text": (lambda r: r["answer"].update(text="The harbour has forty cranes [1]."), "sentence 1"),
    "an added sentence": (lambda r: r["answer"].update(text=r["answer"]["text"] + " And pirates."), "answer"),
    "an invented verdict": (lambda r: r["answer"]["sentences"][0].update(citations=[]), "sentence 1"),
    "a document's hash": (lambda r: r["documents"]["harbour.txt"].update(sha256="0" * 64), "document harbour.txt"),
    "a passage": (lambda r: r["answer"]["passages"][0].update(text="Pirates."), "passage 1"),
    "evidence": (lambda r: r["evidence"][0].update(text="Pirates."), "evidence 1"),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_a_tampered_line_is_named_even_if_the_receipts_own_hash_is_made_to_fit(
    receipt: dict[str, Any], halmere: Library, tampering: str
) -> None:
    change, named = TAMPERINGS[tampering]
    forged = copy.deepcopy(receipt)
    change(forged)
    assert "receipt" in bad(verify_receipt(forged, from_library(halmere)))
    forged["sha256"] = seal(forged)
    assert named in bad(verify_receipt(forged, from_library(halmere)))


def test_what_no_document_can_show_is_caught_by_the_receipts_own_hash(
    receipt: dict[str, Any], halmere: Library
) -> None:
    receipt["calls"][1]["output"] = "Pirates."
    assert bad(verify_receipt(receipt, from_library(halmere))) == ["receipt"]


def test_a_name_that_stands_before_the_quote_is_checked_too(library: Library) -> None:
    library.replace(make_document(COUNCIL, "council.txt"))
    docs = answering(library, ScriptedChatModel([APPROVED]), evidence_chars=100)
    answer = docs.ask("When did it approve the budget of the harbour?")
    assert [sentence.verdict for sentence in answer.sentences] == ["supported"]
    assert answer.citations[0].quote.startswith("It approved")
    receipt = make_receipt(answer, library)
    assert bad(verify_receipt(receipt, from_library(library))) == []
    receipt["evidence"][0]["before"] = "The Guild of Ostra met."
    assert {"evidence 1", "sentence 1"} <= set(bad(verify_receipt(receipt, from_library(library))))


def test_a_receipt_says_that_there_is_no_more_in_the_words_of_its_version(halmere: Library) -> None:
    answer = answering(halmere, ScriptedChatModel([f"{CRANES} Pirates stole 40 of them."])).ask(QUESTION)
    for more in ("The passages found don't say more.", "The documents don't say more."):
        receipt = make_receipt(replace(answer, text=answer.text.replace(INCOMPLETE, more)), halmere)
        assert receipt["answer"]["text"].endswith(more)
        assert bad(verify_receipt(receipt, from_library(halmere))) == []


def test_a_part_of_the_question_that_is_not_answered_may_be_named_and_nothing_else(halmere: Library) -> None:
    model = ScriptedChatModel([CRANES], yes=lambda messages: float("painted" not in messages[-1].text))
    answer = answering(halmere, model).ask("How many cranes has the harbour, and who painted the school?")
    assert answer.outcome == "partial"
    assert "The documents don't say: " in answer.text
    assert answer.text.endswith("who painted the school?")
    receipt = make_receipt(answer, halmere)
    assert bad(verify_receipt(receipt, from_library(halmere))) == []
    receipt["answer"]["text"] += " The documents don't say: Pirates did."
    assert "answer" in bad(verify_receipt(receipt, from_library(halmere)))


def test_a_document_that_has_changed_or_gone_is_named(receipt: dict[str, Any], halmere: Library) -> None:
    halmere.remove("harbour.txt")
    checks = verify_receipt(receipt, from_library(halmere))
    assert {"document harbour.txt", "citation 1"} <= set(bad(checks))


@pytest.mark.parametrize(
    "change",
    [lambda r: r["answer"].pop("citations"), lambda r: r["answer"].update(sentences=[1]),
     lambda r: r["answer"].update(text=None), lambda r: r["documents"].update(x=None)],
)  # fmt: skip
def test_a_receipt_that_is_put_together_wrongly_is_said_in_one_line(
    receipt: dict[str, Any], halmere: Library, change: Change
) -> None:
    change(receipt)
    with pytest.raises(BadReceipt, match="damaged"):
        verify_receipt(receipt, from_library(halmere))


def test_the_files_themselves_do_as_well_as_the_library(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    docs = answering(library, ScriptedChatModel([CRANES]))
    docs.add([folder])
    receipt = make_receipt(docs.ask(QUESTION), library)
    assert bad(verify_receipt(receipt, from_folder(folder))) == []
    (folder / "harbour.txt").write_text(HARBOUR.replace("eleven", "twelve"), "utf-8")
    assert {"document harbour.txt", "citation 1"} <= set(bad(verify_receipt(receipt, from_folder(folder))))


def test_a_document_in_an_archive_is_found_in_its_file(library: Library, tmp_path: Path) -> None:
    (tmp_path / "post.zip").write_bytes(zip_bytes({"2024/harbour.txt": HARBOUR, "school.txt": SCHOOL}))
    docs = answering(library, ScriptedChatModel([CRANES]))
    docs.add([tmp_path / "post.zip"])
    receipt = make_receipt(docs.ask(QUESTION), library)
    assert "post.zip/2024/harbour.txt" in receipt["documents"]
    assert bad(verify_receipt(receipt, from_folder(tmp_path))) == []


def test_a_receipt_reads_no_file_outside_the_folder(receipt: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text(SCHOOL, "utf-8")
    (tmp_path / "papers").mkdir()
    receipt["documents"] = {"../secret.txt": receipt["documents"]["school.txt"]}
    checks = verify_receipt(receipt, from_folder(tmp_path / "papers"))
    assert "document ../secret.txt" in bad(checks)


# Asking again


def test_the_same_question_of_the_same_library_gives_the_same_in_everything(
    receipt: dict[str, Any], halmere: Library
) -> None:
    again = ask_again(receipt, answering(halmere, ScriptedChatModel([CRANES])))
    checks = compare_receipts(receipt, again)
    assert bad(checks) == []
    assert is_same_answer(checks)
    assert "call 2, what the model saw" in [check.what for check in checks]


def test_another_model_and_other_documents_are_named_beside_what_came_of_them(
    receipt: dict[str, Any], halmere: Library
) -> None:
    halmere.remove("school.txt")
    again = ask_again(receipt, answering(halmere, ScriptedChatModel(["eleven cranes"], yes=0.9)))
    checks = compare_receipts(receipt, again)
    assert {"library: documents", "documents: school.txt", "gate", "text", "call 2, what it said"} <= set(bad(checks))
    assert {"outcome", "verdicts", "model"}.isdisjoint(bad(checks))
    assert not is_same_answer(checks)


def test_settings_come_back_from_a_receipt(receipt: dict[str, Any], halmere: Library) -> None:
    assert settings_of(receipt) == QASettings()
    receipt["answer"]["settings"]["colour"] = "red"
    with pytest.raises(BadSetting, match="colour"):
        settings_of(receipt)


@pytest.mark.parametrize(
    "elsewhere", [{"base_url": "http://example.org/v1"}, {"model": "openai:gpt", "base_url": ""}], ids=str
)
def test_a_receipt_sends_the_documents_nowhere_that_the_environment_does_not_name(
    receipt: dict[str, Any], elsewhere: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt["answer"]["settings"].update(elsewhere)
    with pytest.raises(BadReceipt, match=r"elsewhere; to allow that, set FOOTNOTE_"):
        settings_of(receipt)
    for name, value in elsewhere.items():
        monkeypatch.setenv(f"FOOTNOTE_{name.upper()}", value)
    assert settings_of(receipt) == QASettings(**elsewhere)  # type: ignore[arg-type]


def test_a_password_is_not_recorded_and_comes_back_from_the_environment(
    halmere: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "http://ann:sesame@example.org/v1?key=sesame"
    docs = answering(halmere, ScriptedChatModel([CRANES]), base_url=address)
    receipt = make_receipt(docs.ask(QUESTION), halmere)
    assert "sesame" not in receipt_json(receipt).decode()
    assert receipt["answer"]["settings"]["base_url"] == "http://***@example.org/v1?key=***"
    with pytest.raises(BadReceipt, match="elsewhere"):
        settings_of(receipt)
    monkeypatch.setenv("FOOTNOTE_BASE_URL", address)
    assert settings_of(receipt).base_url == address


@pytest.mark.parametrize(
    "change",
    [lambda r: r["answer"].pop("question"), lambda r: r["history"].append(1),
     lambda r: r["answer"]["settings"].update(filters={"colour": "red"}), lambda r: r["answer"].pop("settings")],
)  # fmt: skip
def test_a_receipt_that_is_put_together_wrongly_is_not_asked_again(
    receipt: dict[str, Any], halmere: Library, change: Change
) -> None:
    change(receipt)
    with pytest.raises(BadReceipt, match="damaged"):
        ask_again(receipt, answering(halmere, ScriptedChatModel([CRANES])))


def test_an_answer_without_a_model_has_a_receipt_that_holds_and_replays(halmere: Library) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    receipt = make_receipt(docs.ask("When was the oldest crane built?"), halmere)
    assert bad(verify_receipt(receipt, from_library(halmere))) == []
    assert bad(compare_receipts(receipt, ask_again(receipt, docs))) == []


def test_a_greeting_has_a_receipt_too(halmere: Library) -> None:
    docs = DocumentQA(halmere, QASettings(model="none"))
    receipt = make_receipt(docs.ask("Hello"), halmere)
    assert bad(verify_receipt(receipt, from_library(halmere))) == []
