"""What the tests of Discord share."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.discord.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    """A thread of a server's channel, and a process of ours."""
    async with sending() as made:
        yield made


@pytest.fixture
async def d() -> AsyncIterator[Sending]:
    """Somebody's direct messages, and a process of ours."""
    async with sending(direct=True) as made:
        yield made
