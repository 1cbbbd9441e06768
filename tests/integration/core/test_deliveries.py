"""Deliveries: recorded as they came before anybody is told, worked on until they are handled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain import Delivery, Receipt
from bot.errors import StoreError
from tests.fakes import START, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

SAYS: dict[str, Script] = {"greet": [["say", "ada", "{text}"]]}


def delivery(name: str = "e1", text: str = "hi") -> Delivery:
    return Delivery(adapter="fake", id=name, body={"text": text, "blocks": [None, {"a": "\x00好"}]}, received_at=START)


async def handle(rig: Rig, thread: Thread, each: Delivery) -> Receipt:
    """Do with a delivery what an adapter does."""
    receipt = await rig.say(thread.event(each.body["text"], delivery=each.id))
    await rig.inbox.handled(each)
    return receipt


async def test_delivery_that_comes_twice_is_known(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        received = [await rig.inbox.receive(one) for one in (delivery(), delivery(text="again"), delivery("e2"))]

        assert received == [True, False, True]


async def test_delivery_is_left_after_a_crash_until_it_is_handled(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.receive(delivery("e1", "one"))
        await rig.inbox.receive(delivery("e2", "two"))
        await rig.inbox.receive(replace(delivery("e3"), adapter="other"))

    async with running(tmp_path, SAYS) as rig:
        left = await rig.inbox.unhandled("fake")
        for each in left:
            await handle(rig, thread, each)
        nothing = await rig.inbox.unhandled("fake")
        known = await rig.inbox.receive(delivery("e1"))

        assert left == [replace(delivery("e1", "one"), tries=1), replace(delivery("e2", "two"), tries=1)]
        assert (nothing, known) == ([], False)
        assert rig.said(thread) == ["ada: one", "ada: two"]


async def test_delivery_whose_event_was_accepted_before_the_crash_changes_nothing_more(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.receive(delivery())
        await rig.say(thread.event("hi", delivery="e1"))

    async with running(tmp_path, SAYS, adapter=rig.adapter) as rig:
        [left] = await rig.inbox.unhandled("fake")
        receipt = await handle(rig, thread, left)

        assert receipt.outcome.value == "duplicate"
        assert rig.said(thread) == ["ada: hi"]


async def test_receiving_wakes_and_shows_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.receive(delivery())

        assert rig.engine.idle
        assert rig.adapter.shown == {}


async def test_handling_twice_does_no_harm(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.handled(delivery())
        await rig.inbox.receive(delivery())
        await rig.inbox.handled(delivery())
        await rig.inbox.handled(delivery())

        assert await rig.inbox.unhandled("fake") == []


async def test_delivery_that_cannot_be_recorded_is_not_acknowledged(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        await rig.store.close()

        with pytest.raises(StoreError):
            await rig.inbox.receive(delivery())


async def test_position_of_a_delivery_is_recorded_with_it_and_outlives_the_process(tmp_path: Path) -> None:
    said = replace(delivery(), place="c1", position=7)
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.receive(said)
        await rig.inbox.receive(replace(said, position=9))
        await rig.inbox.receive(delivery("e2"))

    async with running(tmp_path, SAYS) as rig:
        assert await rig.inbox.places("fake") == {"c1": 9}


async def test_position_of_a_delivery_that_cannot_be_recorded_is_not_recorded_either(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        broken = replace(delivery(), body={"a": object()}, place="c1", position=7)
        with pytest.raises(TypeError):
            await rig.inbox.receive(broken)

        assert await rig.inbox.places("fake") == {}


async def test_place_is_known_from_when_it_is_noted_until_it_is_left(tmp_path: Path) -> None:
    async with running(tmp_path, SAYS) as rig:
        await rig.inbox.note("fake", "t1", 5)
        await rig.inbox.note("fake", "t1", 3)
        await rig.inbox.note("fake", "t2", 4)
        await rig.inbox.leave("fake", "t2")

        assert await rig.inbox.places("fake") == {"t1": 5}
