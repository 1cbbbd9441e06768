"""Our messages as the library's calls take them: nothing in them pings anybody, nothing unfurls. One place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import discord

from adapters.discord.rendering.parts import Part, Row
from adapters.discord.web.shown import ShownFile, ShownMessage
from bot.domain import Attachment, Json

NOBODY = discord.AllowedMentions.none()
"""Whom our messages may ping."""
QUIET = discord.MessageFlags(suppress_embeds=True)
"""Addresses in our messages unfold nothing."""
EPHEMERAL = 1 << 6
"""The flag of a message that one person sees."""
LOADING = 1 << 7
"""The flag of a placeholder: an answer that is still to come."""

Views = Callable[[Sequence[Row]], discord.ui.View | None]
"""Makes the library's view of rows of buttons; None: of no rows."""
Describe = Callable[[discord.Message], Json]
"""Describes a message as deliveries do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What stands under a live preview: a button that cannot be pressed.

    It says that the message is still being written, and its custom id tells whose preview it is, which no words could:
    a model may write any.
    """

    label: str
    custom_id: str

    def view(self) -> discord.ui.View:
        """Return it as the library sends it."""
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label=self.label, custom_id=self.custom_id, disabled=True))
        view.stop()
        return view


def new(part: Part, views: Views, mark: Mark | None = None) -> dict[str, Any]:
    """Return the arguments that send a part."""
    sent: dict[str, Any] = {"allowed_mentions": NOBODY, "suppress_embeds": True}
    view = rows(part, views, mark)
    return (
        sent
        | ({"content": part.content} if part.content else {})
        | ({"view": view} if view is not None else {})
        | ({"files": files(part.files)} if part.files else {})
    )


def rows(part: Part, views: Views, mark: Mark | None) -> discord.ui.View | None:
    """Return what stands under a part."""
    return mark.view() if mark is not None else silent(views(part.rows))


def silent(view: discord.ui.View | None) -> discord.ui.View | None:
    """Return a view that the library does not remember: our buttons are known by what is in their custom ids."""
    if view is not None:
        view.stop()
    return view


def files(attachments: Iterable[Attachment]) -> list[discord.File]:
    """Return files as the library sends them."""
    return [discord.File(BytesIO(file.data), filename=file.name) for file in attachments]


def shown(message: discord.Message, describe: Describe) -> ShownMessage:
    """Return what a message of Discord's shows."""
    return ShownMessage(
        id=str(message.id),
        channel=str(message.channel.id),
        type=message.type.value,
        content=message.content,
        at=message.created_at,
        author=str(message.author.id),
        author_name=message.author.display_name,
        bot=message.author.bot,
        webhook=str(message.webhook_id or ""),
        application=str(message.application_id or ""),
        interaction=str(message.interaction_metadata.id) if message.interaction_metadata is not None else "",
        files=tuple(ShownFile(name=file.filename, size=file.size) for file in message.attachments),
        custom_ids=tuple(_custom_ids(message.components)),
        described=describe(message),
    )


def _custom_ids(components: Iterable[object]) -> Iterable[str]:
    for row in components:
        if isinstance(row, discord.ActionRow):
            for item in row.children:
                yield item.custom_id or ""
