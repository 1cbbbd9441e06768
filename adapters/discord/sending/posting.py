"""Posting: shows each recorded post exactly once, whatever happens to connections and processes.

What the bot itself says carries a nonce, by which Discord shows it once however often it is sent, if that is within
minutes. A webhook's messages have none, and no nonce lasts: so after an attempt whose answer was lost the place is
read, from the newest post that is known to be shown there. What it shows is not shown again, what it lacks is added.
"""

from __future__ import annotations

from contextlib import suppress

import structlog

from adapters.chat.recent import Recent
from adapters.chat.sending.attempts import NotSentError
from adapters.chat.sending.exactly_once import ExactlyOnce
from adapters.chat.sending.live import Live
from adapters.chat.sending.prepared import Prepared
from adapters.chat.sending.previewing import Previewing
from adapters.discord.ids import post_nonce
from adapters.discord.rendering.parts import Part
from adapters.discord.sending.attempts import DiscordAttempt, Sending, joined, messages_of, newest_of
from adapters.discord.sending.direct import Direct
from adapters.discord.sending.forms import is_about_name, refused_items, simpler, too_large
from adapters.discord.sending.looking import Looking
from adapters.discord.sending.places import Place, place_of
from adapters.discord.sending.sender import LOST, Sender
from adapters.discord.web.refusals import DiscordRefusedError, code_of
from adapters.discord.web.webhooks import NoWebhookError
from bot.domain import Post, PostKind, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError, UnseenError
from bot.ports import Clock

log = structlog.get_logger()


class Posting(ExactlyOnce[DiscordAttempt, Live]):
    """Shows posts on Discord; the id of one is those of its messages, joined."""

    def __init__(
        self,
        *,
        sender: Sender,
        looking: Looking,
        previews: Previewing[Live],
        direct: Direct,
        clock: Clock,
    ) -> None:
        """Post.

        Args:
            sender: Sends single messages.
            looking: Tells what is shown of a post already.
            previews: The live previews, one of which may become a turn.
            direct: Tells a run's starter directly.
            clock: Tells how old a nonce is.
        """
        super().__init__(previews)
        self._sender = sender
        self._looking = looking
        self._direct = direct
        self._clock = clock
        self._prepared = Prepared(lambda post, bold: direct.rendered(post, place_of(post.thread), bold=bold))
        self._shown_last: Recent[ThreadRef, str] = Recent()
        """The newest message of a post in each thread, as far as this process has shown it."""

    def prepare(self, post: Post) -> None:
        """Render a post that is being recorded."""
        self._prepared.prepare(post, bold=self._sender.bold_names(place_of(post.thread)))

    def _begun(self, post: Post) -> DiscordAttempt:
        return DiscordAttempt(place=place_of(post.thread), after=self._shown_last.get(post.thread, ""))

    def _must_look(self, attempt: DiscordAttempt) -> bool:
        return not attempt.may_repeat(self._clock.now())

    async def _read(self, post: Post, before: DiscordAttempt | None, after: str | None) -> DiscordAttempt:
        return await self._looking.look(post, newest_of(after) or (before.after if before is not None else ""))

    def _is_there(self, post: Post, attempt: DiscordAttempt) -> bool:
        return attempt.place == place_of(post.thread)

    async def _turn_to_starter(self, post: Post, attempt: DiscordAttempt) -> bool:
        told = await self._direct.place(post)
        if told is not None:
            attempt.place, attempt.bold, attempt.shown = told, None, {}
        return told is not None

    async def _tidy(self, post: Post, attempt: DiscordAttempt) -> None:
        await self._looking.tidy(post, attempt)

    def _newest(self, attempt: DiscordAttempt) -> str:
        return attempt.message

    async def _whole(self, post: Post, attempt: DiscordAttempt, update: str | None) -> str:
        with suppress(NotSentError):
            return await self._parts(post, attempt, update)
        attempt.bold = True
        return await self._parts(post, attempt, update)

    async def _parts(self, post: Post, attempt: DiscordAttempt, update: str | None) -> str:
        if unseen := too_large(post):
            raise UnseenError("Discord takes no file of that size", unseen)
        if attempt.bold is None:
            attempt.bold = self._sender.bold_names(attempt.place)
        olds = messages_of(update or "")
        for number, part in enumerate(self._rendered(post, attempt.place, bold=attempt.bold)):
            if number not in attempt.shown:
                old = olds[number] if number < len(olds) else None
                attempt.shown[number] = await self._seen(post, attempt, number, part, old)
        for old in olds:
            if old not in attempt.shown.values():
                await self._remove(attempt, old, post)
        return update if update and attempt.shown[0] in olds else joined(attempt.shown)

    def _rendered(self, post: Post, place: Place, *, bold: bool) -> tuple[Part, ...]:
        if place == place_of(post.thread):
            return self._prepared.of(post, bold=bold)
        return self._direct.rendered(post, place, bold=bold)

    async def _seen(self, post: Post, attempt: DiscordAttempt, number: int, part: Part, old: str | None) -> str:
        try:
            return await self._part(post, attempt, number, part, old)
        except PostRefusedError as error:
            unseen = refused_items(post, part, error)
            if not unseen:
                raise
            attempt.begin_again()
            raise UnseenError(str(error), unseen) from error

    async def _part(self, post: Post, attempt: DiscordAttempt, number: int, part: Part, old: str | None) -> str:
        if old is None and not attempt.shown:
            old = await self._preview(post, attempt, part.name)
        if old is not None and await self._changed(post, attempt, old, part):
            return old
        return await self._new(post, attempt, number, part)

    async def _new(self, post: Post, attempt: DiscordAttempt, number: int, part: Part) -> str:
        """Send a part, and in a simpler form if Discord does not take it as it is."""
        nonce, attempt.repeated = post_nonce(post.key, number), attempt.repeated or attempt.looked
        nonced_at = self._clock.now() if part.name is None else None
        try:
            with Sending(attempt, nonced_at=nonced_at):
                return await self._send(attempt.place, part, nonce)
        except PostRefusedError as error:
            form = _simpler(post, part, error)
            if form is None:
                raise
            log.warning("post.made_simpler", post=post.key, code=code_of(error))
        with Sending(attempt, nonced_at=nonced_at):
            return await self._send(attempt.place, form, nonce)

    async def _send(self, place: Place, part: Part, nonce: str) -> str:
        try:
            return await self._sender.new(place, part, nonce)
        except NoWebhookError as error:
            raise NotSentError from error
        except PostRefusedError as error:
            if part.name is not None and is_about_name(error):
                raise NotSentError from error
            raise

    async def _changed(self, post: Post, attempt: DiscordAttempt, message: str, part: Part) -> bool:
        """Turn an older message into this part, which may be repeated; False when it never can be."""
        try:
            await self._change(post, attempt, message, part)
        except (NoWebhookError, DiscordRefusedError) as error:
            if isinstance(error, DiscordRefusedError) and error.code not in LOST:
                raise
            self._give_up_preview(post, attempt, message, part.name)
            return False
        return True

    async def _change(self, post: Post, attempt: DiscordAttempt, message: str, part: Part) -> None:
        try:
            await self._sender.change(attempt.place, message, part)
        except PostRefusedError as error:
            form = _simpler(post, part, error)
            if form is None:
                raise
            log.warning("post.made_simpler", post=post.key, code=code_of(error))
            await self._sender.change(attempt.place, message, form)

    async def _remove(self, attempt: DiscordAttempt, message: str, post: Post) -> None:
        """Delete a message whose place another has taken; one that stays is no harm."""
        named = post.kind is PostKind.TURN and not attempt.bold
        with suppress(RetryLaterError, ConnectionError):
            await self._sender.delete(attempt.place, message, named=named)

    def _forget(self, post: Post, newest: str) -> None:
        super()._forget(post, newest)
        if newest:
            # Ids grow with time; an older one belongs to a card that was changed.
            self._shown_last[post.thread] = max(newest, self._shown_last.get(post.thread, "0"), key=int)


def _simpler(post: Post, part: Part, error: PostRefusedError) -> Part | None:
    """Return the form of a part that is sent after a refusal; what decides something is sent as it is or not at all."""
    return None if post.request is not None else simpler(part, error, post.language)
