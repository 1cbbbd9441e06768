"""Threads: which are the bot's, what they began with, and what comes in another order than it was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.chat.handling import guard
from adapters.slack.handling import listening
from adapters.slack.settings import SlackSettings
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import Channel, Message, Person, SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
ASKS: Script = [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]


async def overtaken(slack: SlackServer, anna: Person, general: Channel) -> Message:
    """Have Anna mention the bot and reply to it, and Slack bring the reply first."""
    slack.knobs.hold = True
    root = await anna.says(general, "@Threadfast hi")
    reply = await anna.says(general, "blue", thread=root)
    slack.deliveries.again(next(one for one in slack.deliveries.log if one.event["ts"] == reply.ts))
    return root


async def test_reply_that_overtakes_its_mention_counts(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_MINUTE", timedelta())
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}) as bot:
        root = await overtaken(slack, anna, general)
        await slack.until(lambda: any(one.attempts for one in slack.deliveries.log))
        await bot.until_handled()
        slack.fault("status", method="conversations.replies", status=503)
        slack.deliveries.release()

        assert "you said blue" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_reply_that_overtakes_its_mention_counts_although_the_process_ended_in_between(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.ack_timeout, slack.knobs.retries = 5, (0.3,) * 20

    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}) as bot:
        root = await overtaken(slack, anna, general)
        await slack.until(lambda: any(one.acknowledged for one in slack.deliveries.log))
        await bot.until_handled()
    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}):
        slack.deliveries.release()

        assert "you said blue" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_thread_is_read_for_the_first_run_although_an_earlier_mention_named_no_team_that_exists(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO, "coder": ECHO}) as bot:
        root = await anna.says(general, "the build is red")
        await anna.says(general, "since noon", thread=root)
        await anna.says(general, "@Threadfast --team codr fix it", thread=root)
        await general.until(lambda thread: "no team" in thread, thread=root)
        await anna.says(general, "@Threadfast --team coder fix it", thread=root)
        await general.until(lambda thread: "completed" in thread, thread=root)

        [run] = await bot.runs(workspace, root)
        before = [said["content"] for said in run.opening.history]
        assert before == [
            "Anna: the build is red",
            "Anna: since noon",
            "Anna: @Threadfast --team codr fix it",
        ]


async def test_what_was_said_before_belongs_to_the_first_run_only(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        root = await anna.says(general, "the build is red")
        await anna.says(general, "@Threadfast one", thread=root)
        await general.until(lambda thread: "completed" in thread, thread=root)

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        await anna.says(general, "@Threadfast two", thread=root)
        await general.until(lambda thread: "heard: two" in thread, thread=root)

        [_, second] = await bot.runs(workspace, root)
        before = [said["content"] for said in second.opening.history]
        assert [said for said in before if "the build is red" in said] == before[:1]


async def test_nobody_is_looked_up_for_talk_that_is_not_for_the_bot(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    people = [workspace.person(f"P{number}") for number in range(5)]

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        root = await anna.says(general, "lunch?")
        for person in people:
            reply = await person.says(general, "yes", thread=root, files=[("menu.txt", b"soup")])
            await person.edits(reply, "no")
        await slack.settled()
        await bot.until_handled()

        assert [slack.calls(method) for method in ("users.info", "conversations.replies", "download")] == [[], [], []]


async def test_nobody_is_looked_up_for_talk_in_a_muted_thread(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.says(general, "@Threadfast mute", thread=root)
        await slack.until(lambda: anna.sees)
        await bo.says(general, "among us", thread=root)
        await slack.settled()
        await bot.until_handled()

        assert {call.args["user"] for call in slack.calls("users.info")} == {anna.id}


async def test_reply_counts_in_a_thread_that_an_earlier_process_knew(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}):
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)

    async with running(tmp_path, slack, workspace, scripts={"greet": ASKS}):
        await anna.says(general, "blue", thread=root)

        assert "you said blue" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_help_is_told_once_slack_says_who_asked(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("ratelimited", method="users.info", retry_after=1, times=2)

    async with running(tmp_path, slack, workspace) as bot:
        await anna.says(general, "@Threadfast help")
        await slack.settled()
        await bot.until_handled()

        assert ["/threadfast" in one.text for one in anna.sees] == [True]


async def test_end_of_listening_to_a_bot_is_told_in_the_language_of_the_settings(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "WINDOWS", ((1, timedelta(minutes=5)), (1, timedelta(hours=24))))
    workspace = slack.workspace()
    general = workspace.channel("general")
    build = workspace.other_bot("Build")
    general.members |= {build.id}

    def allowing(settings: SlackSettings) -> SlackSettings:
        return replace(settings, allowed_bots=frozenset({build.id}), language="zh")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}, settings=allowing):
        first = await build.says(general, "@Threadfast one")
        await general.until(lambda thread: "completed" in thread, thread=first)
        second = await build.says(general, "@Threadfast two")

        await general.until(lambda thread: "另一个机器人" in thread, thread=second)
