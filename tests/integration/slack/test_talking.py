"""Whole conversations in channels and direct messages, as a person has them."""

from __future__ import annotations

from pathlib import Path

from bot.domain import RunStatus
from tests.integration.chat.rig import GREET
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]


async def test_mention_starts_a_run_whose_turns_stand_in_its_thread(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast write a haiku")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.says(general, "fine", thread=root)
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        assert thread.authors[:2] == ["Anna", "ada"]
        assert "you said fine" in thread
        assert await bot.statuses(workspace, root) == [RunStatus.COMPLETED]


async def test_mention_and_its_twin_message_are_one_run(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert root.ts in {told.event["ts"] for told in slack.deliveries.of("app_mention")}
        assert root.ts in {told.event["ts"] for told in slack.deliveries.of("message")}
        assert len(await bot.all_runs()) == 1


async def test_team_is_named_before_a_colon_or_as_an_option(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    scripts = {"greet": GREET, "echo": ECHO}

    async with running(tmp_path, slack, workspace, scripts=scripts):
        first = await anna.says(general, "@Threadfast echo: one")
        second = await anna.says(general, "@Threadfast --team echo two")
        third = await anna.says(general, "@Threadfast --team nobody three")

        assert "heard: one" in await general.until(lambda thread: "completed" in thread, thread=first)
        assert "heard: two" in await general.until(lambda thread: "completed" in thread, thread=second)
        assert "greet, echo" in await general.until(lambda thread: "no team" in thread, thread=third)


async def test_direct_message_needs_no_mention(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        root = await anna.says(anna.dm, "hi")

        assert "heard: hi" in await anna.dm.until(lambda thread: "completed" in thread, thread=root)


async def test_first_mention_deep_in_a_thread_brings_what_was_said_before(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        root = await anna.says(general, "the build is red")
        await bo.says(general, "since @Anna merged", thread=root)
        await anna.says(general, "@Threadfast what now?", thread=root)
        await general.until(lambda thread: "completed" in thread, thread=root)

        [run] = await bot.runs(workspace, root)
        before = [said["content"] for said in run.opening.history]
        assert before == ["Anna: the build is red", "Bo: since @Anna merged"]
        assert run.opening.text == "what now?"


async def test_replies_in_a_thread_that_the_bot_is_no_part_of_are_left_alone(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        root = await anna.says(general, "lunch?")
        await anna.says(general, "pizza", thread=root, files=[("menu.txt", b"pizza")])
        await slack.settled()
        await bot.until_handled()

        assert await bot.all_runs() == []
        assert slack.calls("download") == []


async def test_bot_is_silent_while_people_mention_each_other(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.says(general, "@Bo what do you think?", thread=root)
        await slack.settled()
        await bot.until_handled()
        assert len(await bot.questions(workspace, root)) == 1
        await bo.says(general, "go on", thread=root)

        assert "you said go on" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_muted_thread_is_woken_by_a_mention(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.says(general, "@Threadfast mute", thread=root)
        await slack.until(lambda: anna.sees)
        await anna.says(general, "nobody answers this", thread=root)
        await slack.settled()
        await bot.until_handled()
        assert "only what names me" in anna.sees[0].text
        assert len(await bot.questions(workspace, root)) == 1
        await anna.says(general, "@Threadfast go on", thread=root)

        assert "you said go on" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_stop_said_to_the_bot_stops_the_run_once(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.says(general, "@Threadfast stop", thread=root)
        await general.until(lambda thread: "stopped by Anna" in thread, thread=root)
        await slack.settled()
        await bot.until_handled()

        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]
        assert anna.sees == []


async def test_slacks_own_stop_button_stops_the_run(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(anna.dm, "hi")
        await anna.dm.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.stops_session(root)
        await anna.dm.until(lambda thread: "stopped by Anna" in thread, thread=root)

        assert await bot.statuses(workspace, root) == [RunStatus.CANCELLED]


async def test_session_is_processing_then_suspended_then_active(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace):
        root = await anna.says(anna.dm, "hi")
        await anna.dm.until(lambda thread: "waits for your answer" in thread, thread=root)
        await slack.until(lambda: slack.calls("agents.sessions.setStatus")[-1].args["status"] == "suspended")
        await anna.says(anna.dm, "fine", thread=root)
        await anna.dm.until(lambda thread: "completed" in thread, thread=root)
        await slack.until(lambda: slack.calls("agents.sessions.setStatus")[-1].args["status"] == "active")

        told = [call.args["status"] for call in slack.calls("agents.sessions.setStatus")]
        assert told[0] == "processing"


async def test_edited_message_that_is_kept_is_used_as_it_reads_now(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    script: Script = [["hold"], ["ask", "you", "model"], ["say", "ada", "you said {answer}"]]

    async with running(tmp_path, slack, workspace, scripts={"greet": script}) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await slack.until(lambda: bot.teams.holding)
        kept = await anna.says(general, "blue", thread=root)
        await general.until(lambda thread: "eyes" in thread.last.reactions, thread=root)
        await anna.edits(kept, "green")
        await slack.settled()
        await bot.until_handled()
        bot.teams.release()

        assert "you said green" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_unfolded_link_begins_nothing(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        root = await anna.says(general, "@Threadfast see https://example.com")
        await general.until(lambda thread: "completed" in thread, thread=root)
        await anna.edits(root, "@Threadfast see https://example.com ")
        await anna.edits(root, "@Threadfast something else")
        await slack.settled()
        await bot.until_handled()

        assert len(await bot.all_runs()) == 1


async def test_person_is_answered_in_the_language_that_slack_tells(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna", locale="zh-CN"), workspace.channel("general")

    async with running(tmp_path, slack, workspace):
        root = await anna.says(general, "@Threadfast 你好")

        await general.until(lambda thread: "在等你的回答" in thread, thread=root)
