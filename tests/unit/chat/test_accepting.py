from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.chat.handling.accepting import Accepting
from bot.domain import EventKind, ThreadRef
from tests.fakes import Thread
from tests.integration.core.rig import Rig, running


@asynccontextmanager
async def accepting(path: Path) -> AsyncIterator[tuple[Rig, Accepting, list[ThreadRef]]]:
    told: list[ThreadRef] = []
    async with running(path) as rig:
        yield rig, Accepting(rig.inbox, told.append), told


async def test_thread_listens_from_its_first_run_to_its_mute_and_after_the_next_mention(tmp_path: Path) -> None:
    thread = Thread()

    async with accepting(tmp_path) as (_, inbox, _):
        heard = [await inbox.listens(thread.ref)]
        await inbox.accept(thread.event("hi"))
        heard.append(await inbox.listens(thread.ref))
        await inbox.accept(thread.event(kind=EventKind.MUTE))
        heard.append(await inbox.listens(thread.ref))
        await inbox.accept(thread.event("again"))
        heard.append(await inbox.listens(thread.ref))

        assert heard == [False, True, False, True]
        assert await inbox.begun(thread.ref)


async def test_muted_thread_has_begun_all_the_same(tmp_path: Path) -> None:
    thread = Thread()

    async with accepting(tmp_path) as (_, inbox, _):
        await inbox.accept(thread.event("hi"))
        await inbox.accept(thread.event(kind=EventKind.MUTE))

        assert (await inbox.begun(thread.ref), await inbox.listens(thread.ref)) == (True, False)


async def test_only_what_gives_the_team_work_is_told(tmp_path: Path) -> None:
    thread = Thread()

    async with accepting(tmp_path) as (rig, inbox, told):
        await inbox.accept(thread.event("hi"))
        await rig.quiet()
        await inbox.accept(thread.event("an answer"))
        await rig.quiet()
        await inbox.accept(thread.event(kind=EventKind.MUTE))
        await inbox.accept(thread.stop())

        assert told == [thread.ref, thread.ref]
