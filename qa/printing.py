"""An answer in, what a terminal shows of it out."""

from typing import TYPE_CHECKING

import typer

from ingest.cli import one_line

if TYPE_CHECKING:
    from qa.records import Answer, Citation


def print_answer(answer: "Answer") -> None:
    """Print an answer and its footnotes for people."""
    if answer.understood:
        typer.echo(f"(Understood as: {one_line(answer.understood)})")
    typer.echo("\n".join(map(one_line, answer.text.split("\n"))))
    if answer.reason:
        typer.echo(one_line(answer.reason))
    for citation in answer.citations:
        _print_quote(citation)
    if answer.otherwise:
        typer.echo("\nOther documents have it otherwise:")
    for citation in answer.otherwise:
        _print_quote(citation)
    if answer.outcome == "not_in_documents" and answer.passages:
        typer.echo("\nThe nearest passages:")
        for passage in answer.passages[:3]:
            place = f"{one_line(passage.document)}, from character {passage.start}"
            typer.echo(f"- {place}: {one_line(passage.text)[:160]}")


def _print_quote(citation: "Citation") -> None:
    page = f", page {citation.page}" if citation.page else ""
    page += ", read by OCR" if citation.ocr else ""
    date = f", {citation.date}" if citation.date else ""
    place = f"{one_line(citation.document)}{page}, characters {citation.start} to {citation.end}"
    typer.echo(f"\n[{citation.number}] “{one_line(citation.quote)}”\n    {one_line(citation.title)}{date} ({place})")
