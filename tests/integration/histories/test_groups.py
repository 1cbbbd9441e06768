from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from autogen import GroupChat, GroupChatManager

from agents.durable import Policy
from agents.models.openai_compatible import OpenAICompatible
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.teams.rescues.asking import CANDIDATES
from agents.teams.rescues.client import Rescued
from bot.domain import Opening
from tests.integration.histories.talk import (
    ASKS_FOR_SUMMARY,
    CONTEXT,
    FACT,
    TASK,
    OverHttp,
    is_summary,
    said,
    speaker,
    speaks,
    summaries,
    sums_up,
    talking,
    two_talk,
)
from tests.model_server import ModelServer, ModelSpec
from tests.model_server.scripts import Message, Reply
from tests.unit.durable.rig import LLM, Rig


def sums_up_or_selects(messages: list[Message]) -> Reply:
    if said(messages).startswith(ASKS_FOR_SUMMARY):
        return sums_up(messages)
    return "critic" if "turn" in said(messages) and len(said(messages)) % 2 else "writer"


async def group() -> Any:
    person, writer, critic = speaker("person"), speaker("writer"), speaker("critic")
    chat = GroupChat([person, writer, critic], [], max_round=60, speaker_selection_method="auto")
    config = {"config_list": [{key: value for key, value in LLM["config_list"][0].items() if key != "base_url"}]}
    return await person.a_initiate_chat(GroupChatManager(chat, llm_config=config), message=TASK)


async def test_one_summary_does_for_a_whole_group_and_for_the_selection_of_its_speakers() -> None:
    async with talking(Policy(), {"_selector": sums_up_or_selects}) as talk:
        await talk.step(group)

        first = talk.summaries[0]["summary"]
        after = [logged for logged in talk.asked if first in said(logged.body["messages"])]
        assert {logged.agent for logged in after} == {"_selector", "writer", "critic"}
        assert all(TASK in said(logged.body["messages"]) for logged in talk.asked)
        assert talk.over_long == []
        # One for each piece of the talk, and not one for each agent.
        assert len({str(value["gone"]) for value in talk.summaries}) == len(talk.summaries)


async def test_summary_that_a_selection_of_speakers_needs_is_confined_to_no_name() -> None:
    class Selecting(OverHttp):
        async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
            token = CANDIDATES.set(("writer", "critic"))
            try:
                return await Rescued(self._client).complete(call, on_delta)
            finally:
                CANDIDATES.reset(token)

    def quotes(messages: list[Message]) -> Reply:
        return f"{speaks(messages)} The team is ['writer', 'critic']."

    async with talking(scripts={"_any": quotes, "_selector": sums_up_or_selects}) as talk:
        talk.models = Selecting(talk.client)
        await talk.step(group)

        assert any("writer" in said(logged.body["messages"]) for logged in talk.summed_up)
        assert not any("format" in logged.body for logged in talk.summed_up)
        assert any("format" in logged.body for logged in talk.asked)
        assert all(FACT in value["summary"] or "They talked" in value["summary"] for value in talk.summaries)


async def test_what_is_mended_of_a_summary_is_journalled_and_its_first_name_stays() -> None:
    asked = count()

    def at_the_second_time(_: list[Message]) -> Reply:
        return "writer: found it." if next(asked) % 2 else ""

    async with talking(scripts={"_selector": at_the_second_time}) as talk:
        mended = Rescued(talk.over_http)

        class Mending(OverHttp):
            async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
                return await mended.complete(call, on_delta)

        talk.models = Mending(talk.client)
        outcome = await talk.step(two_talk(60))

        agents = {key.split("/")[2] for key, each in talk.journal.effects.items() if each.kind == "compact"}
        assert agents == {"writer"}
        assert [(value["rescues"], value["summary"]) for value in talk.summaries] == [
            (["empty"], "writer: found it."),
        ] * len(talk.summaries)
        assert outcome.counts["rescued_empty"] == len(talk.summaries)


async def test_task_of_a_run_after_another_stays_when_a_server_refuses_what_nobody_knew_to_be_too_long() -> None:
    async def entry() -> Any:
        writer, critic = speaker("writer"), speaker("critic")
        for text in ("hello", "turn 1: hello to you"):
            writer._append_oai_message({"content": text}, critic, role="assistant", name="writer")
            critic._append_oai_message({"content": text}, writer, role="user", name="writer")
        return await writer.a_initiate_chat(critic, message=TASK, max_turns=40, clear_history=False)

    async with ModelServer(
        {"m": {"_any": speaks, "_selector": sums_up}}, models={"m": ModelSpec(context=2048)}
    ) as server:
        server.control.overflow = "bare"
        client = OpenAICompatible(server.base_url)
        rig = Rig(models=OverHttp(client))
        rig.run = replace(rig.run, opening=Opening(text=TASK))

        await rig.step(entry)

        await client.close()
        assert "400" in {logged.outcome for logged in server.chats}
        assert all(TASK in said(logged.body["messages"]) for logged in server.chats)


@pytest.mark.parametrize("told", ["llama_cpp", "bare"])
async def test_server_that_refused_once_is_not_asked_too_much_again(told: str) -> None:
    scripts = {"m": {"_any": speaks, "_selector": sums_up}}
    async with ModelServer(scripts, models={"m": ModelSpec(context=2048)}) as server:
        server.control.overflow = told
        client = OpenAICompatible(server.base_url)
        rig = Rig(models=OverHttp(client))

        await rig.step(two_talk(100))

        await client.close()
        refused = [logged.n for logged in server.chats if logged.outcome != "answered"]
        assert len(refused) == 1
        assert summaries(rig.journal)
        assert any(is_summary(logged) for logged in server.chats)


async def test_ollama_that_counts_only_what_its_cache_did_not_hold_is_never_asked_too_much() -> None:
    async with talking() as talk:
        talk.server.control.counts_uncached = True

        await talk.step(two_talk(120))

        assert talk.summaries
        assert (talk.over_long, talk.longest < CONTEXT) == ([], True)


async def test_model_that_counts_more_than_we_do_is_asked_less_from_then_on() -> None:
    async with talking() as talk:
        talk.server.control.characters_per_token = 2

        await talk.step(two_talk(120))

        assert talk.summaries
        assert talk.over_long == []


async def test_model_that_counts_less_than_we_do_is_summed_up_less_often() -> None:
    async with talking() as often, talking() as seldom:
        seldom.server.control.characters_per_token = 5

        await often.step(two_talk(200))
        await seldom.step(two_talk(200))

        assert 0 < len(seldom.summed_up) < len(often.summed_up)
        assert seldom.over_long == []
