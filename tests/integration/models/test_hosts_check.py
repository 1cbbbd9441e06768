from __future__ import annotations

import asyncio
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import pytest

from agents.models.pool import CheckLine, Models, ModelSettings
from agents.models.settings import Alias, HostSettings
from bot.commands import checks
from bot.config import load_settings
from tests.integration.models.hosts import pooled
from tests.integration.models.test_hosts_routing import load
from tests.model_server import ModelServer

NOWHERE = "http://127.0.0.1:1"


def wrong(lines: Sequence[CheckLine]) -> list[CheckLine]:
    return [line for line in lines if not line.ok]


async def test_every_host_has_a_line_with_its_name_and_address() -> None:
    async with pooled(has={"one": ["a"], "two": ["b"]}) as pool:
        lines = await pool.models.describe()

        assert wrong(lines) == []
        assert [line.text for line in lines] == [
            f"Ollama 0.33.1 at one at {pool.servers['one'].url} has a:latest",
            f"Ollama 0.33.1 at two at {pool.servers['two'].url} has b:latest",
        ]


async def test_host_that_is_away_is_told_and_is_not_needed_while_another_is_there(tmp_path: Path) -> None:
    async with pooled(["one"]) as pool:
        here = HostSettings(name="one", address=pool.servers["one"].url)
        away = HostSettings(name="away", address=NOWHERE)
        some, none = (Models(ModelSettings(cache=tmp_path, hosts=hosts)) for hosts in ((here, away), (away,)))

        (told,) = wrong(await some.describe())
        (alone,) = wrong(await none.describe())

        await some.close()
        await none.close()
        assert "away cannot be reached" in told.text
        assert (told.needed, alone.needed) == (False, True)


async def test_models_that_no_host_has_are_told_with_what_answers_in_their_place() -> None:
    aliases = {"code": Alias(model="x", fallbacks=("b",)), "chat": Alias(model="y", fallbacks=("z",))}
    async with pooled(has={"one": ["a"], "two": ["b"]}, settings={"aliases": aliases}) as pool:
        fallback, missing = wrong(await pool.models.describe())

        assert "x is on no host that answers; b is asked in its place" in fallback.text
        assert (fallback.needed, fallback.missing) == (False, "")
        assert (missing.missing, missing.remedy) == ("y", "threadfast model pull y")


async def test_model_in_memory_with_another_context_is_told() -> None:
    async with pooled() as pool:
        await load(pool.servers["two"].url, "a", 4096)

        (line,) = wrong(await pool.models.describe())

        assert f"two at {pool.servers['two'].url} has a:latest in memory with a context of 4096 tokens" in line.text
        assert "Threadfast asks for 8192: the next call loads it again" in line.text
        assert (line.needed, line.remedy) == (
            False,
            "have whoever else uses it ask for 8192, too, or set num_ctx to 4096",
        )


async def test_model_that_we_have_in_memory_is_no_trouble() -> None:
    async with pooled() as pool:
        await pool.ask("a")

        assert wrong(await pool.models.describe()) == []


@pytest.mark.parametrize("allowed", [False, True])
async def test_model_in_a_cloud_is_told_unless_it_is_allowed(allowed: bool) -> None:
    cloud = "far:671b-cloud"
    settings = {"aliases": {"chat": cloud}, "ollama_cloud": allowed}
    async with pooled(has={"one": ["a", cloud]}, settings=settings) as pool:
        lines = wrong(await pool.models.describe())

        assert [line.missing for line in lines] == ([] if allowed else [cloud])
        assert all("not run on" in line.text and "allow_cloud" in line.remedy for line in lines)


async def test_check_command_shows_all_of_this_for_the_settings(tmp_path: Path) -> None:
    await asyncio.to_thread(import_module, "agents.teams")  # it reads folders
    scripts = {"chat-model": {"_any": ["x"]}}
    async with ModelServer(scripts) as server:
        (tmp_path / "threadfast.yaml").write_text(
            f"teams_folder: {tmp_path}\n"
            "hosts:\n"
            f"  gpu1: {{address: '{server.url}'}}\n"
            f"  gpu2: {{address: '{NOWHERE}'}}\n"
            "models: {chat: chat-model, assistant: chat-model, coder: {model: x, fallbacks: [chat-model]}}\n"
        )
        settings = await asyncio.to_thread(load_settings, tmp_path)

        found = await checks.models(settings)

    assert found[0].ok
    assert "gpu1" in found[0].words
    assert (found[1].ok, found[1].needed) == (False, False)
    assert "gpu2 cannot be reached" in found[1].words
    assert any("chat-model is asked in its place" in one.words and not one.needed for one in found)
