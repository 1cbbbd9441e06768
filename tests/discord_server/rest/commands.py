"""An application's commands: written, listed, deleted; the app counts how often they were written."""

from __future__ import annotations

import copy
import re
from typing import Any

from tests.discord_server.entities import App, Json
from tests.discord_server.rest.calls import Answer, Call
from tests.discord_server.rest.errors import ApiError, Form

NAME = re.compile(r"^[-_'\w]{1,32}$")
CHAT_INPUT = 1


def own(call: Call) -> None:
    """Refuse what is another app's.

    Raises:
        ApiError: 20012.
    """
    if call.id("application") != call.app.id:
        raise ApiError(20012)


def _scope(call: Call) -> int | None:
    """Return the guild that the commands are of; None: the global ones.

    Raises:
        ApiError: They are another app's, or the bot is not in that guild.
    """
    own(call)
    return call.guild().id if "guild" in call.params else None


def _check(app: App, commands: list[Json], *, bulk: bool) -> None:
    form = Form()
    for at, command in enumerate(commands):
        path: tuple[str | int, ...] = (at,) if bulk else ()
        _check_names(form, path, command)
        _check_options(form, (*path, "options"), command.get("options") or [])
        if app.installs and not {*(command.get("integration_types") or [])} <= {*app.installs}:
            message = "Must be supported by the application"
            form.wrong((*path, "integration_types"), "APPLICATION_COMMAND_INTEGRATION_TYPES_INVALID", message)
    keys = [(one.get("name"), one.get("type") or CHAT_INPUT) for one in commands]
    if len(set(keys)) < len(keys):
        form.wrong((), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    form.judge()


def _check_names(form: Form, path: tuple[str | int, ...], command: Json) -> None:
    name, kind = str(command.get("name") or ""), command.get("type") or CHAT_INPUT
    form.longest((*path, "name"), name, 32, 1)
    if kind != CHAT_INPUT:
        return
    form.required((*path, "description"), command.get("description"))
    form.longest((*path, "description"), command.get("description"), 100, 1)
    if name and (not NAME.match(name) or name != name.lower()):
        form.wrong((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_options(form: Form, path: tuple[str | int, ...], options: list[Json]) -> None:
    if len(options) > 25:
        form.wrong(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional = False
    for at, option in enumerate(options):
        _check_names(form, (*path, at), option | {"type": CHAT_INPUT})
        form.longest((*path, at, "choices"), "x" * len(option.get("choices") or []), 25)
        if option.get("required") and optional:
            message = "Required options must be placed before non-required options"
            form.wrong((*path, at), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        optional = optional or not option.get("required", False)
        _check_options(form, (*path, at, "options"), option.get("options") or [])


def _completed(call: Call, guild: int | None, command: Json, key: int | None = None) -> Json:
    plain: Json = {"type": CHAT_INPUT, "description": "", "default_member_permissions": None, "nsfw": False}
    plain |= {"name_localizations": None, "description_localizations": None, "options": []}
    plain |= {"integration_types": [0], "contexts": None, "dm_permission": True}
    told = plain | {name: value for name, value in copy.deepcopy(command).items() if value is not None}
    told |= {"application_id": str(call.app.id), "version": str(call.world.ids.next())}
    told["id"] = str(key or call.world.ids.next())
    return told | ({} if guild is None else {"guild_id": str(guild)})


def _same(one: Json, other: Json) -> bool:
    return (one["name"], one["type"]) == (other.get("name"), other.get("type") or CHAT_INPUT)


async def get_commands(call: Call) -> Answer:
    """Give the commands of a scope; their translations only if they are asked for."""
    found = call.app.commands.get(_scope(call), [])
    return found if call.query.get("with_localizations") == "true" else [_untranslated(one) for one in found]


def _untranslated(command: Json) -> Json:
    plain = {name: value for name, value in command.items() if not name.endswith("_localizations")}
    options = command.get("options")
    return plain | ({"options": [_untranslated(one) for one in options]} if options else {})


async def overwrite_commands(call: Call) -> Answer:
    """Replace all commands of a scope; one of the same name keeps its id."""
    scope, wanted = _scope(call), call.logged.json
    if not isinstance(wanted, list):
        raise ApiError(50109)
    _check(call.app, wanted, bulk=True)
    before = call.app.commands.get(scope, [])
    made = []
    for command in wanted:
        known = next((int(one["id"]) for one in before if _same(one, command)), None)
        made.append(_completed(call, scope, command, known))
    call.app.commands[scope] = made
    call.app.writes += 1
    return made


async def create_command(call: Call) -> Answer:
    """Add a command, in place of the one of the same name."""
    scope = _scope(call)
    _check(call.app, [call.json], bulk=False)
    before = call.app.commands.get(scope, [])
    known = next((int(one["id"]) for one in before if _same(one, call.json)), None)
    made = _completed(call, scope, call.json, known)
    call.app.commands[scope] = [one for one in before if not _same(one, call.json)] + [made]
    call.app.writes += 1
    return made


def _command(call: Call) -> tuple[list[Json], Json]:
    commands: list[Json] = call.app.commands.get(_scope(call), [])
    found: Any = next((one for one in commands if one["id"] == call.params["command"]), None)
    if found is None:
        raise ApiError(10063)
    return commands, found


async def get_command(call: Call) -> Answer:
    """Give one command."""
    return _command(call)[1]


async def edit_command(call: Call) -> Answer:
    """Change one command."""
    command = _command(call)[1]
    changed = command | call.json
    _check(call.app, [changed], bulk=False)
    command.update(changed)
    command["version"] = str(call.world.ids.next())
    call.app.writes += 1
    return command


async def delete_command(call: Call) -> Answer:
    """Delete one command."""
    commands, command = _command(call)
    commands.remove(command)
    call.app.writes += 1
