"""Posting: shows each recorded post exactly once, whatever happens to connections and processes.

Slack knows no key that would make a repeated message one. So every message of a post carries a mark with the post's
key and its part, nothing is ever sent blindly twice, and after an attempt whose answer was lost the thread is read:
what it shows is not shown again, what it lacks of a post is added.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import structlog

from adapters.chat.content.items import items_in
from adapters.chat.content.names import file_name
from adapters.chat.sending.attempts import Attempt, Unsure
from adapters.chat.sending.exactly_once import ExactlyOnce
from adapters.chat.sending.prepared import Prepared
from adapters.slack.rendering.render import Part, Rendered, render, simpler
from adapters.slack.sending.direct import Direct
from adapters.slack.sending.live import SlackLive
from adapters.slack.sending.marks import moment, own_files, post_mark, survey
from adapters.slack.sending.previews import Previews, place_of
from adapters.slack.sending.sender import LOST, NamesRefusedError, Sender
from adapters.slack.sending.uploads import Place, Uploads
from adapters.slack.web.reading import Reading
from adapters.slack.web.refusals import SlackRefusedError
from bot.domain import Attachment, Json, Post, PostKind
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError, UnseenError

log = structlog.get_logger()

T = TypeVar("T")

FORMATTING = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"})
"""Codes about how something is written: the same words are taken without their formatting."""


@dataclass(slots=True, kw_only=True)
class SlackAttempt(Attempt):
    """How far a post has come, and where; its messages are known by their `ts`."""

    place: Place
    files: tuple[str, ...] | None = None
    """The ids of its uploaded files; None: not uploaded yet."""
    unshared: tuple[str, ...] | None = None
    """Those that are not shown yet; None: all of them."""

    def begin_again(self) -> None:
        """Have what is shown, and its files, replaced by the post as it is rendered next."""
        Attempt.begin_again(self)
        self.files, self.unshared = None, None


class Posting(ExactlyOnce[SlackAttempt, SlackLive]):
    """Shows posts on Slack; the id of one is the `ts` of its first message."""

    def __init__(
        self,
        *,
        sender: Sender,
        uploads: Uploads,
        reading: Reading,
        previews: Previews,
        direct: Direct,
    ) -> None:
        super().__init__(previews)
        self._sender = sender
        self._uploads = uploads
        self._reading = reading
        self._left_over = previews
        self._direct = direct
        self._prepared: Prepared[Rendered] = Prepared(lambda post, bold: render(post, bold_name=bold))

    def prepare(self, post: Post) -> None:
        """Render a post that is being recorded."""
        self._prepared.prepare(post, bold=self._sender.bold_names(post.thread.workspace))

    def _begun(self, post: Post) -> SlackAttempt:
        return SlackAttempt(place=place_of(post.thread))

    def _must_look(self, attempt: SlackAttempt) -> bool:
        return attempt.unsure

    def _is_there(self, post: Post, attempt: SlackAttempt) -> bool:
        return attempt.place.thread is not None

    async def _turn_to_starter(self, post: Post, attempt: SlackAttempt) -> bool:
        told = await self._direct.place(post)
        attempt.place = told or attempt.place
        return told is not None

    def _newest(self, attempt: SlackAttempt) -> str:
        return max(attempt.shown.values(), key=moment)

    async def _whole(self, post: Post, attempt: SlackAttempt, update: str | None) -> str:
        workspace = attempt.place.workspace
        with suppress(NamesRefusedError):
            return await self._parts(post, attempt, update, bold=self._sender.bold_names(workspace))
        return await self._parts(post, attempt, update, bold=True)

    async def _parts(self, post: Post, attempt: SlackAttempt, update: str | None, *, bold: bool) -> str:
        rendered = self._prepared.of(post, bold=bold)
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

    async def _part(self, post: Post, attempt: SlackAttempt, part: Part, mark: Json, update: str | None) -> str:
        first = not attempt.shown
        old = update or (await self._preview(post, attempt, part.username) if first else None)
        if old is not None and await self._changed(post, attempt, old, part, mark):
            return old
        return await self._plainer(post, attempt, part, lambda it: self._sender.new(attempt.place, it, mark))

    async def _plainer(self, post: Post, attempt: SlackAttempt, part: Part, send: Callable[[Part], Awaitable[T]]) -> T:
        """Send a part, and without its formatting if Slack does not take that; never so a card, which is exact."""
        try:
            with Unsure(attempt):
                return await send(part)
        except SlackRefusedError as error:
            if error.code not in FORMATTING or post.request is not None:
                raise
            log.warning("post.made_plain", post=post.key, code=error.code)
        with Unsure(attempt):
            return await send(simpler(part))

    async def _changed(self, post: Post, attempt: SlackAttempt, ts: str, part: Part, mark: Json) -> bool:
        """Turn an older message into this part; False when it never can be: Slack takes less in a change than anew."""
        try:
            # Changing a message twice is harmless, but its mark alone tells whether it was changed at all.
            await self._plainer(post, attempt, part, lambda it: self._sender.change(attempt.place, ts, it, mark))
        except SlackRefusedError as error:
            if error.code not in LOST | FORMATTING:
                raise
            self._give_up_preview(post, attempt, ts, None)
            return False
        return True

    async def _named(self, post: Post, attempt: SlackAttempt, mark: Json) -> None:
        """Begin the first message with the agent's name: Slack dropped it from the message without a word."""
        part = render(post, bold_name=True).parts[0]
        with suppress(RetryLaterError, PostRefusedError, ConnectionError):
            await self._plainer(
                post, attempt, part, lambda it: self._sender.change(attempt.place, attempt.shown[0], it, mark)
            )

    async def _files(self, post: Post, attempt: SlackAttempt, names: Sequence[str]) -> None:
        files = attempt.files if attempt.unshared is None else attempt.unshared
        if not files:
            return
        try:
            with Unsure(attempt):
                await self._uploads.share(attempt.place, files)
        except SlackRefusedError as error:
            # The words are shown; that a file is not is no reason to show them again, or to call them refused.
            log.warning("file.refused", post=post.key, code=error.code)
            if unseen := _unseen(post, names):
                attempt.begin_again()
                raise UnseenError(f"Slack refused to show a file: {error.code}", unseen) from error
        attempt.unshared = ()

    async def _read(self, post: Post, before: SlackAttempt | None, after: str | None) -> SlackAttempt:
        attempt = await self._found(post, place_of(post.thread))
        if not attempt.shown and post.kind is PostKind.ENDED:
            told = await self._direct.place(post)
            attempt = await self._found(post, told) if told is not None else attempt
            attempt.place = attempt.place if attempt.shown else place_of(post.thread)
        attempt.repeated = not attempt.shown
        if attempt.shown and post.request is not None and post.request.unseen:
            # It may have been shown before that was known.
            attempt.begin_again()
        return attempt

    async def _found(self, post: Post, place: Place) -> SlackAttempt:
        try:
            messages = await self._messages(place)
        except ThreadGoneError:
            if post.kind is not PostKind.ENDED or place.thread is None:
                raise
            # Where an end cannot be shown, the starter is told: that is where it may be.
            return SlackAttempt(place=place)
        except SlackRefusedError as error:
            # Without the scope to read nobody can tell; shown twice is better than a run that waits unseen.
            log.warning("post.not_looked_for", post=post.key, code=error.code, needed=error.needed)
            return SlackAttempt(place=place)
        found = survey(messages, post.key)
        attempt = SlackAttempt(place=place, shown=found.shown, files=found.files)
        if found.files:
            attempt.unshared = await self._uploads.missing(place, found.files, found.shared)
        for ts in found.twice:
            await self._sender.delete(place, ts)
        if place.thread is not None:
            self._left_over.read(post.thread, messages)
        return attempt

    async def _messages(self, place: Place) -> list[Json]:
        if place.thread is None:
            return await self._reading.channel(place.workspace, place.channel)
        return await self._reading.thread(place.workspace, place.channel, place.thread)

    async def _tidy(self, post: Post, attempt: SlackAttempt) -> None:
        with suppress(RetryLaterError, PostRefusedError, ConnectionError):
            await self._found(post, attempt.place)


def _unseen(post: Post, names: Sequence[str]) -> tuple[int, ...]:
    """Return which items people could still approve on a card, whose bytes are in files of these names."""
    request = post.request if post.kind is PostKind.REQUEST else None
    return items_in(request, names) if request is not None else ()
