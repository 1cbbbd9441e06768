"""Slash commands and the message shortcut: runs are for everybody, answers for the person alone."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.slack.settings import SlackSettings
from bot.domain import RunStatus
from tests.integration.chat.rig import GREET
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": GREET, "echo": ECHO}


async def test_ask_posts_the_words_and_runs_in_their_thread(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await anna.commands(general, "/threadfast ask --team echo what is <!channel> up to?")
        channel = await general.until(lambda channel: "completed" in channel)

        assert channel[0].author == "Threadfast"
        assert "Anna asks:" in channel[0].text
        assert "heard: what is" in channel
        assert channel[0].message.thread_ts is None
        assert all(not shown.pings for shown in channel)


async def test_ask_whose_answer_is_lost_posts_one_message(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("accept_then_drop", method="chat.postMessage")

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}) as bot:
        await anna.commands(general, "/threadfast ask hi")
        channel = await general.until(lambda channel: "completed" in channel, seconds=20)

        assert len([shown for shown in channel if shown.message.thread_ts is None]) == 1
        assert len(await bot.all_runs()) == 1


async def test_ask_that_a_dead_process_had_posted_is_found_again(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("late_answer", method="chat.postMessage", seconds=3)
    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        await anna.commands(general, "/threadfast ask hi")
        await general.until(lambda channel: len(channel) == 1)

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}):
        channel = await general.until(lambda channel: "completed" in channel)

        assert len([shown for shown in channel if shown.message.thread_ts is None]) == 1


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("ask", "Write what the team is to do"),
        ("ask --team nobody hi", "There is no team nobody"),
        ("help", "/threadfast ask TEXT"),
        ("", "/threadfast ask TEXT"),
        ("dance wildly", "There is no command dance wildly"),
        ("teams", "greet (the default here)"),
        ("stop", "None of your runs is open in this channel."),
        ("mute", "no conversation in this channel"),
        ("default", "get the team greet"),
        ("default echo", "can set its team"),
        ("default --workspace echo", "Only an administrator"),
    ],
)
async def test_command_is_answered_to_the_person_alone(
    slack: SlackServer, tmp_path: Path, line: str, answer: str
) -> None:
    workspace = slack.workspace()
    workspace.person("Creator")
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await anna.commands(general, f"/threadfast {line}".strip())
        await slack.until(lambda: anna.sees)

        assert answer in anna.sees[0].text
        assert len(general.thread()) == 0


async def test_ask_where_the_bot_is_not_says_how_to_invite_it(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, secret = workspace.person("Anna"), workspace.channel("secret", private=True, bot=False)

    async with running(tmp_path, slack, workspace):
        await anna.commands(secret, "/threadfast ask hi")
        await slack.until(lambda: anna.sees)

        assert "/invite" in anna.sees[0].text


async def test_status_lists_what_waits_for_the_person(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace):
        root = await anna.says(general, "@Threadfast paint the shed")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.commands(general, "/threadfast status")
        await slack.until(lambda: anna.sees)

        assert "paint the shed" in anna.sees[0].text
        assert "The model host answers." in anna.sees[0].text


async def test_stop_ends_the_persons_runs_of_this_channel_only(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general, other = workspace.channel("general"), workspace.channel("other")

    async with running(tmp_path, slack, workspace) as bot:
        roots = [await anna.says(general, "@Threadfast one"), await anna.says(other, "@Threadfast two")]
        roots.append(await bo.says(general, "@Threadfast three"))
        for root in roots:
            await workspace.channels[root.channel].until(lambda thread: "waits for" in thread, thread=root)
        await anna.commands(general, "/threadfast stop")
        await slack.until(lambda: anna.sees)
        await bot.until_handled()

        assert "Runs stopped: 1." in anna.sees[0].text
        found = [(await bot.statuses(workspace, root))[0] for root in roots]
        assert found == [RunStatus.CANCELLED, RunStatus.INPUT_REQUIRED, RunStatus.INPUT_REQUIRED]


async def test_runs_of_others_that_wait_for_the_person_are_named_and_go_on(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")
    scripts: dict[str, Script] = {"greet": [["ask", "you", "", [anna.id]]]}

    async with running(tmp_path, slack, workspace, scripts=scripts) as bot:
        root = await bo.says(general, "@Threadfast ask Anna")
        await general.until(lambda thread: "waits for" in thread, thread=root)
        await anna.commands(general, "/threadfast mute")
        await slack.until(lambda: len(anna.sees) == 1)
        await anna.commands(general, "/threadfast stop")
        await slack.until(lambda: len(anna.sees) == 2)
        await bot.until_handled()

        assert "no conversation in this channel" in anna.sees[0].text
        assert "None of your runs is open in this channel." in anna.sees[1].text
        assert "Runs of others that wait for you here, and go on: 1." in anna.sees[1].text
        assert await bot.statuses(workspace, root) == [RunStatus.INPUT_REQUIRED]


async def test_default_team_is_set_by_who_made_the_channel(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")
    general = workspace.channel("general", creator=anna)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await anna.commands(general, "/threadfast default echo")
        await slack.until(lambda: anna.sees)
        root = await anna.says(general, "@Threadfast hi")

        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)


async def test_default_team_of_the_workspace_is_set_by_an_administrator(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    boss, anna = workspace.person("Boss", is_admin=True), workspace.person("Anna")
    general, other = workspace.channel("general"), workspace.channel("other")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await boss.commands(general, "/threadfast default --workspace nobody")
        await slack.until(lambda: len(boss.sees) == 1)
        await boss.commands(general, "/threadfast default --workspace echo")
        await slack.until(lambda: len(boss.sees) == 2)
        root = await anna.says(other, "@Threadfast hi")

        assert "There is no team nobody" in boss.sees[0].text
        assert "heard: hi" in await other.until(lambda thread: "completed" in thread, thread=root)


async def test_shortcut_runs_a_team_on_a_message(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS) as bot:
        root = await bo.says(general, "the build is red")
        reply = await bo.says(general, "it fails in step 3", thread=root, files=[("log.txt", b"boom")])
        await anna.shortcut(reply, "run_here")
        await slack.until(lambda: anna.modals)
        await anna.submits(values={"team": "echo", "instructions": "explain this"})
        thread = await general.until(lambda thread: "completed" in thread, thread=root)

        [run] = await bot.runs(workspace, root)
        assert run.opening.text == "explain this\n\n> Bo:\n> it fails in step 3\n>\n> [log.txt]"
        assert [file.data for file in run.opening.attachments] == [b"boom"]
        assert [said["content"] for said in run.opening.history] == ["Bo: the build is red"]
        assert "heard: explain this" in thread


async def test_form_of_the_shortcut_shows_the_message_with_peoples_names(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        message = await bo.says(general, "@Anna the build is red")
        await anna.shortcut(message, "run_here")
        await slack.until(lambda: anna.modals)

        assert "@Anna the build is red" in str(anna.modal.body["blocks"])


async def test_help_by_mention_is_told_to_the_person_alone(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        await anna.says(general, "@Threadfast help")
        await slack.until(lambda: anna.sees)
        await slack.settled()
        await bot.until_handled()

        assert ["/threadfast ask TEXT" in shown.text for shown in anna.sees] == [True]
        assert len(general.thread()) == 1
        assert await bot.all_runs() == []


async def test_shortcut_on_a_message_that_the_bot_cannot_read_says_so(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, secret = workspace.person("Anna"), workspace.channel("secret", private=True, bot=False)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        message = await anna.says(secret, "nobody may read this")
        await anna.shortcut(message, "run_here")
        await slack.until(lambda: anna.modals)
        await anna.submits(values={"team": "echo"})

        assert "Invite it" in await anna.dm.until(lambda thread: len(thread) == 1)


async def test_commands_over_two_sockets_are_one_run_each(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, channels = workspace.person("Anna"), [workspace.channel(f"c{n}") for n in range(8)]

    def two(given: SlackSettings) -> SlackSettings:
        return replace(given, sockets=2)

    async with running(tmp_path, slack, workspace, scripts={"greet": ECHO}, settings=two) as bot:
        await slack.sockets.until(2)
        async with asyncio.TaskGroup() as group:
            for channel in channels:
                group.create_task(anna.commands(channel, "/threadfast ask hi"))
        for channel in channels:
            await channel.until(lambda seen: "completed" in seen)

        assert len(await bot.all_runs()) == len(channels)


async def test_mute_silences_the_persons_threads_in_this_channel(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.commands(general, "/threadfast mute")
        await slack.until(lambda: anna.sees)
        await anna.says(general, "nobody answers this", thread=root)
        await slack.settled()
        await bot.until_handled()

        assert "Silent in 1 of your threads" in anna.sees[0].text
        assert len(await bot.questions(workspace, root)) == 1


async def test_long_code_is_not_edited_in_a_form(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    scripts: dict[str, Script] = {"greet": [["approve", "runner", "code", ["x = 1\n" * 1000]]]}

    async with running(tmp_path, slack, workspace, scripts=scripts):
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: any(shown.files for shown in thread), thread=root)

        assert "Approve" in thread.buttons
        assert "Edit" not in thread.buttons


async def test_form_about_a_question_that_has_changed_is_refused(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    scripts: dict[str, Script] = {"greet": [["approve", "runner", "code", ["print(1)"]]]}

    async with running(tmp_path, slack, workspace, scripts=scripts) as bot:
        root = await anna.says(general, "@Threadfast go")
        thread = await general.until(lambda thread: "Reject" in thread.buttons, thread=root)
        card = next(shown for shown in thread if "Reject" in shown.buttons)
        await anna.clicks(card, "Reject")
        await slack.until(lambda: anna.modals)
        [request] = await bot.questions(workspace, root)
        anna.modal.body["private_metadata"] = f"{'0' * 16} 1 {request.id}"
        await anna.submits(values={"reason": "no"})

        assert "Nothing was decided" in await anna.dm.until(lambda thread: len(thread) == 1)
        assert len(await bot.questions(workspace, root)) == 1
