"""What another program answered to the same questions goes in, a Run comes out that ours can be compared with."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qa.errors import BadQuestionFile
from qa.evaluation import metrics
from qa.evaluation.measures import HIT_CUTOFFS
from qa.evaluation.runs import Row, Run

_REFUSAL = re.compile(
    r"don[’']t know|not mention|not provide|not specif|no information|does not|not discussed|not (explicitly )?stated"
    r"|no specific",
    re.IGNORECASE,
)
"""How programs without a gate say that the documents don't say."""


def is_yardstick(path: Path) -> bool:
    """Tell whether a file is another program's: JSON with a summary and rows, but not of our format."""
    try:
        record = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and "format" not in record and {"summary", "rows"} <= record.keys()


def read_yardstick(path: Path, ours: Run) -> Run:
    """Read what another program gave, measured as ours is.

    The file is JSON: `rows`, each with `id`, `evidence_rank` (1 to 4, or null) and, if it answers, `answer`,
    `total_seconds` and perhaps `first_token_seconds`; `summary` with what the whole run cost. Its answers are compared
    with the accepted wordings as ours are, and count as refusals if they say so in one of the usual ways.

    Args:
        path: The file.
        ours: A run on the same questions: it has their wordings.

    Returns:
        The rows of the questions that both have; `started` is the file's date.

    Raises:
        BadQuestionFile: The file can't be read, isn't such a file, or shares no question with `ours`.
    """
    try:
        record = json.loads(path.read_bytes())
        theirs = {row["id"]: row for row in record["rows"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadQuestionFile(f"{str(path)!r} has no rows of another program's answers") from error
    rows = tuple(_measured(row, theirs[row.id]) for row in ours.rows if row.id in theirs)
    if not rows:
        raise BadQuestionFile(f"{str(path)!r} shares no question with our run on {ours.header['questions']['name']}")
    started = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")
    header = {
        "questions": ours.header["questions"],
        "model": ours.header.get("model", {}),
        "retrieval_only": not any("answer" in row for row in theirs.values()),
        "started": started,
        "finished": True,
        "corpus": dict(record["summary"]),
        "cost": {"peak_memory_bytes": record["summary"].get("peak_rss_mb", 0) * 2**20 or None},
    }
    return Run(header=header, rows=rows)


def _measured(ours: Row, theirs: Mapping[str, Any]) -> Row:
    found: dict[str, float] = {}
    rank = theirs.get("evidence_rank")
    if "mrr" in ours.measures:
        found |= {f"evidence_hit@{k}": metrics.hit_at([rank], k) for k in HIT_CUTOFFS}
    text = str(theirs.get("answer", ""))
    refused = bool(_REFUSAL.search(text))
    if "answer" in theirs:
        found |= {
            "answerable": float(ours.answerable),
            "unanswerable": float(not ours.answerable),
            "refused": float(refused),
            "refused_rightly": float(refused and not ours.answerable),
        }
        if not ours.answerable:
            found["right"] = float(refused)
        elif ours.answers:
            found["contains_answer"] = found["right"] = metrics.contains_answer(text, ours.answers)
            found["exact_match"] = metrics.exact_match(text, ours.answers)
            found["token_f1"] = metrics.token_f1(text, ours.answers)
    names = {"retrieve_seconds": "evidence_seconds", "first_token_seconds": "first_token_seconds"}
    names["total_seconds"] = "total_seconds"
    found |= {name: float(theirs[key]) for key, name in names.items() if theirs.get(key) is not None}
    outcome = "not_in_documents" if refused else "answered"
    return Row(
        id=ours.id,
        question=ours.question,
        answerable=ours.answerable,
        answers=ours.answers,
        evidence=ours.evidence,
        answer={"outcome": outcome, "text": text},
        measures=found,
    )
