"""Who may not start, decide, stop or set something on Slack: nothing happens, and they are told."""

from __future__ import annotations

from pathlib import Path

from adapters.chat.handling.about import nonce
from adapters.slack.ids import button_value
from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.integration.chat.noted import conversations, refusals
from tests.integration.chat.rig import CODE
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

SCRIPTS: dict[str, Script] = {"greet": CODE}
REFUSED = "You may not start a run here"


async def test_guests_mentions_are_answered_to_them_alone_and_once(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    gus, general = workspace.guest("Gus"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        for number in range(5):
            await gus.says(general, f"@Threadfast hi {number}", files=[("note.txt", b"words")])
        await slack.until(lambda: gus.sees)
        await slack.settled()

        assert await bot.all_runs() == []
    assert [REFUSED in shown.text for shown in gus.sees] == [True]
    assert {message.user for message in general.messages.values()} == {gus.id}
    assert slack.calls("download") == []
    assert conversations(tmp_path) == 0
    assert refusals(tmp_path) == [("start", "permissions")]


async def test_guests_command_stands_nowhere_and_they_alone_are_told(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    gus, general = workspace.guest("Gus"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        for number in (1, 2):
            await gus.commands(general, "/threadfast ask buy now")
            await slack.until(lambda number=number: len(gus.sees) == number)  # type: ignore[misc]

    assert all(REFUSED in shown.text for shown in gus.sees)
    assert (list(general.messages), conversations(tmp_path)) == ([], 0)
    assert refusals(tmp_path) == [("start", "permissions")]


async def test_guest_has_no_team_run_on_a_message(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, gus, general = workspace.person("Anna"), workspace.guest("Gus"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        message = await anna.says(general, "the build is red", files=[("log.txt", b"boom")])
        await gus.shortcut(message, "run_here")
        await slack.until(lambda: gus.modals)
        await gus.submits(values={"team": "greet", "instructions": "explain this"})
        await slack.until(lambda: gus.sees)

    assert REFUSED in gus.sees[0].text
    assert conversations(tmp_path) == 0
    assert (slack.calls("download"), slack.calls("conversations.replies")) == ([], [])


async def test_button_that_is_about_something_else_is_noted_once(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await anna.says(general, "@Threadfast hi")
        card = (await general.until(lambda thread: "Approve" in thread.buttons, thread=root)).last
        [request] = await bot.questions(workspace, root)
        for number in (1, 2):
            await anna.clicks(card, "Approve", value=button_value(request, 1).replace(nonce(request), "0" * 16))
            await slack.until(lambda number=number: len(anna.sees) == number)  # type: ignore[misc]

        assert len(await bot.questions(workspace, root)) == 1
    assert refusals(tmp_path) == [("approve", "stale")]


async def test_files_of_who_may_not_answer_are_not_fetched(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, gus, general = workspace.person("Anna"), workspace.guest("Gus"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": [["ask", "you"]]}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: len(thread.messages) > 1, thread=root)
        await gus.says(general, "@Threadfast look", thread=root, files=[("note.txt", b"words")])
        await general.until(lambda thread: "You may not answer here" in thread, thread=root)

        assert len(await bot.questions(workspace, root)) == 1
    assert slack.calls("download") == []


async def test_what_is_refused_before_the_inbox_is_noted_once(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general = workspace.channel("general")
    general.creator = anna.id

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        root = await anna.says(general, "@Threadfast hi")
        card = (await general.until(lambda thread: "Approve" in thread.buttons, thread=root)).last
        for number, button in enumerate(("Reject", "Reject", "Edit"), 1):
            await bo.clicks(card, button)
            await slack.until(lambda number=number: len(bo.sees) == number)  # type: ignore[misc]
        await bo.commands(general, "/threadfast default greet")
        await slack.until(lambda: len(bo.sees) == 4)

    assert refusals(tmp_path) == [("approve", "permissions"), ("default", "platform")]


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
