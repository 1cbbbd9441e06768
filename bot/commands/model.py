"""`threadfast model`: the embedded model's files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agents.models.embedded.catalogue import EmbeddedModel
    from agents.models.embedded.fetch import ModelFiles

app = typer.Typer(help="Fetch, list or remove the embedded model's files.", no_args_is_help=True, rich_markup_mode=None)
Name = Annotated[str | None, typer.Argument(help="The model; without it the one that the settings name.")]


@app.command("list")
def list_models() -> None:
    """List the embedded models that are known, and which are there."""
    from bot.commands.table import show

    files, _ = _files(None)
    rows = []
    for cached in files.list():
        state = "there" if cached.present else f"{_mib(cached.partial)} fetched" if cached.partial else "not there"
        rows.append((cached.model.name, _mib(cached.model.size), state, str(cached.path)))
    show(("model", "size", "state", "file"), rows)


@app.command("fetch")
def fetch(name: Name = None) -> None:
    """Fetch a model's file; what was fetched before an interruption is kept."""
    from bot.commands.progress import StageProgress

    files, model = _files(name)
    progress = StageProgress("en")
    try:
        path = asyncio.run(files.fetch(model, lambda done, total: progress("fetching", done, total)))
    finally:
        progress.close()
    typer.echo(str(path))


@app.command("remove")
def remove(name: Name = None) -> None:
    """Remove a model's file; it can be fetched again."""
    files, model = _files(name)
    typer.echo(f"{model.name} is removed." if files.remove(model) else f"{model.name} is not there.")


def _files(name: str | None) -> tuple[ModelFiles, EmbeddedModel]:
    from agents.models.embedded.catalogue import MODELS, SMALL
    from agents.models.embedded.fetch import ModelFiles
    from bot.commands.begin import begin
    from bot.errors import ThreadfastError

    settings = begin()
    if name is not None and name not in MODELS:
        raise ThreadfastError(f"There is no embedded model {name!r}. Models: {', '.join(MODELS)}.")
    # Where the settings name a GGUF file of one's own, the commands are about what could be fetched instead.
    wanted = MODELS.get(name or settings.embedded_model, SMALL)
    return ModelFiles(settings.models_folder), wanted


def _mib(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"
