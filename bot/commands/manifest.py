"""`threadfast manifest`: what a platform must be told of the bot."""

from __future__ import annotations

from typing import Annotated

import typer

app = typer.Typer(help="Print what a platform must be told of the bot.", no_args_is_help=True, rich_markup_mode=None)
HEADING = (
    "# A Slack app's manifest. On Slack's page of apps: Create New App, From a manifest; or your app's App Manifest."
)


@app.callback()
def manifest() -> None:
    """Print what a platform must be told of the bot."""


@app.command("slack")
def slack(
    http: Annotated[
        str | None,
        typer.Option(metavar="URL", help="The https address under which Slack reaches `threadfast run --http`."),
    ] = None,
) -> None:
    """Print the Slack app's manifest as YAML: for Socket Mode, or with --http for signed requests.

    It fits the settings: with SLACK_CLIENT_ID and --http other workspaces can install the app.
    """
    from adapters.slack.connecting.manifest import manifest as made
    from adapters.slack.connecting.manifest import written
    from bot.commands.begin import begin

    settings = begin()
    installs = settings.slack_client_id is not None
    text = written(made(settings.spoken_language, address=_address(http), installs=installs))
    typer.echo(f"{HEADING}\n{text}", nl=False)


def _address(http: str | None) -> str:
    import re

    if http is None:
        return ""
    # Slack takes no other: neither plain HTTP nor an address with a query.
    if not re.fullmatch(r"https://[^\s/?#@]+(?:/[^\s?#]*)?", http):
        raise typer.BadParameter("an address such as https://bot.example.com is needed", param_hint="--http")
    return http.rstrip("/")
