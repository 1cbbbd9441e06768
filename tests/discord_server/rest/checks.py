"""What Discord refuses in a message before it looks at anything else: sizes, counts, emptiness."""

from __future__ import annotations

from collections.abc import Mapping

from tests.discord_server.entities import COMPONENTS_V2, Json
from tests.discord_server.rest.calls import Upload
from tests.discord_server.rest.components import check_components
from tests.discord_server.rest.errors import ApiError, Form

LONGEST, MOST_FILES, MOST_EMBEDS = 2000, 10, 10
LARGEST = 10 * 1024 * 1024
"""Bytes of one file in a guild without boosts."""
EMBED = {"title": 256, "description": 4096}
EMBED_INSIDE = {("footer", "text"): 2048, ("author", "name"): 256}


def check_message(message: Json, files: Mapping[int, Upload], *, nonce: bool = True) -> None:
    """Refuse what Discord would not take as a message's form.

    Raises:
        ApiError: 50035 with what is wrong where, or 40005.
    """
    form = Form()
    v2 = bool(int(message.get("flags") or 0) & COMPONENTS_V2)
    form.longest(("content",), message.get("content"), LONGEST)
    if nonce:
        form.longest(("nonce",), message.get("nonce"), 25)
    _check_embeds(form, message.get("embeds") or [])
    check_components(form, message.get("components") or [], v2=v2)
    if v2:
        _check_v2(form, message)
    _check_attachments(form, message, files)
    form.judge()
    if any(len(one.content) > LARGEST for one in files.values()):
        raise ApiError(40005)


def _check_v2(form: Form, message: Json) -> None:
    for name in ("content", "embeds", "poll", "stickers"):
        if message.get(name):
            text = f"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            form.wrong((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", text)


def _check_attachments(form: Form, message: Json, files: Mapping[int, Upload]) -> None:
    told = message.get("attachments") or []
    if max(len(files), len(told)) > MOST_FILES:
        form.wrong(("attachments",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
    for at, one in enumerate(told):
        form.longest(("attachments", at, "description"), one.get("description"), 1024)


def _check_embeds(form: Form, embeds: list[Json]) -> None:
    if len(embeds) > MOST_EMBEDS:
        form.wrong(("embeds",), "BASE_TYPE_MAX_LENGTH", f"Must be {MOST_EMBEDS} or fewer in length.")
    total = 0
    for at, embed in enumerate(embeds):
        for name, most in EMBED.items():
            form.longest(("embeds", at, name), embed.get(name), most)
            total += len(embed.get(name) or "")
        for (outer, inner), most in EMBED_INSIDE.items():
            form.longest(("embeds", at, outer, inner), (embed.get(outer) or {}).get(inner), most)
            total += len((embed.get(outer) or {}).get(inner) or "")
        total += _check_fields(form, at, embed.get("fields") or [])
    if total > 6000:
        form.wrong(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _check_fields(form: Form, at: int, fields: list[Json]) -> int:
    if len(fields) > 25:
        form.wrong(("embeds", at, "fields"), "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    for number, one in enumerate(fields):
        for name, most in {"name": 256, "value": 1024}.items():
            form.required(("embeds", at, "fields", number, name), one.get(name))
            form.longest(("embeds", at, "fields", number, name), one.get(name), most)
    return sum(len(one.get("name") or "") + len(one.get("value") or "") for one in fields)


def check_emptiness(content: str | None, *others: object) -> None:
    """Refuse a message of nothing.

    Raises:
        ApiError: 50006.
    """
    if not (content or "").strip() and not any(others):
        raise ApiError(50006)
