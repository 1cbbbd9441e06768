"""Chats side by side: what each asks and says must not depend on which is faster."""

from __future__ import annotations

from typing import Any

from tests.conformance.case import Env, Json, ends, outcome, program
from tests.conformance.programs.sequential import STEPS


@program(scripts=STEPS, by_agent={"h1": ("use 5", ""), "h2": ("use 7", "")}, width=2)
async def par_chats(env: Env) -> Json:
    one, two = env.assistant("s1"), env.assistant("s2")
    first, second = env.human("h1", is_termination_msg=ends), env.human("h2", is_termination_msg=ends)

    results = await first.a_initiate_chats(
        [
            {"chat_id": 1, "recipient": one, "message": "first"},
            {"chat_id": 2, "sender": second, "recipient": two, "message": "second"},
        ]
    )

    return outcome(results, [one, two, first, second])


def _echo(messages: list[dict[str, Any]]) -> str:
    return f"expert on {messages[-1]['content']}"


@program(
    scripts={"expert": _echo},
    by_agent={"h1": ("apples", "pears", "exit"), "h2": ("cats", "exit"), "h3": ("red", "green", "blue", "exit")},
    width=3,
)
async def par_shared(env: Env) -> Json:
    expert = env.assistant("expert")
    people = [env.human(name) for name in ("h1", "h2", "h3")]

    results = await people[0].a_initiate_chats(
        [
            {"chat_id": n, "sender": person, "recipient": expert, "message": f"question {n}"}
            for n, person in enumerate(people)
        ]
    )

    return outcome(results, [expert, *people])


@program(
    scripts=STEPS | {"last": ["the end. TERMINATE"]},
    by_agent={"h1": ("use 5", ""), "h2": ("use 7", ""), "h3": ("",)},
    width=2,
)
async def par_then_one(env: Env) -> Json:
    one, two, last = env.assistant("s1"), env.assistant("s2"), env.assistant("last")
    people = [env.human(name, is_termination_msg=ends) for name in ("h1", "h2", "h3")]

    results = await people[0].a_initiate_chats(
        [
            {"chat_id": 1, "recipient": one, "message": "first"},
            {"chat_id": 2, "sender": people[1], "recipient": two, "message": "second"},
            {"chat_id": 3, "prerequisites": [1, 2], "sender": people[2], "recipient": last, "message": "third"},
        ]
    )

    return outcome(results, [one, two, last, *people])
