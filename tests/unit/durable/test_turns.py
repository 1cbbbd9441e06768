from __future__ import annotations

from typing import Annotated, Any

from autogen import GroupChat, GroupChatManager

from agents.durable import notice
from bot.domain import Turn, TurnKind
from tests.unit.durable.rig import LLM, Rig, Speaking, agent, assistant, ends, human
from tests.unit.durable.test_interruptions import CODE, Runs


def shown(rig: Rig) -> list[tuple[TurnKind, str, str]]:
    return [(turn.kind, turn.agent, turn.text) for turn in rig.journal.turns.values()]


async def test_what_agents_say_is_a_turn_and_what_a_person_said_is_not() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))

    await rig.talk(lambda: human().a_initiate_chat(assistant(), message="the task"), "my words", "exit")

    assert rig.journal.said == [("assistant", "one"), ("assistant", "two")]


async def test_default_reply_of_a_proxy_is_bookkeeping_and_no_turn() -> None:
    rig = Rig(Speaking({"assistant": ["one", "two"]}))
    proxy = human(human_input_mode="NEVER", default_auto_reply="continue", max_consecutive_auto_reply=1)

    await rig.step(lambda: proxy.a_initiate_chat(assistant(), message="x"))

    assert rig.journal.said == [("assistant", "one"), ("assistant", "two")]


async def test_tool_call_with_its_result_is_one_turn_of_the_agent_that_called() -> None:
    rig = Rig(Speaking({"assistant": [[("look", {"at": "y"})], "seen TERMINATE"]}))

    async def entry() -> Any:
        def look(at: Annotated[str, "at"]) -> str:
            return f"it is {at}"

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        caller.register_for_llm(description="d")(look)
        proxy.register_for_execution()(look)
        return await proxy.a_initiate_chat(caller, message="x")

    await rig.step(entry)

    assert shown(rig) == [(TurnKind.TOOL, "assistant", "it is y"), (TurnKind.TEXT, "assistant", "seen TERMINATE")]
    tool = next(iter(rig.journal.turns.values()))
    assert (tool.title, tool.source, tool.ok) == ("look", '{"at": "y"}', True)


async def test_code_run_with_its_output_is_one_turn() -> None:
    rig = Rig(Speaking({"assistant": [CODE, "done TERMINATE"]}))

    async def entry() -> Any:
        proxy = human("runner", human_input_mode="NEVER", code_execution_config={"executor": Runs()})
        return await proxy.a_initiate_chat(assistant(), message="x")

    await rig.step(entry)

    assert shown(rig) == [
        (TurnKind.TEXT, "assistant", CODE),
        (TurnKind.CODE, "runner", "1"),
        (TurnKind.TEXT, "assistant", "done TERMINATE"),
    ]


async def test_speaker_selection_is_no_turn_and_streams_nothing() -> None:
    rig = Rig(Speaking({"speaker_selection_agent": ["b", "c"], "b": ["from b"], "c": ["from c"]}))

    async def entry() -> Any:
        a, b, c = human("a", human_input_mode="NEVER"), assistant("b"), assistant("c")
        manager = GroupChatManager(GroupChat(agents=[a, b, c], messages=[], max_round=3), llm_config=LLM)
        return await a.a_initiate_chat(manager, message="x")

    await rig.step(entry)

    assert rig.journal.said == [("b", "from b"), ("c", "from c")]
    assert {name for _, name, _ in rig.preview.deltas} == {"b", "c"}
    assert len(rig.models.calls) == 4


async def test_deltas_belong_to_the_agent_that_speaks_and_to_its_chat() -> None:
    rig = Rig(Speaking({"assistant": ["one two"]}))

    await rig.step(lambda: human().a_initiate_chat(assistant(), message="x"))

    assert rig.preview.deltas == [("human>assistant.0", "assistant", word) for word in ("one", "two")]


def nesting(asker: Any) -> Any:
    outer = assistant("outer", is_termination_msg=ends)
    proxy = human("lead", human_input_mode="NEVER", max_consecutive_auto_reply=2)
    queue = [{"chat_id": 1, "sender": asker, "recipient": assistant("inner"), "message": "look", "max_turns": 2}]
    proxy.register_nested_chats(queue, trigger=outer, use_async=True)
    return proxy.a_initiate_chat(outer, message="x")


async def test_turns_of_a_nested_chat_are_folded_into_one_of_the_agent_that_started_it() -> None:
    rig = Rig(Speaking({"outer": ["draft", "final TERMINATE"], "inner": ["idea one", "idea two"]}))

    await rig.step(lambda: nesting(agent("asker", default_auto_reply="go on")))

    outer = [turn for turn in rig.journal.turns.values() if turn.agent == "lead"]
    assert [(turn.agent, turn.text) for turn in rig.journal.turns.values()] == [
        ("outer", "draft"),
        ("lead", "idea two"),
        ("outer", "final TERMINATE"),
    ]
    assert [(turn.agent, turn.text) for turn in outer[0].folded] == [
        ("asker", "look"),
        ("inner", "idea one"),
        ("asker", "go on"),
        ("inner", "idea two"),
    ]


async def test_what_led_to_a_question_in_a_nested_chat_is_shown_before_the_question() -> None:
    rig = Rig(Speaking({"outer": ["draft", "final TERMINATE"], "inner": ["what colour?", "blue then"]}))

    await rig.step(lambda: nesting(human("guide")))
    before = [turn.folded for turn in rig.journal.turns.values() if turn.kind is TurnKind.NESTED]
    rig.answer("blue")
    await rig.step(lambda: nesting(human("guide")))

    assert [[(turn.agent, turn.text) for turn in folded] for folded in before] == [[("inner", "what colour?")]]
    assert rig.journal.said == [("outer", "draft"), ("lead", ""), ("lead", "blue then"), ("outer", "final TERMINATE")]


async def test_turns_are_numbered_by_chat_path_without_a_gap() -> None:
    rig = Rig(Speaking({"one": ["a", "b"], "two": ["c"]}))

    async def entry() -> Any:
        proxy = human()
        queue = [
            {"chat_id": 1, "recipient": assistant("one"), "message": "x"},
            {"chat_id": 2, "prerequisites": [1], "recipient": assistant("two"), "message": "y"},
        ]
        return (await proxy.a_initiate_chats(queue))[2]

    await rig.talk(entry, "more", "exit", "exit")

    assert list(rig.journal.turns) == [("human>one.0", 0), ("human>one.0", 1), ("human>two.0", 0)]


async def test_notice_is_a_turn_of_the_bots_own_beside_the_outermost_chat() -> None:
    rig = Rig()

    async def entry() -> Any:
        proxy = human()

        def tell(agent: Any, messages: Any) -> Any:
            notice("history_trimmed")
            return messages

        other = assistant()
        other.register_hook("update_agent_state", tell)
        return await proxy.a_initiate_chat(other, message="x")

    await rig.step(entry)

    told: Turn = next(turn for turn in rig.journal.turns.values() if turn.kind is TurnKind.NOTICE)
    assert (told.path, told.agent) == ("human>assistant.0", "")
    assert told.text


async def test_empty_message_is_no_turn() -> None:
    rig = Rig(Speaking({"assistant": [" \n", "words"]}))

    await rig.talk(lambda: human().a_initiate_chat(assistant(), message="x"), "more", "exit")

    assert rig.journal.said == [("assistant", "words")]
