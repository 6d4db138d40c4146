"""A folder of written runs goes in, the tables of docs/evaluation.md come out: `python -m qa.evaluation.summary RUNS`.

So no number in them is typed by hand. A run's file is named after its set of questions, then "--" and what is other
than usual: `squad2.json`, `squad2--gate=off.json`, `squad2--retrieval.json`; `squad2--plain.json` may be what another
program answered (see `yardsticks.py`). Everything of a set is compared with its plain name, question by question.
"""

import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ingest.counting import counted
from ingest.errors import FootnoteError
from qa.errors import BadQuestionFile
from qa.evaluation.compare import Difference, compare
from qa.evaluation.figures import Value, compute_figures
from qa.evaluation.runs import Run, read_run
from qa.evaluation.yardsticks import is_yardstick, read_yardstick

BEGIN, END = "<!-- tables: written by `make tables` -->", "<!-- end of tables -->"
RETRIEVAL = (
    "evidence_hit@1", "evidence_hit@4", "evidence_recall@1", "evidence_recall@3", "evidence_recall@5",
    "evidence_recall@10", "mrr", "ndcg@10", "prompt_evidence_recall", "token_recall", "token_precision", "token_iou",
    "prompt_characters_median", "evidence_seconds_median",
)  # fmt: skip
ANSWERS = (
    "evidence_hit@1", "evidence_hit@4", "prompt_evidence_recall", "right", "contains_answer", "exact_match", "token_f1",
    "citation_precision", "citation_recall", "quote_exact", "sentences_verbatim", "sentences_supported",
    "sentences_unsupported", "refusal_precision", "refusal_recall", "balanced_accuracy", "answerability_auc",
    "risk_coverage_area", "calibration_error", "evidence_seconds_median", "first_token_seconds_median",
    "total_seconds_median",
)  # fmt: skip
ABLATIONS = (
    "evidence_hit@1", "prompt_evidence_recall", "right", "contains_answer", "citation_recall", "refusal_recall",
    "answerability_auc", "total_seconds_median",
)  # fmt: skip
COSTS = (
    "evidence_seconds", "first_token_seconds", "total_seconds", "prompt_tokens", "read_tokens", "reply_tokens",
)  # fmt: skip
Runs = Mapping[str, Mapping[str, Run]]
"""Runs by set and by what is other than usual; "" is the usual run."""


def read_folder(folder: Path) -> Runs:
    """Read every run of a folder.

    Raises:
        BadQuestionFile: There is none, a file is no run, or another program's answers have no run beside them.
    """
    found: dict[str, dict[str, Run]] = {}
    others: list[tuple[str, str, Path]] = []
    for path in sorted(folder.glob("*.json")):
        name, _, variant = path.stem.partition("--")
        if is_yardstick(path):
            others.append((name, variant, path))
        else:
            found.setdefault(name, {})[variant] = read_run(path)
    for name, variant, path in others:
        runs = found.get(name, {})
        if not runs:
            raise BadQuestionFile(f"beside {path.name!r} there is no run of ours, {name}.json, to compare it with")
        found[name][variant] = read_yardstick(path, runs.get("") or next(iter(runs.values())))
    if not found:
        raise BadQuestionFile(f"there is no run in {str(folder)!r}; write one with: footnote evaluate … --out RUN.json")
    return found


def summarise(runs: Runs) -> str:
    """Return all tables as Markdown, one section a kind; sections without a run are left out."""
    parts = [_retrieval(runs)]
    for name, variants in runs.items():
        if "" in variants and not variants[""].header.get("retrieval_only"):
            parts += [_answers(name, variants), _ablations(name, variants)]
    parts.append(_costs(runs))
    return "\n".join(part for part in parts if part)


def write_into(document: Path, tables: str) -> None:
    """Put the tables into a document, between its two marks.

    Raises:
        BadQuestionFile: The document can't be read or has no marks.
    """
    try:
        before, begin, rest = document.read_text(encoding="utf-8").partition(BEGIN)
    except OSError as error:
        raise BadQuestionFile(f"can't read {str(document)!r}: {error.strerror or error}") from error
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise BadQuestionFile(f"{str(document)!r} has no place for tables: it needs the lines {BEGIN} and {END}")
    document.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")


def _retrieval(runs: Runs) -> str:
    held: dict[str, tuple[Run, dict[str, Value]]] = {}
    for name, variants in runs.items():
        for key, run in variants.items():
            if run.header.get("retrieval_only"):
                held[name if key in ("", "retrieval") else f"{name}, {key}"] = run, _values(run)
    if not held:
        return ""
    lines = [["figure", *held], ["---", *(["--:"] * len(held))]]
    lines.append(["questions", *(str(len(run.rows)) for run, _ in held.values())])
    for figure in RETRIEVAL:
        lines.append([f"`{figure}`", *(_cell(values.get(figure), short=True) for _, values in held.values())])
    origins = "\n".join(f"* {name}: {_origin(run)}" for name, (run, _) in held.items())
    return f"### Retrieval alone\n\n{_table(lines)}\n{origins}"


def _answers(name: str, variants: Mapping[str, Run]) -> str:
    usual = variants[""]
    others = {
        key: run for key, run in variants.items() if _is_other_program(run) and not run.header.get("retrieval_only")
    }
    pairs = {key: _differences(run, usual) for key, run in others.items()}
    columns = [name for key in pairs for name in (key, f"Footnote − {key}")]
    lines = [["figure", "Footnote", *columns], ["---", *(["--:"] * (1 + len(columns)))]]
    values = {key: _values(run) for key, run in {"": usual, **others}.items()}
    for figure in ANSWERS:
        if figure in values[""]:
            cells = [c for key in pairs for c in (_cell(values[key].get(figure)), _change(pairs[key].get(figure)))]
            lines.append([f"`{figure}`", _cell(values[""][figure]), *cells])
    return f"### {name}\n\n{_origin(usual)}\n\n{_table(lines)}"


def _ablations(name: str, variants: Mapping[str, Run]) -> str:
    usual = variants[""]
    lines = [["what is other", "n", *(f"`{figure}`" for figure in ABLATIONS), "commit"]]
    lines.append(["---", *(["--:"] * (1 + len(ABLATIONS))), "---"])
    for key, run in variants.items():
        if key and not _is_other_program(run) and not run.header.get("retrieval_only"):
            found = _differences(usual, run)
            shared = max((difference.n for difference in found.values()), default=0)
            cells = [_change(found.get(figure)) for figure in ABLATIONS]
            lines.append([key, str(shared), *cells, _commit(run)])
    if len(lines) == 2:
        return ""
    return (
        f"### {name}: one thing left out or changed\n\n"
        f"Differences to the table above on the same questions, with 95% intervals.\n\n{_table(lines)}"
    )


def _costs(runs: Runs) -> str:
    lines = [
        ["set", "n", *(f"`{name}`" for name in COSTS), "peak memory", "library", "characters", "ingested a second"]
    ]
    lines.append(["---", *(["--:"] * (len(lines[0]) - 1))])
    measured = [(name, key, run) for name, variants in runs.items() for key, run in variants.items()]
    for name, key, run in measured:
        if run.header.get("retrieval_only") or (key and not _is_other_program(run)):
            continue
        values, corpus, cost = _values(run), run.header.get("corpus", {}), run.header.get("cost", {})
        cells = [" / ".join(_plain(values.get(f"{figure}_{part}")) for part in ("median", "p90")) for figure in COSTS]
        sizes = [_size(cost.get("peak_memory_bytes")), _size(corpus.get("library_bytes"))]
        counts = [_count(corpus.get("characters")), _count(corpus.get("ingest_characters_per_second"))]
        lines.append([f"{name}, {key}" if key else name, str(len(run.rows)), *cells, *sizes, *counts])
    return "" if len(lines) == 2 else f"### Cost: median / 90th percentile\n\n{_table(lines)}"


def _is_other_program(run: Run) -> bool:
    return "settings" not in run.header


def _values(run: Run) -> dict[str, Value]:
    return {value.name: value for value in compute_figures(run.rows)}


def _differences(old: Run, new: Run) -> dict[str, Difference]:
    return {difference.name: difference for difference in compare(old, new).differences}


def _origin(run: Run) -> str:
    header, settings, machine = run.header, run.header.get("settings", {}), run.header.get("machine")
    answerable = sum(row.answerable for row in run.rows)
    model = header.get("model", {}).get("name") or "no model asked"
    half = header["questions"].get("half")
    facts = [
        f"{counted(len(run.rows), 'question')}{f' of the {half} half' if half else ''}, {answerable} answerable",
        f"{len(run.failed)} failed" if run.failed else "",
        model if header.get("retrieval_only") else f"{model}, threshold {settings.get('threshold')}",
        str(header.get("started", ""))[:10],
        f"commit {_commit(run)}" if _commit(run) else "",
        f"{machine['processor']}, {counted(machine['cores'], 'core')}" if machine else "",
    ]
    return "; ".join(fact for fact in facts if fact)


def _commit(run: Run) -> str:
    commit = str(run.header.get("commit") or "")
    return commit[:8] + (" with changes" if "+" in commit else "")


def _cell(value: Value | None, *, short: bool = False) -> str:
    if value is None or value.value is None:
        return ""
    if short or value.low is None or value.high is None:
        return _plain(value)
    return f"{value.value:.2f} ({value.low:.2f} to {value.high:.2f}; {value.n})"


def _plain(value: Value | None) -> str:
    if value is None or value.value is None:
        return "–"
    return f"{value.value:,.0f}" if abs(value.value) >= 100 else f"{value.value:.2f}"


def _change(difference: Difference | None) -> str:
    if difference is None or difference.old is None or difference.new is None:
        return ""
    interval = ""
    if difference.low is not None and difference.high is not None:
        interval = f" ({difference.low:+.2f} to {difference.high:+.2f})"
    shown = f"{difference.new - difference.old:+.2f}{interval}"
    return f"**{shown}**" if difference.verdict else shown


def _size(count: float | None) -> str:
    return "" if count is None else f"{count / 1e6:,.1f} MB"


def _count(count: float | None) -> str:
    return "" if count is None else f"{count:,.0f}"


def _table(lines: Iterable[Sequence[str]]) -> str:
    return "".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |\n" for line in lines)


def main(arguments: Sequence[str]) -> int:
    """Print the tables of a folder, or write them into a document; return the exit code."""
    folder, *rest = arguments or [""]
    if not folder or (rest and (len(rest) != 2 or rest[0] != "--into")):
        sys.stderr.write("Usage: python -m qa.evaluation.summary FOLDER [--into DOCUMENT.md]\n")
        return 2
    try:
        tables = summarise(read_folder(Path(folder)))
        if rest:
            write_into(Path(rest[1]), tables)
        else:
            sys.stdout.write(tables)
    except FootnoteError as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
