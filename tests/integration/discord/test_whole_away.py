"""What people do while the command is down, or on both sides of its death: nothing is lost, nothing happens twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.discord_server import Permission
from tests.integration.discord.stage import Stage, alone, staged
from tests.integration.reviewed import PRINTED

pytestmark = pytest.mark.timeout(240)


async def test_what_was_said_while_the_bot_was_down_is_answered_once(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with stage.bot():
            thread = await stage.asks("print some primes")
            await stage.anna.writes_dm("print some primes")
            await stage.card(thread, "End this chat")
            await stage.card(stage.anna.dm, "End this chat")
        await stage.anna.says(thread, "up to 30")
        await stage.anna.writes_dm("up to 30, too")
        missed = await stage.anna.mentions(stage.general, "print others")
        async with stage.bot():
            other = await stage.thread_of(missed)
            for place in (thread, stage.anna.dm):
                await stage.card(place, "Run the code")
            await stage.card(other, "End this chat")
        # A third process finds nothing to do.
        async with stage.bot():
            await stage.settled()

        for place in (thread, stage.anna.dm):
            texts = stage.anna.sees(place).texts
            assert sum("Here it is" in text for text in texts) == 1
            assert sum("Answered by Anna" in text for text in texts) == 1
        assert sum("up to which number" in text for text in stage.anna.sees(other).texts) == 1
        assert len(stage.anna.threads(stage.general)) == 2


async def test_channel_that_the_bot_may_not_read_back_does_not_keep_the_others_from_catching_up(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        closed = stage.world.channel(stage.guild, "closed")
        async with stage.bot():
            await stage.anna.says(closed, "hello")
            await stage.anna.says(stage.general, "hello")
            await stage.card(await stage.asks("first"), "End this chat")
        stage.world.rule(closed, stage.server.app.user, deny=int(Permission.READ_MESSAGE_HISTORY))
        await stage.anna.mentions(closed, "print some primes")
        missed = await stage.anna.mentions(stage.general, "print some primes")
        async with stage.bot():
            await stage.card(await stage.thread_of(missed), "End this chat")


@pytest.mark.parametrize("away", [False, True], ids=["", "restarted"])
async def test_rejection_with_a_reason_is_read_by_the_agents(away: bool, tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with stage.bot():
            thread = await stage.asks("print some primes")
            card = await stage.until_approval(thread)
            form = await (await stage.anna.presses(card, "Reject")).answered()
            if not away:
                await stage.anna.fills(form, reason="Use a sieve.")
                await stage.sees(thread, "Rejected by Anna")
        async with stage.bot():
            if away:
                await stage.anna.fills(form, reason="Use a sieve.")
            seen = await stage.to_the_end(thread)

        assert sum("Rejected: Use a sieve." in text for text in seen.texts) == 1
        assert PRINTED not in seen


@pytest.mark.parametrize("away", [False, True], ids=["", "restarted"])
async def test_edited_code_runs_instead_exactly_as_it_was_written(away: bool, tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        async with stage.bot():
            thread = await stage.asks("print some primes")
            card = await stage.until_approval(thread)
            form = await (await stage.anna.presses(card, "Edit")).answered()
            if not away:
                await stage.anna.fills(form, code="print('two', 'three')\n")
                # Code that a restart interrupts is not run again.
                await stage.sees(thread, "two three")
        async with stage.bot():
            if away:
                await stage.anna.fills(form, code="print('two', 'three')\n")
            seen = await stage.to_the_end(thread)

        assert sum("two three" in text for text in seen.texts) == 1
        assert PRINTED not in seen


async def test_form_about_what_somebody_else_decided_meanwhile_decides_nothing(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        thread = await stage.asks("print some primes")
        card = await stage.until_approval(thread)
        form = await (await stage.anna.presses(card, "Edit")).answered()
        await stage.anna.presses(card, "Approve")
        await stage.sees(thread, "Approved by Anna")
        late = await alone(await stage.anna.fills(form, code="print('late')\n"))
        seen = await stage.to_the_end(thread)

        assert "closed already" in late
        assert "print('late')" not in seen
        assert sum(PRINTED in text for text in seen.texts) == 1


async def test_stranger_is_offered_no_form(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, stage.bot():
        card = await stage.until_approval(await stage.asks("print some primes"))

        assert "somebody else" in await refused(stage, card.message.id, "Reject")
        assert "somebody else" in await refused(stage, card.message.id, "Edit")


async def refused(stage: Stage, message: int, button: str) -> str:
    card = next(one for thread in stage.bo.threads(stage.general) for one in stage.bo.sees(thread) if one.id == message)
    return await alone(await stage.bo.presses(card, button))
