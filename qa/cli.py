"""The `footnote` command: what a user types in, what the Python API gives out."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

import ingest.cli
from ingest.cli import (
    AfterOption,
    BeforeOption,
    JsonOption,
    LanguageOption,
    LibraryOption,
    OnlyOption,
    one_line,
    print_json,
    run,
)  # fmt: skip
from ingest.filters import Filters
from qa.errors import BadQuestion
from qa.evaluation.cli import evaluate_command
from qa.model_cli import models
from qa.printing import print_answer
from qa.receipt_cli import feedback, print_findings, replay, verify

if TYPE_CHECKING:
    from qa.chain import DocumentQA
    from qa.records import Answer

ModelOption = Annotated[
    str | None,
    typer.Option(
        "--model", metavar="NAME", help="default, small, a GGUF file, provider:model, or none (best quotes only)."
    ),
]
SetOption = Annotated[
    list[str] | None, typer.Option("--set", metavar="NAME=VALUE", help="Change a setting; can be repeated.")
]
QuotesOption = Annotated[bool, typer.Option("--quotes", help="Answer with quotes alone, which the model chooses.")]

footnote = typer.Typer(
    name="footnote",
    help="Ask your documents; every sentence of the answer carries a footnote to the characters that support it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (ingest.cli.add, ingest.cli.watch, ingest.cli.documents, ingest.cli.text, ingest.cli.remove):
    footnote.command()(command)
footnote.command("evaluate")(evaluate_command)
footnote.command()(verify)
footnote.command()(replay)
footnote.command()(feedback)
footnote.add_typer(models, name="models")


@footnote.command()
def ask(  # noqa: PLR0913 - a command's options are its parameters
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help='The question; "-" reads it from standard input.')
    ],
    library: LibraryOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    quotes: QuotesOption = False,
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a receipt, to verify or replay the answer with.")
    ] = None,
    after: AfterOption = None,
    before: BeforeOption = None,
    only: OnlyOption = None,
    language: LanguageOption = None,
    as_json: JsonOption = False,
) -> None:
    """Answer a question from the documents, with a footnote for every sentence.

    Example: footnote ask "What does WAIC stand for?" --after 2024-05 --document 'news/*'
    """
    from qa.receipts import make_receipt, write_receipt

    filters = Filters(after=after, before=before, documents=tuple(only or ()), language=language)
    if question == "-":
        question = sys.stdin.buffer.read().decode("utf-8", "replace")
    with open_qa(library, model, [*(settings or []), *["style=quotes"] * quotes]) as docs:
        answer = docs.ask(question, filters=None if filters.empty else filters)
        warn_without_model(docs, answer)
        # Shown first, so that it isn't lost where the receipt can't be written.
        if as_json:
            print_json(answer.to_dict())
        else:
            print_answer(answer)
        if receipt:
            write_receipt(make_receipt(answer, docs.library), receipt)


@footnote.command()
def chat(
    library: LibraryOption = None,
    model: ModelOption = None,
    settings: SetOption = None,
    quotes: QuotesOption = False,
) -> None:
    """Answer questions from standard input, one a line; each may refer to those before it.

    Example: footnote chat
    """
    history: list[Answer] = []
    with open_qa(library, model, [*(settings or []), *["style=quotes"] * quotes]) as docs:
        while (question := _next_line()) is not None:
            if not question.strip():
                continue
            try:
                answer = docs.ask(question, history=history)
            except BadQuestion as error:
                typer.echo(f"Error: {one_line(str(error))}", err=True)
                continue
            if not history:
                warn_without_model(docs, answer)
            history.append(answer)
            print_answer(answer)
            typer.echo()


@footnote.command()
def serve(  # noqa: PLR0913 - one for each option
    library: LibraryOption = None,
    port: Annotated[int, typer.Option(help="The first port to try.", min=1, max=65535)] = 7860,
    model: ModelOption = None,
    settings: SetOption = None,
    starter: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Documents to begin with, if the library is empty.")
    ] = None,
    host: Annotated[
        str, typer.Option(metavar="ADDRESS", help="Where to listen; others than this ask for a password.")
    ] = "127.0.0.1",
    auth: Annotated[
        str | None, typer.Option(envvar="FOOTNOTE_AUTH", metavar="HASH", help='A password\'s hash, or "ask".')
    ] = None,
) -> None:
    """Serve the page in the browser, on this machine only unless told otherwise.

    Example: footnote serve --port 7860
    """
    import app

    if auth == "ask" or (auth is None and not app.is_local(host)):
        auth = _asked_password(host)
    docs = open_qa(library, model, settings, create=True)
    if starter and not docs.library.documents():
        typer.echo(f"The library is empty: adding {starter}", err=True)
        with ingest.cli.progress() as on_progress:
            docs.add([starter], on_progress)
    app.serve(docs, port=port, host=host, auth=auth)


@footnote.command()
def mcp(library: LibraryOption = None, model: ModelOption = None, settings: SetOption = None) -> None:
    """Offer the documents to an assistant: the Model Context Protocol on standard input and output.

    Example: footnote mcp --library reports
    """
    from qa.page.choices import Models
    from qa.page.desk import Desk
    from qa.page.tools import Tools

    with open_qa(library, model, settings) as docs:
        Tools(Models(docs), Desk()).server.run("stdio")


def _asked_password(host: str) -> str:
    """Ask for a password and return its hash."""
    from qa.page.doors import hash_password

    typer.echo(
        f"Whoever reaches {host} and knows the password can read, add and remove documents. It travels unencrypted: "
        "on a network that you don't trust, put a proxy with TLS in front.", err=True,
    )  # fmt: skip
    if not sys.stdin.isatty():
        raise typer.BadParameter("There is nobody to ask for a password; set FOOTNOTE_AUTH to its hash")
    hashed = hash_password(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    typer.echo(f"Next time without asking: FOOTNOTE_AUTH='{hashed}'", err=True)
    return hashed


@footnote.command()
def doctor(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Check the library, the models and the installation; mend what can be mended.

    Example: footnote doctor
    """
    from qa.doctor import examine

    findings = examine(library)
    print_findings(findings, "BAD", as_json=as_json)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def open_qa(library: Path | None, model: str | None, pairs: list[str] | None, *, create: bool = False) -> "DocumentQA":
    """Open a library with the settings of a command line."""
    from qa.chain import DocumentQA
    from qa.settings import QASettings

    chosen = [f"model={model}"] if model else []
    return DocumentQA.open(library, QASettings.from_pairs([*chosen, *(pairs or [])]), create=create)


def warn_without_model(docs: "DocumentQA", answer: "Answer") -> None:
    """Say on standard error why there are quotes only, if a model would have been asked."""
    if answer.kind == "question" and docs.language_model is None:
        reason = one_line(docs.model_problem or "none is set")
        typer.echo(f"The best quotes only, for want of a model: {reason}", err=True)


def _next_line() -> str | None:
    """Return the next line of standard input; None at its end, or at Ctrl-C. On a terminal, ask for it."""
    if sys.stdin.isatty():
        typer.echo("> ", nl=False)
    try:
        line = sys.stdin.buffer.readline()
    except KeyboardInterrupt:
        return None
    return line.decode("utf-8", "replace") if line else None


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line; by default, with the arguments that the program was started with."""
    run(footnote, arguments)


if __name__ == "__main__":
    main()
