"""Evaluation from end to end: everything is real but the embedder and the chat model."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from bridges import ANSWERABLE, NAMES, Bridges, figures, opened, shift_citations, stop_at
from fakes import KeywordEmbeddings, ScriptedChatModel
from langchain_core.messages import BaseMessage
from loading_tools import zip_bytes

from ingest import IngestSettings, Library
from qa import DocumentQA, QASettings
from qa.errors import BadQuestionFile, BadSetting, ModelUnavailable
from qa.evaluate import EvaluationOptions, EvaluationProgress, Row, evaluate, read_run


@pytest.fixture
def bridges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bridges:
    made = Bridges(tmp_path)
    monkeypatch.setattr(DocumentQA, "open", made.open)
    return made


def test_a_good_pipeline_is_measured_as_good(bridges: Bridges) -> None:
    run = bridges.run()
    found = figures(run)
    for name in (
        "evidence_recall@5",
        "prompt_evidence_recall",
        "contains_answer",
        "citation_recall",
        "quote_exact",
    ):
        assert found[name] == 1, name
    assert found["right"] == found["refusal_recall"] == found["answerability_auc"] == 1
    assert 0 < found["calibration_error"] < 0.1
    assert [row.id for row in run.rows] == [
        json.loads(line)["id"] for line in bridges.questions.read_text().splitlines()
    ]
    assert {row.result for row in run.rows} == {"right"}
    assert run.finished


def test_a_run_says_what_it_was_run_under(bridges: Bridges) -> None:
    bridges.run(settings=QASettings(passages=7), limit=12, seed=5)
    record = json.loads(bridges.out.read_text(encoding="utf-8"))
    assert record["settings"]["passages"] == 7
    assert record["model"] == {"name": "scripted", "provider": "test"}
    assert record["questions"]["questions"] == ANSWERABLE + 8
    assert (record["questions"]["asked"], record["questions"]["seed"]) == (12, 5)
    assert record["corpus"]["documents"] == ANSWERABLE
    assert record["corpus"]["embedder"] == "keywords-256"
    assert record["corpus"]["chunk_tokens"].isdigit()
    assert record["corpus"]["ingest_characters_per_second"] > 0
    assert record["corpus"]["library_bytes"] > 0
    assert record["cost"]["peak_memory_bytes"] > 1e7
    assert record["machine"]["cores"] >= 1
    assert {"python", "chromadb"} <= record["versions"].keys()
    row = record["rows"][0]
    assert row["answer"]["citations"][0]["quote"] == opened("Alder")
    assert row["evidence"][0]["starts"] == [0]
    assert row["prompt"][0]["document"].endswith(".txt")
    assert {value["name"] for value in record["figures"]} >= {"right", "total_seconds_p90"}


def test_the_library_of_a_folder_is_kept_until_its_content_changes(bridges: Bridges) -> None:
    stages: list[str] = []

    def note(progress: EvaluationProgress) -> None:
        stages.append(progress.stage)

    evaluate(bridges.questions, bridges.options(limit=2, out=None), on_progress=note)
    assert stages.count("documents") == ANSWERABLE
    stages.clear()
    evaluate(bridges.questions, bridges.options(limit=2, out=None), on_progress=note)
    assert "documents" not in stages
    (bridges.documents / "new.txt").write_text("A new bridge was planned.", encoding="utf-8")
    evaluate(bridges.questions, bridges.options(limit=2, out=None), on_progress=note)
    assert stages.count("documents") == ANSWERABLE + 1


def test_an_interrupted_run_gives_what_was_done_and_goes_on_from_there(bridges: Bridges) -> None:
    run = evaluate(bridges.questions, bridges.options(), on_progress=stop_at(5))
    assert not run.finished
    assert len(run.rows) == 5
    assert figures(run)["contains_answer"] == 1
    assert not bridges.out.exists()
    asked = bridges.count()
    whole = bridges.run()
    assert bridges.count() - asked == ANSWERABLE + 8 - 5
    assert whole.finished
    assert len(whole.rows) == ANSWERABLE + 8
    assert [row.id for row in read_run(bridges.out).rows] == [row.id for row in whole.rows]
    assert not bridges.out.with_name("run.json.part").exists()


def test_a_row_that_was_cut_off_in_the_middle_is_asked_again(bridges: Bridges) -> None:
    evaluate(bridges.questions, bridges.options(), on_progress=stop_at(5))
    part = bridges.out.with_name("run.json.part")
    part.write_bytes(part.read_bytes()[:-40])
    asked = bridges.count()
    assert len(bridges.run().rows) == ANSWERABLE + 8
    assert bridges.count() - asked == ANSWERABLE + 8 - 4


def test_rows_made_with_other_settings_are_not_gone_on_from(bridges: Bridges) -> None:
    evaluate(bridges.questions, bridges.options(), on_progress=stop_at(5))
    asked = bridges.count()
    bridges.run(settings=QASettings(threshold=0.6))
    assert bridges.count() - asked == ANSWERABLE + 8


def test_one_failure_stops_no_other_question_and_is_tried_again(bridges: Bridges) -> None:
    def fails_once(messages: list[BaseMessage]) -> str:
        if "Birch bridge opened?" in messages[-3].text and not failures:
            failures.append(1)
            return RuntimeError("the model fell over")  # type: ignore[return-value]
        return bridges.reply(messages)

    failures: list[int] = []
    bridges.model = ScriptedChatModel(fails_once, yes=0.9)
    run = evaluate(bridges.questions, bridges.options(), on_progress=stop_at(4))
    assert [(row.id, row.result) for row in run.failed] == [("when-Birch", "failed")]
    assert "fell over" in (run.failed[0].error or "")
    assert figures(run)["contains_answer"] == 1
    assert bridges.run().failed == ()


def test_retrieval_only_asks_no_model_and_measures_what_would_be_put_before_it(bridges: Bridges) -> None:
    run = bridges.run(retrieval_only=True)
    assert bridges.model.prompts == []
    found = figures(run)
    assert found["evidence_recall@5"] == found["prompt_evidence_recall"] == 1
    assert "contains_answer" not in found
    assert run.header["model"] == {}
    assert {row.result for row in run.rows} == {"found", "not judged"}


def test_a_greeting_among_the_questions_finds_nothing_and_stops_no_other(bridges: Bridges) -> None:
    bridges.write([bridges.answerable("Alder"), {"id": "hi", "question": "Hello", "answerable": False}])
    run = bridges.run(retrieval_only=True)
    assert [(row.id, row.error) for row in run.rows] == [("when-Alder", None), ("hi", None)]
    assert run.rows[1].prompt == ()


def test_gold_quotes_may_stand_in_an_archive(bridges: Bridges) -> None:
    question = bridges.answerable("Alder")
    (bridges.documents / "more").mkdir()
    (bridges.documents / "more" / "bridges.zip").write_bytes(zip_bytes({"alder.txt": opened("Alder")}))
    (bridges.documents / "alder.txt").unlink()
    question["evidence"][0]["document"] = "more/bridges.zip/alder.txt"
    bridges.write([question])
    assert figures(bridges.run(retrieval_only=True))["evidence_recall@1"] == 1


def test_the_library_in_use_is_evaluated_when_no_folder_is_named(bridges: Bridges, tmp_path: Path) -> None:
    with bridges.open(tmp_path / "mine", create=True) as docs:
        docs.add([bridges.documents])
        assert figures(evaluate(bridges.questions, docs=docs))["right"] == 1
    run = bridges.run(documents=None, library=tmp_path / "mine", limit=4)
    assert len(run.rows) == 4
    assert "ingest_seconds" not in run.header["corpus"]


def test_a_wrong_citation_offset_is_seen(bridges: Bridges, monkeypatch: pytest.MonkeyPatch) -> None:
    shift_citations(monkeypatch)
    assert figures(bridges.run())["quote_exact"] == 0


def test_squad_and_beir_bring_their_own_documents(bridges: Bridges, tmp_path: Path) -> None:
    context = "  ".join(opened(name) for name in NAMES[:3])
    entry = {
        "id": "s1",
        "question": "When was it that the Birch bridge opened?",
        "answers": [{"text": "1901", "answer_start": context.index("1901")}],
    }
    squad = tmp_path / "dev.json"
    squad.write_text(json.dumps({"data": [{"title": "B", "paragraphs": [{"context": context, "qas": [entry]}]}]}))
    run = evaluate(squad)
    assert figures(run)["right"] == figures(run)["citation_recall"] == 1
    with pytest.raises(BadQuestionFile, match="brings its own documents"):
        evaluate(squad, bridges.options())

    beir = tmp_path / "beir"
    (beir / "qrels").mkdir(parents=True)
    documents = [{"_id": name, "title": name, "text": opened(name)} for name in NAMES]
    (beir / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (beir / "queries.jsonl").write_text(json.dumps({"_id": "q", "text": "When did Cedar open?"}))
    (beir / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq\tCedar\t1\n")
    run = evaluate(beir, EvaluationOptions(retrieval_only=True))
    assert figures(run)["evidence_recall@1"] == 1


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"evidence": [{"document": "alder.txt", "quote": "opened in 1999"}]},
            "does not contain 'opened in 1999'",
        ),
        (
            {"evidence": [{"document": "documents/alder.txt", "quote": "x"}]},
            "no document 'documents/alder.txt'",
        ),
        ({"answers": "1900"}, '"answers" must be a list'),
    ],
)
def test_questions_that_do_not_fit_are_told_before_anything_is_opened(
    bridges: Bridges, changes: dict[str, Any], reason: str
) -> None:
    bridges.write([bridges.answerable("Alder") | changes])
    with pytest.raises(BadQuestionFile, match=re.escape(reason)):
        bridges.run()
    assert bridges.opened == 0


def test_folders_that_hold_no_documents_are_told(bridges: Bridges, tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match="there is no folder of documents"):
        bridges.run(documents=tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(BadQuestionFile, match="is empty"):
        bridges.run(documents=tmp_path / "empty")


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"limit": 0}, "limit must be at least 1"),
        ({"library": Path("x")}, "either documents or a library"),
        ({"out": Path("nowhere/run.json")}, "there is no folder"),
        ({"out": Path("/")}, "can't be written"),
    ],
)
def test_options_that_make_no_sense_are_told(bridges: Bridges, options: dict[str, Any], reason: str) -> None:
    with pytest.raises(BadSetting, match=reason):
        bridges.options(**options)


def test_quotes_are_never_evaluated_in_place_of_a_model_that_is_missing(
    bridges: Bridges, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_model(library: Path, settings: QASettings, *, create: bool, **_: Any) -> DocumentQA:
        return DocumentQA(Library(library, create=create, embedder=KeywordEmbeddings()), settings)

    monkeypatch.setattr(DocumentQA, "open", without_model)
    monkeypatch.setenv("FOOTNOTE_MODELS", str(tmp_path / "none"))
    with pytest.raises(ModelUnavailable, match="--set model=none"):
        bridges.run(settings=QASettings())
    run = bridges.run(settings=QASettings(model="none"))
    assert run.header["model"] == {"name": "none"}
    assert figures(run)["quote_exact"] == 1


def test_rows_are_named_by_their_result(bridges: Bridges) -> None:
    rows: dict[str, Row] = {row.id: row for row in bridges.run(settings=QASettings(gate="off")).rows}
    assert rows["when-Alder"].result == "right"
    assert rows["colour-Alder"].result == "wrongly answered"


def test_without_passages_nothing_is_said_of_retrieval(bridges: Bridges) -> None:
    found = figures(bridges.run(settings=QASettings(passages=0)))
    assert "contains_answer" in found
    assert not {"mrr", "prompt_evidence_recall", "evidence_recall@10"} & found.keys()


def test_invisible_characters_in_a_gold_quote_do_not_hide_its_place(bridges: Bridges) -> None:
    quote = opened("Alder").replace(" ", "\u00a0\u200b", 1)
    bridges.write([bridges.answerable("Alder") | {"evidence": [{"document": "alder.txt", "quote": quote}]}])
    run = bridges.run()
    assert run.rows[0].evidence[0].starts == (0,)
    assert figures(run)["citation_recall"] == 1


def test_a_half_is_every_other_question_and_both_are_all(bridges: Bridges) -> None:
    even, odd = (bridges.run(half=half, out=None) for half in ("even", "odd"))
    ids = [json.loads(line)["id"] for line in bridges.questions.read_text().splitlines()]
    assert [row.id for row in even.rows] == ids[::2]
    assert [row.id for row in odd.rows] == ids[1::2]
    assert {row.id for row in bridges.run(half="odd", limit=6, out=None).rows} < set(ids[1::2])
    assert odd.header["questions"]["half"] == "odd"


def test_another_setting_of_the_library_makes_another_library(bridges: Bridges) -> None:
    bridges.run(limit=2, out=None)
    run = bridges.run(limit=2, out=None, ingest_settings=IngestSettings(headings="off"))
    assert run.header["corpus"]["headings"] == "off"
    assert bridges.run(limit=2, out=None).header["corpus"]["headings"] == "on"


def test_when_the_time_is_up_what_was_asked_is_the_run(bridges: Bridges) -> None:
    whole = bridges.run()
    cut = bridges.run(minutes=1e-9)
    assert len(cut.rows) < len(whole.rows)
    assert cut.finished


def test_the_tokens_of_the_answers_are_a_figure(bridges: Bridges) -> None:
    bridges.model = ScriptedChatModel(bridges.reply, yes=0.9, tokens=(120, 100, 7))
    found = figures(bridges.run(limit=4))
    assert found["prompt_tokens_median"] == 240
    assert found["read_tokens_median"] == 40
    assert found["reply_tokens_p90"] == 14


def test_without_the_gate_its_probability_is_a_figure_all_the_same(bridges: Bridges) -> None:
    found = figures(bridges.run(settings=QASettings(gate="off")))
    assert found["refusal_recall"] == 0
    assert found["answerability_auc"] == 1
