from __future__ import annotations

from pathlib import Path

import pytest

from tests.processes import Command, Done
from tests.slack_server import SlackServer


@pytest.fixture
def command(slack: SlackServer, tmp_path: Path) -> Command:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace("Acme").bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }
    return Command(tmp_path, settings)


def about_slack(done: Done) -> list[str]:
    return [line for line in done.out.splitlines() if line.startswith("slack")]


async def test_app_that_works_is_said_to_work_and_no_secret_is_printed(command: Command) -> None:
    done = await command.run("check")

    lines = about_slack(done)
    assert lines[0].startswith("slack     ok     token of workspace Acme (T")
    assert lines[1:3] == [
        "slack     ok     all 19 scopes are granted",
        "slack     ok     app-level token: Socket Mode can be opened",
    ]
    secrets = [value for name, value in command.settings.items() if name.endswith("TOKEN")]
    assert not [secret for secret in secrets if secret in done.out + done.err]


async def test_missing_scopes_are_named_with_their_costs_in_the_settings_language(
    command: Command, slack: SlackServer
) -> None:
    slack.workspace("Acme").bot.scopes -= {"files:write", "chat:write"}
    command.settings["THREADFAST_LANGUAGE"] = "zh"

    done = await command.run("check")

    lines = about_slack(done)
    assert "slack     WRONG  scope chat:write is missing: 机器人什么也说不了" in lines
    assert any(line.startswith("slack     note   scope files:write is missing: ") for line in lines)
    assert done.status == 1


async def test_missing_setting_is_named_without_asking_slack(command: Command, slack: SlackServer) -> None:
    del command.settings["SLACK_APP_TOKEN"]

    lines = about_slack(await command.run("check"))

    assert [line.startswith("slack     WRONG  SLACK_APP_TOKEN is missing") for line in lines] == [True]
    assert slack.requests == []


async def test_signed_requests_need_no_app_token(command: Command) -> None:
    del command.settings["SLACK_APP_TOKEN"]
    command.settings["SLACK_SIGNING_SECRET"] = "secret-of-the-app"

    lines = about_slack(await command.run("check"))

    assert not [line for line in lines if "WRONG" in line]
    assert any("the signing secret shows whether it is right" in line for line in lines)


async def test_without_slack_there_is_a_note_how_to_begin(tmp_path: Path) -> None:
    done = await Command(tmp_path).run("check")

    assert about_slack(done) == ["slack     note   not set up; `threadfast manifest slack` begins it"]
