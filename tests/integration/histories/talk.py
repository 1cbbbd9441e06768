"""Long talks over a scripted Ollama with a small context, in runs that die now and then."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from autogen import ConversableAgent

from agents.durable import Policy
from agents.models.context import Room
from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.port import Delta, ModelAnswer, ModelCall, ModelClient
from bot.domain import Opening, TurnKind
from tests.model_server import Logged, ModelServer, Script
from tests.model_server.context import tokens
from tests.model_server.scripts import Message, Reply, text_of
from tests.unit.durable.rig import LLM, MemoryJournal, Rig, Speaking

TASK = "Find the lost ship Kolibri, and never leave the harbour."
FACT = "The code word is heron."
CONTEXT = 2048
ASKS_FOR_SUMMARY = "You keep the notes"

Before = Callable[[ModelCall], None]
Entry = Callable[[], Awaitable[Any]]


class OverHttp(Speaking):
    """The rig's models as a real client of a real server."""

    def __init__(self, client: ModelClient) -> None:
        super().__init__()
        self._client = client
        self.before: Before = lambda _: None
        """Called with each call: what it raises, the call raises."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        self.calls.append(call)
        self.before(call)
        return await self._client.complete(call, on_delta)

    async def room(self, call: ModelCall) -> Room | None:
        return await self._client.room(call)


class Talk(Rig):
    """A rig over a server, for a run that begins with the task."""

    def __init__(self, server: ModelServer, client: OllamaClient, policy: Policy) -> None:
        self.client = client
        self.over_http = OverHttp(client)
        super().__init__(models=self.over_http, policy=policy)
        self.server = server
        self.run = replace(self.run, opening=Opening(text=TASK))

    @property
    def asked(self) -> list[Logged]:
        """The requests that were no summaries."""
        return [logged for logged in self.server.chats if not is_summary(logged)]

    @property
    def summed_up(self) -> list[Logged]:
        """The requests for summaries."""
        return [logged for logged in self.server.chats if is_summary(logged)]

    @property
    def longest(self) -> int:
        """The tokens of the longest request, as the server counts."""
        return max(tokens(logged.body["messages"], 4) for logged in self.server.chats)

    @property
    def over_long(self) -> list[Logged]:
        """Requests that the server refused, or of which it left something out in silence."""
        return [logged for logged in self.server.chats if logged.truncated or logged.outcome != "answered"]

    @property
    def notices(self) -> list[str]:
        return [turn.text for turn in self.journal.turns.values() if turn.kind is TurnKind.NOTICE]

    @property
    def summaries(self) -> list[Any]:
        """What the journal holds of summaries."""
        return summaries(self.journal)


def summaries(journal: MemoryJournal) -> list[Any]:
    return [effect.value for effect in journal.effects.values() if effect.kind == "compact"]


def said(messages: list[Message]) -> str:
    """Return all that a request says."""
    return "\n".join(text_of(message.get("content")) for message in messages)


def is_summary(logged: Logged) -> bool:
    return said(logged.body["messages"]).startswith(ASKS_FOR_SUMMARY)


def speaks(messages: list[Message]) -> Reply:
    """Say something new each time: the turn after the one that was said last."""
    last = re.findall(r"turn (\d+)", said(messages[-2:]))
    turn = int(last[-1]) + 1 if last else 1
    fact = f"{FACT} " if turn == 3 else ""
    return f"turn {turn}: {fact}" + " ".join(f"thought{turn}x{n}" for n in range(12))


def sums_up(messages: list[Message]) -> Reply:
    """Keep of a talk what must be kept."""
    whole = said(messages[1:])
    turns = [int(turn) for turn in re.findall(r"turn (\d+)", whole)]
    fact = FACT if FACT in whole else "No code word was told."
    return f"They talked up to turn {max(turns, default=0)}. {fact}"


@asynccontextmanager
async def talking(
    policy: Policy | None = None, scripts: Mapping[str, Script] | None = None, *, context: int = CONTEXT
) -> AsyncIterator[Talk]:
    """Yield a rig whose models are those of a scripted Ollama."""
    lines: dict[str, Script] = {"_any": speaks, "_selector": sums_up, **(scripts or {})}
    async with ModelServer({"m": lines}) as server:
        client = OllamaClient(OllamaHost(url=server.url, context=context))
        try:
            yield Talk(server, client, policy or Policy())
        finally:
            await client.close()


def speaker(name: str, **more: Any) -> ConversableAgent:
    """Make an agent that never stops."""
    config = {key: value for key, value in LLM["config_list"][0].items() if key != "base_url"}
    given = {"human_input_mode": "NEVER", "max_consecutive_auto_reply": 2000, **more}
    return ConversableAgent(
        name, llm_config={"config_list": [config]}, system_message=f"[[agent:{name}]] Talk.", **given
    )


def two_talk(turns: int) -> Entry:
    """Return a program in which two agents talk about the task."""

    async def entry() -> Any:
        return await speaker("writer").a_initiate_chat(speaker("critic"), message=TASK, max_turns=turns // 2)

    return entry


async def long_history() -> Any:
    """Begin a talk after another one that was longer than many contexts."""
    writer, critic = speaker("writer"), speaker("critic")
    for turn in range(100):
        text = f"turn {turn}: " + (FACT if turn == 2 else "") + f" thought{turn}" * 40
        writer._append_oai_message({"content": text}, critic, role="assistant", name="writer")
        critic._append_oai_message({"content": text}, writer, role="user", name="writer")
    return await writer.a_initiate_chat(critic, message=TASK, max_turns=2, clear_history=False)
