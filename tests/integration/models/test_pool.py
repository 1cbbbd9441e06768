from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from agents.models.fair import CALLER, Caller
from agents.models.pool import Models, ModelSettings
from bot.errors import ModelFailedError, RetryLaterError, SettingsError
from tests.integration.models.conftest import Heard, asking
from tests.model_server import ModelServer

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def settings(tmp_path: Path) -> ModelSettings:
    return ModelSettings(cache=tmp_path, probe_address=NOWHERE, first=40, stall=40)


def broken_gguf(folder: Path) -> Path:
    path = folder / "own.gguf"
    path.write_bytes(b"GGUF, but not really")
    return path


async def test_configured_ollama_answers_in_its_own_dialect(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, ollama_host=server.url.removeprefix("http://")))

    answer = await models.complete(asking(), Heard())

    await models.close()
    assert (answer.content, answer.demo) == ("one two three four five", False)
    assert server.chats[0].path == "/api/chat"


async def test_configured_compatible_server_comes_before_ollama(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, openai_base_url=server.base_url, openai_api_key="k", ollama_host=NOWHERE))

    await models.complete(asking(), Heard())

    await models.close()
    assert server.chats[0].path == "/v1/chat/completions"
    assert server.chats[0].headers["Authorization"] == "Bearer k"


async def test_ollama_of_this_machine_is_found_by_itself(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, probe_address=server.url))

    answer = await models.complete(asking(), Heard())

    await models.close()
    assert answer.content == "one two three four five"


async def test_agent_with_a_server_of_its_own_is_asked_there(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, ollama_host=NOWHERE, aliases={"small": "other"}))

    await models.complete(asking(base_url=server.base_url, api_key="own"), Heard())

    await models.close()
    assert server.chats[0].model == "small"
    assert server.chats[0].headers["Authorization"] == "Bearer own"


async def test_alias_means_what_the_settings_say_and_other_names_themselves(
    server: ModelServer, settings: ModelSettings
) -> None:
    models = Models(replace(settings, ollama_host=server.url, aliases={"chat": "small"}))

    await models.complete(asking(model="chat"), Heard())
    await models.complete(asking(model="plain"), Heard())

    await models.close()
    assert [logged.model for logged in server.chats] == ["small", "plain"]


@pytest.mark.parametrize(("wanted", "sent"), [(0.9, 0.4), (0.2, 0.2), (None, None)])
async def test_temperature_is_lowered_to_the_settings_highest(
    server: ModelServer, settings: ModelSettings, wanted: float | None, sent: float | None
) -> None:
    models = Models(replace(settings, ollama_host=server.url, max_temperature=0.4))

    await models.complete(asking(options={} if wanted is None else {"temperature": wanted}), Heard())

    await models.close()
    assert server.chats[0].body["options"].get("temperature") == sent


async def test_configured_ollama_that_is_down_is_never_replaced_by_the_demo(settings: ModelSettings) -> None:
    models = Models(replace(settings, ollama_host=NOWHERE))

    with pytest.raises(RetryLaterError, match=r"http://127\.0\.0\.1:1 cannot be reached"):
        await models.complete(asking(), Heard())

    await models.close()


async def test_without_any_server_the_embedded_model_is_asked(settings: ModelSettings, tmp_path: Path) -> None:
    stages: list[str] = []
    models = Models(
        replace(settings, embedded_model=str(broken_gguf(tmp_path))),
        on_stage=lambda stage, done, total: stages.append(stage),
    )

    with pytest.raises(ModelFailedError, match=r"own\.gguf could not be loaded"):
        await models.complete(asking(), Heard())

    await models.close()
    assert stages == ["loading"]


async def test_ollama_that_was_found_and_went_away_is_looked_for_again(
    server: ModelServer, settings: ModelSettings, tmp_path: Path
) -> None:
    gguf = str(broken_gguf(tmp_path))
    models = Models(replace(settings, probe_address=server.url, embedded_model=gguf))
    await models.complete(asking(), Heard())
    await server.stop()

    with pytest.raises(RetryLaterError):
        await models.complete(asking(), Heard())
    with pytest.raises(ModelFailedError, match=r"own\.gguf"):
        await models.complete(asking(), Heard())

    await models.close()


def test_unknown_embedded_model_is_refused_at_the_start(settings: ModelSettings) -> None:
    with pytest.raises(SettingsError, match=r"qwen2\.5-coder-0\.5b"):
        Models(replace(settings, embedded_model="gpt-9"))


async def test_check_names_the_server_its_models_and_what_is_missing(
    server: ModelServer, settings: ModelSettings
) -> None:
    models = Models(replace(settings, ollama_host=server.url, aliases={"chat": "qwen2:7b", "code": "small"}))

    lines = await models.describe(("plain", "chat"))

    await models.close()
    assert [line.ok for line in lines] == [True, False]
    assert "Ollama 0.33.1" in lines[0].text
    assert "small:latest" in lines[0].text
    assert (lines[1].text, lines[1].remedy) == (
        f"the model qwen2:7b is not on {server.url}",
        "threadfast model pull qwen2:7b",
    )


async def test_check_of_a_compatible_server_names_what_is_missing(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, openai_base_url=server.base_url))

    lines = await models.describe(("small", "nowhere"))

    await models.close()
    assert [line.ok for line in lines] == [True, False]
    assert "nowhere" in lines[1].text


@pytest.mark.parametrize("place", ["ollama_host", "openai_base_url", "none"])
async def test_state_of_the_models_is_told_in_the_persons_language(
    server: ModelServer, settings: ModelSettings, place: str
) -> None:
    configured = {
        "ollama_host": replace(settings, ollama_host=server.url, aliases={"code": "nowhere"}),
        "openai_base_url": replace(settings, openai_base_url=server.base_url, aliases={"code": "nowhere"}),
        "none": settings,
    }
    models = Models(configured[place])

    lines = await models.describe(language="zh")
    down = Models(replace(settings, ollama_host=NOWHERE))
    failed = await down.describe(language="zh")

    await models.close()
    await down.close()
    assert all(any("一" <= char <= "鿿" for char in line.text) for line in lines)
    assert failed[0].text.startswith(f"无法连接模型服务器 {NOWHERE}")


@pytest.mark.parametrize("place", ["ollama_host", "openai_base_url"])
async def test_check_says_that_a_configured_server_is_down(settings: ModelSettings, place: str) -> None:
    models = Models(
        replace(settings, ollama_host=NOWHERE)
        if place == "ollama_host"
        else replace(settings, openai_base_url=f"{NOWHERE}/v1")
    )

    lines = await models.describe()

    await models.close()
    assert [line.ok for line in lines] == [False]
    assert "cannot be reached" in lines[0].text
    assert lines[0].remedy


async def test_check_without_a_server_offers_the_embedded_model(settings: ModelSettings, tmp_path: Path) -> None:
    models = Models(settings)

    before = await models.describe()
    (tmp_path / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf").write_bytes(b"")
    after = await models.describe()

    await models.close()
    assert "threadfast model fetch" in before[0].remedy
    assert after[0].text.endswith("answers")


async def test_check_finds_the_ollama_of_this_machine(server: ModelServer, settings: ModelSettings) -> None:
    models = Models(replace(settings, probe_address=server.url))

    lines = await models.describe()

    await models.close()
    assert lines[0].ok
    assert server.url in lines[0].text


@pytest.mark.parametrize("there", [True, False])
async def test_check_looks_for_a_file_of_ones_own(settings: ModelSettings, tmp_path: Path, there: bool) -> None:
    path = broken_gguf(tmp_path) if there else tmp_path / "absent.gguf"
    models = Models(replace(settings, embedded_model=str(path)))

    lines = await models.describe()

    await models.close()
    assert lines[0].ok is there


async def test_host_is_asked_so_many_calls_at_a_time_in_turn_over_people(
    server: ModelServer, settings: ModelSettings
) -> None:
    server.control.delay = 0.05
    models = Models(replace(settings, ollama_host=server.url, slots=1))

    async def ask(person: str, text: str) -> None:
        CALLER.set(Caller(person, "one"))
        await models.complete(asking(said=text), Heard())

    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(ask("anna", f"anna {number}"))
        group.create_task(ask("bo", "bo 0"))

    await models.close()
    asked = [str(logged.body["messages"][-1]["content"]).split()[0] for logged in server.chats]
    assert asked == ["anna", "anna", "bo", "anna"]
