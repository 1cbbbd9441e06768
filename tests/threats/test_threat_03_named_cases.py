"""Threat 3, case by case: what people did, and what ran because of it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.domain import Accepted, ApprovalPolicy, ApprovalState, AuditAction, RequestStatus, Verdict
from tests.fakes import BO
from tests.threats.coding import DAYS, Bot, World

ONE, TWO = "```python\nprint(1)\n```", "```python\nprint(2)\n```"
YES, NO = Verdict.APPROVE, Verdict.REJECT
APPROVED, DENIED, DONE = ApprovalState.APPROVED, ApprovalState.DENIED, ApprovalState.DONE


@pytest_asyncio.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot whose agents have written code, which waits for its approval."""
    made = Bot(tmp_path, World(lines=[ONE]))
    await made.start()
    await made.take(made.thread.event("go"))
    await made.quiet()
    yield made
    await made.end()


async def decided(bot: Bot, verdict: Verdict = YES, *, content: str | None = None) -> None:
    """Have the starter decide what is open, and let the bot do all that follows."""
    (request,) = await bot.requests()
    await bot.take(bot.pressed(request, verdict, content=content))
    await bot.quiet()


def ran(bot: Bot) -> list[str]:
    return [code for execution in bot.world.executed for _, code in execution.blocks]


async def states(bot: Bot) -> list[ApprovalState]:
    return [each.state for each in await bot.approvals()]


async def test_nothing_runs_while_nobody_has_decided_also_after_a_restart(bot: Bot) -> None:
    await bot.restart()
    await bot.quiet()

    assert (ran(bot), await states(bot)) == ([], [ApprovalState.PENDING])
    await decided(bot)
    assert (ran(bot), await states(bot)) == (["print(1)\n"], [DONE])


async def test_what_was_approved_runs_once_and_the_log_says_who_and_what(bot: Bot) -> None:
    (request,) = await bot.requests()
    await decided(bot)
    await bot.restart()
    await bot.quiet()

    assert ran(bot) == ["print(1)\n"]
    (record,) = await bot.approvals()
    assert (record.claims, record.by, record.sha256, record.seal) == (
        1,
        "u1",
        request.items[0].sha256,
        request.items[0].seal,
    )
    log = [entry for entry in await bot.audit() if entry[0] in (AuditAction.APPROVED, AuditAction.RAN)]
    assert [(action, person, hashed) for action, person, hashed, _ in log] == [
        ("approved", "fake:w:u1", record.sha256),
        ("ran", "", record.sha256),
    ]
    assert json.loads(log[1][3]) == {"kind": "code", "policy": "always", "item": 1}


async def test_rejected_expired_stopped_and_answered_otherwise_run_nothing(tmp_path: Path) -> None:
    async def rejected(bot: Bot) -> None:
        await decided(bot, NO)

    async def expired(bot: Bot) -> None:
        await bot.clock.advance(DAYS * 86_400 + 60)

    async def stopped(bot: Bot) -> None:
        await bot.take(bot.thread.stop())

    async def feedback(bot: Bot) -> None:
        await bot.take(bot.thread.event("use another library"))

    async def exited(bot: Bot) -> None:
        await bot.take(bot.thread.event("exit"))

    for end in (rejected, expired, stopped, feedback, exited):
        made = Bot(tmp_path / end.__name__, World(lines=[ONE]))
        await asyncio.to_thread((tmp_path / end.__name__).mkdir)
        await made.start()
        await made.take(made.thread.event("go"))
        await made.quiet()
        await end(made)
        await made.quiet()
        for request in await made.requests(None):
            receipt = await made.take(made.pressed(request, YES))
            assert receipt is not None
            assert receipt.outcome is not Accepted.ANSWERED
        await made.quiet()
        assert (ran(made), await states(made)) == ([], [DENIED]), end.__name__
        await made.end()


async def test_two_presses_at_once_and_one_that_comes_again_run_it_once(bot: Bot) -> None:
    (request,) = await bot.requests()
    events = [bot.pressed(request, YES), bot.pressed(request, YES, content="print(9)"), bot.pressed(request, NO)]
    events.append(events[0])

    receipts = await asyncio.gather(*(bot.take(event) for event in events))
    await bot.quiet()

    assert [receipt.outcome for receipt in receipts if receipt].count(Accepted.ANSWERED) == 1
    assert len(ran(bot)) <= 1
    assert len(await bot.requests(RequestStatus.ANSWERED)) == 1


async def test_nobody_but_the_starter_decides_where_no_rule_says_so(bot: Bot) -> None:
    (request,) = await bot.requests()

    receipt = await bot.take(bot.pressed(request, YES, by=BO))
    await bot.quiet()

    assert receipt is not None
    assert (receipt.outcome, ran(bot), await states(bot)) == (Accepted.NOT_ALLOWED, [], [ApprovalState.PENDING])
    assert (request.deciders, request.four_eyes, len(request.nonce)) == (("starter",), False, 16)


async def test_a_change_has_a_record_of_its_own_and_only_that_runs(bot: Bot) -> None:
    (request,) = await bot.requests()
    await decided(bot, content="print(9)")

    old, new = await bot.approvals()
    assert ran(bot) == ["print(9)"]
    assert (old.state, new.state, old.claims, new.claims) == (ApprovalState.REPLACED, DONE, 0, 1)
    assert (old.sha256, old.seal) == (request.items[0].sha256, request.items[0].seal)
    assert {new.sha256, new.seal}.isdisjoint({old.sha256, old.seal})


@pytest.mark.parametrize("policy", list(ApprovalPolicy))
async def test_a_process_that_ends_at_any_look_outside_runs_nothing_twice(
    policy: ApprovalPolicy, tmp_path: Path
) -> None:
    asked = 0 if policy is ApprovalPolicy.NEVER else 1
    for looks in range(1, 30):
        folder = tmp_path / str(looks)
        await asyncio.to_thread(folder.mkdir)
        bot = Bot(folder, World(lines=[ONE], policy=policy))
        await bot.start()
        await bot.take(bot.thread.event("go"))
        if asked:
            await bot.quiet()
            bot.wire.ends_in = looks
            await bot.take(bot.pressed((await bot.requests())[0], YES))
        else:
            bot.wire.ends_in = looks
        await bot.quiet()
        await bot.restart()
        await bot.quiet()

        assert len(ran(bot)) <= 1, looks
        records = await bot.approvals()
        assert len(records) == asked
        assert all(record.claims >= len(ran(bot)) for record in records), looks
        await bot.end()
        if not bot.crashes:
            break


async def test_an_interrupted_execution_is_over_as_well(bot: Bot) -> None:
    bot.world.lines = [ONE, "well?"]
    (request,) = await bot.requests()
    for looks in range(1, 30):
        bot.wire.ends_in = looks
        await bot.take(bot.pressed(request, YES))
        await bot.quiet()
        bot.wire.ends_in = 0

    assert await bot.requests() == []
    assert await states(bot) == [DONE]
    assert len(ran(bot)) <= 1
