from __future__ import annotations

from typing import Any

import httpx
import pytest
from autogen import AssistantAgent, ConversableAgent, LLMConfig, OpenAIWrapper
from autogen.oai.client import OpenAIClient
from pydantic import BaseModel

from agents.durable.run import CURRENT
from agents.durable.seams import ensure_installed
from agents.durable.seams.method import original
from agents.durable.seams.wrappers import KEPT, _made
from agents.teams.definition import Agent
from agents.teams.participants import llm_config
from tests.unit.durable.rig import Rig, Speaking

TOOL = {"type": "function", "function": {"name": "look", "description": "Look.", "parameters": {"type": "object"}}}
PLAIN: dict[str, Any] = {"api_type": "openai", "model": "m", "api_key": "sk-" + "0" * 48, "price": [0, 0]}
CONFIGS: dict[str, dict[str, Any]] = {
    "one of a team": llm_config("m", Agent(instructions="x", model="m")),  # type: ignore[dict-item] # not without a model
    "with parameters": llm_config("m", Agent(instructions="x", model="m", temperature=0.5, max_tokens=9)),  # type: ignore[dict-item] # the same
    "two servers": {"config_list": [PLAIN, PLAIN | {"base_url": "http://127.0.0.1:9/v1", "stream": True}]},
    "with tools": {"config_list": [PLAIN], "tools": [TOOL], "temperature": 0.1},
    "taking turns": {"config_list": [PLAIN, PLAIN | {"model": "n"}], "routing_method": "round_robin"},
}


@pytest.fixture(autouse=True)
def installed() -> None:
    ensure_installed()
    _made.cache_clear()


def stock(config: LLMConfig) -> OpenAIWrapper:
    """Return the wrapper that AutoGen itself makes."""
    assert CURRENT.get() is None
    return OpenAIWrapper(**config)


async def inside(*configs: LLMConfig) -> list[OpenAIWrapper]:
    """Return the wrappers that are made inside a run."""
    made: list[OpenAIWrapper] = []

    async def entry() -> Any:
        made.extend(OpenAIWrapper(**config) for config in configs)
        return ""

    await Rig(Speaking()).step(entry)
    return made


def looks(wrapper: OpenAIWrapper) -> dict[str, Any]:
    """Return everything there is to a wrapper, as values that can be compared."""
    assert wrapper.wrapper_id == id(wrapper)
    rest = {name: value for name, value in vars(wrapper).items() if name not in ("_clients", "wrapper_id")}
    return {"type": type(wrapper), "clients": [client_looks(client) for client in wrapper._clients], **rest}


def client_looks(client: Any) -> dict[str, Any]:
    assert type(client) is OpenAIClient
    assert set(vars(client)) == {"_oai_client", "response_format"}
    server = client._oai_client
    facts = (type(server), str(server.base_url), server.api_key, server.timeout, server.max_retries)
    return {"server": facts, "format": client.response_format, "sends": type(server._client)}


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
async def test_wrapper_made_in_a_run_is_the_one_that_autogen_makes(config: dict[str, Any]) -> None:
    made = LLMConfig.ensure_config(dict(config))

    first, second = await inside(made, made)

    assert looks(first) == looks(second) == looks(stock(made))
    assert list(vars(first)) == list(vars(stock(made)))
    assert [list(each) for each in first._config_list] == [list(each) for each in stock(made)._config_list]
    assert _made.cache_info().hits == 1


async def test_wrappers_of_one_configuration_share_nothing_that_changes() -> None:
    config = LLMConfig.ensure_config({"config_list": [PLAIN], "tools": [TOOL]})
    first, second = await inside(config, config)

    first._update_usage(actual_usage={"total_cost": 1}, total_usage={"total_cost": 1})  # type: ignore[no-untyped-call] # AutoGen's
    first._config_list[0]["model"] = "another"
    first._config_list[0]["tags"].append("mine")
    first._store_response_metadata("r", first._clients[0], 0, True)
    first._clients.clear()

    (third,) = await inside(config)
    assert looks(second) == looks(third) == looks(stock(config))
    assert second.total_usage_summary is None


async def test_tools_are_the_configurations_own_list_as_in_a_wrapper_of_autogens() -> None:
    config = LLMConfig.ensure_config({"config_list": [PLAIN], "tools": [TOOL]})
    (warmed,), (made,) = await inside(config), await inside(config)

    assert warmed._config_list[0]["tools"] is made._config_list[0]["tools"] is config["tools"]
    assert stock(config)._config_list[0]["tools"] is config["tools"]


@pytest.mark.parametrize(
    "other",
    [{"temperature": 1}, {"model": "n"}, {"price": [0, 1]}, {"stream": True}, {"max_tokens": 1}, {"tags": ["x"]}],
    ids=str,
)
async def test_configurations_that_differ_never_get_each_others_wrapper(other: dict[str, Any]) -> None:
    one = LLMConfig.ensure_config({"config_list": [dict(PLAIN)]})
    another = LLMConfig.ensure_config({"config_list": [PLAIN | other]})

    first, second = await inside(one, another)

    assert looks(first) == looks(stock(one))
    assert looks(second) == looks(stock(another))
    assert looks(first) != looks(second)


async def test_each_http_client_keeps_its_wrappers() -> None:
    with httpx.Client() as one, httpx.Client() as another:
        configs = [LLMConfig.ensure_config({"config_list": [PLAIN | {"http_client": http}]}) for http in (one, another)]
        made = await inside(*configs, *configs)

        clients = [vars(wrapper._clients[0])["_oai_client"]._client for wrapper in made]
        assert clients == [one, another, one, another]


class Shaped(BaseModel):
    word: str


@pytest.mark.parametrize("special", [{"response_format": Shaped}, {"model_client_cls": "Own"}], ids=str)
async def test_what_has_a_state_of_its_own_is_made_by_autogen_each_time(special: dict[str, Any]) -> None:
    config = LLMConfig.ensure_config({"config_list": [PLAIN | special]})

    made = await inside(config, config)

    assert [type(wrapper._clients[0]) for wrapper in made] == [type(stock(config)._clients[0])] * 2
    assert made[0]._clients[0] is not made[1]._clients[0]
    assert _made.cache_info().currsize == 0


async def test_configuration_that_autogen_refuses_is_refused_each_time() -> None:
    async def entry() -> Any:
        for _ in range(2):
            with pytest.raises(TypeError):
                OpenAIWrapper(config_list=[PLAIN | {"timeout": {}, "base_url": 7}])
        return ""

    await Rig(Speaking()).step(entry)


async def test_as_many_configurations_are_remembered_as_are_kept() -> None:
    await inside(*(LLMConfig.ensure_config({"config_list": [PLAIN | {"model": f"m{n}"}]}) for n in range(KEPT + 3)))

    assert _made.cache_info().currsize == KEPT


async def test_agents_of_a_run_have_wrappers_as_autogens_own_and_one_each() -> None:
    config: Any = llm_config("m")

    def agent() -> ConversableAgent:
        made = AssistantAgent("a", llm_config=config)
        made.register_for_llm(name="look", description="Look.")(look)
        return made

    def look() -> str:
        return "seen"

    agents: list[ConversableAgent] = []

    async def entry() -> Any:
        agents.extend((agent(), agent()))
        return ""

    await Rig(Speaking()).step(entry)

    outside = agent()
    assert [looks(each.client) for each in agents] == [looks(outside.client)] * 2  # type: ignore[arg-type] # they have one
    assert agents[0].llm_config == agents[1].llm_config == outside.llm_config
    assert agents[0].client is not agents[1].client
    assert original(OpenAIWrapper, "__init__") is OpenAIWrapper.__init__
