"""A Slack of this test's own, and the command beside it."""

from __future__ import annotations

import sys
from asyncio.subprocess import PIPE, create_subprocess_exec
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.slack.command import Command
from tests.slack_server import SlackServer

SCRIPTS = "tests.integration.terminal.scripts:SCRIPTS"


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server


@pytest.fixture
async def model_server() -> AsyncIterator[str]:
    command = [sys.executable, "-m", "tests.model_server", "--scripts", SCRIPTS]
    process = await create_subprocess_exec(*command, stdout=PIPE)
    assert process.stdout is not None
    port = (await process.stdout.readline()).decode().strip()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        await process.communicate()


@pytest.fixture
def command(slack: SlackServer, model_server: str, tmp_path: Path) -> Command:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace("Acme").bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
        "OLLAMA_HOST": model_server,
        "THREADFAST_MODELS": '{"chat": "m", "code": "m"}',
    }
    return Command(tmp_path, settings)
