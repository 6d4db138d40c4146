"""How well retrieval does on data/conversations.jsonl: as asked, as understood, and asked in full. No chat model.

    python tests/measure_followups.py

Only follow-ups count (turns that are asked otherwise than in full). The history holds the accepted answers. A gold
quote is found if the passages, or the evidence, cover it whole; a turn scores the share of its quotes found.
"""

import json
import sys
import tempfile
from pathlib import Path

from ingest import Library, add_paths
from qa.dialogue.followups import understand
from qa.evaluation.spans import Span, is_covered, locate_quote
from qa.evidence import choose_evidence
from qa.records import Turn
from qa.retrieval import HybridRetriever
from qa.settings import QASettings

DATA = Path(__file__).parents[1] / "data"
ASKED, UNDERSTOOD, FULL = "as asked", "as understood", "in full"
FIGURES = ("first 4 passages", "10 passages", "evidence")


def main() -> None:
    """Print the recall of gold quotes for the three ways to ask."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), create=True)
        add_paths(library, [DATA / "corpus"])
        scores = measure(library)
    sys.stdout.write(f"{len(scores)} follow-ups, {sum(row['rewritten'] for row in scores)} understood as others\n")
    for way in (ASKED, UNDERSTOOD, FULL):
        shares = [f"{name}: {sum(row[way][n] for row in scores) / len(scores):.3f}" for n, name in enumerate(FIGURES)]
        sys.stdout.write(f"{way:14} {', '.join(shares)}\n")
    for row in scores:
        if row[UNDERSTOOD][2] < row[FULL][2]:
            sys.stdout.write(f"lost: {row['understood']}  (in full: {row['full']})\n")


def measure(library: Library) -> list[dict]:
    """Return for each follow-up its recalls in the order of FIGURES."""
    names = {info.name.removeprefix("corpus/"): info.name for info in library.documents()}
    rows = []
    for line in (DATA / "conversations.jsonl").read_text("utf-8").splitlines():
        history: list[Turn] = []
        for turn in json.loads(line)["turns"]:
            understood = understand(turn["question"], history)
            if turn["question"] != turn["full"]:
                asked = {ASKED: turn["question"], UNDERSTOOD: understood or turn["question"], FULL: turn["full"]}
                row = {way: recalls(library, names, question, turn["evidence"]) for way, question in asked.items()}
                row |= {"rewritten": understood is not None, "understood": asked[UNDERSTOOD], "full": turn["full"]}
                rows.append(row)
            history.append(Turn(question=understood or turn["question"], answer=turn["answers"][0]))
    return rows


def recalls(library: Library, names: dict[str, str], question: str, evidence: list[dict[str, str]]) -> list[float]:
    """Return the share of the quotes covered by the first 4 passages, by all, and by the evidence."""
    settings = QASettings()
    passages = HybridRetriever(library=library, limit=settings.passages).passages(question)
    chosen = choose_evidence(question, passages, library.embedder, max_chars=settings.evidence_chars)
    golds = [locate_quote(names[e["document"]], e["quote"], library.text(names[e["document"]])) for e in evidence]
    found = []
    for items in (passages[:4], passages, chosen):
        spans = [Span(document=item.document, start=item.start, end=item.end) for item in items]
        found.append(sum(is_covered(gold, spans) for gold in golds) / len(golds))
    return found


if __name__ == "__main__":
    main()
