"""`threadfast teams`: the teams on offer, checking a team's file, and its schema. Imports no agent library."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    help="List the teams on offer, check a team's file, or print its schema.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def teams(context: typer.Context) -> None:
    """List the teams on offer, check a team's file, or print its schema."""
    if context.invoked_subcommand is not None:
        return
    from agents.teams import list_teams
    from bot.commands.begin import begin
    from bot.commands.table import show

    settings = begin()
    rows = [
        (team.name, team.kind, ", ".join(team.agents), team.description, team.source)
        for team in list_teams([settings.teams_folder], settings.spoken_language)
    ]
    show(("team", "kind", "agents", "what it does", "from"), rows, notes=("agents", "from"))


@app.command("check")
def check(file: Annotated[Path, typer.Argument(help="The team's YAML file.")]) -> None:
    """Check a team's file; everything that is wrong is named with file, line and key."""
    from agents.teams import check_file, hints_of, mistakes_in
    from bot.commands.begin import begin

    settings = begin()
    mistakes = mistakes_in(file)
    for mistake in mistakes:
        typer.echo(" ".join(str(mistake).split()), err=True)
    if mistakes:
        raise typer.Exit(1)
    team = check_file(file, settings.spoken_language)
    typer.echo(f"ok: team {team.name} ({team.kind}): {', '.join(team.agents)}")
    for hint in hints_of(file):
        typer.echo(hint)


@app.command("schema")
def schema() -> None:
    """Print the JSON schema of team files; editors complete and check with it."""
    from agents.teams.schema import text

    typer.echo(text(), nl=False)
