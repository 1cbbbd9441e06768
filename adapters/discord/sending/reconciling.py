"""What a place shows of a post, told by its messages alone. Pure.

A message of ours carries no mark that Discord would give back, except what it shows. But of all messages that come
after the newest post that is known to be shown, ours can only be this post's parts, in order, a live preview, or
something that was said beside the posts. Custom ids tell cards apart, words and names the rest.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from adapters.chat.sending.live import LeftOver
from adapters.discord.rendering.parts import Menu, Part, Row
from adapters.discord.web.shown import ShownMessage

MARK = "live"
"""What the custom id under a live preview begins with."""
PLAIN_TYPES = frozenset({0, 19})
"""Messages that somebody said; the others are the system's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Us:
    """By what our messages are known."""

    user: str
    """The bot's user id, under which it speaks itself."""
    application: str
    """The application's id, which messages of its webhooks carry."""


@dataclass(slots=True, kw_only=True)
class Found:
    """What a place shows of one post."""

    shown: dict[int, str] = field(default_factory=dict)
    """The message of each part that is shown."""
    twice: list[ShownMessage] = field(default_factory=list)
    """Messages that show again what an older one shows."""
    previews: list[LeftOver] = field(default_factory=list)
    """Live previews, whoever writes them."""


def find_parts(parts: Sequence[Sequence[Part]], messages: Iterable[ShownMessage], us: Us) -> Found:
    """Find the parts of a post among messages.

    Args:
        parts: Each part in every way in which it may have been sent.
        messages: All that came after the newest post that is known to be shown, oldest first.
        us: By what our messages are known.
    """
    found = Found()
    for message in messages:
        if not is_ours(message, us):
            continue
        left = preview_of(message)
        if left is not None:
            found.previews.append(left)
            continue
        # A part is sent only when all before it are shown: whatever shows an older one again was sent again.
        next_one = len(found.shown)
        if next_one < len(parts) and _is_any(parts[next_one], message):
            found.shown[next_one] = message.id
        elif any(_is_any(forms, message) for forms in parts[:next_one]):
            found.twice.append(message)
    return found


def is_ours(message: ShownMessage, us: Us) -> bool:
    """Whether the bot said it, itself or through a webhook; what answers an interaction is no post."""
    if message.type not in PLAIN_TYPES or message.webhook == us.application:
        return False
    if message.webhook:
        return message.application == us.application
    return message.author == us.user


def _is_any(forms: Sequence[Part], message: ShownMessage) -> bool:
    return any(shows(message, part) for part in forms)


def shows(message: ShownMessage, part: Part) -> bool:
    """Whether a message shows this part."""
    said = message.author_name if message.webhook else None
    return (
        message.content.strip() == part.content.strip()
        and said == part.name
        and message.custom_ids == custom_ids(part.rows)
        # Discord may change a file's name, but not its bytes.
        and Counter(file.size for file in message.files) == Counter(len(file.data) for file in part.files)
    )


def custom_ids(rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the custom ids of rows, in order."""
    return tuple(
        each for row in rows for each in ([row.custom_id] if isinstance(row, Menu) else [one.custom_id for one in row])
    )


def path_mark(path: str) -> str:
    """Return a chat path as marks name it."""
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def preview_mark(path: str, preview: str) -> str:
    """Return the custom id that stands under a live preview."""
    return f"{MARK}:{path_mark(path)}:{preview}"


def preview_of(message: ShownMessage) -> LeftOver | None:
    """Return which live preview a message shows; None: it is none."""
    if len(message.custom_ids) != 1:
        return None
    kind, _, rest = message.custom_ids[0].partition(":")
    path, _, preview = rest.partition(":")
    if kind != MARK or not preview:
        return None
    return LeftOver(message=message.id, path=path, id=preview, name=message.author_name if message.webhook else None)
