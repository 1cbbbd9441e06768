"""What a message can be: made by a function, with an image, with a context; what people say can be long and wide."""

from __future__ import annotations

from typing import Any

from autogen import UpdateSystemMessage

from tests.conformance.case import Env, Json, ends, outcome, program, typed

DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
IMAGE = [
    {"type": "text", "text": "What is in it?"},
    {"type": "image_url", "image_url": {"url": DOT}},
]


@program(scripts={"assistant": ["A dot. Anything else?", "Red."]}, answers=("which colour?", "exit"))
async def message_with_image(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()
    message: Any = {"role": "user", "content": IMAGE}

    result = await human.a_initiate_chat(assistant, message=message)

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["first", "second"]}, answers=("more", "exit"))
async def message_of_function(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    def message(sender: Any, recipient: Any, context: dict[str, Any]) -> str:
        return f"{sender.name} asks {recipient.name} about {context['topic']}"

    result = await human.a_initiate_chat(assistant, message=message, topic="trains")

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["first", "second"]}, answers=("more", "exit"))
async def message_with_carryover(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    result = await human.a_initiate_chat(assistant, message="start", carryover=["a fact", "another fact"])

    return outcome(result, [assistant, human])


@program(
    scripts={"assistant": ["好的。去哪里？", "北京五天 \U0001f600", "bye\u2028now"]},
    answers=("  哈尔滨到北京\t", 'a\\nb "quoted" {braces}', "e\u0301\u200d x" * 400, "exit"),
)
async def message_of_any_characters(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    result = await human.a_initiate_chat(assistant, message="做一个从哈尔滨去北京旅游5天的计划")

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["plan", "better plan. TERMINATE"]}, answers=("shorter", ""))
async def message_of_summary(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human(is_termination_msg=ends)

    def count(sender: Any, recipient: Any, _arguments: dict[str, Any]) -> str:
        return f"{len(sender.chat_messages[recipient])} messages"

    result = await human.a_initiate_chat(assistant, message="start", summary_method=count)

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["one", "two", "three"]}, answers=("more", "still more", "exit"))
async def message_after_update(env: Env) -> Json:
    seen: list[int] = []

    @typed
    def update(agent: Any, messages: list[dict[str, Any]]) -> str:
        seen.append(len(messages))
        return f"{env.says('assistant')} You have read {len(messages)} messages, {len(seen)} times."

    assistant = env.assistant("assistant", update_agent_state_before_reply=[UpdateSystemMessage(update)])
    human = env.human()

    result = await human.a_initiate_chat(assistant, message="start")

    return outcome(result, [assistant, human], seen=seen)
