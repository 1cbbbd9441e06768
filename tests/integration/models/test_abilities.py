from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings
from tests.model_server import ModelServer

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> ModelSettings:
    return ModelSettings(cache=tmp_path, probe_address=NOWHERE, aliases={"chat": "small", "dim": "plain"})


def shown(server: ModelServer) -> int:
    return sum(request.path == "/api/show" for request in server.log)


async def test_ollama_says_what_a_teams_model_can_do_and_is_asked_once(
    server: ModelServer, settings: ModelSettings
) -> None:
    models = Models(replace(settings, ollama_host=server.url))

    found = [await asyncio.to_thread(models.abilities, name) for name in ("chat", "dim", "chat")]

    seeing, blind = frozenset({"completion", "tools", "vision"}), frozenset({"completion"})
    assert found == [seeing, blind, seeing]
    assert shown(server) == 2


async def test_ollama_of_this_machine_is_asked_where_none_is_configured(
    server: ModelServer, settings: ModelSettings
) -> None:
    models = Models(replace(settings, probe_address=server.url))

    assert await asyncio.to_thread(models.abilities, "dim") == frozenset({"completion"})


async def test_nothing_is_known_of_models_elsewhere_and_nobody_is_asked(
    server: ModelServer, settings: ModelSettings
) -> None:
    compatible = Models(replace(settings, openai_base_url=server.base_url, ollama_host=server.url))
    ollama = Models(replace(settings, ollama_host=server.url))

    assert await asyncio.to_thread(compatible.abilities, "chat") is None
    assert await asyncio.to_thread(ollama.abilities, "far:671b-cloud") is None
    assert shown(server) == 0


@pytest.mark.parametrize("name", ["chat", "nobody"])
async def test_host_that_does_not_say_is_asked_again_the_next_time(
    server: ModelServer, settings: ModelSettings, name: str
) -> None:
    away = Models(replace(settings, ollama_host=NOWHERE if name == "chat" else server.url))

    assert [await asyncio.to_thread(away.abilities, name) for _ in range(2)] == [None, None]
    assert shown(server) == (0 if name == "chat" else 2)


async def test_first_of_several_hosts_that_says_so_is_believed(server: ModelServer, settings: ModelSettings) -> None:
    hosts = (
        HostSettings(name="away", address=NOWHERE),
        HostSettings(name="other", kind="openai", address=server.base_url),
        HostSettings(name="here", address=server.url),
    )
    models = Models(replace(settings, hosts=hosts))

    able = await asyncio.to_thread(models.abilities, "chat")

    await models.close()
    assert able is not None
    assert "vision" in able
