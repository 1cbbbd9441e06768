"""Two agents: every human_input_mode, who begins, how a chat ends."""

from __future__ import annotations

from tests.conformance.case import Env, Json, ends, outcome, program
from tests.conformance.programs.lines import BROKEN, CODE_A, CODE_B


@program(
    scripts={
        "assistant": [CODE_A, "It printed A = 42. Improve it?", CODE_B, "B = 43 now. Anything else?", "Bye then."]
    },
    answers=("", "please make it faster", "", "now explain", "exit"),
)
async def two_always(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human(code=True)

    result = await human.a_initiate_chat(assistant, message="Compute 6*7")

    return outcome(result, [assistant, human])


@program(
    scripts={
        "assistant": [
            CODE_A,
            "Result is 42. TERMINATE",
            CODE_B,
            "Now 43.",
            "Still 43.",
            "Really 43. TERMINATE",
            "more",
        ]
    },
    answers=("carry on please", "", "", "exit"),
)
async def two_terminate(env: Env) -> Json:
    assistant = env.assistant("assistant")
    human = env.human(
        code=True,
        human_input_mode="TERMINATE",
        max_consecutive_auto_reply=2,
        is_termination_msg=ends,
        default_auto_reply="go on",
    )

    result = await human.a_initiate_chat(assistant, message="Compute 6*7")

    return outcome(result, [assistant, human])


@program(scripts={"assistant": [CODE_A, "Result is 42, second try.", CODE_B, BROKEN, "All done. TERMINATE"]})
async def two_never(env: Env) -> Json:
    assistant = env.assistant("assistant")
    human = env.human(
        code=True,
        human_input_mode="NEVER",
        is_termination_msg=ends,
        max_consecutive_auto_reply=6,
        default_auto_reply="go on",
    )

    result = await human.a_initiate_chat(assistant, message="Compute 6*7")

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["q1?", "q2?", "q3?", "q4?", "q5?"]}, answers=("a1", "a2", "a3"))
async def two_maxturns(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    result = await human.a_initiate_chat(assistant, message="start", max_turns=4)

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["hello you", "and again"]}, answers=("hi there", "tell me more", "exit"))
async def two_initnone(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    result = await human.a_initiate_chat(assistant)

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["Q2: colour?", "Q3: size?", "Thanks. TERMINATE"]}, answers=("Bob", "red", "big", ""))
async def two_recipient(env: Env) -> Json:
    assistant = env.assistant("assistant", is_termination_msg=ends)
    human = env.human(is_termination_msg=ends)

    result = await assistant.a_initiate_chat(human, message="Q1: name?", summary_method="last_msg")

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["one", "two", "three"]}, answers=("", "go on", ""))
async def two_no_auto_replies(env: Env) -> Json:
    assistant = env.assistant("assistant")
    human = env.human(human_input_mode="TERMINATE", max_consecutive_auto_reply=0, is_termination_msg=ends)

    result = await human.a_initiate_chat(assistant, message="start", max_turns=4)

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["first", "second"], "_selector": ["a summary"]}, answers=("more", "exit"))
async def two_reflection(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    result = await human.a_initiate_chat(
        assistant,
        message="start",
        summary_method="reflection_with_llm",
        summary_args={"summary_prompt": "Say it in two words.", "summary_role": "user"},
    )

    return outcome(result, [assistant, human])


@program(scripts={"assistant": ["first", "second", "third", "fourth"]}, answers=("more", "exit", "again", "exit"))
async def two_again(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human()

    before = await human.a_initiate_chat(assistant, message="start")
    after = await human.a_initiate_chat(assistant, message="once more", clear_history=False)

    return outcome([before, after], [assistant, human])


@program(
    scripts={"assistant": [CODE_A, CODE_B, CODE_A, "done"]},
    answers=("", "yes", "", "no: print it twice", "", "text: use another library", "exit"),
    approve=frozenset({"code"}),
)
async def two_code_approved(env: Env) -> Json:
    assistant, human = env.assistant("assistant"), env.human(code=True)

    result = await human.a_initiate_chat(assistant, message="Compute 6*7")

    return outcome(result, [assistant, human])


@program(
    scripts={"assistant": lambda messages: f"answer to {messages[-1]['content']}"},
    answers=tuple(f"turn {n}" for n in range(300)),
    at_once=30,
    every=90,
)
async def two_long(env: Env) -> Json:
    assistant, human = env.assistant("assistant", max_consecutive_auto_reply=1000), env.human()

    result = await human.a_initiate_chat(assistant, message="start")

    return outcome(result, [assistant, human])
