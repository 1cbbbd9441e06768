"""Who may not start, decide, stop or set something on Slack: nothing happens, and they are told."""

from __future__ import annotations

from pathlib import Path

from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.integration.chat.rig import CODE
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

SCRIPTS: dict[str, Script] = {"greet": CODE}


async def test_guest_starts_nothing_and_is_told_in_the_thread(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    gus, general = workspace.guest("Gus"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await gus.says(general, "@Threadfast hi")
        await general.until(lambda thread: "You may not start a run here" in thread, thread=root)

        assert await bot.all_runs() == []


async def test_who_may_not_decide_is_told_alone_and_no_form_opens_for_them(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general = workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await anna.says(general, "@Threadfast hi")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        for button in ("Approve", "Reject", "Edit"):
            await bo.clicks(thread.last, button)
        await slack.until(lambda: len(bo.sees) == 3)

        told = "You may not decide this. Who may: who started the run."
        assert [shown.text for shown in bo.sees] == [told] * 3
        assert bo.modals == []
        assert len(await bot.questions(workspace, root)) == 1


async def test_nobody_is_given_the_form_for_other_code_where_two_decide(slack: SlackServer, tmp_path: Path) -> None:
    workspace, rules = slack.workspace(), Permissions([Rule(four_eyes=True)])
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general = workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, permissions=rules):
        root = await anna.says(general, "@Threadfast hi")
        card = (await general.until(lambda thread: "Approve" in thread.buttons, thread=root)).last
        await anna.clicks(card, "Approve")
        await slack.until(lambda: anna.sees)
        if "Edit" in str(card.blocks):
            await bo.clicks(card, "Edit")
            await slack.until(lambda: bo.sees)
            assert "Here two people decide" in bo.sees[0].text
        await bo.clicks(card, "Approve")
        await general.until(lambda thread: "Approved by Bo" in thread, thread=root)

        assert "somebody else decides" in anna.sees[0].text
        assert bo.modals == []


async def test_who_may_not_stop_is_told_alone_by_slacks_own_button_too(slack: SlackServer, tmp_path: Path) -> None:
    workspace, rules = slack.workspace(), Permissions([Rule(stop=("starter",))])
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general = workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, permissions=rules) as bot:
        root = await anna.says(general, "@Threadfast hi")
        card = (await general.until(lambda thread: "Approve" in thread.buttons, thread=root)).last
        await bo.says(general, "@Threadfast stop", thread=root)
        await slack.until(lambda: len(bo.sees) == 1)
        await bo.stops_session(card)
        await slack.until(lambda: len(bo.sees) == 2)

        assert all("You may not stop a run" in shown.text for shown in bo.sees)
        assert await bot.statuses(workspace, root) == [RunStatus.INPUT_REQUIRED]


async def test_who_may_not_start_sets_no_default_either(slack: SlackServer, tmp_path: Path) -> None:
    workspace, rules = slack.workspace(), Permissions([Rule(start=("group:S0NONE",))])
    anna = workspace.person("Anna", is_admin=True)
    general = workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS, permissions=rules):
        await anna.commands(general, "/threadfast default greet")
        await slack.until(lambda: anna.sees)

        assert anna.sees[0].text.startswith("You may not set the team here")
