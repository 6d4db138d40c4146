"""The commands about answers that were given: check a receipt, ask its question again, list what readers said."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest.cli import JsonOption, LibraryOption, one_line, open_library, print_json

if TYPE_CHECKING:
    from qa.findings import Finding

ReceiptArgument = Annotated[Path, typer.Argument(metavar="FILE", help="A receipt of `footnote ask --receipt`.")]


def verify(
    file: ReceiptArgument,
    library: LibraryOption = None,
    documents: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Check against these files instead of the library.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check every quote and verdict of a receipt against the documents alone, without any model.

    Example: footnote verify answer.json
    """
    from qa.receipts import read_receipt
    from qa.verifying import from_folder, from_library, verify_receipt

    receipt = read_receipt(file)
    sources = from_folder(documents) if documents else from_library(open_library(library))
    findings = verify_receipt(receipt, sources)
    print_findings(findings, "BAD", as_json=as_json)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def replay(file: ReceiptArgument, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Ask the question of a receipt again, with its settings and history; say what is the same and what differs.

    The exit status is 0 if the answer is the same, whatever it stands on.

    Example: footnote replay answer.json
    """
    from qa.chain import DocumentQA
    from qa.receipts import read_receipt
    from qa.replaying import ask_again, compare_receipts, is_same_answer, settings_of

    receipt = read_receipt(file)
    with DocumentQA.open(library, settings_of(receipt)) as docs:
        findings = compare_receipts(receipt, ask_again(receipt, docs))
    print_findings(findings, "differs", as_json=as_json)
    if not is_same_answer(findings):
        raise typer.Exit(1)


def feedback(
    library: LibraryOption = None,
    questions: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them as questions for `footnote evaluate` (JSONL).")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the answers that readers called right or wrong on the page; or make questions of them.

    Example: footnote feedback --questions feedback.jsonl
    """
    from qa.feedback import feedback_questions, write_questions
    from qa.page.history import FILE, History

    judged = History(open_library(library).folder / FILE).judged()
    if questions:
        lines = feedback_questions(judged)
        write_questions(lines, questions)
        left = f"; left out, as asked again or of some documents only: {len(judged) - len(lines)}"
        typer.echo(f"Questions in {questions}: {len(lines)}{left if len(lines) < len(judged) else ''}", err=True)
    elif as_json:
        print_json(
            {"feedback": [{"thumb": turn.thumb, "comment": turn.comment, "receipt": turn.receipt} for turn in judged]}
        )
    else:
        for turn in judged:
            said = f": {turn.comment}" if turn.comment else ""
            typer.echo(one_line(f"{'right' if turn.thumb == 'up' else 'wrong'}: {turn.question}{said}"))


def print_findings(findings: "Sequence[Finding]", bad: str, *, as_json: bool) -> None:
    """Print what was found, a line each, `bad` in front of what is not ok; or as one JSON record."""
    if as_json:
        print_json({"findings": [asdict(finding) for finding in findings]})
        return
    for finding in findings:
        typer.echo(f"{'ok' if finding.ok else bad:8} {one_line(finding.what)}: {one_line(finding.detail)}")
