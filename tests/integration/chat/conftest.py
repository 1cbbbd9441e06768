"""The platforms, each in its turn."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.chat.platforms import PLATFORMS
from tests.integration.chat.sending import Sending


@pytest.fixture(params=PLATFORMS)
async def s(request: pytest.FixtureRequest) -> AsyncIterator[Sending]:
    """A thread, and a process of ours that shows live previews."""
    async with PLATFORMS[request.param].sending() as made:
        await made.decorate()
        yield made
