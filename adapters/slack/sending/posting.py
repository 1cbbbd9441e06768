"""Posting: shows each recorded post exactly once, whatever happens to connections and processes.

Slack knows no key that would make a repeated message one. So every message of a post carries a mark with the post's
key and its part, nothing is ever sent blindly twice, and after an attempt whose answer was lost the thread is read:
what it shows is not shown again, what it lacks of a post is added.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakValueDictionary

import structlog

from adapters.chat.content.cards import items_in
from adapters.chat.content.names import file_name
from adapters.slack.rendering.render import Part, render, simpler
from adapters.slack.sending.direct import Direct
from adapters.slack.sending.marks import moment, own_files, post_mark, survey
from adapters.slack.sending.previews import Previews, place_of
from adapters.slack.sending.sender import LOST, NamesRefusedError, Sender
from adapters.slack.sending.uploads import Place, Uploads
from adapters.slack.web.reading import Reading
from adapters.slack.web.refusals import SlackRefusedError
from bot.domain import Attachment, Json, Post, PostKind, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError, UnseenError

log = structlog.get_logger()

T = TypeVar("T")

REMEMBERED = 2000
"""How many posts that are not wholly shown are remembered; about any other the thread is asked."""

FORMATTING = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Codes about how something is written: the same words are taken without their formatting."""


@dataclass(slots=True, kw_only=True)
class Attempt:
    """How far a post has come, as far as this process knows."""

    place: Place
    shown: dict[int, str] = field(default_factory=dict)
    """The `ts` of each part that is shown."""
    files: tuple[str, ...] | None = None
    """The ids of its uploaded files; None: not uploaded yet."""
    unshared: tuple[str, ...] | None = None
    """Those that are not shown yet; None: all of them."""
    unsure: bool = False
    """Whether something was sent and no answer came: only the thread knows what is shown."""
    repeated: bool = False
    """Whether something is sent again that may still arrive by itself."""
    preview: str | None = None
    """The live preview that becomes the post."""
    asked: bool = False
    """Whether a live preview was looked for."""

    def begin_again(self) -> None:
        """Have what is shown replaced by the post as it is rendered next."""
        self.preview, self.asked = self.shown.get(0, self.preview), True
        self.shown, self.files, self.unshared = {}, None, None


class Posting:
    """Keeps the promises of `ChatAdapter.post` and `ChatAdapter.find` for Slack."""

    def __init__(
        self,
        *,
        sender: Sender,
        uploads: Uploads,
        reading: Reading,
        previews: Previews,
        direct: Direct,
    ) -> None:
        self._sender = sender
        self._uploads = uploads
        self._reading = reading
        self._previews = previews
        self._direct = direct
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._locks: WeakValueDictionary[ThreadRef, asyncio.Lock] = WeakValueDictionary()

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the `ts` of its first message; with `update`, replace that message.

        An update of a message that was deleted, or cannot be changed any more, is shown anew.

        Raises:
            RetryLaterError: It was surely not shown, or not wholly: `post` again goes on where it was.
            ThreadGoneError: Nothing can be shown there any more. The end of a run then goes to its starter instead.
            PostRefusedError: It never will be shown.
            UnseenError: Slack refuses a file with what may be approved; posted with that noted, the card can be shown.
            ConnectionError: It may have been shown; `find` tells.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None:
                attempt = self._remember(post, Attempt(place=place_of(post.thread)))
            elif attempt.unsure:
                attempt = await self._look(post)
            return await self._show(post, attempt, update)

    async def find(self, post: Post) -> str | None:
        """Return the `ts` of a post that an earlier attempt has shown, or None; one shown in part is completed.

        Raises:
            RetryLaterError: Slack does not say now, or a part could not be added now.
            ThreadGoneError: The thread cannot be read any more.
            PostRefusedError: What is missing never will be shown.
            ConnectionError: Slack did not answer.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None or attempt.unsure:
                attempt = await self._look(post)
            return await self._show(post, attempt, None) if attempt.shown else None

    async def _show(self, post: Post, attempt: Attempt, update: str | None) -> str:
        self._previews.owe(post.thread)
        try:
            shown = await self._anywhere(post, attempt, update)
        except UnseenError:
            # It is posted once more, without approval for what nobody can see.
            raise
        except PostRefusedError:
            self._forget(post, "")
            raise
        if attempt.repeated:
            await self._tidy(post, attempt.place)
        self._forget(post, max(attempt.shown.values(), key=moment) if attempt.place.thread else "")
        return shown

    async def _anywhere(self, post: Post, attempt: Attempt, update: str | None) -> str:
        try:
            return await self._whole(post, attempt, update)
        except ThreadGoneError as gone:
            told = await self._direct.place(post) if attempt.place.thread is not None else None
            if told is None:
                raise
            log.info("post.told_directly", post=post.key, reason=gone.text_id)
            attempt.place = told
            return await self._whole(post, attempt, None)

    async def _whole(self, post: Post, attempt: Attempt, update: str | None) -> str:
        workspace = attempt.place.workspace
        with suppress(NamesRefusedError):
            return await self._parts(post, attempt, update, bold=self._sender.bold_names(workspace))
        return await self._parts(post, attempt, update, bold=True)

    async def _parts(self, post: Post, attempt: Attempt, update: str | None, *, bold: bool) -> str:
        rendered = render(post, bold_name=bold)
        if attempt.place.thread is None:
            rendered = self._direct.worded(post, rendered)
        if attempt.files is None:
            files = await self._unshown(attempt.place, update, rendered.files)
            attempt.files = await self._stored(post, attempt.place.workspace, files)
        parts = rendered.parts
        for number, part in enumerate(parts):
            if number not in attempt.shown:
                mark = post_mark(post.key, part=number, parts=len(parts), files=attempt.files)
                attempt.shown[number] = await self._part(post, attempt, part, mark, None if number else update)
                if part.username is not None and not number and self._sender.bold_names(attempt.place.workspace):
                    await self._named(post, attempt, mark)
        await self._files(post, attempt, [file.name for file in rendered.files])
        return attempt.shown[0]

    async def _stored(self, post: Post, workspace: str, files: Sequence[Attachment]) -> tuple[str, ...]:
        if not files:
            return ()
        stored = await self._uploads.put(workspace, files)
        if unseen := _unseen(post, stored.refused):
            raise UnseenError("Slack refused the upload", unseen)
        return stored.ids

    async def _unshown(self, place: Place, update: str | None, files: Sequence[Attachment]) -> Sequence[Attachment]:
        """Return which files the thread lacks: a card that is updated again still names those it brought before."""
        if update is None or not files:
            return files
        try:
            messages = await self._messages(place)
        except SlackRefusedError as error:
            log.warning("post.not_looked_for", code=error.code, needed=error.needed)
            return files
        names = own_files(messages, update)
        return [file for file in files if file_name(file.name) not in names]

    async def _part(self, post: Post, attempt: Attempt, part: Part, mark: Json, update: str | None) -> str:
        first = not attempt.shown
        old = update or (await self._preview(post, attempt, part) if first else None)
        if old is not None and await self._changed(post, attempt, old, part, mark):
            return old
        return await self._plainer(post, attempt, part, lambda it: self._sender.new(attempt.place, it, mark))

    async def _plainer(self, post: Post, attempt: Attempt, part: Part, send: Callable[[Part], Awaitable[T]]) -> T:
        """Send a part, and without its formatting if Slack does not take that; never so a card, which is exact."""
        try:
            with _Unsure(attempt):
                return await send(part)
        except SlackRefusedError as error:
            if error.code not in FORMATTING or post.request is not None:
                raise
            log.warning("post.made_plain", post=post.key, code=error.code)
        with _Unsure(attempt):
            return await send(simpler(part))

    async def _changed(self, post: Post, attempt: Attempt, ts: str, part: Part, mark: Json) -> bool:
        """Turn an older message into this part; False when it never can be: Slack takes less in a change than anew."""
        try:
            # Changing a message twice is harmless, but its mark alone tells whether it was changed at all.
            await self._plainer(post, attempt, part, lambda it: self._sender.change(attempt.place, ts, it, mark))
        except SlackRefusedError as error:
            if error.code not in LOST | FORMATTING:
                raise
            if ts == attempt.preview:
                attempt.preview = None
                self._previews.drop(post.thread, ts)
            return False
        return True

    async def _named(self, post: Post, attempt: Attempt, mark: Json) -> None:
        """Begin the first message with the agent's name: Slack dropped it from the message without a word."""
        part = render(post, bold_name=True).parts[0]
        with suppress(RetryLaterError, PostRefusedError, ConnectionError):
            await self._plainer(
                post, attempt, part, lambda it: self._sender.change(attempt.place, attempt.shown[0], it, mark)
            )

    async def _preview(self, post: Post, attempt: Attempt, part: Part) -> str | None:
        if not attempt.asked and attempt.place.thread is not None:
            attempt.preview = await self._previews.claim(post, part.username)
        attempt.asked = True
        return attempt.preview

    async def _files(self, post: Post, attempt: Attempt, names: Sequence[str]) -> None:
        files = attempt.files if attempt.unshared is None else attempt.unshared
        if not files:
            return
        try:
            with _Unsure(attempt):
                await self._uploads.share(attempt.place, files)
        except SlackRefusedError as error:
            # The words are shown; that a file is not is no reason to show them again, or to call them refused.
            log.warning("file.refused", post=post.key, code=error.code)
            if unseen := _unseen(post, names):
                attempt.begin_again()
                raise UnseenError(f"Slack refused to show a file: {error.code}", unseen) from error
        attempt.unshared = ()

    async def _look(self, post: Post) -> Attempt:
        """Ask the thread how far a post has come."""
        before = self._attempts.get(post.key)
        attempt = await self._read(post, place_of(post.thread))
        if not attempt.shown and post.kind is PostKind.ENDED:
            told = await self._direct.place(post)
            attempt = await self._read(post, told) if told is not None else attempt
            attempt.place = attempt.place if attempt.shown else place_of(post.thread)
        attempt.repeated = not attempt.shown
        if post.request is not None and post.request.unseen:
            # It may have been shown before that was known.
            attempt.begin_again()
        if before is not None and not attempt.shown:
            attempt.preview, attempt.asked = before.preview, before.asked
        return self._remember(post, attempt)

    async def _read(self, post: Post, place: Place) -> Attempt:
        try:
            messages = await self._messages(place)
        except ThreadGoneError:
            if post.kind is not PostKind.ENDED or place.thread is None:
                raise
            # Where an end cannot be shown, the starter is told: that is where it may be.
            return Attempt(place=place)
        except SlackRefusedError as error:
            # Without the scope to read nobody can tell; shown twice is better than a run that waits unseen.
            log.warning("post.not_looked_for", post=post.key, code=error.code, needed=error.needed)
            return Attempt(place=place)
        found = survey(messages, post.key)
        attempt = Attempt(place=place, shown=found.shown, files=found.files)
        if found.files:
            attempt.unshared = await self._uploads.missing(place, found.files, found.shared)
        for ts in found.twice:
            await self._sender.delete(place, ts)
        if place.thread is not None:
            self._previews.read(post.thread, messages)
        return attempt

    async def _messages(self, place: Place) -> list[Json]:
        if place.thread is None:
            return await self._reading.channel(place.workspace, place.channel)
        return await self._reading.thread(place.workspace, place.channel, place.thread)

    async def _tidy(self, post: Post, place: Place) -> None:
        """Delete what arrived by itself after it was sent again: a request may outlive its connection."""
        with suppress(RetryLaterError, PostRefusedError, ConnectionError):
            await self._read(post, place)

    def _remember(self, post: Post, attempt: Attempt) -> Attempt:
        self._attempts[post.key] = attempt
        if len(self._attempts) > REMEMBERED:
            self._attempts.popitem(last=False)
        return attempt

    def _forget(self, post: Post, newest: str) -> None:
        self._attempts.pop(post.key, None)
        self._previews.paid(post.thread, newest)

    def _lock(self, thread: ThreadRef) -> asyncio.Lock:
        lock = self._locks.get(thread)
        if lock is None:
            lock = self._locks[thread] = asyncio.Lock()
        return lock


def _unseen(post: Post, names: Sequence[str]) -> tuple[int, ...]:
    """Return which items people could still approve on a card, whose bytes are in files of these names."""
    request = post.request if post.kind is PostKind.REQUEST else None
    return items_in(request, names) if request is not None else ()


class _Unsure:
    """Notes, while something is being sent, that nobody knows whether it is shown: also if we are cancelled there."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt

    def __enter__(self) -> None:
        self._attempt.unsure = True

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None or isinstance(error, RetryLaterError | PostRefusedError | NamesRefusedError):
            self._attempt.unsure = False
