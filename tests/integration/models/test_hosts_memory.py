"""Models that do not fit into a host's memory, or do not stay there."""

from __future__ import annotations

import pytest

from agents.models.settings import Alias
from bot.errors import ModelFailedError
from tests.integration.models.hosts import pooled


@pytest.mark.parametrize("fault", ["oom", "crash"])
async def test_model_that_breaks_on_one_host_is_asked_of_another_and_not_there_again(fault: str) -> None:
    async with pooled() as pool:
        pool.servers["one"].fault(fault, once=False)

        hosts = [(await pool.ask("a")).host for _ in range(3)]

        assert hosts == ["two"] * 3
        assert pool.asked()["one"] == 1


async def test_model_that_fits_no_host_fails_with_what_would_help() -> None:
    async with pooled() as pool:
        for server in pool.servers.values():
            server.fault("oom", once=False)

        with pytest.raises(ModelFailedError, match=r"does not fit the memory of .* A smaller model"):
            await pool.ask("a")

        assert pool.asked() == {"one": 1, "two": 1}


async def test_next_best_model_answers_where_the_first_does_not_fit_the_memory() -> None:
    aliases = {"code": Alias(model="a", fallbacks=("b",))}
    async with pooled(["one"], settings={"aliases": aliases}) as pool:
        pool.servers["one"].fault("oom", model="a", once=False)

        assert (await pool.ask("code")).model == "b"


async def test_model_that_is_not_kept_is_not_loaded_twice_for_a_call() -> None:
    async with pooled(["one"], settings={"ollama_keep_alive": "0"}) as pool:
        await pool.ask("a")

        assert pool.asked("/api/generate") == {"one": 0}
        assert pool.loads == 1


async def test_model_that_does_not_fit_is_not_asked_with_every_call_where_there_is_a_next_best() -> None:
    aliases = {"code": Alias(model="a", fallbacks=("b",))}
    async with pooled(["one"], settings={"aliases": aliases}) as pool:
        pool.servers["one"].fault("oom", model="a", once=False)

        answers = [await pool.ask("code") for _ in range(4)]

        assert {answer.model for answer in answers} == {"b"}
        assert [logged.model for logged in pool.servers["one"].chats].count("a") == 1
