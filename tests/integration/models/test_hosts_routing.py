from __future__ import annotations

import asyncio
import random

import pytest

from agents.models.fair import CALLER, Caller
from agents.models.settings import Alias, Kind
from bot.errors import ModelFailedError
from tests.integration.models.hosts import SAID, Watched, pooled


async def load(server_url: str, model: str, num_ctx: int) -> None:
    """Have somebody else load a model."""
    import httpx

    async with httpx.AsyncClient(base_url=server_url) as http:
        body = {"model": model, "options": {"num_ctx": num_ctx}}
        (await http.post("/api/generate", json=body)).raise_for_status()


async def test_host_that_has_the_model_loaded_is_asked_before_one_with_more_weight() -> None:
    async with pooled(hosts={"one": {"weight": 9}}) as pool:
        await load(pool.servers["two"].url, "a", 8192)

        answer = await pool.ask("a")

        assert (answer.host, answer.content) == ("two", SAID)
        assert pool.loads == 1


async def test_model_that_no_host_has_loaded_goes_where_nothing_else_is_and_then_stays_there() -> None:
    async with pooled() as pool:
        answers = [await pool.ask(model) for model in "abababba"]

        assert [answer.host for answer in answers] == ["one", "two", "one", "two", "one", "two", "two", "one"]
        assert pool.loads == 2


async def test_only_a_host_that_has_the_model_is_asked() -> None:
    async with pooled(has={"one": ["a"], "two": ["b"]}) as pool:
        answers = await pool.ask_all(["b", "a", "b", "a"])

        assert [answer.host for answer in answers] == ["two", "one", "two", "one"]


async def test_weight_decides_between_hosts_that_would_do_equally_well() -> None:
    async with pooled(hosts={"two": {"weight": 2}}) as pool:
        assert (await pool.ask("a")).host == "two"


async def test_calls_are_shared_out_over_all_hosts_of_the_other_dialect() -> None:
    async with pooled(("one", "two", "three"), kind="openai", settings={"slots": 2}, delay=0.2) as pool:
        answers = await pool.ask_all(["a"] * 6)

        assert sorted(answer.host for answer in answers) == ["one", "one", "three", "three", "two", "two"]


@pytest.mark.parametrize("slots", [1, 4])
async def test_two_hosts_and_two_models_need_two_loads_however_the_calls_are_mixed(slots: int) -> None:
    chance = random.Random(slots)
    async with pooled(settings={"slots": slots}, memory=1, load_delay=0.2, delay=0.02, num_parallel=slots) as pool:

        async def converse(number: int) -> None:
            CALLER.set(Caller(f"person-{number % 7}", f"conversation-{number}"))
            for _ in range(4):
                await pool.ask(chance.choice("ab"))

        async with asyncio.TaskGroup() as group:
            for number in range(40):
                group.create_task(converse(number))

        assert pool.loads == 2


async def test_host_with_the_model_in_another_context_is_left_alone_while_another_is_there() -> None:
    async with pooled(hosts={"one": {"weight": 9}}) as pool:
        await load(pool.servers["one"].url, "a", 4096)

        assert (await pool.ask("a")).host == "two"

        assert pool.servers["one"].state.loads == [("a", 4096)]


async def test_every_call_of_a_model_has_the_same_context_on_every_host() -> None:
    aliases = {"code": Alias(model="a", num_ctx=2048), "chat": "b"}
    async with pooled(settings={"aliases": aliases, "ollama_context": 4096}) as pool:
        for model in ("code", "a", "chat", "code"):
            await pool.ask(model)

        sent = {
            (logged.model, logged.body["options"]["num_ctx"])
            for server in pool.servers.values()
            for logged in server.log
            if "options" in logged.body
        }
        assert sent == {("a", 2048), ("b", 4096)}
        assert pool.loads == 2


async def test_known_hosts_are_asked_nothing_but_the_call() -> None:
    async with pooled() as pool:
        await pool.ask("a")
        await pool.ask("a")
        before = sum(len(server.log) for server in pool.servers.values())

        for _ in range(10):
            await pool.ask("a")

        assert sum(len(server.log) for server in pool.servers.values()) - before == 10


async def test_one_host_of_the_other_dialect_is_asked_nothing_but_the_calls() -> None:
    async with pooled(["one"], kind="openai") as pool:
        for _ in range(3):
            await pool.ask("a")

        assert [logged.path for logged in pool.servers["one"].log] == ["/v1/chat/completions"] * 3


async def test_loading_is_told_before_the_call_is_made_and_only_then() -> None:
    async with pooled(["one"], load_delay=0.1) as pool:
        first, second = Watched(), Watched()

        await pool.ask("a", watch=first)
        await pool.ask("a", watch=second)

        assert (first.kinds, second.kinds) == (["loading", "asked"], ["asked"])
        assert {(state.model, state.host) for state in first.states} == {("a", "one")}
        assert first.states[0].seconds is not None


async def test_calls_that_meet_a_load_wait_for_it_and_cause_no_other() -> None:
    async with pooled(["one"], load_delay=0.2) as pool:
        watched = [Watched() for _ in range(5)]
        async with asyncio.TaskGroup() as group:
            for one in watched:
                group.create_task(pool.ask("a", watch=one))

        assert [one.kinds for one in watched] == [["loading", "asked"]] * 5
        assert pool.asked("/api/generate") == {"one": 1}


@pytest.mark.parametrize("kind", ["ollama", "openai"])
async def test_next_best_model_answers_where_no_host_has_the_first(kind: Kind) -> None:
    aliases = {"code": Alias(model="absent", fallbacks=("missing", "b"))}
    async with pooled(kind=kind, settings={"aliases": aliases}) as pool:
        answer = await pool.ask("code")

        assert answer.model == "b"
        assert {logged.model for server in pool.servers.values() for logged in server.chats} == {"b"}


async def test_first_model_is_asked_again_once_a_host_has_it() -> None:
    aliases = {"code": Alias(model="c", fallbacks=("a",))}
    async with pooled(has={"one": ["a"], "two": ["a"]}, settings={"aliases": aliases}) as pool:
        assert (await pool.ask("code")).model == "a"
        async for _ in pool.models.pull("c", "two"):
            pass

        assert (await pool.ask("code")).model == "c"


async def test_model_that_no_host_has_can_be_offered_to_be_pulled() -> None:
    async with pooled(has={"one": ["a"], "two": ["b"]}) as pool:
        with pytest.raises(ModelFailedError, match="'c' is on no model host: one, two") as failed:
            await pool.ask("c")

        assert failed.value.text_id == "model_missing"
        assert failed.value.facts["model"] == failed.value.facts["pull"] == "c"


async def test_settings_of_a_name_go_with_its_calls_and_the_teams_own_come_before_them() -> None:
    aliases = {"cool": Alias(model="a", temperature=0.2, keep_alive="1h", think=True), "hot": "a"}
    async with pooled(["one"], settings={"aliases": aliases, "max_temperature": 0.7}) as pool:
        await pool.ask("cool")
        await pool.ask("cool", options={"temperature": 0.5})
        await pool.ask("cool", options={"temperature": 2.0})
        await pool.ask("hot")

        chats = pool.servers["one"].chats
        assert [logged.body["options"].get("temperature") for logged in chats] == [0.2, 0.5, 0.7, None]
        assert {logged.body["keep_alive"] for logged in chats} == {"1h"}
        assert {logged.body["think"] for logged in chats} == {False}, "this model cannot think"


@pytest.mark.parametrize("kind", ["ollama", "openai"])
async def test_key_and_headers_of_a_host_go_to_it_and_to_no_other(kind: Kind) -> None:
    more = {"one": {"key": "key-of-one", "headers": {"X-Team": "team-of-one"}}}
    async with pooled(kind=kind, hosts=more, has={"one": ["a"], "two": ["b"]}) as pool:
        await pool.ask_all(["a", "b"])

        sent = [server.chats[0].headers for server in pool.servers.values()]
        one, two = ({name.lower(): value for name, value in headers.items()} for headers in sent)
        assert (one["authorization"], one["x-team"]) == ("Bearer key-of-one", "team-of-one")
        assert "of-one" not in str(two)


async def test_agents_own_server_that_is_a_host_of_the_settings_too_shares_its_slots() -> None:
    async with pooled(["one"], kind="openai", settings={"slots": 1}, delay=0.1) as pool:
        own = pool.servers["one"].base_url
        async with asyncio.TaskGroup() as group:
            for more in ({}, {"base_url": own, "api_key": "own"}) * 3:
                group.create_task(pool.ask("a", **more))

        assert pool.servers["one"].state.max_in_flight == 1


async def test_room_for_messages_is_that_of_the_smallest_host() -> None:
    from tests.integration.models.hosts import calling

    aliases = {"code": Alias(model="a", num_ctx=4096)}
    async with pooled(settings={"aliases": aliases}) as pool:
        code, chat = [await pool.models.room(calling(model)) for model in ("code", "b")]
        assert code is not None
        assert chat is not None
        assert (code.tokens, chat.tokens) == (3072, 7168)

    async with pooled(kind="openai") as elsewhere:
        assert await elsewhere.models.room(calling("a")) is None
