"""What a platform cannot bring to people is approved by nobody: neither by buttons nor by words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Accepted, Post, PostKind, RunStatus
from bot.errors import PostRefusedError, RetryLaterError, UnseenError
from bot.texts import say
from tests.fakes import FakeAdapter, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

CODE: Script = [["approve", "bot", "code", ["a", "b"]], ["say", "ada", "done"]]


class Blind(FakeAdapter):
    """A platform that cannot bring the first item of any card to people."""

    def __init__(self, *, stubborn: bool = False, dies: int = 0) -> None:
        super().__init__()
        self.stubborn = stubborn
        self.dies = dies
        """How often the connection is lost before the card is shown as it can be."""

    async def post(self, post: Post, *, update: str | None = None) -> str:
        if post.request is not None and post.kind is PostKind.REQUEST:
            self._look(post.request.unseen)
        return await super().post(post, update=update)

    def _look(self, unseen: tuple[int, ...]) -> None:
        if 1 not in unseen or self.stubborn:
            raise UnseenError("uploads are switched off", (1,))
        if self.dies:
            self.dies -= 1
            raise ConnectionResetError("lost")


class Held(FakeAdapter):
    """A platform that takes no cards for now."""

    holds = True

    async def post(self, post: Post, *, update: str | None = None) -> str:
        if self.holds and post.kind is PostKind.REQUEST:
            raise RetryLaterError("later", retry_after=1)
        return await super().post(post, update=update)


def cards(rig: Rig) -> list[Post]:
    return [post for post in rig.adapter.shown.values() if post.kind is PostKind.REQUEST]


@pytest.mark.parametrize("dies", [0, 3])
async def test_card_is_shown_without_approval_for_what_nobody_can_see(tmp_path: Path, dies: int) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Blind(dies=dies)) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(120)

        [card] = cards(rig)
        assert card.request is not None
        assert card.request.unseen == (1,)
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]


async def test_words_approve_nothing_that_nobody_could_see_and_the_rest_as_ever(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Blind()) as rig:
        await rig.say(thread.event("hi"))
        refused = await rig.inbox.accept(thread.event("approve"))
        some = await rig.inbox.accept(thread.event("approve 2"))
        await rig.quiet()

        assert (refused.outcome, some.outcome) == (Accepted.NOT_UNDERSTOOD, Accepted.ANSWERED)
        assert "nobody can approve it (number 1)" in refused.text
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        [card] = cards(rig)
        assert card.request is not None
        assert (card.request.unseen, bool(card.request.decided)) == ((1,), True)

        await rig.say(thread.event("reject 1 shorter, please"))
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_platform_that_takes_the_card_in_no_form_ends_the_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Blind(stubborn=True)) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(10)

        assert await rig.statuses(thread) == [RunStatus.FAILED]
        assert "uploads are switched off" in rig.lines(thread)[-1]
        assert issubclass(UnseenError, PostRefusedError)


async def test_words_approve_no_card_that_is_not_shown_yet(tmp_path: Path) -> None:
    thread = Thread()
    adapter = Held()

    async with running(tmp_path, {"greet": CODE}, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))
        early = await rig.inbox.accept(thread.event("approve"))
        rejected_nothing = await rig.statuses(thread)
        adapter.holds = False
        await rig.pass_time(120)
        late = await rig.inbox.accept(thread.event("approve"))
        seen = await rig.inbox.accept(replace(thread.event("approve"), at=rig.clock.now()))

        assert (early.outcome, early.text) == (Accepted.NOT_UNDERSTOOD, say("approve_unsent", "en"))
        assert rejected_nothing == [RunStatus.INPUT_REQUIRED]
        assert late.text == early.text, "said before the card was shown, and heard only after that"
        assert seen.outcome is Accepted.ANSWERED


async def test_words_reject_also_what_is_not_shown_yet(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, adapter=Held()) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.inbox.accept(thread.event("reject not now"))

        assert receipt.outcome is Accepted.ANSWERED
