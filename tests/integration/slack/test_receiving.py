"""Deliveries: recorded before they are acknowledged, worked on once, whatever is lost or comes twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot import ports
from bot.domain import Delivery, Event, Receipt
from bot.errors import StoreFullError
from bot.permissions import Permissions, Rule
from tests.between import Between
from tests.integration.chat.rig import GREET
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": ECHO}


async def test_reply_that_overtakes_its_mention_is_not_lost(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    script: Script = [["ask", "you", "model"], ["say", "ada", "you said {answer}"]]

    async with running(tmp_path, slack, workspace, scripts={"greet": script}) as bot:
        slack.knobs.hold = True
        root = await anna.says(general, "@Threadfast hi")
        reply = await anna.says(general, "blue", thread=root)
        slack.deliveries.again(next(one for one in slack.deliveries.log if one.event["ts"] == reply.ts))
        await slack.until(lambda: any(one.attempts for one in slack.deliveries.log))
        await bot.until_handled()
        slack.deliveries.release()

        assert "you said blue" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_messages_of_a_thread_are_handled_in_their_order(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    script: Script = [["hold"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]

    async with running(tmp_path, slack, workspace, scripts={"greet": script}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: bot.teams.holding)
        await anna.says(general, "first", thread=root, files=[("slow.txt", b"slow")])
        slack.fault("latency", method="download", seconds=0.5)
        await anna.says(general, "second", thread=root)
        await slack.settled()
        await bot.until_handled()
        bot.teams.release()
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        answer = thread.find("you said")
        assert answer is not None
        assert answer.text.index("first") < answer.text.index("second")


@pytest.mark.parametrize(
    "trouble",
    [
        lambda slack: slack.fault("ratelimited", method="users.info", retry_after=1),
        lambda slack: slack.fault("status", method="users.info", status=503),
        lambda slack: slack.fault("drop", method="users.info"),
        lambda slack: slack.fault("not_json", method="users.info"),
    ],
    ids=["429", "503", "dropped", "a page"],
)
async def test_passing_trouble_while_handling_is_waited_out(
    slack: SlackServer, tmp_path: Path, trouble: Callable[[SlackServer], Any]
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    trouble(slack)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await anna.says(general, "@Threadfast hi")

        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)
        assert len(await bot.all_runs()) == 1


async def test_name_that_slack_does_not_tell_is_the_id(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="users.info", code="missing_scope")

    permissions = Permissions([Rule(start=(anna.id,))])
    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, permissions=permissions) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)

        [run] = await bot.runs(workspace, root)
        assert run.started_by.name == anna.id


async def test_whom_slack_does_not_tell_about_is_let_in_by_id_alone(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="users.info", code="missing_scope", times=None)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        await anna.says(general, "@Threadfast hi")
        await slack.settled()
        await bot.until_handled()

        assert await bot.all_runs() == []


async def test_delivery_that_cannot_be_handled_is_told_and_left(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    class Unforeseen(Between):
        async def accept(self, event: Event) -> Receipt:
            if event.person.id == anna.id:
                raise RuntimeError("nobody foresaw this")
            return await super().accept(event)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, between=Unforeseen) as bot:
        with capture_logs() as logs:
            await anna.says(general, "@Threadfast hi")
            await slack.until(lambda: anna.sees)
        root = await bo.says(general, "@Threadfast ho")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await bot.until_handled()

        assert "could not be handled" in anna.sees[0].text
        assert {"delivery.given_up"} <= {entry["event"] for entry in logs}


async def test_uninstalled_workspace_is_forgotten(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": [["hold"], *GREET]}) as bot:
        await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: bot.teams.holding)
        workspace.uninstall()
        await slack.settled()
        await bot.until_handled()
        bot.teams.release()
        while not all([run.status.final for run in await bot.all_runs()]):  # noqa: ASYNC110, C419
            await asyncio.sleep(0.01)

        [run] = await bot.all_runs()
        assert "not installed" in run.stop_reason


async def test_slack_that_does_not_answer_at_the_start_is_waited_for(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    slack.fault("status", method="auth.test", status=503, times=2)

    async with running(tmp_path, slack, workspace):
        assert len(slack.calls("auth.test")) == 3


class LosesOneAnswer(Between):
    """An inbox that records the first delivery and says that it did not."""

    def __init__(self, inbox: ports.Inbox) -> None:
        super().__init__(inbox)
        self._lost = False

    async def receive(self, delivery: Delivery) -> bool:
        new = await super().receive(delivery)
        if not self._lost:
            self._lost = True
            raise StoreFullError("the answer was lost")
        return new


async def test_delivery_that_was_recorded_though_the_store_said_it_was_not_is_worked_on_once(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.ack_timeout, slack.knobs.retries = 0.3, (0.3,) * 6

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, between=LosesOneAnswer) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 1
        assert all(delivery.acknowledged for delivery in slack.deliveries.log)
