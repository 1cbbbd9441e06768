"""Secrets of the installation between a team and what a thread shows."""

from __future__ import annotations

from pathlib import Path

from bot.domain import Accepted, PostKind, RunStatus
from bot.redaction import REDACTED, Redactor
from tests.fakes import Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

SECRET = "t0p-secret/key+1234567890"
CODE: Script = [["approve", "bot", "code", [f"send('{SECRET}')", "print(1)"]], ["say", "ada", "done"]]


def shown(rig: Rig) -> str:
    return repr([*rig.adapter.shown.values()])


async def test_item_with_a_secret_is_shown_without_it_and_approved_by_nobody(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, redact=Redactor([SECRET])) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(120)
        [card] = [post for post in rig.adapter.shown.values() if post.kind is PostKind.REQUEST]
        refused = await rig.inbox.accept(thread.event("approve"))

        assert card.request is not None
        assert (card.request.unseen, card.request.items[0].content) == ((1,), f"send('{REDACTED}')")
        assert refused.outcome is Accepted.NOT_UNDERSTOOD
        assert "nobody can approve it (number 1)" in refused.text
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        assert not rig.teams.executed
        assert SECRET not in shown(rig)


async def test_item_with_a_secret_can_be_rejected_and_the_others_approved(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}, redact=Redactor([SECRET])) as rig:
        await rig.say(thread.event("hi"))
        await rig.pass_time(120)
        await rig.say(thread.event("approve 2"))
        await rig.say(thread.event("reject 1 no secrets"))
        await rig.pass_time(120)

        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert [each.rpartition("/")[2] for each in rig.teams.executed] == ["print(1)"]
        assert SECRET not in shown(rig)


async def test_agent_that_tells_a_secret_is_shown_without_it(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["say", "ada", f"it is {SECRET}"], ["fail", f"no more with {SECRET}"]]

    async with running(tmp_path, {"greet": script}, redact=Redactor([SECRET])) as rig:
        await rig.say(thread.event("hi"))

        assert f"it is {REDACTED}" in str(rig.lines(thread))
        assert f"no more with {REDACTED}" in str(rig.lines(thread))
        assert SECRET not in shown(rig)
