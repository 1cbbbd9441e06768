"""What can be done through the control endpoint, by name."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from tests.discord_server.entities import Channel, Guild, Json
from tests.discord_server.messages import Message
from tests.discord_server.outcomes import Outcome
from tests.discord_server.persons import Person
from tests.discord_server.server import DiscordServer
from tests.discord_server.world import World


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to do, with what its arguments name."""

    server: DiscordServer
    args: Json

    @property
    def world(self) -> World:
        """The world."""
        return self.server.world

    @property
    def guild(self) -> Guild:
        """The guild; `Acme` unless named."""
        return self.world.guild(self.args.get("guild", "Acme"))

    @property
    def person(self) -> Person:
        """The person, by name."""
        return self.server.person(self.args["person"], guild=self.guild)

    @property
    def channel(self) -> Channel:
        """The channel or thread, by name or id; `dm` is the person's direct messages with the bot."""
        name = str(self.args["channel"])
        if name == "dm":
            return self.person.dm
        if name.isdecimal() and int(name) in self.world.channels:
            return self.world.channels[int(name)]
        return self.world.channel(self.guild, name)

    @property
    def message(self) -> Message:
        """The message, by channel and id."""
        return self.world.messages[self.channel.id][int(self.args["message"])]

    @property
    def outcome(self) -> Outcome:
        """What became of something earlier, by its id."""
        wanted = int(self.args["outcome"])
        found = next(one for one in self.world.interactions.values() if one.id == wanted)
        return Outcome(self.world, found)

    def given(self, *names: str) -> Json:
        """Return those of these arguments that there are."""
        return {name: self.args[name] for name in names if name in self.args}


Verb = Callable[[Wanted], Awaitable[Json]]


def _file(given: Any) -> Any:
    """Return a file of its JSON form; everything else as it is."""
    if isinstance(given, dict) and "base64" in given:
        return given["name"], base64.b64decode(given["base64"])
    return given


def _named(message: Message) -> Json:
    return {"message": str(message.id), "channel": str(message.channel_id)}


async def told(outcome: Outcome, wanted: Wanted) -> Json:
    """Return what became of an interaction; waits for its first answer, unless told otherwise."""
    if wanted.args.get("wait", True):
        await outcome.until(lambda it: it.kind != "nothing", wanted.args.get("seconds", 5.0))
    modal = outcome.modal if outcome.kind == "modal" else None
    return {
        "outcome": str(outcome.interaction.id),
        "kind": outcome.kind,
        "text": outcome.text,
        "ephemeral": outcome.ephemeral,
        "thinking": outcome.thinking,
        "choices": outcome.choices,
        "message": None if outcome.message is None else str(outcome.message.id),
        "modal": None if modal is None else {"title": modal.title, "inputs": list(modal.inputs)},
    }


async def _person(wanted: Wanted) -> Json:
    return {"id": str(wanted.server.person(wanted.args["person"], locale=wanted.args.get("locale")).id)}


async def _guild(wanted: Wanted) -> Json:
    return {"id": str(wanted.world.guild(wanted.args["guild"], bots=wanted.args.get("bots", True)).id)}


async def _channel(wanted: Wanted) -> Json:
    return {"id": str(wanted.world.channel(wanted.guild, wanted.args["channel"], wanted.args.get("type", 0)).id)}


async def _says(wanted: Wanted) -> Json:
    files = [_file(one) for one in wanted.args.get("files", [])]
    answered = wanted.message if "message" in wanted.args else None
    text = wanted.args.get("text", "")
    if wanted.args.get("mention"):
        text = f"<@{wanted.server.app.id}> {text}"
    return _named(await wanted.person.says(wanted.channel, text, files=files, reply_to=answered))


async def _edits(wanted: Wanted) -> Json:
    return _named(await wanted.person.edits(wanted.message, wanted.args["text"]))


async def _deletes(wanted: Wanted) -> Json:
    await wanted.person.deletes(wanted.message)
    return {}


async def _reacts(wanted: Wanted) -> Json:
    await wanted.person.reacts(wanted.message, wanted.args["emoji"])
    return {}


async def _slash(wanted: Wanted) -> Json:
    options = {name: _file(value) for name, value in wanted.args.get("options", {}).items()}
    return await told(await wanted.person.slash(wanted.channel, wanted.args["command"], **options), wanted)


async def _autocompletes(wanted: Wanted) -> Json:
    command, option = wanted.args["command"], wanted.args["option"]
    typed = wanted.args.get("typed", "")
    return await told(await wanted.person.autocompletes(wanted.channel, command, option, typed), wanted)


async def _menu(wanted: Wanted) -> Json:
    return await told(await wanted.person.menu(wanted.message, wanted.args["command"]), wanted)


async def _presses(wanted: Wanted) -> Json:
    how = wanted.given("nth", "stale")
    return await told(await wanted.person.presses(wanted.message, wanted.args["button"], **how), wanted)


async def _chooses(wanted: Wanted) -> Json:
    menu = wanted.args.get("menu")
    return await told(await wanted.person.chooses(wanted.message, wanted.args["choice"], menu=menu), wanted)


async def _fills(wanted: Wanted) -> Json:
    values = {name: _file(value) for name, value in wanted.args.get("values", {}).items()}
    return await told(await wanted.person.fills(wanted.outcome, values), wanted)


async def _outcome(wanted: Wanted) -> Json:
    return await told(wanted.outcome, wanted)


async def _administers(wanted: Wanted) -> Json:
    done = wanted.args["what"]
    if done in ("archive", "unarchive", "delete_channel"):
        getattr(wanted.world, done)(wanted.channel)
    elif done == "delete":
        wanted.world.delete(wanted.message)
    elif done == "remove_bot":
        wanted.world.remove(wanted.guild)
    elif done == "add_bot":
        wanted.world.install(wanted.guild, wanted.server.app)
    else:
        raise ValueError(f"nobody can {done!r}")
    return {}


async def _fault(wanted: Wanted) -> Json:
    wanted.server.fault(**{name: value for name, value in wanted.args.items() if name != "guild"})
    return {}


async def _well(wanted: Wanted) -> Json:
    wanted.server.faults.clear()
    return {}


async def _limits(wanted: Wanted) -> Json:
    wanted.server.limits.scale = float(wanted.args["scale"])
    return {}


async def _advance(wanted: Wanted) -> Json:
    wanted.server.advance(wanted.args["seconds"])
    return {}


async def _gateway(wanted: Wanted) -> Json:
    what, gateway = wanted.args["what"], wanted.server.gateway
    if what not in ("drop", "drop_all", "close", "reconnect", "invalidate", "half_open", "resend", "malform", "forget"):
        raise ValueError(f"the gateway cannot {what!r}")
    getattr(gateway, what)(**wanted.given("resumable", "code", "last"))
    return {}


async def _knobs(wanted: Wanted) -> Json:
    for name, value in wanted.args.items():
        if name not in ("heartbeat_seconds", "acknowledges", "refuses"):
            raise ValueError(f"the gateway has no {name!r}")
        setattr(wanted.server.gateway, name, value)
    return {}


VERBS: dict[str, Verb] = {
    "person": _person,
    "guild": _guild,
    "channel": _channel,
    "says": _says,
    "edits": _edits,
    "deletes": _deletes,
    "reacts": _reacts,
    "slash": _slash,
    "autocompletes": _autocompletes,
    "menu": _menu,
    "presses": _presses,
    "chooses": _chooses,
    "fills": _fills,
    "outcome": _outcome,
    "administers": _administers,
    "fault": _fault,
    "well": _well,
    "limits": _limits,
    "advance": _advance,
    "gateway": _gateway,
    "knobs": _knobs,
}
