"""Question files: the three formats, drawing, and one clear line for each thing that can be wrong."""

import json
from pathlib import Path
from typing import Any

import pytest

from qa.errors import BadQuestionFile
from qa.evaluation.questions import (
    Question,
    Quote,
    check_evidence,
    fit_quote,
    read_questions,
    sample_questions,
    shorten,
)

GOOD = {
    "id": "q1",
    "question": "When did it open?",
    "answers": ["2019", "in 2019"],
    "answerable": True,
    "evidence": [{"document": "a.txt", "quote": "opened in 2019"}],
}


def write_lines(folder: Path, *records: Any, name: str = "questions.jsonl") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(r if isinstance(r, str) else json.dumps(r) for r in records), encoding="utf-8")
    return path


def test_our_format_is_read_with_defaults_for_what_may_be_left_out(tmp_path: Path) -> None:
    found = read_questions(write_lines(tmp_path, GOOD, "", {"id": "q2", "question": "Who?", "answerable": False}))
    assert found.questions == (
        Question(
            id="q1",
            question="When did it open?",
            answers=("2019", "in 2019"),
            evidence=(Quote(document="a.txt", quote="opened in 2019"),),
        ),
        Question(id="q2", question="Who?", answerable=False),
    )
    assert found.name == "questions.jsonl"
    assert found.documents == {}


def test_line_separators_inside_a_question_do_not_cut_its_line(tmp_path: Path) -> None:
    path = write_lines(tmp_path, json.dumps(GOOD | {"question": "One\u2028two?"}, ensure_ascii=False))
    assert read_questions(path).questions[0].question == "One\u2028two?"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"id": "q2"', "line 2: not JSON"),
        ("[1, 2]", "line 2: not a JSON object but [1, 2]"),
        (GOOD | {"id": ""}, 'line 2: "id" must be a text that is not empty'),
        (GOOD | {"id": 7}, 'line 2: "id" must be a text that is not empty'),
        ({"id": "q2"}, 'line 2: "question" must be a text that is not empty'),
        (GOOD | {"answers": "2019"}, 'line 2: "answers" must be a list of texts'),
        (GOOD | {"answers": [""]}, 'line 2: "answers" must be a list of texts'),
        (GOOD | {"answerable": "yes"}, 'line 2: "answerable" must be true or false'),
        (GOOD | {"evidence": ["a.txt"]}, 'line 2: "evidence" must be a list of'),
        (GOOD | {"evidence": [{"document": "a.txt"}]}, 'line 2: "quote" must be a text'),
        (GOOD, "the id 'q1' occurs twice"),
        ("[" * 100_000, "line 2: not JSON"),
        ('{"id": "q2", "question": "Who \\ud800?"}', "line 2: not JSON"),
    ],
)
def test_a_malformed_line_is_named_with_its_number_and_the_reason(tmp_path: Path, line: Any, reason: str) -> None:
    with pytest.raises(BadQuestionFile) as caught:
        read_questions(write_lines(tmp_path, GOOD, line))
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_bytes_that_are_no_text_are_named_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_bytes(json.dumps(GOOD).encode() + b'\n{"id": "\xff"}')
    with pytest.raises(BadQuestionFile, match="line 2: not JSON"):
        read_questions(path)


def test_a_missing_and_an_empty_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match=r"there is no question file .*nowhere\.jsonl"):
        read_questions(tmp_path / "nowhere.jsonl")
    with pytest.raises(BadQuestionFile, match=r"there is no question in .*empty\.jsonl"):
        read_questions(write_lines(tmp_path, name="empty.jsonl"))


def squad(**entry: Any) -> dict[str, Any]:
    context = "The bridge opened in 2019. It was closed  in 2021."
    return {"data": [{"title": "The Bridge?", "paragraphs": [{"context": context, "qas": [entry]}]}]}


def test_squad_1_and_2_become_documents_and_the_sentences_that_hold_the_answers(tmp_path: Path) -> None:
    record = squad(id="s1", question="When?", answers=[{"text": "2019", "answer_start": 21}] * 2)
    record["data"][0]["paragraphs"].append(
        {
            "context": "Nothing here.",
            "qas": [
                {
                    "id": "s2",
                    "question": "Who?",
                    "is_impossible": True,
                    "answers": [],
                    "plausible_answers": [],
                }
            ],
        }
    )
    found = read_questions(write_lines(tmp_path, record, name="dev.json"))
    assert list(found.documents) == ["0001_The_Bridge.txt"]
    first, second = found.questions
    assert first.answers == ("2019",)
    assert first.evidence == (Quote(document="0001_The_Bridge.txt", quote="The bridge opened in 2019."),)
    assert (second.answerable, second.answers, second.evidence) == (False, (), ())
    check_evidence(found.questions, found.documents.get, found.name)


def test_an_answer_across_two_sentences_is_its_own_evidence(tmp_path: Path) -> None:
    record = squad(id="s1", question="What?", answers=[{"text": "2019. It was", "answer_start": 21}])
    found = read_questions(write_lines(tmp_path, record, name="dev.json"))
    assert found.questions[0].evidence[0].quote == "2019. It was"


@pytest.mark.parametrize(
    "record",
    ["{", {"rows": []}, {"data": [{"title": "x"}]}, {"data": 3}, squad(id="s1", question="When?"), [1]],
)
def test_json_that_is_not_squad_is_told_in_one_line(tmp_path: Path, record: Any) -> None:
    with pytest.raises(BadQuestionFile, match="not in SQuAD's format") as caught:
        read_questions(write_lines(tmp_path, record, name="dev.json"))
    assert "\n" not in str(caught.value)


def beir(folder: Path, judgements: str, corpus: Any = None) -> Path:
    write_lines(
        folder,
        corpus or {"_id": "d/1", "title": "Bridge", "text": "It opened in 2019."},
        {"_id": "d2", "title": "", "text": "It closed."},
        name="corpus.jsonl",
    )
    write_lines(folder, {"_id": "q1", "text": "When?"}, {"_id": "q2", "text": "Who?"}, name="queries.jsonl")
    write_lines(folder, judgements, name="qrels/test.tsv")
    return folder


HEADER = "query-id\tcorpus-id\tscore\n"


def test_beir_judgements_name_whole_documents_and_queries_without_any_are_left_out(tmp_path: Path) -> None:
    found = read_questions(beir(tmp_path, HEADER + "q1\td/1\t2\nq1\td2\t0\nq2\td2\t0"))
    (question,) = found.questions
    assert (question.id, question.question) == ("q1", "When?")
    assert question.evidence == (Quote(document="0000001_d_1.txt", quote=""),)
    assert found.documents["0000001_d_1.txt"] == "Bridge\n\nIt opened in 2019."
    assert found.documents["0000002_d2.txt"] == "It closed."
    assert "/" not in "".join(found.documents)


@pytest.mark.parametrize(
    ("judgements", "reason"),
    [
        (HEADER + "q9\td2\t1", "line 2: unknown query 'q9'"),
        (HEADER + "q1\td9\t1", "line 2: unknown document 'd9'"),
        (HEADER + "q1 d2 1", "line 2: not query, document and grade"),
        ("q1\td2\tbest", "line 1: not query, document and grade"),
        (HEADER, "there is no question"),
    ],
)
def test_a_bad_judgement_is_named_with_its_line(tmp_path: Path, judgements: str, reason: str) -> None:
    with pytest.raises(BadQuestionFile, match=reason):
        read_questions(beir(tmp_path, judgements))


def test_beir_folders_with_a_missing_file_or_a_bad_record_are_told(tmp_path: Path) -> None:
    with pytest.raises(BadQuestionFile, match=r"can't read .*corpus\.jsonl"):
        read_questions(tmp_path)
    with pytest.raises(BadQuestionFile, match='line 1: "_id" and "text" must be texts'):
        read_questions(beir(tmp_path / "b", HEADER, corpus={"_id": "d1"}))
    with pytest.raises(BadQuestionFile, match="line 2: the id 'd2' occurs twice"):
        read_questions(beir(tmp_path / "c", HEADER, corpus={"_id": "d2", "text": "x"}))


MANY = tuple(Question(id=str(n), question="?", answerable=n % 3 > 0) for n in range(90))


def test_a_draw_keeps_the_share_of_unanswerable_questions_and_the_order(tmp_path: Path) -> None:
    drawn = sample_questions(MANY, 30, seed=0)
    assert len(drawn) == 30
    assert sum(q.answerable for q in drawn) == 20
    assert [int(q.id) for q in drawn] == sorted(int(q.id) for q in drawn)


def test_a_seed_draws_the_same_questions_again_and_another_seed_others() -> None:
    assert sample_questions(MANY, 30, seed=1) == sample_questions(MANY, 30, seed=1)
    assert sample_questions(MANY, 30, seed=1) != sample_questions(MANY, 30, seed=2)


def test_no_limit_or_a_large_one_draws_everything() -> None:
    assert sample_questions(MANY, None, seed=0) == sample_questions(MANY, 500, seed=0) == MANY


@pytest.mark.parametrize("rare", [True, False])
def test_a_rare_kind_is_drawn_at_least_once(rare: bool) -> None:
    questions = [Question(id=str(n), question="?", answerable=rare if n == 50 else not rare) for n in range(100)]
    drawn = sample_questions(questions, 4, seed=0)
    assert [q.answerable for q in drawn].count(rare) == 1
    assert len(sample_questions(questions, 1, seed=0)) == 1


def test_evidence_must_stand_in_its_document() -> None:
    texts = {"a.txt": "It opened in 2019."}
    good = Question(id="q1", question="?", evidence=(Quote(document="a.txt", quote="opened in 2019"),))
    check_evidence([good], texts.get, "set")
    with pytest.raises(BadQuestionFile, match=r"set: question 'q2': 'a\.txt' does not contain 'opened in 2020'"):
        check_evidence(
            [
                good,
                Question(id="q2", question="?", evidence=(Quote(document="a.txt", quote="opened in 2020"),)),
            ],
            texts.get,
            "set",
        )
    with pytest.raises(BadQuestionFile, match=r"there is no document 'b\.txt'"):
        check_evidence(
            [Question(id="q3", question="?", evidence=(Quote(document="b.txt", quote="x"),))],
            texts.get,
            "set",
        )


def test_a_quote_may_have_what_normalising_takes_out_of_its_document() -> None:
    text = "It opened in 2019. It closed."
    assert fit_quote("opened in 2019", text) == "opened in 2019"
    assert fit_quote("\ufeffopened\u00a0in 20\u00ad19", text) == "opened in 2019"
    assert fit_quote("opened in 2020", text) is None
    assert fit_quote("\ufeff", text) is None


def test_long_quotes_are_cut_in_messages() -> None:
    assert shorten("a  b\nc") == "a b c"
    assert shorten("x" * 100, 10) == "x" * 9 + "…"
