"""Posting: shows each recorded post exactly once, whatever happens to connections and processes.

What the bot itself says carries a nonce, by which Discord shows it once however often it is sent, if that is within
minutes. A webhook's messages have none, and no nonce lasts: so after an attempt whose answer was lost the place is
read, from the newest post that is known to be shown there. What it shows is not shown again, what it lacks is added.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from contextlib import suppress
from weakref import WeakValueDictionary

import structlog

from adapters.chat.recent import Recent
from adapters.chat.sending.live import Live
from adapters.chat.sending.previewing import Previewing
from adapters.discord.ids import post_nonce
from adapters.discord.rendering.parts import Part
from adapters.discord.sending.attempts import Attempt, NotSentError, Unsure, joined, messages_of, newest_of
from adapters.discord.sending.direct import Direct
from adapters.discord.sending.forms import is_about_name, refused_items, simpler, too_large
from adapters.discord.sending.looking import Looking
from adapters.discord.sending.places import Place, place_of
from adapters.discord.sending.sender import LOST, Sender
from adapters.discord.web.refusals import DiscordRefusedError, code_of
from adapters.discord.web.webhooks import NoWebhookError
from bot.domain import Post, PostKind, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError, ThreadGoneError, UnseenError
from bot.ports import Clock

log = structlog.get_logger()

REMEMBERED = 2000
"""How many posts that are not wholly shown are remembered; about any other its place is asked."""


class Posting:
    """Keeps the promises of `ChatAdapter.post` and `ChatAdapter.find` for Discord."""

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
        self._sender = sender
        self._looking = looking
        self._previews = previews
        self._direct = direct
        self._clock = clock
        self._attempts: OrderedDict[str, Attempt] = OrderedDict()
        self._newest: Recent[ThreadRef, str] = Recent()
        """The newest message of a post in each thread, as far as this process has shown it."""
        self._locks: WeakValueDictionary[ThreadRef, asyncio.Lock] = WeakValueDictionary()

    async def post(self, post: Post, *, update: str | None = None) -> str:
        """Show a post and return the ids of its messages, joined; with `update`, replace those.

        An update of a message that was deleted, or cannot be changed any more, is shown anew.

        Raises:
            RetryLaterError: It was surely not shown, or not wholly: `post` again goes on where it was.
            ThreadGoneError: Nothing can be shown there any more. The end of a run then goes to its starter instead.
            PostRefusedError: It never will be shown.
            UnseenError: Discord takes a file not with what may be approved; posted with that noted, the card can be
                shown.
            ConnectionError: It may have been shown; `find` tells.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None:
                newest = self._newest.get(post.thread, "")
                attempt = self._remember(post, Attempt(place=place_of(post.thread), after=newest))
            elif not attempt.may_repeat(self._clock.now()):
                attempt = await self._look(post, attempt.after)
            return await self._show(post, attempt, update)

    async def find(self, post: Post, *, after: str | None) -> str | None:
        """Return the ids of a post that an earlier attempt has shown, or None; one shown in part is completed.

        Raises:
            RetryLaterError: Discord does not say now, or a part could not be added now.
            ThreadGoneError: The thread cannot be read any more.
            PostRefusedError: What is missing never will be shown.
            ConnectionError: Discord did not answer.
        """
        async with self._lock(post.thread):
            attempt = self._attempts.get(post.key)
            if attempt is None:
                attempt = await self._look(post, newest_of(after))
            elif not attempt.may_repeat(self._clock.now()):
                attempt = await self._look(post, newest_of(after) or attempt.after)
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
            await self._looking.tidy(post, attempt)
        there = attempt.place == place_of(post.thread)
        self._forget(post, attempt.message if there else "")
        return shown

    async def _anywhere(self, post: Post, attempt: Attempt, update: str | None) -> str:
        try:
            return await self._whole(post, attempt, update)
        except ThreadGoneError as gone:
            told = await self._direct.place(post) if attempt.place == place_of(post.thread) else None
            if told is None:
                raise
            return await self._told(post, attempt, told, gone)

    async def _told(self, post: Post, attempt: Attempt, told: Place, gone: ThreadGoneError) -> str:
        log.info("post.told_directly", post=post.key, reason=gone.text_id)
        attempt.place, attempt.bold, attempt.shown = told, None, {}
        try:
            return await self._whole(post, attempt, None)
        except ThreadGoneError as error:
            log.info("post.starter_not_told", post=post.key, reason=error.text_id)
            raise gone from error

    async def _whole(self, post: Post, attempt: Attempt, update: str | None) -> str:
        with suppress(NotSentError):
            return await self._parts(post, attempt, update)
        attempt.bold = True
        return await self._parts(post, attempt, update)

    async def _parts(self, post: Post, attempt: Attempt, update: str | None) -> str:
        if unseen := too_large(post):
            raise UnseenError("Discord takes no file of that size", unseen)
        if attempt.bold is None:
            attempt.bold = self._sender.bold_names(attempt.place)
        olds = messages_of(update or "")
        for number, part in enumerate(self._direct.rendered(post, attempt.place, bold=attempt.bold)):
            if number not in attempt.shown:
                old = olds[number] if number < len(olds) else None
                attempt.shown[number] = await self._seen(post, attempt, number, part, old)
        for old in olds:
            if old not in attempt.shown.values():
                await self._remove(attempt, old, post)
        return update if update and attempt.shown[0] in olds else joined(attempt.shown)

    async def _seen(self, post: Post, attempt: Attempt, number: int, part: Part, old: str | None) -> str:
        try:
            return await self._part(post, attempt, number, part, old)
        except PostRefusedError as error:
            unseen = refused_items(post, part, error)
            if not unseen:
                raise
            attempt.begin_again()
            raise UnseenError(str(error), unseen) from error

    async def _part(self, post: Post, attempt: Attempt, number: int, part: Part, old: str | None) -> str:
        if old is None and not attempt.shown:
            old = await self._preview(post, attempt, part)
        if old is not None and await self._changed(post, attempt, old, part):
            return old
        return await self._new(post, attempt, number, part)

    async def _new(self, post: Post, attempt: Attempt, number: int, part: Part) -> str:
        """Send a part, and in a simpler form if Discord does not take it as it is."""
        nonce, attempt.repeated = post_nonce(post.key, number), attempt.repeated or attempt.looked
        nonced_at = self._clock.now() if part.name is None else None
        try:
            with Unsure(attempt, nonced_at=nonced_at):
                return await self._send(attempt.place, part, nonce)
        except PostRefusedError as error:
            form = _simpler(post, part, error)
            if form is None:
                raise
            log.warning("post.made_simpler", post=post.key, code=code_of(error))
        with Unsure(attempt, nonced_at=nonced_at):
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

    async def _changed(self, post: Post, attempt: Attempt, message: str, part: Part) -> bool:
        """Turn an older message into this part, which may be repeated; False when it never can be."""
        try:
            await self._change(post, attempt, message, part)
        except (NoWebhookError, DiscordRefusedError) as error:
            if isinstance(error, DiscordRefusedError) and error.code not in LOST:
                raise
            if message == attempt.preview:
                attempt.preview = None
                self._previews.drop(post.thread, message, part.name)
            return False
        return True

    async def _change(self, post: Post, attempt: Attempt, message: str, part: Part) -> None:
        try:
            await self._sender.change(attempt.place, message, part)
        except PostRefusedError as error:
            form = _simpler(post, part, error)
            if form is None:
                raise
            log.warning("post.made_simpler", post=post.key, code=code_of(error))
            await self._sender.change(attempt.place, message, form)

    async def _preview(self, post: Post, attempt: Attempt, part: Part) -> str | None:
        if not attempt.asked and attempt.place == place_of(post.thread):
            attempt.preview = await self._previews.claim(post, part.name)
        attempt.asked = True
        return attempt.preview

    async def _remove(self, attempt: Attempt, message: str, post: Post) -> None:
        """Delete a message whose place another has taken; one that stays is no harm."""
        named = post.kind is PostKind.TURN and not attempt.bold
        with suppress(RetryLaterError, ConnectionError):
            await self._sender.delete(attempt.place, message, named=named)

    async def _look(self, post: Post, after: str) -> Attempt:
        """Ask the place how far a post has come."""
        before = self._attempts.get(post.key)
        attempt = await self._looking.look(post, after)
        if before is not None and not attempt.shown:
            attempt.preview, attempt.asked = before.preview, before.asked
        return self._remember(post, attempt)

    def _remember(self, post: Post, attempt: Attempt) -> Attempt:
        self._attempts[post.key] = attempt
        if len(self._attempts) > REMEMBERED:
            self._attempts.popitem(last=False)
        return attempt

    def _forget(self, post: Post, newest: str) -> None:
        self._attempts.pop(post.key, None)
        if newest:
            # Ids grow with time; an older one belongs to a card that was changed.
            self._newest[post.thread] = max(newest, self._newest.get(post.thread, "0"), key=int)
        self._previews.paid(post.thread, newest)

    def _lock(self, thread: ThreadRef) -> asyncio.Lock:
        lock = self._locks.get(thread)
        if lock is None:
            lock = self._locks[thread] = asyncio.Lock()
        return lock


def _simpler(post: Post, part: Part, error: PostRefusedError) -> Part | None:
    """Return the form of a part that is sent after a refusal; what decides something is sent as it is or not at all."""
    return None if post.request is not None else simpler(part, error, post.language)
