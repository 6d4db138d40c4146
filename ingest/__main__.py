"""`python -m ingest PATH...` is `footnote add PATH...`."""

import typer

from ingest.cli import add, run

if __name__ == "__main__":
    command = typer.Typer(add_completion=False)
    command.command()(add)
    run(command)
