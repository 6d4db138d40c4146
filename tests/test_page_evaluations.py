"""The tab of evaluation: a question file is asked, its run kept, its report shown, two runs compared."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from fakes import ScriptedChatModel
from page_tools import ATTACK, CRANES, answering, served, slow

from ingest import FootnoteError, Library
from qa.page.choices import Choices, Models
from qa.page.evaluations import Evaluations

QUESTION = "How many cranes has the harbour of Halmere?"


def question_file(folder: Path, count: int = 1, **changes: object) -> str:
    lines = [
        json.dumps({
            "id": f"q{number}", "question": QUESTION, "answers": ["eleven"],
            "evidence": [{"document": "harbour.txt", "quote": CRANES}], **changes,
        })
        for number in range(count)
    ]  # fmt: skip
    path = folder / "asked <b>.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def run(evaluations: Evaluations, questions: str, *, stop_after: str = "nothing") -> list[tuple[Any, ...]]:
    """Run an evaluation as the page does and return all that was to be seen of it."""

    async def watch() -> list[tuple[Any, ...]]:
        seen = []
        async for step in evaluations.begin(questions, 200, Choices().keep()):
            seen.append(step)
            if stop_after in step[0]:
                evaluations.stop()
        return seen

    return asyncio.run(watch())


def test_a_question_file_is_asked_its_run_kept_and_its_report_served(harbour: Library, tmp_path: Path) -> None:
    docs = answering(harbour, ScriptedChatModel(lambda _: CRANES))
    evaluations = Evaluations(Models(docs))
    progress, runs, _, report = run(evaluations, question_file(tmp_path))[-1]
    assert "1 of 1 question asked" in progress
    (name,) = runs["choices"]
    assert runs["value"] == name
    assert "1 of asked-b-.jsonl, scripted" in name
    assert "<iframe" in report
    with served(docs) as address:
        shown = httpx.get(f"{address}/evaluation/{name}")
        missing = httpx.get(f"{address}/evaluation/..%2Fcatalogue")
    assert QUESTION in shown.text
    assert missing.status_code != 200


def test_two_runs_are_compared(harbour: Library, tmp_path: Path) -> None:
    questions = question_file(tmp_path)
    replies = iter([CRANES, "The oldest crane was built in 1911."])
    evaluations = Evaluations(Models(answering(harbour, ScriptedChatModel(lambda _: next(replies)))))
    names = [run(evaluations, questions)[-1][1]["value"]]
    (evaluations.folder / f"{names[0]}.json").rename(evaluations.folder / "first.json")
    _, runs, others, _ = run(evaluations, questions)[-1]
    new = next(name for name in runs["choices"] if name != "first")
    assert {value for _, value in others["choices"]} == {"", "first", new}
    assert f"evaluation/{new.split(',')[0].replace(' ', '%20')}" in evaluations.show(new, "first")
    assert evaluations.report(new, "first") != evaluations.report(new)


def test_runs_that_cannot_be_compared_say_why(harbour: Library, tmp_path: Path) -> None:
    evaluations = Evaluations(Models(answering(harbour, ScriptedChatModel(lambda _: CRANES))))
    run(evaluations, question_file(tmp_path))
    (name,) = (path.stem for path in evaluations.folder.iterdir())
    assert 'role="alert"' in evaluations.show(name, "gone")
    with pytest.raises(FootnoteError):
        evaluations.report("../../etc/passwd")


@pytest.mark.parametrize("content", ["", "{", f'{{"id": "{ATTACK[:4]}"}}'])
def test_a_question_file_that_is_none_is_refused_in_one_line(harbour: Library, tmp_path: Path, content: str) -> None:
    evaluations = Evaluations(Models(answering(harbour, None)))
    (tmp_path / "bad.jsonl").write_text(content)
    said = run(evaluations, str(tmp_path / "bad.jsonl"))[-1][0]
    assert 'role="alert"' in said
    assert "<img" not in said
    assert str(tmp_path) not in said
    assert not evaluations.folder.exists()


def test_without_a_file_it_is_said_what_questions_would_have_been_asked(harbour: Library) -> None:
    said = run(Evaluations(Models(answering(harbour, None))), "")[-1][0]
    assert "Footnote’s own documents" in said
    assert "jsonl" not in said


def test_a_stopped_evaluation_keeps_what_was_asked(harbour: Library, tmp_path: Path) -> None:
    evaluations = Evaluations(Models(answering(harbour, slow(lambda _: CRANES, pause=0.05))))
    run(evaluations, question_file(tmp_path, 200), stop_after=" of 200")
    (name,) = (path.stem for path in evaluations.folder.iterdir())
    assert int(name.split(", ")[1].split(" of ")[0]) < 200


def test_an_evaluation_goes_on_though_nobody_watches_and_is_found_again(harbour: Library, tmp_path: Path) -> None:
    evaluations = Evaluations(Models(answering(harbour, slow(lambda _: CRANES, pause=0.02))))

    async def look_once() -> None:
        watching = evaluations.begin(question_file(tmp_path, 5), 5, Choices().keep())
        await anext(watching)
        await watching.aclose()  # type: ignore[attr-defined]

    async def look_again() -> list[Any]:
        return [step async for step in evaluations.follow()]

    asyncio.run(look_once())
    progress, runs, *_ = asyncio.run(look_again())[-1]
    assert "5 of 5 questions asked" in progress
    assert len(runs["choices"]) == 1
