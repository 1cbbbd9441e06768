"""The answers to interactions: the callback within three seconds, and what tokens allow for a quarter of an hour."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from aiohttp import web

from tests.discord_server.commands import is_installed
from tests.discord_server.entities import CHAT_INPUT_COMMAND, EPHEMERAL, LOADING, REPLY, Channel, Json
from tests.discord_server.invoking import AUTOCOMPLETE, COMMAND, COMPONENT, MODAL, TOKEN, owners
from tests.discord_server.messages import Interaction, Message
from tests.discord_server.rest.calls import Answer, Call, route
from tests.discord_server.rest.errors import ApiError, Form
from tests.discord_server.rest.modals import check_choices, check_modal
from tests.discord_server.rest.writing import rewritten, written
from tests.discord_server.talk import number_components

PONG, REPLIES, DEFERS, DEFERS_UPDATE, UPDATES, SUGGESTS, ASKS = 1, 4, 5, 6, 7, 8, 9
SECONDS, LIFE = 3.0, 900.0
"""Until when an interaction must be answered, and how long its token lives."""
FOLLOWUPS = 5
"""So many where the app was installed by a person only."""
CONTEXT_MENU = 23
"""The type of a message that answers a command of a message's menu."""

Reaction = Callable[[Call, Interaction, Json], None]


async def create_interaction_response(call: Call) -> Answer:
    """Answer an interaction for the first time."""
    interaction = call.world.interactions.get(call.params["token"])
    if interaction is None or interaction.id != call.id("webhook"):
        raise ApiError(10062)
    if interaction.callback is not None:
        raise ApiError(40060)
    if call.world.clock.now() - interaction.born > SECONDS:
        raise ApiError(10062)
    kind = call.json.get("type")
    reaction = _possible(interaction).get(kind) if isinstance(kind, int) else None
    if reaction is None:
        form = Form()
        form.wrong(("type",), "INTERACTION_CALLBACK_TYPE_INVALID", f"An interaction of this kind takes no type {kind}")
        form.judge()
        return None
    reaction(call, interaction, dict(call.json.get("data") or {}))
    interaction.callback = call.json
    interaction.notes["answered"] = call.world.clock.now()
    return _told(interaction, kind) if call.query.get("with_response") in ("1", "true") else None


def _possible(interaction: Interaction) -> dict[int | None, Reaction]:
    """Return what an interaction can be answered with."""
    if interaction.type == AUTOCOMPLETE:
        return {SUGGESTS: _suggests}
    possible: dict[int | None, Reaction] = {REPLIES: _replies, DEFERS: _defers}
    if interaction.type != MODAL:
        possible[ASKS] = _asks
    if interaction.message is not None and interaction.type in (COMPONENT, MODAL):
        possible |= {DEFERS_UPDATE: _keeps, UPDATES: _updates}
    return possible


def _told(interaction: Interaction, kind: Any) -> Json:
    shown: Json = {"id": str(interaction.id), "type": interaction.type}
    resource: Json = {"type": kind}
    message = interaction.original
    if message is not None:
        shown["response_message_id"] = str(message.id)
        shown["response_message_loading"] = bool(message.flags & LOADING)
        shown["response_message_ephemeral"] = bool(message.flags & EPHEMERAL)
    if message is not None and kind != DEFERS_UPDATE:
        resource["message"] = message.as_json()
    return {"interaction": shown, "resource": resource}


def _replies(call: Call, interaction: Interaction, data: Json) -> None:
    interaction.original = _posted(call, interaction, data)


def _defers(call: Call, interaction: Interaction, data: Json) -> None:
    flags = LOADING | (int(data.get("flags") or 0) & EPHEMERAL)
    interaction.original = _post(call, interaction, {"flags": flags})


def _keeps(call: Call, interaction: Interaction, data: Json) -> None:
    interaction.original = interaction.message


def _updates(call: Call, interaction: Interaction, data: Json) -> None:
    message = interaction.message
    assert message is not None, "only where there is a message an update is possible"
    if message.deleted:
        raise ApiError(10008)
    channel = call.world.channels[message.channel_id]
    call.world.edit(message, **rewritten(call.world, channel, message, data, call.logged.files))
    interaction.original = message


def _suggests(call: Call, interaction: Interaction, data: Json) -> None:
    check_choices(data.get("choices"))
    interaction.notes["choices"] = data["choices"]


def _asks(call: Call, interaction: Interaction, data: Json) -> None:
    check_modal(data)
    number_components(data["components"])
    interaction.notes["modal"] = data


def _posted(call: Call, interaction: Interaction, data: Json) -> Message:
    channel = _channel(call, interaction)
    fields = written(call.world, channel, data, call.logged.files)
    fields["flags"] |= int(data.get("flags") or 0) & EPHEMERAL
    return _post(call, interaction, fields)


def _post(call: Call, interaction: Interaction, fields: dict[str, Any]) -> Message:
    world, app = call.world, call.world.apps[interaction.application_id]
    ephemeral = interaction.user_id if fields["flags"] & EPHEMERAL else None
    more = {"webhook_id": app.id, "application_id": app.id, "ephemeral_for": ephemeral}
    more |= {"interaction": _metadata(call, interaction)} | _kind(interaction)
    return world.post(_channel(call, interaction), app.user, **(fields | more))


def _channel(call: Call, interaction: Interaction) -> Channel:
    channel = call.world.channels.get(interaction.channel_id)
    if channel is None:
        raise ApiError(10003)
    return channel


def _kind(interaction: Interaction) -> dict[str, Any]:
    if interaction.type == COMMAND and interaction.callback is None:
        return {"type": CHAT_INPUT_COMMAND if interaction.data.get("type", 1) == 1 else CONTEXT_MENU}
    answered = interaction.original or interaction.message
    return {} if answered is None else _reply_to(answered)


def _reply_to(message: Message) -> dict[str, Any]:
    reference = {"channel_id": str(message.channel_id), "message_id": str(message.id)}
    return {"type": REPLY, "reference": reference, "referenced": message}


def _metadata(call: Call, interaction: Interaction) -> Json:
    app, user = call.world.apps[interaction.application_id], call.world.users[interaction.user_id]
    shown: Json = {"id": str(interaction.id), "type": interaction.type, "user": user.as_json()}
    shown["authorizing_integration_owners"] = owners(call.world, app, _channel(call, interaction), user)
    if interaction.message is not None:
        shown["interacted_message_id"] = str(interaction.message.id)
    return shown


def _living(call: Call) -> Interaction:
    """Return the interaction of a token that has been answered and is not too old.

    Raises:
        ApiError: 50027 or 10015.
    """
    interaction = call.world.interactions.get(call.params["token"])
    if interaction is None or call.world.clock.now() - interaction.born > LIFE:
        raise ApiError(50027)
    if interaction.application_id != call.id("webhook") or interaction.callback is None:
        raise ApiError(10015)
    return interaction


async def get_original_response(call: Call) -> Answer:
    """Give the message that is the answer."""
    return _original(_living(call)).as_json()


async def edit_original_response(call: Call) -> Answer:
    """Change the message that is the answer; a loading one becomes it."""
    return _edited(call, _original(_living(call)), call.json).as_json()


async def delete_original_response(call: Call) -> Answer:
    """Delete the message that is the answer."""
    call.world.delete(_original(_living(call)))


async def get_followup(call: Call) -> Answer:
    """Give one of the messages of an answer by its id."""
    return _followup(call).as_json()


async def edit_followup(call: Call) -> Answer:
    """Change one of the messages of an answer by its id."""
    return _edited(call, _followup(call), call.json).as_json()


async def delete_followup(call: Call) -> Answer:
    """Delete one of the messages of an answer by its id."""
    call.world.delete(_followup(call))


def _original(interaction: Interaction) -> Message:
    if interaction.original is None or interaction.original.deleted:
        raise ApiError(10008)
    return interaction.original


def _followup(call: Call) -> Message:
    interaction, key = _living(call), call.id("message")
    known = [*interaction.followups, *([] if interaction.original is None else [interaction.original])]
    found = next((one for one in known if one.id == key and not one.deleted), None)
    if found is None:
        raise ApiError(10008)
    return found


def _edited(call: Call, message: Message, told: Json) -> Message:
    world = call.world
    changes = rewritten(world, world.channels[message.channel_id], message, told, call.logged.files)
    if not message.flags & LOADING:
        return world.edit(message, **changes)
    changes["flags"] = changes.get("flags", message.flags) & ~LOADING
    for name, value in changes.items():
        setattr(message, name, value)
    number_components(message.components)
    world.tell_message("MESSAGE_UPDATE", message)
    return message


async def create_followup(call: Call) -> Answer:
    """Post another message; where the answer is still to come, the first one becomes it."""
    interaction = _living(call)
    original = interaction.original
    if original is not None and not original.deleted and original.flags & LOADING:
        return _edited(call, original, call.json).as_json()
    app = call.world.apps[interaction.application_id]
    installed = is_installed(call.world, app, _channel(call, interaction))
    if not installed and len(interaction.followups) >= FOLLOWUPS:
        message = "This interaction has reached the max number of follow up messages"
        raise ApiError(40094, status=400, message=message)
    posted = _posted(call, interaction, call.json)
    interaction.followups.append(posted)
    return posted.as_json()


def routes() -> list[web.RouteDef]:
    """Return where they are found; before webhooks, whose addresses look the same."""
    token = f"{{token:{TOKEN}[^/]*}}"
    hook = f"/webhooks/{{webhook}}/{token}"
    original, message = f"{hook}/messages/@original", f"{hook}/messages/{{message}}"
    return [
        route("POST", "/interactions/{webhook}/{token}/callback", create_interaction_response),
        route("GET", original, get_original_response),
        route("PATCH", original, edit_original_response),
        route("DELETE", original, delete_original_response),
        route("GET", message, get_followup),
        route("PATCH", message, edit_followup),
        route("DELETE", message, delete_followup),
        route("POST", hook, create_followup),
    ]
