"""A scripted model server per test, and what most of these tests ask it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from agents.models.connections import Patience
from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import ModelCall
from tests.model_server import ModelServer, ModelSpec

SCRIPTS: dict[str, dict[str, Any]] = {
    "small": {
        "writer": ["one two three four five", "second answer"],
        "caller": [{"content": "", "tool_calls": [("lookup", {"word": "Häuser"}), ("lookup", {"word": "b"})]}],
        "chinese": ["二三五七十一 ✓ done"],
        "silent": [""],
    },
    "deep": {"_any": [{"content": "after thinking", "thinking": "long thoughts"}]},
    "plain": {"_any": ["plain"]},
    "far:671b-cloud": {"_any": ["from afar"]},
    "hidden": {"_any": ["from afar, too"]},
}
MODELS = {
    "small": ModelSpec(),
    "deep": ModelSpec(capabilities=("completion", "thinking")),
    "plain": ModelSpec(capabilities=("completion",)),
    "far:671b-cloud": ModelSpec(cloud=True),
    "hidden": ModelSpec(cloud=True),
}
PATIENT = Patience(connect=20.0, first=40.0, stall=40.0)
IMPATIENT_AT_FIRST = Patience(connect=20.0, first=0.3, stall=40.0)
IMPATIENT_LATER = Patience(connect=20.0, first=40.0, stall=0.5)


class Heard:
    """Collects deltas."""

    def __init__(self) -> None:
        self.pieces: list[str] = []

    def __call__(self, text: str) -> None:
        self.pieces.append(text)

    @property
    def text(self) -> str:
        return "".join(self.pieces)


def asking(agent: str = "writer", *, model: str = "small", said: str = "hello", **more: Any) -> ModelCall:
    """Return a call of an agent of the scripts."""
    messages = [{"role": "system", "content": f"[[agent:{agent}]] Be brief."}, {"role": "user", "content": said}]
    return ModelCall(agent=agent, model=model, messages=more.pop("messages", messages), **more)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS, models={name: replace(spec) for name, spec in MODELS.items()}) as server:
        yield server


@pytest.fixture
async def compatible(server: ModelServer) -> AsyncIterator[OpenAICompatible]:
    client = OpenAICompatible(server.base_url, "key", patience=PATIENT)
    yield client
    await client.close()


@pytest.fixture
async def native(server: ModelServer) -> AsyncIterator[OllamaClient]:
    client = OllamaClient(OllamaHost(url=server.url), patience=PATIENT)
    yield client
    await client.close()


@pytest.fixture
def heard() -> Heard:
    return Heard()
