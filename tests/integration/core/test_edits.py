"""Messages that are changed or taken back: that counts for what is kept and not used yet, and for nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import Accepted, Attachment, Event, EventKind, RequestStatus
from tests.fakes import START, Thread
from tests.integration.core.echoing import TEAMS, conversation, is_known
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

HELD: Script = [["hold"], ["ask", "you"], ["say", "ada", "{answer}"]]
FILE = Attachment(name="a.csv", media_type="text/csv", data=b"1")


async def kept(rig: Rig, thread: Thread, *texts: str) -> None:
    """Have messages kept while the team works: m1, m2 and so on, the first with a file."""
    await rig.inbox.accept(thread.event("hi", message="m0"))
    await rig.until(lambda: rig.teams.holding)
    for number, text in enumerate(texts, 1):
        files = (FILE,) if number == 1 else ()
        receipt = await rig.inbox.accept(thread.event(text, message=f"m{number}", files=files))
        assert receipt.outcome is Accepted.KEPT


def edit(thread: Thread, message: str | None, text: str, *, seconds: float = 1) -> Event:
    made = thread.event(text, kind=EventKind.EDIT, message=message, addressed=False)
    return replace(made, at=START + timedelta(seconds=seconds))


async def test_edit_changes_a_kept_message_before_it_is_used(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "two nigts", "by train")
        receipt = await rig.inbox.accept(edit(thread, "m1", "two nights"))
        rig.teams.release()
        await rig.quiet()
        [question] = await rig.questions(thread, RequestStatus.ANSWERED)

        assert (receipt.outcome, receipt.text) == (Accepted.CHANGED, "")
        assert rig.said(thread) == ["ada: two nights\nby train"]
        assert question.answer is not None
        assert question.answer.attachments == (FILE,)


async def test_message_that_was_taken_back_is_not_used(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "nonsense", "by train")
        receipt = await rig.inbox.accept(edit(thread, "m1", " "))
        rig.teams.release()
        await rig.quiet()

        assert receipt.outcome is Accepted.CHANGED
        assert rig.said(thread) == ["ada: by train"]


async def test_edit_that_leaves_only_a_file_keeps_the_file(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "look")
        await rig.inbox.accept(replace(edit(thread, "m1", ""), attachments=(FILE,)))
        rig.teams.release()
        await rig.quiet()

        [question] = await rig.questions(thread, RequestStatus.ANSWERED)
        assert question.answer is not None
        assert (question.answer.text, question.answer.attachments) == ("", (FILE,))


@pytest.mark.parametrize("message", ["m0", "unknown", None])
async def test_edit_of_anything_else_leaves_no_trace(tmp_path: Path, message: str | None) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "by train")
        late = edit(thread, message, "something else")
        receipt = await rig.inbox.accept(late)
        known = await is_known(rig, replace(late, message=None))
        rig.teams.release()
        await rig.quiet()

        assert (receipt.outcome, known) == (Accepted.IGNORED, False)
        assert rig.said(thread) == ["ada: by train"]


async def test_edit_in_a_thread_without_a_conversation_starts_none(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        receipt = await rig.say(replace(edit(thread, "m1", "do this"), addressed=True))

        assert receipt.outcome is Accepted.IGNORED
        assert await conversation(rig, thread) is None


async def test_of_two_edits_the_later_one_stands_in_whatever_order_and_however_often_they_arrive(
    tmp_path: Path,
) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "one")
        first, second = edit(thread, "m1", "two", seconds=1), edit(thread, "m1", "three", seconds=2)
        outcomes = [(await rig.inbox.accept(event)).outcome for event in (second, first, second)]
        rig.teams.release()
        await rig.quiet()

        assert outcomes == [Accepted.CHANGED, Accepted.IGNORED, Accepted.DUPLICATE]
        assert rig.said(thread) == ["ada: three"]


async def test_edit_counts_also_where_the_thread_was_muted_since(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": HELD}) as rig:
        await kept(rig, thread, "one")
        await rig.inbox.accept(thread.event(kind=EventKind.MUTE))
        receipt = await rig.inbox.accept(edit(thread, "m1", "two"))
        rig.teams.release()
        await rig.quiet()

        assert receipt.outcome is Accepted.CHANGED
        assert rig.said(thread) == ["ada: two"]
