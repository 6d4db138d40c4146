"""The commands about model files: list them, fetch one."""

from pathlib import Path
from typing import Annotated

import typer

from ingest.cli import JsonOption, print_json

models = typer.Typer(invoke_without_command=True)


@models.callback()
def list_models(context: typer.Context, as_json: JsonOption = False) -> None:
    """List the model files, what each costs and where it came from; or fetch one.

    Example: footnote models
    """
    if context.invoked_subcommand:
        return
    from ingest.model_files import list_models as known_models
    from ingest.model_files import models_folder

    infos = known_models()
    if as_json:
        names = ("name", "alias", "kind", "licence", "upstream", "size", "sha256", "present", "source")
        records = [{name: getattr(info, name) for name in names} | {"path": str(info.path or "")} for info in infos]
        print_json({"folder": str(models_folder()), "models": records})
        return
    for info in infos:
        state = f"here, from {info.source}" if info.present else f"not here; footnote models fetch {info.alias}"
        typer.echo(
            f"{info.alias:9} {info.kind:9} {info.size / 1e6:8,.1f} MB  {info.licence:11} {info.name}\n{'':10}{state}"
        )
    typer.echo(f"Files are kept in {models_folder()}", err=True)


@models.command()
def fetch(
    names: Annotated[list[str], typer.Argument(metavar="NAME...", help="Names that `footnote models` lists.")],
    source: Annotated[
        Path | None, typer.Option("--from", metavar="PATH", help="A file or folder to take it from.")
    ] = None,
) -> None:
    """Fetch a model's files, checked by hash; what is there already is left alone.

    Example: footnote models fetch default
    """
    from ingest.model_files import fetch_model
    from qa.fetching import fetch_progress

    for name in names:
        with fetch_progress(name) as on_progress:
            path = fetch_model(name, local=source, on_progress=on_progress)
        typer.echo(f"{name} is in {path}")
