from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import pytest

from bot.errors import DivergedError, RunFailedError
from tests.unit.durable.rig import Rig, Speaking, agent, assistant, ends, human


async def _nested_synchronously() -> Any:
    outer, proxy = assistant("outer", is_termination_msg=ends), human(human_input_mode="NEVER")
    queue = [{"sender": agent("asker"), "recipient": assistant("inner"), "message": "x", "max_turns": 1}]
    proxy.register_nested_chats(queue, trigger=outer)
    return await proxy.a_initiate_chat(outer, message="x")


async def _summary_that_asks_a_model() -> Any:
    other = assistant()

    def summary(sender: Any, recipient: Any, arguments: Any) -> str:
        return str(other.generate_oai_reply([{"role": "user", "content": "sum up"}])[1])

    proxy = human(human_input_mode="NEVER", max_consecutive_auto_reply=0)
    return await proxy.a_initiate_chat(other, message="x", summary_method=summary)


async def _chat_as_a_tool() -> Any:
    async def ask(question: Annotated[str, "q"]) -> str:
        result = await agent("asker").a_initiate_chat(assistant("inner"), message=question, max_turns=1)
        return str(result.summary)

    caller, proxy = assistant("outer"), human(human_input_mode="NEVER")
    caller.register_for_llm(description="d")(ask)
    proxy.register_for_execution()(ask)
    return await proxy.a_initiate_chat(caller, message="x")


async def _synchronous_chat() -> Any:
    return agent("one").initiate_chat(assistant("two"), message="x", max_turns=1)


async def _synchronous_human_input() -> Any:
    def reply(self: Any, messages: Any = None, sender: Any = None, config: Any = None) -> tuple[bool, str]:
        return True, self.get_human_input("what?")

    proxy = human(human_input_mode="NEVER")
    proxy.register_reply([object, None], reply, position=0)
    proxy.register_reply(lambda _sender: True, reply, position=0)
    return await proxy.a_initiate_chat(assistant(), message="x")


async def _synchronous_reply() -> Any:
    return assistant().generate_reply([{"role": "user", "content": "x"}])


async def _tool_call_in_the_outdated_form() -> Any:
    proxy = human(human_input_mode="NEVER")
    proxy.register_for_execution(name="send")(lambda: "sent")
    call = {"name": "send", "arguments": "{}"}
    return await proxy.a_generate_reply([{"role": "user", "content": "", "function_call": call}], assistant())


async def _code_without_an_executor() -> Any:
    config = {"use_docker": False, "last_n_messages": 1}
    # AutoGen looks for Docker when such an agent is made.
    proxy = await asyncio.to_thread(human, human_input_mode="NEVER", code_execution_config=config)
    return await proxy.a_generate_reply([{"role": "user", "content": "```python\nprint(1)\n```"}], assistant())


async def _run_apart() -> Any:
    return await agent("one").a_run(assistant("two"), message="x", max_turns=1)


async def _run_in_a_thread() -> Any:
    return agent("one").run(assistant("two"), message="x", max_turns=1)


@pytest.mark.parametrize(
    ("entry", "way"),
    [
        (_nested_synchronously, "use_async=True"),
        (_summary_that_asks_a_model, "a_initiate_chat"),
        (_chat_as_a_tool, "register_nested_chats"),
        (_synchronous_chat, "a_initiate_chat"),
        (_synchronous_human_input, "a_get_human_input"),
        (_synchronous_reply, "a_generate_reply"),
        (_tool_call_in_the_outdated_form, "tool_calls"),
        (_code_without_an_executor, "code_execution_config=False"),
        (_run_apart, "a_initiate_chat"),
        (_run_in_a_thread, "a_initiate_chat"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
async def test_synchronous_path_is_refused_with_a_sentence_that_names_the_async_way(
    entry: Callable[[], Awaitable[Any]], way: str
) -> None:
    rig = Rig(Speaking({"outer": [[("ask", {"question": "q"})]]}))

    with pytest.raises(RunFailedError, match=way):
        await rig.step(entry)


async def test_cache_is_refused_because_it_shows_one_persons_answers_to_another() -> None:
    cache: Any = {"a": "cache"}

    with pytest.raises(RunFailedError, match="Remove the cache"):
        await Rig().step(lambda: human().a_initiate_chat(assistant(), message="x", cache=cache))


async def test_replay_that_asks_something_else_fails_the_run_and_touches_nothing() -> None:
    rig = Rig(Speaking({"assistant": ["one"]}))
    await rig.step(lambda: human().a_initiate_chat(assistant(), message="before"))
    effects, batches, calls = dict(rig.journal.effects), len(rig.journal.batches), len(rig.models.calls)
    rig.answer("more")

    with pytest.raises(DivergedError, match="asks something else"):
        await rig.step(lambda: human().a_initiate_chat(assistant(), message="after"))

    assert rig.journal.effects == effects
    assert (len(rig.journal.batches), len(rig.models.calls)) == (batches, calls)


async def test_replay_with_other_tools_diverges() -> None:
    rig = Rig()

    def entry(*names: str) -> Callable[[], Awaitable[Any]]:
        async def run() -> Any:
            other = assistant()
            for name in names:
                other.register_for_llm(name=name, description="d")(lambda: "x")
            return await human().a_initiate_chat(other, message="x")

        return run

    await rig.step(entry("look"))

    with pytest.raises(DivergedError):
        await rig.step(entry("look", "delete"))


async def test_replay_that_never_asks_for_what_the_journal_holds_diverges() -> None:
    rig = Rig()
    await rig.step(lambda: human().a_initiate_chat(assistant("one"), message="x"))

    with pytest.raises(DivergedError, match="never asks"):
        await rig.step(lambda: human().a_initiate_chat(assistant("two"), message="x"))


async def test_result_of_a_tool_that_the_journal_cannot_keep_fails_the_run_with_its_name() -> None:
    async def entry() -> Any:
        def look() -> Any:
            return object()

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        caller.register_for_llm(description="d")(look)
        proxy.register_for_execution(serialize=False)(look)
        return await proxy.a_initiate_chat(caller, message="x")

    with pytest.raises(RunFailedError, match="'look' is a object, which the journal cannot keep"):
        await Rig(Speaking({"assistant": [[("look", {})]]})).step(entry)
