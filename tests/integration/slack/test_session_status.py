"""The status that Slack shows of a thread, whichever way its team was given work."""

from __future__ import annotations

from pathlib import Path

from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

HOLDS: Script = [["hold"], ["say", "ada", "done"]]
APPROVES: Script = [["approve", "runner", "code", ["print(1)"]], *HOLDS]


def statuses(slack: SlackServer) -> list[str]:
    return [str(call.args["status"]) for call in slack.calls("agents.sessions.setStatus")]


async def test_team_that_was_asked_by_command_works_before_its_first_turn(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": HOLDS}) as bot:
        await anna.commands(general, "/threadfast ask count")
        await slack.until(lambda: bot.teams.holding)
        await slack.until(lambda: statuses(slack) == ["processing"])
        bot.teams.release()


async def test_team_works_again_after_a_button(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace, scripts={"greet": APPROVES}) as bot:
        root = await anna.says(anna.dm, "hi")
        thread = await anna.dm.until(lambda thread: "Approve" in str(thread), thread=root)
        await slack.until(lambda: statuses(slack)[-1:] == ["suspended"])
        await anna.clicks(thread.last, "Approve")
        await slack.until(lambda: bot.teams.holding)
        await slack.until(lambda: statuses(slack)[-1] == "processing")
        bot.teams.release()
