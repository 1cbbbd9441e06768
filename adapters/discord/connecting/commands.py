"""The slash commands and the message command as they are registered. What is used is taken in as it comes."""

# ruff: noqa: ARG001 - the library reads a command's options from the parameters of a function that it never calls here

from __future__ import annotations

from typing import Any, Protocol, cast

import discord
from discord import app_commands
from discord.app_commands import locale_str

from adapters.discord.ids import RUN_HERE
from bot.texts import say

CHINESE = frozenset({discord.Locale.chinese, discord.Locale.taiwan_chinese})
EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
WHERE_IT_IS = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=False)
"""In a server, or in the bot's own direct messages."""
BOTH = app_commands.AppInstallationType(guild=True, user=True)
"""Servers install the app, and persons for themselves."""
SERVERS = app_commands.AppInstallationType(guild=True, user=False)


class Commands(Protocol):
    """Who takes in commands: the client."""

    async def command(self, interaction: discord.Interaction[Any]) -> None:
        """Take in a slash command, or a message command."""
        ...

    async def completing(self, interaction: discord.Interaction[Any]) -> None:
        """Complete an option."""
        ...


class Tree(app_commands.CommandTree[discord.Client]):
    """What is registered. Whatever is used is handed over as it came, so an older registration is understood too."""

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Hand the use of a command over; the library itself calls none."""
        client = cast(Commands, self.client)
        if interaction.type is discord.InteractionType.autocomplete:
            await client.completing(interaction)
        else:
            await client.command(interaction)
        return False


class Sentences(app_commands.Translator):
    """Names and descriptions in Chinese; what is registered is English."""

    async def translate(
        self, string: locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        """Return the Chinese sentence of the catalogue."""
        text_id = string.extras.get("id")
        if text_id is None or locale not in CHINESE:
            return None
        return f"{say(str(text_id), 'zh')}{string.extras.get('number', '')}"


def tree_of(client: discord.Client) -> Tree:
    """Give a client its commands; nothing is registered yet."""
    tree = Tree(client)
    for command in (_ask(), _plain("teams"), _plain("status"), _plain("models"), _plain("help")):
        tree.add_command(command)
    for command in (
        _plain("stop", WHERE_IT_IS),
        _plain("mute", WHERE_IT_IS),
        _plain("forget", WHERE_IT_IS),
        _default(),
        _pull(),
    ):
        tree.add_command(command)
    here = app_commands.ContextMenu(name=_text(RUN_HERE, "discord_command_run_here"), callback=_on_message)
    here.allowed_contexts, here.allowed_installs = WHERE_IT_IS, SERVERS
    tree.add_command(here)
    return tree


def installs(application: discord.AppInfo) -> app_commands.AppInstallationType:
    """Return who can install an application; one that does not tell is taken for one that all can."""
    servers, persons = application.guild_integration_config, application.user_integration_config
    if servers is None and persons is None:
        return BOTH
    return app_commands.AppInstallationType(guild=servers is not None, user=persons is not None)


def fit(tree: Tree, offered: app_commands.AppInstallationType) -> None:
    """Have the commands for those alone who can install the app: Discord registers none if one is for others, too."""
    for command in tree.get_commands():
        wanted = command.allowed_installs or BOTH
        guild, user = wanted.guild and offered.guild, wanted.user and offered.user
        if guild or user:
            command.allowed_installs = app_commands.AppInstallationType(guild=guild, user=user)
        else:
            kind = command.type if isinstance(command, app_commands.ContextMenu) else discord.AppCommandType.chat_input
            tree.remove_command(command.name, type=kind)


def _text(english: str, text_id: str) -> locale_str:
    return locale_str(english, id=text_id)


def _file(number: str = "") -> locale_str:
    return locale_str(f"file{number}", id="discord_option_file", number=number)


def _said(text_id: str) -> locale_str:
    return _text(say(text_id, "en"), text_id)


def _command(
    name: str, callback: Any, contexts: app_commands.AppCommandContext
) -> app_commands.Command[Any, ..., None]:
    return app_commands.Command(
        name=_text(name, f"discord_command_{name}"),
        description=_said(f"discord_command_{name}_does"),
        callback=callback,
        allowed_contexts=contexts,
        allowed_installs=BOTH,
    )


def _plain(name: str, contexts: app_commands.AppCommandContext = EVERYWHERE) -> app_commands.Command[Any, ..., None]:
    async def used(interaction: discord.Interaction[Any]) -> None:
        raise _NEVER

    return _command(name, used, contexts)


def _ask() -> app_commands.Command[Any, ..., None]:
    return _command("ask", _asked, EVERYWHERE)


def _default() -> app_commands.Command[Any, ..., None]:
    return _command("default", _defaulted, WHERE_IT_IS)


def _pull() -> app_commands.Command[Any, ..., None]:
    return _command("pull", _pulled, WHERE_IT_IS)


_NEVER = AssertionError("the tree's check hands every use over")


async def _completed(interaction: discord.Interaction[Any], current: str) -> list[app_commands.Choice[str]]:
    raise _NEVER


@app_commands.describe(
    prompt=_said("discord_option_prompt_does"),
    team=_said("discord_option_team_does"),
    file=_said("discord_option_file_does"),
    file2=_said("discord_option_file_does"),
    file3=_said("discord_option_file_does"),
    file4=_said("discord_option_file_does"),
    file5=_said("discord_option_file_does"),
)
@app_commands.rename(
    prompt=_text("prompt", "discord_option_prompt"),
    team=_text("team", "discord_option_team"),
    file=_file(),
    file2=_file("2"),
    file3=_file("3"),
    file4=_file("4"),
    file5=_file("5"),
)
@app_commands.autocomplete(team=_completed)
async def _asked(
    interaction: discord.Interaction[Any],
    prompt: str,
    team: str | None = None,
    file: discord.Attachment | None = None,
    file2: discord.Attachment | None = None,
    file3: discord.Attachment | None = None,
    file4: discord.Attachment | None = None,
    file5: discord.Attachment | None = None,
) -> None:
    raise _NEVER


@app_commands.describe(team=_said("discord_option_default_does"), everywhere=_said("discord_option_everywhere_does"))
@app_commands.rename(
    team=_text("team", "discord_option_team"), everywhere=_text("everywhere", "discord_option_everywhere")
)
@app_commands.autocomplete(team=_completed)
async def _defaulted(interaction: discord.Interaction[Any], team: str | None = None, everywhere: bool = False) -> None:
    raise _NEVER


@app_commands.describe(model=_said("discord_option_model_does"))
@app_commands.rename(model=_text("model", "discord_option_model"))
async def _pulled(interaction: discord.Interaction[Any], model: str) -> None:
    raise _NEVER


async def _on_message(interaction: discord.Interaction[Any], message: discord.Message) -> None:
    raise _NEVER
