"""`threadfast model`: the models of all hosts, and the embedded model's files."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from agents.models.embedded.catalogue import EmbeddedModel
    from agents.models.embedded.fetch import ModelFiles
    from bot.config import Settings

app = typer.Typer(
    help="The models of the hosts: list, pull, show, ps. The embedded model's files: fetch, remove.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
Name = Annotated[str | None, typer.Argument(help="The embedded model; without it the one that the settings name.")]
Model = Annotated[str, typer.Argument(help="The model, by its name at the hosts or by what the settings call it.")]
HostName = Annotated[str | None, typer.Option("--host", metavar="NAME", help="Only this host of the settings.")]


@app.command("list")
def list_models(host: HostName = None) -> None:
    """List the models that each host has, those that are wanted and on none, and the embedded models.

    Exit status: 0, or 1 if a host does not answer.
    """
    from bot.commands.hosts import list_all

    raise typer.Exit(list_all(_settings(), host))


@app.command("pull")
def pull(model: Model, host: HostName = None) -> None:
    """Have a model fetched by every Ollama that lacks it; with --host, by that one.

    What was fetched before an interruption, such as Ctrl-C, stays there: pulling again goes on.

    Exit status: 0 it is there, 1 it is not, 130 it was stopped by Ctrl-C.
    """
    from bot.commands.hosts import pull as pulled

    raise typer.Exit(pulled(_settings(), model, host))


@app.command("show")
def show_model(model: Model, host: HostName = None) -> None:
    """Show what each host tells of a model.

    Exit status: 0, or 1 if no host has it.
    """
    from bot.commands.hosts import show_one

    raise typer.Exit(show_one(_settings(), model, host))


@app.command("ps")
def ps(host: HostName = None) -> None:
    """Show how each host is, and the models in its memory.

    Exit status: 0, or 1 if a host does not answer.
    """
    from bot.commands.hosts import list_loaded

    raise typer.Exit(list_loaded(_settings(), host))


@app.command("fetch")
def fetch(name: Name = None) -> None:
    """Fetch an embedded model's file; what was fetched before an interruption is kept."""
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
    """Remove an embedded model's file; it can be fetched again."""
    files, model = _files(name)
    typer.echo(f"{model.name} is removed." if files.remove(model) else f"{model.name} is not there.")


def _files(name: str | None) -> tuple[ModelFiles, EmbeddedModel]:
    from agents.models.embedded.catalogue import MODELS, SMALL
    from agents.models.embedded.fetch import ModelFiles
    from bot.errors import ThreadfastError

    settings = _settings()
    if name is not None and name not in MODELS:
        raise ThreadfastError(f"There is no embedded model {name!r}. Models: {', '.join(MODELS)}.")
    # Where the settings name a GGUF file of one's own, the commands are about what could be fetched instead.
    wanted = MODELS.get(name or settings.embedded_model, SMALL)
    return ModelFiles(settings.models_folder), wanted


def _settings() -> Settings:
    from bot.commands.begin import begin

    # What the hosts are like is printed; the log's warnings would say it again.
    return begin(quiet=True)
