"""What counts in a thread: who is addressed, and what is muted."""

from __future__ import annotations

from pathlib import Path

from bot.domain import Accepted, EventKind
from tests.fakes import BO, Thread
from tests.integration.core.echoing import TEAMS, conversation, is_known
from tests.integration.core.rig import running


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
