"""Chats within chats: as a reply, within a group, two deep."""

from __future__ import annotations

from typing import Any

from autogen import GroupChat, GroupChatManager

from tests.conformance.case import Env, Json, ends, outcome, program
from tests.conformance.programs.lines import CODE_A


@program(
    scripts={
        "assistant": ["Draft one.", "Final answer. TERMINATE"],
        "inner": ["inner idea 1", "inner idea 2", "inner idea 3"],
        "checker": ["check: add dates", "check: ok now"],
    },
    answers=("go deeper", "and shorter", "third", "fourth"),
)
async def nested(env: Env) -> Json:
    assistant = env.assistant("assistant", is_termination_msg=ends)
    inner, checker, inside = env.assistant("inner"), env.assistant("checker"), env.human("inner_human")
    human = env.human(human_input_mode="NEVER", is_termination_msg=ends, max_consecutive_auto_reply=3)
    human.register_nested_chats(
        [
            {"chat_id": 1, "sender": inside, "recipient": inner, "max_turns": 3, "summary_method": "last_msg"},
            {
                "chat_id": 2,
                "prerequisites": [1],
                "sender": inside,
                "recipient": checker,
                "message": "check it",
                "max_turns": 2,
                "summary_method": "last_msg",
            },
        ],
        trigger=assistant,
        use_async=True,
    )

    result = await human.a_initiate_chat(assistant, message="Write a text")

    return outcome(result, [assistant, human, inner, checker, inside])


def _review(chat_id: int, sender: Any, recipient: Any, **more: Any) -> dict[str, Any]:
    return {
        "chat_id": chat_id,
        "sender": sender,
        "recipient": recipient,
        "message": lambda _recipient, messages, _sender, _config: f"Review: {messages[-1]['content']}",
        "max_turns": 2,
        "summary_method": "last_msg",
        **more,
    }


@program(
    scripts={
        "writer": ["Draft.", "Second draft.", "Third draft."],
        "editor": ["unused"],
        "reviewer": ["Too long.", "Better.", "Fine."],
    },
    answers=("cut it", "go on", "say why", "exit"),
)
async def nested_in_group(env: Env) -> Json:
    writer, editor, reviewer = env.assistant("writer"), env.assistant("editor"), env.assistant("reviewer")
    human, desk = env.human(is_termination_msg=ends), env.human("desk")
    editor.register_nested_chats([_review(1, desk, reviewer)], trigger=lambda _sender: True, use_async=True)
    group = GroupChat(agents=[human, writer, editor], messages=[], max_round=7, speaker_selection_method="round_robin")
    manager = GroupChatManager(group, llm_config=env.llm(), is_termination_msg=ends)

    result = await human.a_initiate_chat(manager, message="Write")

    return outcome(result, [human, writer, editor, reviewer, desk, manager], group=group)


@program(
    scripts={
        "author": ["Text one.", "Text two. TERMINATE"],
        "lead": ["unused"],
        "checker": ["Checked once.", "Checked twice.", "Checked."],
        "source": ["From the archive.", "From the library."],
    },
    answers=("really?", "sure?", "exit"),
)
async def nested_deep(env: Env) -> Json:
    author, lead = env.assistant("author", is_termination_msg=ends), env.assistant("lead")
    checker, source = env.assistant("checker"), env.assistant("source")
    deep = env.human("deep")
    human = env.human(human_input_mode="NEVER", is_termination_msg=ends, max_consecutive_auto_reply=2)
    checker.register_nested_chats([_review(1, deep, source)], trigger=lead, use_async=True)
    human.register_nested_chats([_review(1, lead, checker, max_turns=1)], trigger=author, use_async=True)

    result = await human.a_initiate_chat(author, message="Write")

    return outcome(result, [author, human, lead, checker, source, deep])


@program(
    scripts={"author": ["Draft.", "Done. TERMINATE"], "coder": [CODE_A, "It says 42. TERMINATE"]},
    answers=("go on",),
)
async def nested_code(env: Env) -> Json:
    author, coder = env.assistant("author", is_termination_msg=ends), env.assistant("coder")
    runner = env.human("runner", code=True, human_input_mode="NEVER", is_termination_msg=ends)
    human = env.human(is_termination_msg=ends, human_input_mode="TERMINATE", max_consecutive_auto_reply=1)
    human.register_nested_chats([_review(1, runner, coder, max_turns=3)], trigger=author, use_async=True)

    result = await human.a_initiate_chat(author, message="Compute")

    return outcome(result, [author, coder, runner, human])
