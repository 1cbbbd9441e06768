"""Approvals and questions as cards: who may decide, once, and about exactly what the card shows."""

from __future__ import annotations

from pathlib import Path

from adapters.slack.ids import read_value
from bot.domain import RunStatus
from bot.permissions import Permissions, Rule
from tests.integration.chat.rig import CODE
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import Shown, SlackServer, Thread

TWO: Script = [["approve", "runner", "tool", ["first", "second"]], ["say", "ada", "done"]]
CHOICE: Script = [["choose", "ada", ["red", "green", "blue"]], ["say", "ada", "you chose {answer}"]]


def card(thread: Thread) -> Shown:
    """Return the newest message with buttons."""
    return [shown for shown in thread if shown.buttons or shown.choices][-1]


async def test_approval_by_button_runs_the_code_and_the_card_says_who(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        assert "print(1)" in card(thread).text
        await anna.clicks(card(thread), "Approve")
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "Approved by Anna" in thread
        assert thread.buttons == []
        assert list(bot.teams.executed.values()) == [1]


async def test_second_click_is_told_who_was_first(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": [*CODE[:2], ["hold"]]}) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Approve")
        await slack.until(lambda: bot.teams.holding)
        await bo.clicks(card(thread), "Approve", stale=True)
        await slack.until(lambda: bo.sees)

        assert "Anna answered first" in bo.sees[0].text
        assert list(bot.teams.executed.values()) == [1]
        assert anna.sees == []


async def test_stranger_is_refused_and_told_alone(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")
    scripts: dict[str, Script] = {"greet": [["approve", "runner", "code", ["print(1)"], [anna.id]]]}

    async with running(tmp_path, slack, workspace, scripts=scripts) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        await bo.clicks(card(thread), "Approve")
        await bo.clicks(card(thread), "Reject")
        await slack.until(lambda: len(bo.sees) == 2)

        assert all("somebody else" in shown.text for shown in bo.sees)
        assert bo.modals == []
        assert anna.sees == []
        assert len(await bot.questions(workspace, root)) == 1


async def test_card_about_other_bytes_decides_nothing(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        [request] = await bot.questions(workspace, root)
        await anna.clicks(card(thread), "Approve", value=f"{'0' * 16} 1 {request.id}")
        await slack.until(lambda: anna.sees)

        assert "not about what waits" in anna.sees[0].text
        assert [one.id for one in await bot.questions(workspace, root)] == [request.id]


async def test_button_that_stands_in_another_thread_decides_nothing(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        first = await anna.says(general, "@Threadfast one")
        second = await anna.says(general, "@Threadfast two")
        here = await general.until(lambda thread: "Approve" in thread.buttons, thread=first)
        there = await general.until(lambda thread: "Approve" in thread.buttons, thread=second)
        value = next(
            element["value"] for block in card(there).blocks for element in block.get("elements", ())
            if element.get("value") and read_value(element["value"])
        )  # fmt: skip
        await anna.clicks(card(here), "Approve", value=value)
        await slack.until(lambda: anna.sees)

        assert len(await bot.questions(workspace, first)) == len(await bot.questions(workspace, second)) == 1


async def test_rejection_asks_for_the_reason_in_a_form(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Reject")
        await slack.until(lambda: anna.modals)
        await anna.submits(values={"reason": "it deletes too much"})
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "rejected print(1): it deletes too much" in thread
        assert "Rejected by Anna" in thread
        assert anna.modals == []


async def test_code_is_changed_in_a_form_and_the_change_is_what_runs(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Edit" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Edit")
        await slack.until(lambda: anna.modals)
        refused = await anna.submits(values={"code": "   "})
        assert refused.response["response_action"] == "errors"
        await anna.submits(values={"code": "print(2)"})
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "ran print(2)" in thread
        assert [key.rsplit("/", 1)[1] for key in bot.teams.executed] == ["print(2)"]


async def test_items_are_decided_one_by_one(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")
    rules = Permissions([Rule(approve=("everyone",))])

    async with running(tmp_path, slack, workspace, scripts={"greet": TWO}, permissions=rules):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve 2" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Approve 2")
        thread = await general.until(lambda thread: "Approve 2" not in thread.buttons, thread=root)
        await bo.clicks(card(thread), "Reject 1")
        await slack.until(lambda: bo.modals)
        await bo.submits(values={"reason": "no"})
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert "ran second" in thread
        assert "rejected first: no" in thread


async def test_option_is_chosen_by_its_button(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CHOICE}):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "2. green" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "2. green")

        assert "you chose green" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_option_is_chosen_in_a_menu(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    many: Script = [["choose", "ada", [f"option {n}" for n in range(9)]], ["say", "ada", "you chose {answer}"]]

    async with running(tmp_path, slack, workspace, scripts={"greet": many}):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: any(one.choices for one in thread), thread=root)
        await anna.selects(card(thread), "threadfast_choose", "8. option 7")

        assert "you chose option 7" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_empty_answer_and_exit_have_buttons(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        first = await anna.says(general, "@Threadfast one")
        thread = await general.until(lambda thread: "Let the model reply" in thread.buttons, thread=first)
        await anna.clicks(card(thread), "Let the model reply")
        await general.until(lambda thread: "completed" in thread, thread=first)
        second = await anna.says(general, "@Threadfast two")
        thread = await general.until(lambda thread: "End this chat" in thread.buttons, thread=second)
        await anna.clicks(card(thread), "End this chat")
        thread = await general.until(lambda thread: "completed" in thread, thread=second)

        assert not any("you said" in shown.text for shown in thread)
        assert await bot.statuses(workspace, first) == [RunStatus.COMPLETED]


async def test_stop_on_a_card_stops_the_run(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Stop the run" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Stop the run")
        thread = await general.until(lambda thread: "stopped by Anna" in thread, thread=root)

        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]
        assert thread.buttons == []


async def test_click_after_a_restart_counts(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}):
        await anna.clicks(card(thread), "Approve")

        assert "ran print(1)" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_form_that_opens_too_late_is_asked_for_again(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="views.open", code="expired_trigger_id")

    async with running(tmp_path, slack, workspace, scripts={"greet": CODE}):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root)
        await anna.clicks(card(thread), "Reject")
        await slack.until(lambda: anna.sees)

        assert "Press again" in anna.sees[0].text
