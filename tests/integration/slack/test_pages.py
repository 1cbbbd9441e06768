"""What people see beside threads: the App Home and a new chat's prompts."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.slack.handling import pages
from tests.integration.slack.rig import running
from tests.slack_server import Person, SlackServer
from tests.slack_server.rendering import blocks_text


def home_of(person: Person) -> str:
    """Return the text of somebody's App Home, as far as there is one."""
    if person.home is None:
        return ""
    return blocks_text(person.home.body["blocks"], person.workspace.name_of)


async def test_home_shows_what_waits_and_the_models(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace):
        root = await anna.says(general, "@Threadfast paint the shed")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await anna.opens_home()
        await slack.until(lambda: anna.home is not None)

        assert "Waiting for you" in home_of(anna)
        assert "paint the shed" in home_of(anna)
        assert "The model host answers." in home_of(anna)
        assert slack.calls("chat.getPermalink")


async def test_open_home_is_drawn_again_when_something_changes(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "SETTLE_SECONDS", 0.05)
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with running(tmp_path, slack, workspace):
        await anna.opens_home()
        await slack.until(lambda: "no conversations yet" in home_of(anna))
        root = await anna.says(general, "@Threadfast paint the shed")
        await slack.until(lambda: "Waiting for you" in home_of(anna))
        await anna.says(general, "red", thread=root)
        await slack.until(lambda: "completed" in home_of(anna))

        assert "Waiting for you" not in home_of(anna)


async def test_home_in_the_persons_language(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna", locale="zh-CN")

    async with running(tmp_path, slack, workspace):
        await anna.opens_home()
        await slack.until(lambda: anna.home is not None)

        assert "模型" in home_of(anna)


async def test_new_chat_gets_prompts(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna = workspace.person("Anna")

    async with running(tmp_path, slack, workspace):
        event = {"type": "app_home_opened", "user": anna.id, "channel": anna.dm.id, "tab": "messages"}
        workspace.tell(event | {"event_ts": anna.dm.next_ts()})
        await slack.until(lambda: slack.calls("assistant.threads.setSuggestedPrompts"))

        [call] = slack.calls("assistant.threads.setSuggestedPrompts")
        assert len(call.args["prompts"]) == 3


async def test_home_that_slack_refuses_is_left_alone(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("error", method="views.publish", code="not_enabled")

    async with running(tmp_path, slack, workspace) as bot:
        await anna.opens_home()
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "waits for your answer" in thread, thread=root)
        await bot.until_handled()

        assert anna.home is None
