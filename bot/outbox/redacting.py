"""The one way from the core to what threads show: nothing passes it that holds a secret."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from itertools import takewhile
from typing import Any, TypeVar

from bot.domain import Attachment, Event, InputRequest, Post, PostKind, RequestStatus, ThreadRef, Turn
from bot.errors import UnseenError
from bot.ports import ChatAdapter, Inbox, Redact
from bot.redaction import end_of, whole

T = TypeVar("T")

LARGE = 1 << 16
"""Bytes of a post's files from which on they are looked through beside everything else."""
BEFORE = 12
"""Characters shown last, of those that are seen, that are looked at again with what follows: what a key of others
begins with, or the first ones of a secret."""


@dataclass(slots=True)
class _Saying:
    """What an agent is saying, as far as it counts."""

    agent: str
    shown: str = ""
    """The last of what was handed on."""
    held: str = ""
    """What may be the beginning of a secret: handed on when it turns out to be none."""


class RedactingAdapter:
    """An adapter that is handed everything without secrets; keeps the port `bot.ports.ChatAdapter`.

    An item of an approval that holds one is not shown as it is, so nobody may approve it: its number is told by
    `UnseenError`, before a card with a button for it is shown.
    """

    def __init__(self, adapter: ChatAdapter, redact: Redact) -> None:
        self._adapter = adapter
        self._redact = redact
        self._saying: dict[tuple[ThreadRef, str], _Saying] = {}
        self._found_clean: Post | None = None
        """The post that was prepared last: it need not be looked through again."""

    @property
    def name(self) -> str:
        """The first part of its threads' addresses."""
        return self._adapter.name

    async def run(self, inbox: Inbox) -> None:
        """Receive events until cancelled."""
        await self._adapter.run(inbox)

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post without secrets and return the platform's id of it."""
        clean = await self._cleaned(post)
        if hidden := _hidden(post, clean):
            raise UnseenError("it holds a secret of this installation", hidden)
        return await self._adapter.post(clean, update=update)

    def prepare(self, post: Post) -> None:
        """Render what `post` will be given soon; what has to be cleaned is rendered then."""
        if _size(post) < LARGE and cleaned(post, self._redact) is post:
            self._found_clean = post
            self._adapter.prepare(post)

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the platform's id of a post that may have been shown by an earlier attempt, or None."""
        return await self._adapter.find(await self._cleaned(post), after=after)

    def preview(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Show more of what an agent is saying; what may begin a secret is held back until more is said."""
        place = thread, path
        if not text:
            self._saying.pop(place, None)
            self._adapter.preview(thread, path, agent, text)
            return
        saying = self._saying.get(place)
        if saying is None or saying.agent != agent:
            saying = self._saying[place] = _Saying(agent)
        if clean := self._next(saying, text):
            self._adapter.preview(thread, path, agent, clean)

    def status(self, thread: ThreadRef, path: str, agent: str, text: str) -> None:
        """Say what an agent waits for; what it has said so far counts for nothing."""
        self._saying.pop((thread, path), None)
        self._adapter.status(thread, path, agent, self._redact.text(text))

    async def seen(self, event: Event) -> None:
        """Mark a message as seen and kept."""
        await self._adapter.seen(event)

    async def _cleaned(self, post: Post) -> Post:
        known, self._found_clean = self._found_clean, None
        if post is known:
            return post
        if _size(post) < LARGE:
            return cleaned(post, self._redact)
        return await asyncio.to_thread(cleaned, post, self._redact)

    def _next(self, saying: _Saying, text: str) -> str:
        """Return what of an agent's words can be shown next."""
        shown, said = saying.shown, saying.shown + saying.held + text
        kept = max(len(shown), len(said) - self._redact.begun(said))
        clean = self._redact.text(said[:kept])
        saying.shown, saying.held = end_of(said[:kept], whole, BEFORE), said[kept:]
        # Where the end of what is shown turns out to belong to a secret, that stays, and the rest is taken out.
        same = takewhile(lambda pair: pair[0] == pair[1], zip(shown, clean, strict=False))
        return clean[sum(1 for _ in same) :]


def _size(post: Post) -> int:
    return _files(post.turn) if post.turn is not None else 0


def _files(turn: Turn) -> int:
    return sum(len(file.data) for file in turn.files) + sum(map(_files, turn.folded))


def cleaned(value: T, redact: Redact) -> T:
    """Return a value of the domain with its texts and files without secrets; the very same where there is none."""
    texts: list[str] = []
    files: list[bytes] = []
    _collect(value, texts, files)
    # Looked through at once, as nearly all have none: what stands in one of them stands in all of them together.
    joined = "\n".join(texts)
    if redact.text(joined) is joined and all(redact.data(data) is data for data in files):
        return value
    clean: T = _cleaned(value, redact)
    return clean


def _collect(value: Any, texts: list[str], files: list[bytes]) -> None:
    """Collect all that `_cleaned` looks through."""
    if isinstance(value, str):
        if not isinstance(value, Enum):
            texts.append(value)
    elif isinstance(value, Attachment):
        texts.append(value.name)
        files.append(value.data)
    elif isinstance(value, tuple):
        for part in value:
            _collect(part, texts, files)
    else:
        for name in _names_of(value.__class__):
            _collect(getattr(value, name), texts, files)


@cache
def _names_of(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind)) if is_dataclass(kind) else ()


def _cleaned(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return value if isinstance(value, Enum) else redact.text(value)
    if isinstance(value, Attachment):
        name, data = redact.text(value.name), redact.data(value.data)
        return value if name is value.name and data is value.data else replace(value, name=name, data=data)
    if isinstance(value, tuple):
        parts = tuple(_cleaned(part, redact) for part in value)
        return value if all(new is old for new, old in zip(parts, value, strict=True)) else parts
    if is_dataclass(value) and not isinstance(value, type):
        old = {field.name: getattr(value, field.name) for field in fields(value)}
        new = {name: clean for name, part in old.items() if (clean := _cleaned(part, redact)) is not part}
        return replace(value, **new) if new else value
    return value


def _hidden(post: Post, clean: Post) -> list[int]:
    """Return the numbers, from 1, of the items of an open card that are not shown as they are and not known as such."""
    if post.kind is not PostKind.REQUEST or post.request is None or post.request.status is not RequestStatus.OPEN:
        return []
    return [number for number in _changed(post.request, clean.request) if number not in post.request.unseen]


def _changed(request: InputRequest, clean: InputRequest | None) -> list[int]:
    shown = clean.items if clean is not None else ()
    pairs = enumerate(zip(request.items, shown, strict=True), 1)
    return [number for number, (exact, seen) in pairs if exact is not seen]
