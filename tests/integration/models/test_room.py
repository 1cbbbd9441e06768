from __future__ import annotations

from pathlib import Path

from agents.models.context import Room
from agents.models.embedded.client import EmbeddedClient, EmbeddedSettings
from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from agents.models.pool import Models, ModelSettings
from agents.models.settings import Alias, HostSettings
from agents.teams.rescues.client import Rescued
from tests.integration.models.conftest import PATIENT, Heard, asking
from tests.model_server import ModelServer


async def test_ollama_has_the_room_that_its_setting_leaves_beside_the_answer(server: ModelServer) -> None:
    client = OllamaClient(OllamaHost(url=server.url, context=4096, contexts={"deep": 2048}), patience=PATIENT)

    rooms = [await client.room(asking()), await client.room(asking(model="deep", options={"max_tokens": 48}))]

    await client.close()
    assert rooms == [Room(tokens=3072), Room(tokens=2000)]
    assert server.log == []


async def test_room_is_told_with_what_was_learnt_of_how_the_model_counts(
    server: ModelServer, native: OllamaClient
) -> None:
    server.control.characters_per_token = 1
    await native.complete(asking(said="word " * 500), Heard())

    room = await native.room(asking())

    assert room is not None
    assert room.ratio > 1.2
    assert room.allowed < room.tokens


async def test_compatible_server_has_a_known_room_once_its_refusal_told_the_limit(
    server: ModelServer, compatible: OpenAICompatible
) -> None:
    server.control.overflow = "llama_cpp"
    server.state.models["small"].context = 600
    assert await compatible.room(asking()) is None
    long = [{"role": role, "content": "word " * 100} for role in ("user", "assistant", "user", "assistant", "user")]
    await compatible.complete(asking(messages=long, model="plain"), Heard())
    assert await compatible.room(asking(model="plain")) is None

    await compatible.complete(asking(messages=[asking().messages[0], *long]), Heard())

    room = await compatible.room(asking(options={"max_tokens": 100}))
    assert room is not None
    assert room.tokens == 500


async def test_operator_says_the_context_of_a_compatible_server_by_the_models_num_ctx(
    server: ModelServer, tmp_path: Path
) -> None:
    host = HostSettings(name="vllm", address=server.base_url, kind="openai")
    aliases = {"chat": Alias(model="small", num_ctx=2048), "other": Alias(model="plain")}
    models = Models(ModelSettings(cache=tmp_path, hosts=(host,), aliases=aliases, ollama_context=4096))

    rooms = [await models.room(asking(model=name)) for name in ("chat", "small", "other")]
    long = [{"role": role, "content": "word " * 300} for role in ("user", "assistant", "user", "assistant", "user")]
    messages = [asking().messages[0], *long]
    answer = await models.complete(asking(model="chat", messages=messages), Heard())

    await models.close()
    assert rooms == [Room(tokens=1536), Room(tokens=1536), None]
    assert answer.notes == ("history_trimmed",)
    assert [len(logged.body["messages"]) for logged in server.chats] == [4]


async def test_embedded_model_has_its_room_before_it_runs(tmp_path: Path) -> None:
    client = Rescued(EmbeddedClient(EmbeddedSettings(cache=tmp_path, context=4096)))

    rooms = [await client.room(asking()), await client.room(asking(options={"max_tokens": 96}))]

    await client.close()
    assert rooms == [Room(tokens=3072), Room(tokens=4000)]
