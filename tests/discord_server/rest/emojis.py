"""An application's emojis: pictures that it keeps with Discord, for everybody to load."""

from __future__ import annotations

import base64
import binascii
import re

from tests.discord_server.accounts import Emoji
from tests.discord_server.rest.calls import Answer, Call
from tests.discord_server.rest.commands import own
from tests.discord_server.rest.errors import ApiError, Form

MOST, LARGEST = 2000, 256 * 1024
NAME = re.compile(r"^\w{2,32}$", re.ASCII)
IMAGE = re.compile(r"^data:image/(png|jpeg|gif|webp);base64,")


async def get_emojis(call: Call) -> Answer:
    """Give the app's emojis."""
    own(call)
    return {"items": [one.as_json() for one in call.app.emojis.values()]}


async def create_emoji(call: Call) -> Answer:
    """Keep a picture."""
    own(call)
    name, image = str(call.json.get("name") or ""), str(call.json.get("image") or "")
    form = Form()
    if not NAME.match(name):
        form.wrong(("name",), "STRING_TYPE_REGEX", "String value did not match validation regex.")
    if any(one.name == name for one in call.app.emojis.values()):
        form.wrong(("name",), "APPLICATION_EMOJI_NAME_ALREADY_TAKEN", "Application emoji name already taken")
    content = _content(image)
    if not content:
        form.wrong(("image",), "IMAGE_INVALID", "Invalid image data")
    elif len(content) > LARGEST:
        form.wrong(("image",), "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 256.0 kb.")
    form.judge()
    if len(call.app.emojis) >= MOST:
        raise ApiError(30008)
    made = Emoji(id=call.world.ids.next(), name=name, content=content, user=call.user)
    call.app.emojis[made.id] = made
    return made.as_json()


def _content(image: str) -> bytes:
    """Return a data URL's bytes; nothing: it is none."""
    try:
        return base64.b64decode(IMAGE.sub("", image), validate=True) if IMAGE.match(image) else b""
    except binascii.Error:
        return b""


def _emoji(call: Call) -> Emoji:
    own(call)
    found = call.app.emojis.get(call.id("emoji"))
    if found is None:
        raise ApiError(10014)
    return found


async def get_emoji(call: Call) -> Answer:
    """Give one emoji."""
    return _emoji(call).as_json()


async def delete_emoji(call: Call) -> Answer:
    """Delete one emoji."""
    del call.app.emojis[_emoji(call).id]
