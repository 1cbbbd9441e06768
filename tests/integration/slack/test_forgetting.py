"""`/threadfast forget`: people delete what they began, once they have confirmed it."""

from __future__ import annotations

from pathlib import Path

from tests.integration.slack.rig import Bot, running
from tests.slack_server import Message, SlackServer, Workspace


async def waits(workspace: Workspace, root: Message) -> None:
    await workspace.channels[root.channel].until(lambda thread: "waits for" in thread, thread=root)


async def gone(slack: SlackServer, bot: Bot, workspace: Workspace, root: Message) -> None:
    """Return once nothing of a thread is recorded any more."""
    while await bot.runs(workspace, root):
        await slack.until(lambda: True)


async def test_person_deletes_what_they_began_in_this_channel_and_nothing_else(
    slack: SlackServer, tmp_path: Path
) -> None:
    workspace = slack.workspace()
    anna, bo = workspace.person("Anna"), workspace.person("Bo")
    general, other = workspace.channel("general"), workspace.channel("other")

    async with running(tmp_path, slack, workspace) as bot:
        roots = [await anna.says(general, "@Threadfast one"), await anna.says(other, "@Threadfast two")]
        roots.append(await bo.says(general, "@Threadfast three"))
        for root in roots:
            await waits(workspace, root)
        await anna.commands(general, "/threadfast forget")
        await slack.until(lambda: anna.sees)
        asked = [len(await bot.runs(workspace, root)) for root in roots]
        await anna.clicks(anna.sees[0], "Delete for good")
        await slack.until(lambda: len(anna.sees) == 2)
        await gone(slack, bot, workspace, roots[0])

        question = anna.sees[0].text
        assert "Conversations that you began here: 1." in question
        assert "everything that anybody said" in question
        assert "stays there until it is deleted there" in question
        assert asked == [1, 1, 1]
        assert "Being deleted: 1." in anna.sees[1].text
        assert [len(await bot.runs(workspace, root)) for root in roots] == [0, 1, 1]
        assert "hello" in general.thread(roots[0])


async def test_what_was_begun_after_the_question_stays(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        first = await anna.says(general, "@Threadfast one")
        await waits(workspace, first)
        await anna.commands(general, "/threadfast forget")
        await slack.until(lambda: anna.sees)
        second = await anna.says(general, "@Threadfast two")
        await waits(workspace, second)
        await anna.clicks(anna.sees[0], "Delete for good")
        await gone(slack, bot, workspace, first)

        assert len(await bot.runs(workspace, second)) == 1


async def test_button_deletes_nothing_of_others_whoever_presses_it(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, bo, general = workspace.person("Anna"), workspace.person("Bo"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast one")
        await waits(workspace, root)
        await anna.commands(general, "/threadfast forget")
        await slack.until(lambda: anna.sees)
        await bo.clicks(anna.sees[0], "Delete for good")
        await slack.until(lambda: bo.sees)

        assert "no conversation here that you began" in bo.sees[0].text
        assert len(await bot.runs(workspace, root)) == 1


async def test_nothing_to_delete_is_told_without_a_button(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna", locale="zh-CN"), workspace.channel("general")

    async with running(tmp_path, slack, workspace):
        await anna.commands(general, "/threadfast 忘记")
        await slack.until(lambda: anna.sees)

        assert "这里没有由你发起的对话。" in anna.sees[0].text
        assert "永久删除" not in str(anna.sees[0].message.blocks)


async def test_forged_value_of_the_button_deletes_nothing(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace) as bot:
        root = await anna.says(general, "@Threadfast one")
        await waits(workspace, root)
        await anna.commands(general, "/threadfast forget")
        await slack.until(lambda: anna.sees)
        await anna.clicks(anna.sees[0], "Delete for good", value="99999999999999999999")
        await bot.until_handled()

        assert len(await bot.runs(workspace, root)) == 1
