"""Answers that readers called right or wrong in, questions for an evaluation out."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ingest.errors import FootnoteError
from qa.page.conversation import Turn
from qa.records import Answer


def feedback_questions(turns: Iterable[Turn]) -> list[dict[str, Any]]:
    """Return a line of a question file for each question that was judged.

    What a reader called right is taken as true: an answer's quotes are the evidence, a refusal is a question without an
    answer. What was called wrong is left for a person to complete: a refusal called wrong is answerable, an answer
    called wrong has no evidence; `comment` says what the reader knew. Accepted wordings are not guessed. Questions that
    were asked of some documents only are left out, because an evaluation asks all; of those asked again, the last
    counts.

    Args:
        turns: The judged ones, oldest first.

    Returns:
        Objects of the form that `footnote evaluate` reads, with `thumb` and `comment` beside.
    """
    found: dict[str, dict[str, Any]] = {}
    for turn in turns:
        if turn.answer and turn.thumb and not turn.answer.settings.get("filters"):
            line = _question(turn, turn.answer)
            found.pop(line["question"], None)
            found[line["question"]] = line
    return list(found.values())


def _question(turn: Turn, answer: Answer) -> dict[str, Any]:
    right, refused = turn.thumb == "up", answer.outcome == "not_in_documents"
    evidence = {(cited.document, cited.quote): None for cited in answer.citations} if right else {}
    return {
        "id": f"feedback-{turn.identifier}",
        "question": answer.understood or answer.question,
        "answers": [],
        "answerable": not (right and refused),
        "evidence": [{"document": document, "quote": quote} for document, quote in evidence],
        "thumb": turn.thumb,
        "comment": turn.comment,
    }


def write_questions(questions: Iterable[dict[str, Any]], path: Path) -> None:
    """Write questions to a JSONL file.

    Raises:
        FootnoteError: The file can't be written.
    """
    lines = "".join(json.dumps(question, ensure_ascii=False) + "\n" for question in questions)
    try:
        path.write_text(lines, "utf-8", errors="replace")
    except OSError as error:
        raise FootnoteError(
            f"The questions can't be written to {str(path)!r}: {error.strerror}; name another file"
        ) from error
