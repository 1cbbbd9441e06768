"""The command line: one small module per command. What is slow to import is imported when a command runs."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.commands import audit, chat, check, forget, manifest, model, run, runs, sandbox, teams

app = typer.Typer(
    name="threadfast",
    help="Talk it out with a team of AutoGen agents in a thread. A run that waits for a person survives everything.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"threadfast {version('threadfast')}")
        raise typer.Exit


@app.callback()
def threadfast(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Hold what all commands share."""


threadfast.__doc__ = None
app.command("chat")(chat.chat)
app.command("run")(run.run)
app.command("check")(check.check)
app.command("runs")(runs.runs)
app.command("audit")(audit.audit)
app.command("forget")(forget.forget)
app.add_typer(teams.app, name="teams")
app.add_typer(model.app, name="model")
app.add_typer(sandbox.app, name="sandbox")
app.add_typer(manifest.app, name="manifest")
