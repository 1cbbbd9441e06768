from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.domain import Attachment, Opening, RequestStatus, Run, ThreadRef
from bot.ports import Records
from bot.store import open_store
from bot.store.records import requests, runs
from tests.unit.store.samples import answer, begin, run
from tests.unit.store.samples import request as asked


async def read(folder: Path, known: Run) -> list[Run | None]:
    """Return what two readings of a recorded run give."""

    def work(records: Records) -> None:
        begin(records)
        records.runs.add(known)

    store = await asyncio.to_thread(open_store, folder / "store.db")
    try:
        await store.write(work)
        return [await store.read(lambda records: records.runs.get(known.id)) for _ in range(2)]
    finally:
        await store.close()


async def test_what_a_run_was_started_with_is_read_once_and_its_team_each_time(tmp_path: Path) -> None:
    runs._remembered.cache_clear()
    known = run("r7")

    first, second = await read(tmp_path, known)

    assert first == second == known
    assert first is not None
    assert second is not None
    assert first.opening is second.opening
    # The team's definition could be changed by whoever holds it.
    assert first.pinned is not second.pinned


async def test_long_opening_is_not_kept_in_memory(tmp_path: Path) -> None:
    runs._remembered.cache_clear()
    picture = Attachment(name="a", media_type="image/png", data=b"x" * 200_000)
    known = replace(run("r8"), opening=Opening(text="look", attachments=(picture,)))

    assert await read(tmp_path, known) == [known, known]
    assert runs._remembered.cache_info().currsize == 0


async def test_question_is_read_once_and_always_as_it_is_now(tmp_path: Path) -> None:
    requests.forget_questions()
    known, given = asked("q7"), answer()

    def work(records: Records) -> None:
        begin(records)
        records.requests.open(known)

    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    await store.write(work)
    opened = [await store.read(lambda records: records.requests.get(known.id)) for _ in range(2)]
    await store.write(lambda records: records.requests.close(known.id, RequestStatus.ANSWERED, given))
    closed = await store.read(lambda records: records.requests.get(known.id))
    remembered = requests._remembered.cache_info().currsize
    conversation = ThreadRef.parse(known.conversation).conversation
    await store.write(lambda records: records.retention.forget(conversation))

    assert opened == [known, known]
    assert opened[0] is opened[1]
    assert closed == replace(known, status=RequestStatus.ANSWERED, answer=given)
    assert (remembered, requests._remembered.cache_info().currsize) == (1, 0)
    await store.close()


async def test_long_question_is_not_kept_in_memory(tmp_path: Path) -> None:
    requests.forget_questions()
    known = replace(asked("q8"), prompt="x" * 30_000)

    def work(records: Records) -> None:
        begin(records)
        records.requests.open(known)

    store = await asyncio.to_thread(open_store, tmp_path / "store.db")
    await store.write(work)

    assert await store.read(lambda records: records.requests.get(known.id)) == known
    assert requests._remembered.cache_info().currsize == 0
    await store.close()
