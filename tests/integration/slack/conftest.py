"""A Slack of this test's own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.slack_server import SlackServer


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer() as server:
        yield server
