"""A server whose models get things wrong, and teams that ask it in both dialects."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import SCRIPTS
from tests.model_server import ModelServer


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as running:
        yield running


@pytest.fixture(params=["openai", "ollama"])
def teams(tmp_path: Path, server: ModelServer, request: pytest.FixtureRequest) -> Teams:
    if request.param == "ollama":
        client = OllamaClient(OllamaHost(url=server.base_url.removesuffix("/v1")))
        return Teams(tmp_path, server.base_url, models=client)
    return Teams(tmp_path, server.base_url, models=OpenAICompatible(server.base_url))
