"""The progress of a model's download, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer

from ingest.model_files import FetchProgress

_STEP = 0.1
"""Without a terminal, a line is printed each time this share of a model has come."""


@contextmanager
def fetch_progress(name: str) -> Iterator[Callable[[FetchProgress], None]]:
    """Show a download: a bar on a terminal, a line for each tenth elsewhere."""
    if not sys.stderr.isatty():
        printed = -1

        def show_line(progress: FetchProgress) -> None:
            nonlocal printed
            tenth = int(progress.done / max(1, progress.total) / _STEP)
            if tenth > printed:
                printed = tenth
                done, total = progress.done / 1e6, progress.total / 1e6
                typer.echo(f"{name}: {done:,.0f} of {total:,.0f} MB from {progress.source}", err=True)

        yield show_line
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)

        def show_bar(progress: FetchProgress) -> None:
            bar.update(task, completed=progress.done, total=progress.total, description=f"{name} ({progress.source})")

        yield show_bar
