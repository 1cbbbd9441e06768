"""A delivery that comes again, at once or after a restart, is one run; one that could not be recorded is not lost."""

from __future__ import annotations

from pathlib import Path

from bot.domain import Delivery
from bot.errors import StoreFullError
from tests.between import Between
from tests.integration.chat.rig import unhandled
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": ECHO}


async def test_delivery_that_comes_three_times_is_one_run(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.duplicate = 2

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 1
        assert all(delivery.acknowledged for delivery in slack.deliveries.log)


async def test_lost_acknowledgement_brings_the_delivery_again_and_changes_nothing(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.drop_acks = 2

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 1


async def test_what_cannot_be_recorded_is_not_acknowledged_and_comes_again(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.knobs.ack_timeout, slack.knobs.retries = 0.3, (0.3,) * 10

    full = [True]

    class Full(Between):
        async def receive(self, delivery: Delivery) -> bool:
            if full[0]:
                raise StoreFullError("the disk is full")
            return await super().receive(delivery)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, between=Full):
        root = await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: any(delivery.attempts for delivery in slack.deliveries.log))
        assert not any(delivery.acknowledged for delivery in slack.deliveries.log)
        full[0] = False

        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_what_a_dead_process_had_received_is_handled_by_the_next(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("latency", method="users.info", seconds=60)
    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        root = await anna.says(general, "@Threadfast hi")
        await slack.settled()
        await slack.until(lambda: slack.calls("users.info"))
    assert unhandled(tmp_path)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)
        await bot.until_handled()
        assert len(await bot.all_runs()) == 1
