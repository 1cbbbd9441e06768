from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from agents.durable import Policy
from bot.errors import ModelFailedError
from bot.texts import say
from tests.integration.histories.talk import (
    CONTEXT,
    TASK,
    Entry,
    Talk,
    is_summary,
    long_history,
    said,
    speaker,
    speaks,
    talking,
    two_talk,
)
from tests.model_server.scripts import Message, Reply, text_of
from tests.unit.durable.rig import agent, human

INSTRUCTION = "From now on answer in rhymes, and mind the cat on board."
CODE = "Try this:\n```python\nprint('aye')\n```"
TRIM = Policy(history="trim")


def contents(talk: Talk, n: int = -1) -> list[str]:
    return [text_of(message["content"]) for message in talk.asked[n].body["messages"]]


def saying(first: dict[int, str], after: Any = speaks) -> Any:
    """Speak, but for what is said at these turns."""

    def script(messages: list[Message]) -> Reply:
        reply = after(messages)
        turn = int(str(reply).split(":")[0].removeprefix("turn "))
        return f"turn {turn}: {first[turn]}" if turn in first else reply

    return script


def led(turns: int) -> Entry:
    """Return a program in which a person speaks at times."""

    async def entry() -> Any:
        person = human(max_consecutive_auto_reply=2000)
        return await person.a_initiate_chat(speaker("writer"), message=TASK, max_turns=turns)

    return entry


async def test_words_of_people_stay_as_they_were_said() -> None:
    async with talking(context=1024) as talk:
        words = [INSTRUCTION, *(f"Go on with turn {2 * n}." for n in range(25))]

        await talk.talk(led(28), *words)

        assert talk.summaries
        assert INSTRUCTION in contents(talk)
        assert [text for text in contents(talk) if text.startswith("Go on")] == words[1:]
        assert talk.over_long == []


async def test_words_of_people_are_summed_up_too_when_they_alone_are_too_long() -> None:
    async with talking(context=1024) as talk:
        words = [f"Go on with turn {2 * n}, and think of {'this and that ' * 12}." for n in range(40)]

        await talk.talk(led(42), *words)

        left = [text for text in contents(talk) if text in words]
        assert 0 < len(left) < 30
        assert left == words[-len(left) :]
        assert all(TASK in said(logged.body["messages"]) for logged in talk.asked)
        assert talk.over_long == []


async def test_newest_code_and_its_output_stay_as_they_were() -> None:
    async def entry() -> Any:
        writer, critic = speaker("writer"), speaker("critic")
        return await writer.a_initiate_chat(critic, message=TASK, max_turns=50)

    scripts = {"critic": saying({5: CODE}), "writer": saying({2: "```python\nprint('old')\n```"}), "_any": speaks}
    async with talking(scripts=scripts) as talk:
        await talk.step(entry)

        spoken = [talk.asked[n] for n in range(60, len(talk.asked))]
        assert talk.summaries
        assert all(CODE in said(logged.body["messages"]) for logged in spoken)
        assert not any("print('old')" in said(logged.body["messages"]) for logged in spoken)


async def test_tool_call_goes_with_its_results() -> None:
    def calls(messages: list[Message]) -> Reply:
        n = sum(message["role"] == "tool" for message in messages) + len(said(messages))
        return {"content": "", "tool_calls": [("lookup", {"word": f"w{n}"})]} if n % 3 else speaks(messages)

    def entry_of(talk: Talk) -> Entry:
        async def entry() -> Any:
            asker = speaker("writer")
            runner = agent("runner", max_consecutive_auto_reply=2000, default_auto_reply="And turn 7?")

            def lookup(word: str) -> str:
                return f"{word} means " + "this " * 30

            asker.register_for_llm(name="lookup", description="Look a word up.")(lookup)
            runner.register_for_execution(name="lookup")(lookup)
            return await runner.a_initiate_chat(asker, message=TASK, max_turns=60)

        return entry

    async with talking(scripts={"writer": calls}) as talk:
        await talk.step(entry_of(talk))

        assert talk.summaries
        assert talk.over_long == []
        for logged in talk.asked:
            roles = [message["role"] for message in logged.body["messages"]]
            called = ["tool_calls" in message for message in logged.body["messages"]]
            assert all(called[at - 1] for at, role in enumerate(roles) if role == "tool")


async def test_trimming_team_pays_for_no_summary_and_is_told_once_what_is_left_out() -> None:
    async with talking(TRIM) as talk:
        await talk.step(two_talk(120))

        assert talk.summed_up == talk.summaries == []
        assert len(talk.notices) == 1
        assert "left out" in talk.notices[0]
        assert all(TASK in said(logged.body["messages"]) for logged in talk.asked)
        assert talk.over_long == []


async def test_output_that_is_too_long_by_itself_loses_its_middle_and_the_thread_is_told() -> None:
    async with talking(scripts={"critic": saying({1: "aye " * 4000})}) as talk:
        await talk.step(two_talk(4))

        cut = next(text for text in contents(talk, 1) if "aye aye" in text)
        assert "characters are left out here" in cut
        assert TASK in contents(talk, 1)
        assert (talk.over_long, talk.longest < CONTEXT) == ([], True)
        assert talk.notices == [say("history_cut", "en")]


async def test_task_that_is_too_long_alone_fails_with_a_sentence_before_anybody_is_asked() -> None:
    async with talking() as talk:
        talk.run = replace(talk.run, opening=replace(talk.run.opening, text="word " * 9000))

        async def entry() -> Any:
            return await speaker("writer").a_initiate_chat(speaker("critic"), message="word " * 9000, max_turns=2)

        with pytest.raises(ModelFailedError, match="alone are too long for the context of m") as failed:
            await talk.step(entry)

        assert (failed.value.text_id, talk.server.chats) == ("context_too_small", [])


async def again(*earlier: str, newest: str) -> Any:
    """Say something in a chat that has a history."""
    writer, critic = speaker("writer"), speaker("critic")
    for text in earlier:
        writer._append_oai_message({"content": text}, critic, role="assistant", name="writer")
        critic._append_oai_message({"content": text}, writer, role="user", name="writer")
    return await writer.a_initiate_chat(critic, message=newest, max_turns=2, clear_history=False)


async def test_long_task_that_is_said_once_more_does_not_keep_its_copies() -> None:
    task = f"{TASK} Name the harbour and the crew. " + "Look at the name of each ship. " * 70
    async with talking() as talk:
        talk.run = replace(talk.run, opening=replace(talk.run.opening, text=task))

        await talk.step(partial(again, task, "no idea", task, "no idea", newest=task))

        assert all(contents(talk, n).count(task) == 1 for n in range(len(talk.asked)))
        assert talk.over_long == []


async def test_newest_message_that_begins_with_the_letters_of_a_short_task_is_no_task() -> None:
    async with talking() as talk:
        talk.run = replace(talk.run, opening=replace(talk.run.opening, text="Hi"))

        await talk.step(partial(again, "Hi", newest="Hints follow: " + "some words here " * 900))

        assert "Hi" in contents(talk, 0)
        assert "characters are left out here" in contents(talk, 0)[-1]
        assert talk.over_long == []


async def test_history_longer_than_many_contexts_is_summed_up_a_piece_after_the_other() -> None:
    async with talking() as talk:
        await talk.step(long_history)

        assert len(talk.summed_up) > 3
        assert (talk.over_long, talk.longest < CONTEXT) == ([], True)
        assert "They talked up to turn" in said(talk.asked[0].body["messages"])
        assert TASK in contents(talk, 0)
        keys = [key for key, effect in talk.journal.effects.items() if effect.kind == "compact"]
        assert keys[:2] == [f"{keys[0]}", f"{keys[0]}/1"]
        assert keys[0].endswith("/model/critic/0/compact")


async def test_message_longer_than_a_context_can_be_summed_up() -> None:
    async with talking(scripts={"critic": saying({1: "aye " * 6000})}) as talk:
        await talk.step(two_talk(40))

        assert talk.summaries
        assert (talk.over_long, talk.longest < CONTEXT) == ([], True)
        assert any(is_summary(logged) for logged in talk.server.chats)
