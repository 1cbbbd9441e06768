"""A Slack of this test's own, and the command beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.processes import Command, model_server, settings_for
from tests.slack_server import SlackServer

SCRIPTS = "tests.integration.terminal.scripts:SCRIPTS"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def model() -> AsyncIterator[str]:
    async with model_server(SCRIPTS) as address:
        yield address


@pytest.fixture
def command(slack: SlackServer, model: str, tmp_path: Path) -> Command:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace("Acme").bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }
    return Command(tmp_path, settings | settings_for(model))
