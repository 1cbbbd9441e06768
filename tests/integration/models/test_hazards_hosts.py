"""What an Ollama does that its users did not expect, each met by name: the hazards of hosts, through the pool."""

from __future__ import annotations

import asyncio

import pytest

from agents.models.settings import Alias, Kind
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, SCRIPTS, Watched, calling, pooled
from tests.integration.models.test_hosts_routing import load
from tests.model_server import ModelServer

KINDS: tuple[Kind, ...] = ("ollama", "openai")
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}


async def test_compatible_dialect_has_no_words_for_the_context_so_an_ollama_is_asked_in_its_own() -> None:
    async with pooled(["one"], settings={"ollama_keep_alive": "1h"}) as pool:
        await pool.ask("a")

        (sent,) = pool.servers["one"].chats
        assert sent.path == "/api/chat"
        assert (sent.body["options"]["num_ctx"], sent.body["keep_alive"]) == (8192, "1h")


async def test_temperature_that_the_compatible_dialect_would_make_1_is_sent_as_the_settings_say() -> None:
    aliases = {"cool": Alias(model="a", temperature=0.1)}
    async with pooled(["one"], kind="openai", settings={"aliases": aliases}) as pool:
        await pool.ask("cool")

        assert pool.servers["one"].chats[0].body["temperature"] == 0.1


async def test_default_context_that_depends_on_the_card_is_never_left_to_the_host() -> None:
    async with pooled(["one"]) as pool:
        await pool.ask("a")

        told = (await pool.models.survey())[0].loaded[0]
        assert (told.context, told.wanted) == (8192, 8192)


async def test_overlong_chat_is_refused_by_the_host_and_never_shortened_there() -> None:
    async with pooled(["one"], settings={"ollama_context": 512}) as pool:
        messages = [{"role": "user", "content": f"number {at} " * 40} for at in range(40)]
        call = calling("a")
        call.messages[1:1] = messages

        await pool.models.complete(call, Heard())

        chats = pool.servers["one"].chats
        assert all(logged.body["truncate"] is False and logged.truncated == 0 for logged in chats)


async def test_other_context_would_load_the_model_again_and_is_never_asked_for() -> None:
    async with pooled(["one"]) as pool:
        for options in ({}, {"num_ctx": 2048}, {"temperature": 0.3}, {"max_tokens": 5}):
            await pool.ask("a", options=options)

        assert pool.servers["one"].state.loads == [("a", 8192)]


async def test_context_that_is_too_long_for_the_model_is_the_hosts_to_shorten_and_loads_nothing_twice() -> None:
    async with pooled(["one"]) as pool:
        one = pool.servers["one"]
        await pool.ask("a")
        # The host says 4096 of a model that was made for no more, whatever is asked for.
        one.state.loaded["a"].num_ctx = 4096
        await pool.models.survey()

        watched = Watched()
        await pool.ask("a", watch=watched)

        assert watched.kinds == ["asked"]


async def test_one_request_at_a_time_waits_here_with_its_place_and_not_there_in_silence() -> None:
    async with pooled(["one"], settings={"slots": 1}, num_parallel=1, delay=0.1) as pool:
        watched = [Watched() for _ in range(3)]
        async with asyncio.TaskGroup() as group:
            for one in watched:
                group.create_task(pool.ask("a", watch=one))

        assert pool.servers["one"].state.max_in_flight == 1
        assert [one.states[0].place for one in watched if one.states[0].kind == "queued"] == [1, 2]


async def test_full_queue_of_a_loading_host_is_left_alone_and_asked_again() -> None:
    async with pooled(["one"]) as pool:
        one = pool.servers["one"]
        one.fault("busy")
        with pytest.raises(RetryLaterError, match="busy or loading"):
            await pool.ask("a")

        assert (await pool.ask("a")).content == SAID
        assert len(one.chats) == 2


async def test_load_that_takes_longer_than_a_stall_is_waited_for() -> None:
    async with pooled(["one"], settings={"first": 20, "stall": 0.5}, load_delay=1.5) as pool:
        assert (await pool.ask("a")).content == SAID


async def test_model_is_loaded_by_an_empty_request_before_the_first_word_is_waited_for() -> None:
    async with pooled(["one"], load_delay=0.1) as pool:
        await pool.ask("a")

        paths = [logged.path for logged in pool.servers["one"].log]
        assert paths.index("/api/generate") < paths.index("/api/chat")
        assert pool.loads == 1


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("fault", ["error_midstream", "end_without_done", "repetition"])
async def test_answer_without_its_end_is_asked_of_another_host_and_never_taken(kind: Kind, fault: str) -> None:
    async with pooled(kind=kind) as pool:
        pool.servers["one"].fault(fault)

        answer = await pool.ask("a")

        assert (answer.host, answer.content) == ("two", SAID)


async def test_thinking_that_is_on_by_default_is_off_unless_it_is_wanted() -> None:
    async with pooled(["one"], settings={"aliases": {"deep": Alias(model="a", think=True)}}) as pool:
        one = pool.servers["one"]
        one.state.models["a"].capabilities = ("completion", "thinking")

        await pool.ask("a")
        await pool.ask("deep")

        assert [logged.body["think"] for logged in one.chats] == [False, True]


async def test_tools_on_a_model_that_cannot_call_them_are_refused_before_it_is_loaded() -> None:
    async with pooled(["one"]) as pool:
        one = pool.servers["one"]
        one.state.models["a"].capabilities = ("completion",)

        with pytest.raises(ModelFailedError, match="cannot call tools"):
            await pool.ask("a", tools=[TOOL])

        assert (one.chats, pool.loads) == ([], 0)


@pytest.mark.parametrize("fault", ["not_found", "not_found_pull"])
@pytest.mark.parametrize("kind", KINDS)
async def test_missing_model_in_either_wording_is_one_that_can_be_pulled(kind: Kind, fault: str) -> None:
    async with pooled(["one"], kind=kind) as pool:
        pool.servers["one"].fault(fault)

        with pytest.raises(ModelFailedError) as failed:
            await pool.ask("a")

        assert str(failed.value.text_id).startswith("model_missing")
        assert failed.value.facts["model"] == "a"


@pytest.mark.parametrize("kind", KINDS)
async def test_model_too_large_for_the_memory_is_not_tried_again_blindly(kind: Kind) -> None:
    async with pooled(["one"], kind=kind) as pool:
        pool.servers["one"].fault("oom", once=False)

        with pytest.raises(ModelFailedError, match="does not fit the memory of one"):
            await pool.ask("a")

        assert pool.asked() == {"one": 1}


async def test_calls_that_wait_for_a_load_which_fails_fail_with_it_and_do_not_try_it_each() -> None:
    async with pooled(["one"], load_delay=0.3) as pool:
        pool.servers["one"].fault("load_fails")

        async def fails() -> str:
            with pytest.raises(ModelFailedError) as failed:
                await pool.ask("a")
            return str(failed.value)

        await pool.models.survey()
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(fails()) for _ in range(5)]

        assert len({task.result() for task in tasks}) == 1
        assert pool.loads == 1


async def test_leaving_while_the_model_is_loaded_closes_the_connection_and_lets_the_next_load_it() -> None:
    async with pooled(["one"], load_delay=0.5) as pool:
        one = pool.servers["one"]
        async with asyncio.TaskGroup() as group:
            leaving = group.create_task(pool.ask("a"))
            await one.until(lambda: any(logged.path == "/api/generate" for logged in one.log))
            staying = group.create_task(pool.ask("a"))
            await asyncio.sleep(0.05)
            leaving.cancel()

        assert leaving.cancelled()
        assert staying.result().content == SAID


async def test_bare_403_of_a_loopback_bind_is_explained() -> None:
    async with pooled(["one"]) as pool:
        pool.servers["one"].fault("forbidden")

        with pytest.raises(ModelFailedError, match=r"403 without a reason.* set OLLAMA_HOST on that machine"):
            await pool.ask("a")


async def test_model_that_sends_data_out_is_refused_and_the_next_best_is_asked() -> None:
    cloud = "far:671b-cloud"
    aliases = {"big": cloud, "code": Alias(model=cloud, fallbacks=("a",))}
    async with pooled(["one"], has={"one": ["a", cloud]}, settings={"aliases": aliases}) as pool:
        with pytest.raises(ModelFailedError, match="in a cloud"):
            await pool.ask("big")

        assert (await pool.ask("code")).model == "a"
        assert {logged.model for logged in pool.servers["one"].log if logged.model} == {"a"}


@pytest.mark.parametrize("kind", KINDS)
async def test_model_that_sends_data_out_is_refused_in_both_dialects_and_where_an_agent_names_its_server(
    kind: Kind,
) -> None:
    cloud = "far:671b-cloud"
    async with pooled(["one"], kind=kind, has={"one": ["a", cloud]}) as pool, ModelServer(SCRIPTS) as elsewhere:
        for own in ({}, {"base_url": pool.servers["one"].base_url}, {"base_url": elsewhere.base_url}):
            with pytest.raises(ModelFailedError, match="in a cloud"):
                await pool.ask(cloud, **own)

        assert pool.asked() == {"one": 0}
        assert not elsewhere.chats


async def test_model_of_which_only_the_host_says_that_it_sends_data_out_is_refused_and_the_next_best_is_asked() -> None:
    aliases = {"code": Alias(model="c", fallbacks=("a",))}
    async with pooled(["one"], settings={"aliases": aliases}) as pool:
        pool.servers["one"].state.models["c"].cloud = True

        with pytest.raises(ModelFailedError, match="in a cloud"):
            await pool.ask("c")

        assert (await pool.ask("code")).model == "a"
        assert {logged.model for logged in pool.servers["one"].chats} == {"a"}


@pytest.mark.parametrize("kind", KINDS)
async def test_server_that_an_agent_names_is_asked_in_the_dialect_of_the_settings(kind: Kind) -> None:
    async with pooled(["one"], kind=kind, settings={"slots": 1}, delay=0.05) as pool:
        own = pool.servers["one"].base_url
        async with asyncio.TaskGroup() as group:
            for more in ({}, {"base_url": own, "api_key": "own"}) * 3:
                group.create_task(pool.ask("a", **more))

        server = pool.servers["one"]
        assert len({logged.path for logged in server.chats}) == 1
        assert server.state.max_in_flight == 1
        assert len(server.state.loads) == 1


async def test_host_that_must_be_signed_in_shows_where() -> None:
    async with pooled(["one"]) as pool:
        pool.servers["one"].fault("signin")

        with pytest.raises(ModelFailedError, match=r"https://ollama\.com/connect"):
            await pool.ask("a")


async def test_several_hosts_are_no_cluster_so_each_call_goes_where_its_model_is_loaded_and_a_slot_is_free() -> None:
    async with pooled(("one", "two", "three"), settings={"slots": 1}, delay=0.3) as pool:
        for name in ("two", "three"):
            await load(pool.servers[name].url, "a", 8192)

        answers = await pool.ask_all(["a", "a"])

        assert sorted(answer.host for answer in answers) == ["three", "two"]
        assert pool.loads == 2
