from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.domain import Accepted, Attachment, RequestStatus, RunStatus
from bot.engine import Limits
from tests.fakes import BO, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

DAY = 86400.0
LATER: dict[str, Script] = {"later": [["say", "eve", "{text}"]]}


async def kept(rig: Rig, thread: Thread, text: str = "and then this", **facts: Any) -> None:
    """Start a run, have something kept while it works, and let it go on."""
    await rig.inbox.accept(thread.event("hi"))
    await rig.until(lambda: rig.teams.holding)
    receipt = await rig.inbox.accept(thread.event(text, team="later", **facts))
    assert receipt.outcome is Accepted.KEPT
    rig.teams.release()
    await rig.quiet()


@pytest.mark.parametrize("end", [["fail", "no such model"], ["pretend"], ["break", 99], ["cancel", 99], ["retry", 999]])
async def test_what_was_kept_starts_the_next_run_however_the_one_before_failed(tmp_path: Path, end: list[Any]) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], end], **LATER}, limits=Limits(patience_seconds=60)) as rig:
        await kept(rig, thread)
        await rig.pass_time(600)

        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.COMPLETED]
        assert rig.said(thread) == ["eve: and then this"]


async def test_what_was_kept_starts_the_next_run_when_a_question_expires(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["ask", "you", "", ["u1"]]]

    async with running(tmp_path, {"greet": script, **LATER}) as rig:
        await kept(rig, thread, by=BO)
        before = await rig.statuses(thread)
        await rig.pass_time(31 * DAY)

        assert before == [RunStatus.INPUT_REQUIRED]
        assert await rig.statuses(thread) == [RunStatus.CANCELLED, RunStatus.COMPLETED]
        assert rig.said(thread) == ["eve: and then this"]


async def test_run_that_kept_words_started_fails_once_and_for_all(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["fail", "no"]], "later": [["fail", "no"]]}) as rig:
        await kept(rig, thread)
        await rig.pass_time(60)

        assert await rig.statuses(thread) == [RunStatus.FAILED, RunStatus.FAILED]


async def test_stop_stops_also_what_was_kept(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"]], **LATER}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("and then this", team="later"))
        await rig.say(thread.stop())
        await rig.pass_time(60)

        assert await rig.statuses(thread) == [RunStatus.CANCELLED]


async def test_exit_at_an_approval_runs_nothing_and_ends_the_chat(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["approve", "bot", "code", ["a"]], ["say", "ada", "more"]]}) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("退出"))

        assert receipt.outcome is Accepted.ANSWERED
        assert rig.lines(thread) == ["[! Not run: Anna ended this chat.]", "[end The run is completed.]"]
        assert rig.teams.executed.total() == 0


async def test_file_sent_while_code_waits_is_kept_for_the_next_question(tmp_path: Path) -> None:
    thread = Thread()
    file = Attachment(name="a.csv", media_type="text/csv", data=b"1")
    script: Script = [["approve", "bot", "code", ["a"]], ["ask", "you"], ["say", "ada", "done"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("", files=(file,)))
        still_open = len(await rig.questions(thread))
        await rig.say(thread.event("approve"))
        answered = await rig.questions(thread, RequestStatus.ANSWERED)

        assert (receipt.outcome, still_open) == (Accepted.NOT_UNDERSTOOD, 1)
        assert "Your file is kept" in receipt.text
        assert answered[-1].answer is not None
        assert answered[-1].answer.attachments == (file,)
