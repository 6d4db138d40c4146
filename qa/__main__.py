"""`python -m qa QUESTION` is `footnote ask QUESTION`."""

import typer

from ingest.cli import run
from qa.cli import ask

if __name__ == "__main__":
    command = typer.Typer(add_completion=False)
    command.command()(ask)
    run(command)
