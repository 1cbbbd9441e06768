"""Asking by command: one message stands for the words, whatever is lost, and nothing that is said to it is."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from adapters.slack.handling import asking
from adapters.slack.web import reading
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import Channel, Message, Person, SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
QUESTION: Script = [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]


def roots(channel: Channel) -> list[Message]:
    return [one for one in channel.messages.values() if one.thread_ts is None and "count the words" in str(one.blocks)]


def told_more_than(person: Person, count: int) -> bool:
    return len(person.sees) > count


async def test_message_that_a_dead_process_had_posted_is_found_behind_many_newer_ones(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    monkeypatch.setattr(reading, "PAGE", 5)
    slack.fault("late_answer", method="chat.postMessage", seconds=60)
    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        await anna.commands(general, "/threadfast ask count the words", wait=False)
        await slack.until(lambda: general.messages)
    for number in range(12):
        await anna.says(general, f"chat {number}")
    slack.fault("ratelimited", method="conversations.history", skip=1)

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        await bot.until_handled()

        assert len(roots(general)) == 1
        assert len(await bot.all_runs()) == 1
        # The search goes on where Slack asked to wait.
        assert len(slack.calls("conversations.history")) == 4


@pytest.mark.parametrize(("fault", "seconds"), [("late_answer", 0.5), ("accept_then_drop", 0.0)], ids=["late", "lost"])
async def test_reply_before_the_run_is_recorded_is_part_of_it(
    slack: SlackServer, tmp_path: Path, fault: str, seconds: float
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault(fault, method="chat.postMessage", seconds=seconds)

    async with running(tmp_path, slack, workspace, scripts={"greet": QUESTION}):
        await anna.commands(general, "/threadfast ask count the words", wait=False)
        await slack.until(lambda: general.messages)
        [root] = roots(general)
        await anna.says(general, "only the nouns", thread=root)

        thread = await general.until(lambda thread: "completed" in thread, thread=root)
        assert "you said only the nouns" in thread


async def test_reply_that_nobody_heard_between_two_processes_is_part_of_the_run(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("late_answer", method="chat.postMessage", seconds=60)
    async with running(tmp_path, slack, workspace, scripts={"greet": QUESTION}):
        await anna.commands(general, "/threadfast ask count the words", wait=False)
        await slack.until(lambda: general.messages)
        [root] = roots(general)
        await anna.says(general, "only the nouns", thread=root)
        await slack.until(lambda: all(one.acknowledged for one in slack.deliveries.log))

    async with running(tmp_path, slack, workspace, scripts={"greet": QUESTION}):
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "you said only the nouns" in thread


async def test_reply_is_not_lost_where_the_thread_can_only_be_read_later(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("late_answer", method="chat.postMessage", seconds=0.5)
    slack.fault("ratelimited", method="conversations.replies", retry_after=1)

    async with running(tmp_path, slack, workspace, scripts={"greet": QUESTION}) as bot:
        await anna.commands(general, "/threadfast ask count the words", wait=False)
        await slack.until(lambda: general.messages)
        [root] = roots(general)
        await anna.says(general, "only the nouns", thread=root)

        thread = await general.until(lambda thread: "completed" in thread, thread=root)
        assert "you said only the nouns" in thread
        assert len(roots(general)) == len(await bot.all_runs()) == 1
        # Where its message stands is known: it is not looked for.
        assert slack.calls("conversations.history") == []


async def test_message_of_an_ask_that_went_well_is_not_looked_for(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        await anna.commands(general, "/threadfast ask count the words")
        await general.until(lambda channel: "completed" in channel)

        assert slack.calls("conversations.history") == []


async def test_refused_asks_do_not_push_out_what_is_remembered_of_others(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    secret = workspace.channel("secret", private=True, bot=False)
    monkeypatch.setattr(asking, "REMEMBERED", 2)
    slack.fault("accept_then_drop", method="chat.postMessage")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        # Its message stands there although nobody was told so, and what is refused meanwhile is no reason to forget it.
        await anna.commands(general, "/threadfast ask count the words")
        for number in range(3):
            await anna.commands(secret, f"/threadfast ask {number}")
            await slack.until(partial(told_more_than, anna, number))
        await bot.until_handled()

        assert len(roots(general)) == 1
