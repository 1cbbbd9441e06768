"""A press whose answer nobody saw, because the process died: handled again, it says the same and decides nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain import Accepted, Decision, Event, EventKind, InputRequest, Person, RequestStatus, RunStatus, Verdict
from bot.ports import Records
from tests.fakes import ANNA, BO, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

CODE: Script = [["approve", "bot", "code", ["a", "b"]], ["say", "ada", "done"]]
YES = Decision(verdict=Verdict.APPROVE)


async def asked(rig: Rig, thread: Thread) -> InputRequest:
    def look(records: Records) -> InputRequest:
        [found] = records.requests.of(thread.ref.conversation, status=RequestStatus.OPEN)
        return found

    return await rig.store.read(look)


def press(thread: Thread, request: InputRequest, *decisions: Decision | None, by: Person = ANNA) -> Event:
    return replace(thread.event("", by=by, kind=EventKind.DECISION, request=request.id), decisions=decisions)


async def test_person_who_was_too_late_is_told_so_when_their_press_is_handled_again(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("hi"))
        request = await asked(rig, thread)
        first, late = press(thread, request, YES, YES), press(thread, request, YES, YES, by=BO)
        await rig.say(first)
        told = await rig.say(late)

    async with running(tmp_path, {"greet": CODE}) as rig:
        again, decided = await rig.say(late), await rig.say(first)

        assert (told.outcome, again.outcome, decided.outcome) == (
            Accepted.TOO_LATE,
            Accepted.DUPLICATE,
            Accepted.DUPLICATE,
        )
        assert again.text == told.text != ""
        assert decided.text == ""
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_person_who_decided_a_part_is_told_how_much_is_decided_when_that_is_handled_again(
    tmp_path: Path,
) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("hi"))
        part = press(thread, await asked(rig, thread), YES, None)
        told, again = await rig.say(part), await rig.say(part)

        assert again.text == told.text != ""
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
