"""What Slack sends that nobody here handles, and threads that look alike: acknowledged, apart, and never worked on."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RunStatus
from tests.integration.chat.rig import CODE, unhandled
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer, interactions

ECHO: Script = [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]
EVENTS = ("team_join", "channel_rename", "pin_added", "message_metadata_posted", "no_such_event", "")


async def test_same_moment_in_two_channels_is_two_conversations(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, one, two = workspace.person("Anna"), workspace.channel("one"), workspace.channel("two")
    at = one.next_ts()

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        first = await anna.says(one, "@Threadfast first", at=at)
        second = await anna.says(two, "@Threadfast second", at=at)
        await one.until(lambda thread: "waits for your answer" in thread, thread=first)
        await two.until(lambda thread: "waits for your answer" in thread, thread=second)
        await anna.says(one, "red", thread=first)
        told = await one.until(lambda thread: "completed" in thread, thread=first)

        assert first.ts == second.ts
        assert "you said red" in told
        assert await bot.statuses(workspace, first) == [RunStatus.COMPLETED]
        assert await bot.statuses(workspace, second) == [RunStatus.INPUT_REQUIRED]
        await anna.says(two, "blue", thread=second)
        assert "you said blue" in await two.until(lambda thread: "completed" in thread, thread=second)
        assert [run.opening.text for run in await bot.all_runs()] == ["second", "first"]


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind or "without a type")
async def test_event_that_nobody_handles_is_acknowledged_once_and_leaves_nothing(
    slack: SlackServer, tmp_path: Path, kind: str
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    event = {"type": kind, "user": anna.id, "channel": general.id, "event_ts": general.next_ts(), "odd": {"a": [1]}}

    async with running(tmp_path, slack, workspace) as bot:
        delivery = slack.deliveries.event(workspace, event)
        await delivery.settled()
        await bot.until_handled()

        assert delivery.acknowledged
        assert len(delivery.attempts) == 1
        assert await bot.all_runs() == []
        assert general.messages == {}
        assert anna.sees == []


@pytest.mark.parametrize("name", ["no_such_action", "tf.approve", "threadfast:approve:x", ""])
async def test_action_that_nobody_handles_is_acknowledged_and_decides_nothing(
    slack: SlackServer, tmp_path: Path, name: str
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        card = await general.until(lambda thread: "Approve" in str(thread), thread=root)
        element = {"type": "button", "action_id": name, "value": "odd", "text": {"type": "plain_text", "text": "?"}}
        action = interactions.action(anna, {"block_id": "odd"}, element)
        pressed = await anna.delivers("interactive", interactions.on_message(anna, card.last.message, action, {}))
        await bot.until_handled()

        assert pressed.acknowledged
        assert len(pressed.attempts) == 1
        assert await bot.statuses(workspace, root) == [RunStatus.INPUT_REQUIRED]
        assert unhandled(tmp_path) == []


@pytest.mark.parametrize("kind", ["shortcut", "block_suggestion", "workflow_step_edit", "no_such_kind"])
async def test_interaction_of_a_kind_that_nobody_handles_is_acknowledged(
    slack: SlackServer, tmp_path: Path, kind: str
) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")
    payload = {**interactions.global_shortcut(anna, "nobody"), "type": kind}

    async with running(tmp_path, slack, workspace) as bot:
        delivery = await anna.delivers("interactive", payload)
        await bot.until_handled()

        assert delivery.acknowledged
        assert len(delivery.attempts) == 1
        assert await bot.all_runs() == []
