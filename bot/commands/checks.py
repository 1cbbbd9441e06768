"""What `threadfast check` looks at. Nothing is written, and an engine may run meanwhile."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import ThreadfastError
from bot.permissions import DEFAULTS, NOBODY, Action, Rule

if TYPE_CHECKING:
    from agents.models.pool import CheckLine
    from bot.config import Settings

DISCORD, DIRECT = "discord", "dm"
"""Where Discord's direct messages are, as rules of the permissions name it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What one check found."""

    ok: bool
    words: str
    """What works, or what is wrong and how to mend it."""
    needed: bool = True
    """Whether Threadfast cannot work without it."""


async def store(settings: Settings) -> Found:
    """Open the database to read it; where there is none yet, see whether it can be made."""
    from bot.app import reading

    path = settings.database_path
    try:
        async with reading(path) as opened:
            count = await opened.read(lambda records: len(records.runs))
    except ThreadfastError as error:
        return Found(ok=False, words=str(error))
    place = path if path.exists() else _existing(path.parent)
    if not path.exists() and not place.is_dir():
        words = f"{place} is a file, so {path.parent} cannot be made: set THREADFAST_DATA_FOLDER or DATABASE_URL."
        return Found(ok=False, words=words)
    if not os.access(place, os.W_OK):
        return Found(ok=False, words=f"{place} cannot be written: mend its permissions, or set DATABASE_URL.")
    return Found(ok=True, words=f"{path}: {count} runs" if path.exists() else f"{path}: made by the first conversation")


async def models(settings: Settings) -> list[Found]:
    """Ask the model server what it has, and which models of the teams it lacks."""
    from agents.teams import models_used
    from bot.model_hosts import models_of

    used = await asyncio.to_thread(models_used, [settings.teams_folder])
    try:
        client = models_of(settings, lambda _stage, _done, _total: None)
        try:
            lines = await client.describe(tuple(used))
        finally:
            await client.close()
    except ThreadfastError as error:
        return [Found(ok=False, words=str(error))]
    return [_model_found(line, used, settings) for line in lines]


def _model_found(line: CheckLine, used: Mapping[str, list[str]], settings: Settings) -> Found:
    """Say for which teams a model is missing; only the default team's, and those of the settings, must be there."""
    if not line.missing:
        words = f"{line.text}; {line.remedy}" if line.remedy else line.text
        return Found(ok=line.ok, words=words, needed=line.needed)
    names = [name for name in used if line.missing in settings.chain_of(name)]
    teams = sorted({team for name in names for team in used[name]})
    remedy = line.remedy
    if line.missing in names and remedy.startswith("threadfast "):
        remedy += f", or have THREADFAST_MODELS say what this host calls {line.missing!r}"
    users = f" (teams: {', '.join(teams)})" if teams else ""
    return Found(
        ok=False,
        words=f"{line.text}{users}; {remedy}",
        needed=settings.team in teams or any(line.missing in settings.chain_of(name) for name in settings.models),
    )


def sandbox(settings: Settings) -> Found:
    """Run a trial program in a box; without one only code is refused."""
    from agents.sandbox.packages.curated import importable
    from bot.sandboxes import sandbox_of

    proof = sandbox_of(settings).prove()
    if not proof.ok:
        return Found(ok=False, words=f"{proof.why} {proof.how_to_mend}", needed=False)
    names = importable(proof.packages)
    there = f"with {', '.join(names)}" if names else "without packages; `threadfast sandbox install` adds them"
    return Found(ok=True, words=f"{proof.why} Python {proof.python}, {there}", needed=False)


def teams(settings: Settings) -> Found:
    """Load every team, and the one that new conversations get."""
    from agents.teams import list_teams

    listed = list_teams([settings.teams_folder], settings.spoken_language)
    wrong = [team.description for team in listed if not team.agents]
    names = [team.name for team in listed]
    if wrong:
        return Found(ok=False, words="; ".join(wrong))
    if settings.team not in names:
        return Found(ok=False, words=f"the default team {settings.team!r} does not exist; teams: {', '.join(names)}")
    lacking = settings.permissions_lack(names)
    return Found(ok=lacking is None, words=lacking or ", ".join(names))


async def slack(settings: Settings) -> list[Found]:
    """Ask Slack about the tokens, where any are set: what they may do, and what is lost by what they may not."""
    if not settings.slack_wanted:
        return [Found(ok=False, words="not set up; `threadfast manifest slack` begins it", needed=False)]
    # Without an app-level token, but with the secret, requests are what is meant.
    http = settings.slack_app_token is None and settings.slack_signing_secret is not None
    lacking = settings.slack_lacks(http=http)
    if lacking:
        return [Found(ok=False, words=lacking)]
    from adapters.slack.connecting.probe import probe
    from bot.platforms import slack_settings

    found = await probe(slack_settings(settings, listen=None), settings.spoken_language)
    return [Found(ok=line.ok, words=line.words, needed=line.needed) for line in found]


async def discord(settings: Settings) -> list[Found]:
    """Ask Discord about the bot, where its token is set: what it may do, and what is lost by what it may not."""
    if not settings.discord_wanted:
        words = "not set up; docs/discord.md begins it: DISCORD_TOKEN is the bot's token"
        return [Found(ok=False, words=words, needed=False)]
    from adapters.discord.connecting.probe import probe
    from bot.platforms import discord_settings

    found = await probe(discord_settings(settings), settings.spoken_language)
    lines = [Found(ok=line.ok, words=line.words, needed=line.needed) for line in found]
    opened = left_open(settings)
    return [*lines, Found(ok=False, words=opened, needed=False)] if opened else lines


def left_open(settings: Settings) -> str:
    """Say what rules for Discord's servers leave to everybody in direct messages; empty: nothing.

    Direct messages belong to no server, so that no rule with a server's `workspace` holds there.
    """
    rules = [each.rule() for each in settings.permissions]
    actions = ", ".join(action.value for action in Action if _is_left_open(rules, action))
    if not actions:
        return ""
    return (
        f"the permissions for servers ({actions}) don't hold in direct messages, which belong to no server, and no "
        f"rule says who may there: so the defaults hold. Add a rule for them, such as "
        f"{{workspace: {DIRECT}, start: [{NOBODY}]}}; see docs/permissions.md"
    )


def _is_left_open(rules: Sequence[Rule], action: Action) -> bool:
    if DEFAULTS[action] == (NOBODY,):
        return False
    said = [rule for rule in rules if rule.says(action) is not None]
    teams = {rule.team for rule in said if rule.workspace.isdigit()}
    directs = [Rule(adapter=DISCORD, workspace=DIRECT, team=team) for team in teams]
    return any(not any(rule.workspace == DIRECT or rule.holds(there) for rule in said) for there in directs)


def _existing(folder: Path) -> Path:
    return next(place for place in (folder, *folder.parents) if place.exists())
