"""`threadfast run`: serve every platform that is set up."""

from __future__ import annotations

import re
from typing import Annotated

import typer

USAGE = 2
LOOPBACK = "127.0.0.1"
_ADDRESS = re.compile(r"(?:(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]*):)?(?P<port>[0-9]{1,5})")
NOTHING = (
    "No chat platform is set up. For Slack set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; `threadfast manifest slack` prints "
    "the app's manifest to begin with. For Discord set DISCORD_TOKEN; `threadfast check` then prints the link that "
    "invites the bot. `threadfast chat` talks with a team in this terminal."
)
NO_REQUESTS = "--http takes Slack's signed requests, and Slack is not set up; Discord needs no address. Leave it out."


def run(
    http: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT", help="Take platforms' signed requests here; a PORT alone listens on loopback only."
        ),
    ] = None,
) -> None:
    """Serve every chat platform that is set up, until Ctrl-C or SIGTERM; work under way comes to a recorded point.

    Slack: Socket Mode with SLACK_BOT_TOKEN and SLACK_APP_TOKEN, or signed requests with SLACK_SIGNING_SECRET and
    --http. Discord: DISCORD_TOKEN.

    Exit status: 0 it was asked to end (SIGTERM), 1 it failed, 2 nothing is set up, 130 it was stopped by Ctrl-C.
    """
    from bot.commands.begin import begin

    listen = address(http) if http is not None else None
    settings = begin()
    if not (settings.slack_wanted or settings.discord_wanted):
        typer.echo(NOTHING, err=True)
        raise typer.Exit(USAGE)
    if listen is not None and not settings.slack_wanted:
        typer.echo(NO_REQUESTS, err=True)
        raise typer.Exit(USAGE)
    from bot.commands.leaving import run as finish
    from bot.commands.serve import serve

    raise typer.Exit(finish(serve(settings, listen)))


def address(text: str) -> tuple[str, int]:
    """Read `HOST:PORT`, `[IPV6]:PORT`, `:PORT` or `PORT`; without a host only this machine reaches it.

    Raises:
        typer.BadParameter: It is none of these.
    """
    found = _ADDRESS.fullmatch(text)
    if found is None or not 1 <= int(found["port"]) <= 65535:
        raise typer.BadParameter(f"{text!r} is not HOST:PORT, such as 127.0.0.1:3000", param_hint="--http")
    return (found["host"] or LOOPBACK).strip("[]"), int(found["port"])
