"""What can be done through the control endpoint, by name."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.slack_server.channels import Channel
from tests.slack_server.deliveries import Delivery
from tests.slack_server.entities import Json, Message
from tests.slack_server.people import Person
from tests.slack_server.server import SlackServer
from tests.slack_server.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing to do, with what its arguments name."""

    server: SlackServer
    args: Json

    @property
    def workspace(self) -> Workspace:
        """The workspace; `Acme` unless named."""
        return self.server.workspace(self.args.get("workspace", "Acme"))

    @property
    def person(self) -> Person:
        """The person, by name."""
        return self.workspace.person(self.args["person"])

    @property
    def channel(self) -> Channel:
        """The channel, by name or id; `dm` is the person's direct messages with the bot."""
        name = self.args["channel"]
        if name == "dm":
            return self.person.dm
        return self.workspace.channels.get(name) or self.workspace.channel(name)

    @property
    def message(self) -> Message:
        """The message, by channel and ts, the person's ephemeral ones included."""
        own = self.person.ephemerals if "person" in self.args else []
        found = {message.ts: message for message in own} | self.channel.messages
        return found[self.args["ts"]]


Verb = Callable[[Wanted], Awaitable[Json]]


async def _person(wanted: Wanted) -> Json:
    options = {name: wanted.args[name] for name in ("locale", "is_admin", "is_owner") if name in wanted.args}
    return {"id": wanted.workspace.person(wanted.args["person"], **options).id}


async def _channel(wanted: Wanted) -> Json:
    options = {name: wanted.args[name] for name in ("private", "bot") if name in wanted.args}
    return {"id": wanted.workspace.channel(wanted.args["channel"], **options).id}


async def _says(wanted: Wanted) -> Json:
    files = [(one["name"], base64.b64decode(one["base64"])) for one in wanted.args.get("files", [])]
    text, thread = wanted.args.get("text", ""), wanted.args.get("thread")
    message = await wanted.person.says(wanted.channel, text, thread=thread, files=files)
    return {"ts": message.ts, "channel": message.channel}


async def _edits(wanted: Wanted) -> Json:
    return {"ts": (await wanted.person.edits(wanted.message, wanted.args["text"])).ts}


async def _deletes(wanted: Wanted) -> Json:
    await wanted.person.deletes(wanted.message)
    return {}


async def _clicks(wanted: Wanted) -> Json:
    target = wanted.message if "ts" in wanted.args else wanted.person.modal
    options = {name: wanted.args[name] for name in ("value", "stale", "nth", "values", "wait") if name in wanted.args}
    return told(await wanted.person.clicks(target, wanted.args["button"], **options))


async def _selects(wanted: Wanted) -> Json:
    return told(await wanted.person.selects(wanted.message, wanted.args["menu"], wanted.args["choice"]))


async def _submits(wanted: Wanted) -> Json:
    view = wanted.person.modal
    return told(await wanted.person.submits(view, wanted.args.get("values"))) | {"errors": view.errors}


async def _commands(wanted: Wanted) -> Json:
    return told(await wanted.person.commands(wanted.channel, wanted.args["line"]))


async def _shortcut(wanted: Wanted) -> Json:
    return told(await wanted.person.shortcut(wanted.message, wanted.args["callback_id"]))


async def _opens_home(wanted: Wanted) -> Json:
    await wanted.person.opens_home()
    return {}


async def _stops_session(wanted: Wanted) -> Json:
    await wanted.person.stops_session(wanted.message)
    return {}


async def _administers(wanted: Wanted) -> Json:
    done = wanted.args["what"]
    if done in ("archive", "unarchive", "kick_bot", "invite_bot", "delete_channel"):
        getattr(wanted.workspace, done)(wanted.channel)
    elif done in ("revoke_token", "uninstall"):
        getattr(wanted.workspace, done)()
    elif done in ("delete", "delete_thread"):
        getattr(wanted.workspace, done)(wanted.message)
    else:
        raise ValueError(f"nobody can {done!r}")
    return {}


async def _fault(wanted: Wanted) -> Json:
    details = {name: value for name, value in wanted.args.items() if name != "workspace"}
    wanted.server.fault(**details)
    return {}


async def _well(wanted: Wanted) -> Json:
    wanted.server.faults.clear()
    return {}


async def _advance(wanted: Wanted) -> Json:
    wanted.server.advance(wanted.args["seconds"])
    return {}


async def _knobs(wanted: Wanted) -> Json:
    for name, value in wanted.args.items():
        setattr(wanted.server.knobs, name, tuple(value) if isinstance(value, list) else value)
    return {}


async def _sockets(wanted: Wanted) -> Json:
    sockets, what = wanted.server.sockets, wanted.args["what"]
    if what == "disconnect":
        await sockets.disconnect(wanted.args.get("reason", "refresh_requested"))
    elif what in ("cut", "half_open"):
        getattr(sockets, what)()
    else:
        raise ValueError(f"sockets cannot be {what!r}")
    return {}


async def _mode(wanted: Wanted) -> Json:
    url = wanted.args.get("url")
    if url is None:
        wanted.server.socket_mode()
    else:
        wanted.server.http_mode(url)
    return {}


VERBS: dict[str, Verb] = {
    "person": _person,
    "channel": _channel,
    "says": _says,
    "edits": _edits,
    "deletes": _deletes,
    "clicks": _clicks,
    "selects": _selects,
    "submits": _submits,
    "commands": _commands,
    "shortcut": _shortcut,
    "opens_home": _opens_home,
    "stops_session": _stops_session,
    "administers": _administers,
    "fault": _fault,
    "well": _well,
    "advance": _advance,
    "knobs": _knobs,
    "sockets": _sockets,
    "mode": _mode,
}


def told(delivery: Delivery) -> Json:
    """Return what became of a delivery."""
    return {"acknowledged": delivery.acknowledged, "response": delivery.response}
