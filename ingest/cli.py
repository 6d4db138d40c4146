"""The commands that need no question: add, documents, text, remove."""

import io
import json
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest.counting import counted
from ingest.errors import FootnoteError
from ingest.filters import Filters
from ingest.records import DocumentReport, IngestReport

if TYPE_CHECKING:
    from ingest.library import Library
    from ingest.pipeline import Progress

LibraryOption = Annotated[
    Path | None, typer.Option("--library", metavar="FOLDER", help="The library's folder; by default your own.")
]
AfterOption = Annotated[
    str | None, typer.Option("--after", metavar="DATE", help="Only what was published then or later: 2024, 2024-05, …")
]
BeforeOption = Annotated[
    str | None, typer.Option("--before", metavar="DATE", help="Only what was published then or earlier.")
]
LanguageOption = Annotated[
    str | None, typer.Option("--language", metavar="CODE", help="Only documents in that language: en, fr, zh, …")
]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option("--document", metavar="PATTERN", help="Only documents named so, such as 'minutes*'; can be repeated."),
]
PruneOption = Annotated[
    bool, typer.Option("--prune", help="Remove documents whose files are gone from the folders named.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON record instead of text.")]


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Files, or folders with all that is in them.")],
    library: LibraryOption = None,
    prune: PruneOption = False,
    as_json: JsonOption = False,
) -> None:
    """Put files and folders into the library; what is there unchanged is left alone.

    Example: footnote add reports minutes.pdf
    """
    from ingest.collecting import collect
    from ingest.folder import default_library
    from ingest.loader_process import reader
    from ingest.pipeline import add_paths

    collect(paths, library or default_library())  # before a library is made: nothing found makes none
    reader.warm_up()  # while the library is opened
    opened = open_library(library, create=True)
    with progress() as on_progress, _kept_when_stopped(opened.folder):
        report = add_paths(opened, paths, prune=prune, on_progress=on_progress)
    if as_json:
        print_json(_report_record(report))
    else:
        _print_report(report, opened.folder)
    if report.failed:
        raise typer.Exit(1)


def watch(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to follow.")],
    library: LibraryOption = None,
    prune: PruneOption = False,
) -> None:
    """Put a folder into the library, and whatever changes in it, until Ctrl-C.

    Example: footnote watch reports --prune
    """
    from ingest.watching import check_folder, follow_folder

    check_folder(folder)
    opened = open_library(library, create=True)
    typer.echo(f"Following {folder}; stop with Ctrl-C", err=True)
    told: set[str] = set()
    with _kept_when_stopped(opened.folder):
        for report in follow_folder(opened, folder, prune=prune):
            lines = [_line(document) for document in report.documents if document.status != "unchanged"]
            for line in lines:
                if line not in told:  # a file that can't be read is tried again at every change
                    typer.echo(line)
            sys.stdout.flush()
            told = {_line(document) for document in report.failed}


def documents(
    library: LibraryOption = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    only: OnlyOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """List the documents in the library.

    Example: footnote documents --after 2024-05 --json
    """
    filters = Filters(after=after, before=before, documents=tuple(only or ()), language=language)
    infos = filters.choose(open_library(library).documents())
    if as_json:
        return print_json({"documents": [asdict(info) | {"note": info.note} for info in infos]})
    for info in infos:
        size = f"{info.characters:>9,} characters"
        typer.echo(f"{one_line(info.name)}  {info.date or 'no date':10}  {size}  {one_line(info.title)}")
        for note in (info.note, *(f"also {one_line(copy)}" for copy in info.copies)):
            if note:
                typer.echo(f"    {note}")
    typer.echo(counted(len(infos), "document"), err=True)


def text(
    document: Annotated[str, typer.Argument(metavar="DOCUMENT", help="A name that `footnote documents` lists.")],
    library: LibraryOption = None,
) -> None:
    """Print a document's text, exactly as the offsets of citations count it.

    Example: footnote text minutes.pdf
    """
    content = open_library(library).text(document)
    # Bytes, so that neither the terminal's encoding nor line-end translation changes a character.
    sys.stdout.buffer.write(content.encode("utf-8"))
    sys.stdout.buffer.flush()


def remove(
    documents: Annotated[list[str], typer.Argument(metavar="DOCUMENT...", help="Names from `footnote documents`.")],
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remove documents from the library; the files they came from stay.

    Example: footnote remove minutes.pdf
    """
    opened = open_library(library)
    infos = [opened.info(name) for name in dict.fromkeys(documents)]
    for info in infos:
        opened.remove(info.name)
    reports = [DocumentReport(document=info.name, path=info.path, status="removed") for info in infos]
    if as_json:
        return print_json({"documents": [asdict(report) for report in reports]})
    for report in reports:
        typer.echo(f"removed  {report.document}")


def open_library(folder: Path | None, *, create: bool = False) -> "Library":
    """Open the library in a folder, by default the user's own."""
    from ingest.folder import default_library
    from ingest.library import Library

    return Library(folder or default_library(), create=create)


def print_json(record: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
    """Print a record as indented JSON on standard output, as UTF-8 whatever the terminal's encoding."""
    # A file's name need not be text; what isn't is replaced.
    sys.stdout.buffer.write((json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def one_line(text: str) -> str:
    """Return a text that can be printed in a line of a terminal: control characters become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def run(command: typer.Typer, arguments: Sequence[str] | None = None) -> None:
    """Run a command line; an expected error becomes one line on standard error and exit status 1."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character still shows the others
    try:
        command(args=arguments)
    except FootnoteError as error:
        typer.echo(f"Error: {one_line(str(error))}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        # Whoever read our output has had enough; without this Python complains once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


@contextmanager
def progress() -> "Iterator[Progress]":
    """Show the progress of an ingestion on standard error: a bar on a terminal, a line for each file elsewhere."""
    if not sys.stderr.isatty():
        yield lambda report, done, total: typer.echo(f"{done}/{total} {_line(report)}", err=True)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    read = TextColumn("files, {task.fields[characters]:,} characters")
    columns = (BarColumn(), MofNCompleteColumn(), read, TimeRemainingColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None, characters=0)

        def show(report: DocumentReport, done: int, total: int) -> None:
            name = one_line(report.document).replace("[", r"\[")
            characters = bar.tasks[task].fields["characters"] + report.characters
            bar.update(task, completed=done, total=total, description=name, characters=characters)

        yield show


@contextmanager
def _kept_when_stopped(folder: Path) -> Iterator[None]:
    """Say in one line what Ctrl-C leaves."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo(f"Stopped; what was written is kept in {folder}, and the same command goes on from there", err=True)
        raise typer.Exit(130) from None


def _report_record(report: IngestReport) -> dict[str, Any]:
    return {
        "documents": [asdict(document) for document in report.documents],
        "vanished": list(report.vanished),
        "seconds": report.seconds,
        "characters_per_second": round(report.characters_per_second),
    }


def _print_report(report: IngestReport, folder: Path) -> None:
    statuses = [document.status for document in report.documents]
    counts = ", ".join(f"{statuses.count(status)} {status}" for status in dict.fromkeys(statuses))
    typer.echo(f"{counts} in {report.seconds:.1f} s; the library is in {folder}")
    for document in report.documents:
        if document.error or document.note:
            typer.echo(_line(document))
    if report.vanished:
        some = ", ".join(map(one_line, report.vanished[:3])) + (", …" if len(report.vanished) > 3 else "")
        typer.echo(f"{len(report.vanished)} kept whose files are gone ({some}); --prune removes them")


def _line(report: DocumentReport) -> str:
    detail = report.error or f"{counted(report.characters, 'character')}, {counted(report.chunks, 'chunk')}"
    note = f"; {report.note}" if report.note else ""
    return one_line(f"{report.status}  {report.document}  {detail}{note}")
