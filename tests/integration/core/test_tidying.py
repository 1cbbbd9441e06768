"""What the engine's sweeper forgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import Delivery
from bot.engine import tidying
from bot.ports import Records
from tests.integration.core.rig import Rig, running

DAY = 86400.0


async def handle(rig: Rig, *names: str) -> None:
    received = rig.clock.now()
    for name in names:
        delivery = Delivery(adapter="console", id=name, body={}, received_at=received)
        await rig.inbox.receive(delivery)
        await rig.inbox.handled(delivery)


async def known(rig: Rig, *names: str) -> list[str]:
    """Return those of these deliveries that would be no new ones."""

    def work(records: Records) -> list[bool]:
        now = rig.clock.now()
        return [
            records.deliveries.add(Delivery(adapter="console", id=name, body={}, received_at=now)) for name in names
        ]

    new = await rig.store.write(work)
    return [name for name, is_new in zip(names, new, strict=True) if not is_new]


async def test_handled_deliveries_are_forgotten_after_a_week_though_the_process_goes_on(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        await handle(rig, "old")
        await rig.pass_time(6.5 * DAY)
        await handle(rig, "new")
        await rig.pass_time(1.6 * DAY)

        assert await known(rig, "old", "new") == ["new"]


async def test_what_people_used_is_forgotten_after_a_week(tmp_path: Path) -> None:
    async with running(tmp_path) as rig:
        day = rig.clock.now().date()
        await rig.store.write(lambda records: records.usage.add(day, ["person:fake:w:u1"], runs=1))
        await rig.pass_time(6.5 * DAY)
        kept = await rig.store.read(lambda records: records.usage.used(day, ["person:fake:w:u1"]))
        await rig.pass_time(3 * DAY)

        assert kept
        assert not await rig.store.read(lambda records: records.usage.used(day, ["person:fake:w:u1"]))


async def test_many_are_forgotten_sweep_by_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 2)
    names = [f"d{number}" for number in range(9)]
    async with running(tmp_path) as rig:
        await handle(rig, *names)

    async with running(tmp_path) as rig:
        await rig.pass_time(8 * DAY)
        for _ in range(6):
            await rig.pass_time(1)

        assert await known(rig, *names) == []
