from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Sequence
from io import StringIO

import pytest

from adapters.console.adapter import ConsoleAdapter
from adapters.console.lines import Lines
from adapters.console.plain import PlainFront
from bot.domain import Accepted, Event, EventKind, Post, PostKind, Receipt, RequestKind, RunStatus, TurnKind
from bot.errors import RetryLaterError
from tests.unit.terminal.made import THREAD, FakeInbox, asked, ended, item, post, said, talk, turn

END = ended(text="The run is completed.")


class PlayedInbox(FakeInbox):
    """After each event it shows the next of these lists of posts, as the engine would."""

    def __init__(self, *acts: Sequence[Post], outcome: Accepted = Accepted.STARTED, text: str = "") -> None:
        super().__init__(outcome, text=text)
        self.adapter: ConsoleAdapter | None = None
        self._acts = list(acts)

    async def accept(self, event: Event) -> Receipt:
        receipt = await super().accept(event)
        for shown in self._acts.pop(0) if self._acts else ():
            assert self.adapter is not None
            await self.adapter.post(shown)
        return receipt


class EngineInbox(PlayedInbox):
    """Shows posts beside the talk, as the engine's poster does."""

    group: asyncio.TaskGroup

    async def accept(self, event: Event) -> Receipt:
        receipt = await FakeInbox.accept(self, event)
        acts = self._acts.pop(0) if self._acts else ()
        self.group.create_task(self._show(acts))
        return receipt

    async def _show(self, acts: Sequence[Post]) -> None:
        assert self.adapter is not None
        for shown in acts:
            await self.adapter.post(shown)


async def talked(
    inbox: PlayedInbox, say: str | None = None, answers: Sequence[str] = (), stdin: str = ""
) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    front = PlainFront(
        out=out, err=err, say_first=say, answers=answers, lines=None if say is not None else typed(stdin)
    )
    inbox.adapter = ConsoleAdapter(talk(inbox), front)
    await inbox.adapter.run(inbox)
    return inbox.adapter.exit_status, out.getvalue(), err.getvalue()


def typed(text: str) -> Lines:
    reading, writing = os.pipe()
    os.write(writing, text.encode())
    os.close(writing)
    return Lines(reading)


@pytest.mark.parametrize(
    ("status", "code"), [(RunStatus.COMPLETED, 0), (RunStatus.FAILED, 1), (RunStatus.CANCELLED, 130)]
)
async def test_exit_status_says_how_the_run_ended(status: RunStatus, code: int) -> None:
    done = await talked(PlayedInbox([said("Hello."), ended(status, "Because\nof that.")]), say="go")

    assert done == (code, "coder: Hello.\n", "thread: k3f9q2\nBecause of that.\n")


async def test_open_question_is_the_last_line_after_what_would_run() -> None:
    question = asked(kind=RequestKind.APPROVAL, items=(item("rm -r /\u200b"),))

    status, out, _ = await talked(PlayedInbox([question]), say="go")

    assert status == 3
    assert out.splitlines()[1:] == ["| rm -r /⟦U+200B⟧", "thread: k3f9q2", "May it run?"]


async def test_answers_go_to_questions_in_order_and_the_rest_is_named() -> None:
    inbox = PlayedInbox([asked(key="1")], [asked(key="2", id="q2")], [END], outcome=Accepted.ANSWERED)

    status, out, err = await talked(inbox, say="go", answers=["one", "two", "three"])

    assert (status, out) == (0, "")
    assert [event.text for event in inbox.events] == ["go", "one", "two"]
    assert "'three'" in err


class SlowlyWritten(StringIO):
    """A stream whose every write takes a moment, in which another writer could come between."""

    def write(self, text: str) -> int:
        for letter in text:
            time.sleep(0.0002)
            super().write(letter)
        return len(text)


async def test_card_stands_before_its_question_and_that_before_the_answer_line_by_line() -> None:
    err = SlowlyWritten()
    card = asked(kind=RequestKind.APPROVAL, items=(item("print(1)"),))
    inbox = EngineInbox([card], [post(PostKind.NOTICE, "n", text="Trimmed."), END])
    front = PlainFront(out=StringIO(), err=err, say_first="go", answers=["approve"], lines=None)
    inbox.adapter = ConsoleAdapter(talk(inbox), front)

    async with asyncio.TaskGroup() as inbox.group:
        await inbox.adapter.run(inbox)

    lines = err.getvalue().splitlines()
    assert lines[0] == "thread: k3f9q2"
    assert lines[2:5] == ["| print(1)", "May it run?", "> approve"]
    assert sorted(lines[5:]) == ["The run is completed.", "Trimmed."]


async def test_lines_of_standard_input_are_read_when_the_team_rests() -> None:
    inbox = PlayedInbox([asked()], [END])

    status, _, _ = await talked(inbox, stdin="go\r\n质数")

    assert status == 0
    assert [event.text for event in inbox.events] == ["go", "质数"]


async def test_stop_is_handed_in_as_a_stop() -> None:
    inbox = PlayedInbox([asked()], [ended(RunStatus.CANCELLED)], outcome=Accepted.STOPPED)

    status, _, _ = await talked(inbox, stdin="go\n/stop\n")

    assert status == 130
    assert inbox.events[1].kind is EventKind.STOP


async def test_empty_line_at_a_question_decides_that_the_team_goes_on_by_itself() -> None:
    inbox = PlayedInbox([asked()], [END])

    status, _, _ = await talked(inbox, stdin="go\n\n")

    assert status == 0
    assert [(event.kind, event.text) for event in inbox.events] == [
        (EventKind.MESSAGE, "go"),
        (EventKind.DECISION, ""),
    ]
    assert inbox.events[1].request is not None


async def test_commands_are_answered_on_standard_error() -> None:
    _, out, err = await talked(PlayedInbox(), stdin="/help\n/teams\n/dance\n")

    assert out == ""
    assert all(words in err for words in ("/stop ends the run", "solo: One assistant", "There is no command /dance"))


async def test_message_that_starts_nothing_exits_1_and_is_explained_once() -> None:
    why = "There is no team x."
    notice = post(PostKind.NOTICE, text=why)
    inbox = PlayedInbox(outcome=Accepted.NOT_UNDERSTOOD, text=why)

    status, _, err = await talked(inbox, say="go")
    assert inbox.adapter is not None
    await inbox.adapter.post(notice)

    assert (status, err.count(why)) == (1, 1)


async def test_notices_and_decided_cards_are_not_turns() -> None:
    inbox = PlayedInbox([post(PostKind.NOTICE, "n", text="Trimmed."), END])

    _, out, err = await talked(inbox, say="go")

    assert out == ""
    assert "Trimmed." in err


async def test_reader_who_left_ends_the_talk() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as out:
        front = PlainFront(out=out, err=StringIO(), say_first="go", answers=(), lines=None)
        inbox = PatientInbox([said("Hello.")])
        inbox.adapter = ConsoleAdapter(talk(inbox), front)

        await inbox.adapter.run(inbox)

    assert inbox.adapter.exit_status == 130


class PatientInbox(PlayedInbox):
    """Keeps a post that could not be shown, as the outbox does."""

    async def accept(self, event: Event) -> Receipt:
        try:
            return await super().accept(event)
        except RetryLaterError:
            return Receipt(outcome=Accepted.STARTED, conversation=THREAD.conversation)


async def test_turn_that_is_a_notice_goes_to_standard_error() -> None:
    notice = post(PostKind.TURN, "n", turn=turn("In turn.", TurnKind.NOTICE, agent=""))

    _, out, err = await talked(PlayedInbox([notice, END]), say="go")

    assert out == ""
    assert "In turn." in err
