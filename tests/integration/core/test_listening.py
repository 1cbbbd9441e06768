"""What counts in a thread: who is addressed, what is muted, what is changed afterwards, and what was said before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain import Accepted, Attachment, Conversation, Event, EventKind, RequestStatus, RunStatus, Said
from bot.ports import Records
from tests.fakes import BO, START, Thread
from tests.integration.core.rig import Rig, running
from tests.scripted import Script

HELD: Script = [["hold"], ["ask", "you"], ["say", "ada", "{answer}"]]
TEAMS: dict[str, Script] = {"greet": [["say", "ada", "{text}"]], "other": [["say", "eve", "{text}"]]}
FILE = Attachment(name="a.csv", media_type="text/csv", data=b"1")


async def conversation(rig: Rig, thread: Thread) -> Conversation | None:
    return await rig.store.read(lambda records: records.conversations.get(thread.ref.conversation))


async def is_known(rig: Rig, event: Event) -> bool:
    """Say whether the event has a row, by trying to add it and taking that back."""

    class UndoError(Exception):
        pass

    found: list[bool] = []

    def work(records: Records) -> None:
        found.append(not records.inbox.add(event))
        raise UndoError

    with pytest.raises(UndoError):
        await rig.store.write(work)
    return found[0]


async def test_what_people_say_among_themselves_leaves_no_trace(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        among = thread.event("lunch?", addressed=False)
        receipt = await rig.say(among)

        assert (receipt.outcome, receipt.run, receipt.text) == (Accepted.IGNORED, None, "")
        assert await conversation(rig, thread) is None
        assert not await is_known(rig, among)
        assert rig.lines(thread) == []


async def test_adapter_learns_whether_a_thread_is_the_bots_without_changing_anything(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        assert await rig.inbox.conversation(thread.ref) is None
        await rig.say(thread.event("hi"))
        found = await rig.inbox.conversation(thread.ref)

        assert found is not None
        assert (found.run is not None, found.muted) == (True, False)


async def test_what_is_said_in_a_thread_that_the_bot_knows_counts_without_naming_it(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("and now?", addressed=False))

        assert receipt.outcome is Accepted.STARTED
        assert rig.said(thread) == ["ada: hi", "ada: and now?"]


async def test_stop_in_a_thread_without_a_conversation_does_not_make_the_bot_listen_there(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        stop = thread.stop()
        receipts = [await rig.say(event) for event in (stop, stop, thread.event("lunch?", addressed=False))]

        expected = [Accepted.NOTHING_TO_STOP, Accepted.DUPLICATE, Accepted.IGNORED]
        assert [receipt.outcome for receipt in receipts] == expected
        assert await conversation(rig, thread) is None


async def test_in_a_muted_thread_only_what_names_the_bot_counts(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["ask", "you"], ["say", "ada", "{answer}"]]}) as rig:
        await rig.say(thread.event("hi"))
        muted = await rig.say(thread.event(kind=EventKind.MUTE))
        unheard = await rig.say(thread.event("we talk", addressed=False))
        still_open = len(await rig.questions(thread))
        heard = await rig.say(thread.event("the answer"))
        after = await rig.say(thread.event("next", addressed=False))

        assert (muted.outcome, "names me" in muted.text) == (Accepted.MUTED, True)
        assert (unheard.outcome, still_open) == (Accepted.IGNORED, 1)
        assert (heard.outcome, after.outcome) == (Accepted.ANSWERED, Accepted.STARTED)


async def test_receipt_of_a_mute_is_for_the_person_alone_and_in_their_language(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        receipt = await rig.say(thread.event(kind=EventKind.MUTE, by=BO))

        assert receipt.text == "从现在起，在这里我只看提到我的消息。"
        assert rig.lines(thread) == []
        assert (await rig.say(thread.event("lunch?", addressed=False))).outcome is Accepted.IGNORED


async def test_button_or_stop_does_not_end_a_mute(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["choose", "you", ["red", "blue"]], ["ask", "you"]]}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event(kind=EventKind.MUTE))
        [question] = await rig.questions(thread)
        pressed = await rig.say(thread.event("red", kind=EventKind.DECISION, request=question.id))
        await rig.say(thread.stop())

        found = await conversation(rig, thread)
        assert pressed.outcome is Accepted.ANSWERED
        assert found is not None
        assert found.muted


async def test_mute_that_arrives_again_after_the_bot_was_named_changes_nothing(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("hi"))
        mute, named = thread.event(kind=EventKind.MUTE), thread.event("hello again")
        await rig.say(mute)
        await rig.say(named)
        again = await rig.say(thread.again(mute))
        after_mute = await conversation(rig, thread)
        await rig.say(thread.event(kind=EventKind.MUTE))
        await rig.say(thread.again(named))

        after_named = await conversation(rig, thread)
        assert again.outcome is Accepted.DUPLICATE
        assert after_mute is not None
        assert after_named is not None
        assert (after_mute.muted, after_named.muted) == (False, True)


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


EARLIER = (Said(name="Cleo", text=" the train is late "), Said(name="Dan", text=" "), Said(name="Dan", text="again"))


async def test_what_was_said_before_the_bot_was_called_is_the_first_runs_history(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("help them", earlier=EARLIER))

        [run] = await rig.runs(thread)
        assert run.opening.text == "help them"
        assert [(entry["role"], entry["content"]) for entry in run.opening.history] == [
            ("user", "Cleo: the train is late"),
            ("user", "Dan: again"),
        ]


async def test_what_was_said_before_is_told_once_and_apart_from_later_words(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("help them", earlier=EARLIER))
        await rig.say(thread.event("and now?", by=replace(BO, language="en"), earlier=EARLIER))
        await rig.say(thread.event("thanks"))

        contents = [entry["content"] for entry in (await rig.runs(thread))[-1].opening.history]
        assert contents == [
            "Cleo: the train is late",
            "Dan: again",
            "Anna: help them",
            "help them",
            "Bo: and now?",
            "and now?",
        ]


async def test_what_was_said_before_is_trimmed_as_the_team_says(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        rig.teams.extra = {"history_chars": 12}
        await rig.say(thread.event("help them", earlier=EARLIER))

        [run] = await rig.runs(thread)
        assert [entry["content"] for entry in run.opening.history] == ["Dan: again"]


async def set_default(rig: Rig, channel: str, team: str) -> None:
    await rig.store.write(lambda records: records.workspaces.set_default_team("fake", "w", channel, team))


async def test_conversation_begins_with_the_channels_team_else_the_workspaces_else_the_settings(
    tmp_path: Path,
) -> None:
    threads = [Thread("t1"), Thread("t2"), Thread("t3")]

    async with running(tmp_path, {**TEAMS, "third": [["say", "kim", "{text}"]]}) as rig:
        await rig.say(threads[0].event("a"))
        await set_default(rig, "", "other")
        await rig.say(threads[1].event("b"))
        await set_default(rig, "c", "third")
        await rig.say(threads[2].event("c"))

        assert [rig.said(thread) for thread in threads] == [["ada: a"], ["eve: b"], ["kim: c"]]


async def test_conversation_stays_with_its_team_when_the_default_changes(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("a"))
        await set_default(rig, "c", "other")
        await rig.say(thread.event("b"))

        assert rig.said(thread) == ["ada: a", "ada: b"]


async def test_conversation_that_never_had_a_run_takes_the_default_of_now(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await set_default(rig, "c", "removed")
        refused = await rig.say(thread.event("a"))
        await set_default(rig, "c", "other")
        await rig.say(thread.event("b"))

        assert (refused.outcome, "removed" in refused.text) == (Accepted.NOT_UNDERSTOOD, True)
        assert rig.said(thread) == ["eve: b"]


async def test_team_that_does_not_exist_is_asked_for_only_once(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, TEAMS) as rig:
        await rig.say(thread.event("a", team="nobody"))
        await rig.say(thread.event("b"))

        assert rig.said(thread) == ["ada: b"]
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
