from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from agents.models.context import Ratio, Room
from agents.models.counting import estimate
from agents.models.failures import ContextOverflowError
from agents.models.fitting import ask_fitting
from agents.models.keeping import Kept
from agents.models.port import ModelAnswer, ModelCall, Shaped
from agents.teams.rescues.messages import alternating, named

Message = dict[str, Any]
TASK = "Find the lost ship Kolibri."
KEPT = Kept(task=TASK, words={"hello", TASK, "In rhymes."})


class Server:
    """Takes requests of so many tokens, as we estimate, and says nothing about it."""

    def __init__(self, takes: int) -> None:
        self.takes = takes
        self.asked: list[list[Message]] = []

    async def __call__(self, messages: list[Message]) -> ModelAnswer:
        self.asked.append(messages)
        if estimate(messages) > self.takes:
            raise ContextOverflowError("too long")
        return ModelAnswer(content="Well.")

    @property
    def said(self) -> str:
        return "\n".join(str(message["content"]) for message in self.asked[-1])


def group(turns: int = 12) -> list[Message]:
    """Return the talk of three agents after an earlier run."""
    big = " and so on" * 30
    earlier = [{"role": "user", "name": "ann", "content": text} for text in ("hello", f"old{big}", f"older{big}")]
    later = [
        {"role": "user" if n % 3 else "assistant", "name": ("me", "ann", "bob")[n % 3], "content": f"turn {n}{big}"}
        for n in range(turns)
    ]
    later[2] = {"role": "user", "name": "you", "content": "In rhymes."}
    system = {"role": "system", "content": "Be brief."}
    return [system, *earlier, {"role": "user", "name": "you", "content": TASK}, *later]


def make(messages: Sequence[Message]) -> list[Message]:
    return alternating(named(messages, "auto"))


def call_of(messages: list[Message], **more: Any) -> ModelCall:
    return ModelCall(agent="me", model="m", messages=messages, kept=KEPT, **more)


def shaped_of(messages: list[Message], *after: Message) -> ModelCall:
    made = make(messages)
    return call_of([*made, *after], shaped=Shaped(origin=messages, made=made, make=make))


@pytest.mark.parametrize("shaped", [False, True])
async def test_task_and_words_of_people_are_still_there_after_a_refusal_that_nobody_expected(shaped: bool) -> None:
    server = Server(700)
    call = shaped_of(group()) if shaped else call_of(group())

    answer = await ask_fitting(server, call, room=None, ratio=Ratio())

    assert TASK in server.said
    assert "In rhymes." in server.said
    assert "turn 11" in server.said
    assert "old and so on" not in server.said
    assert answer.notes == ("history_trimmed",)
    assert [len(messages) for messages in server.asked] == sorted(map(len, server.asked), reverse=True)


async def test_call_that_became_longer_while_it_was_shaped_fits_as_it_is_sent() -> None:
    messages = group(30)
    room = Room(tokens=estimate(messages))
    longer = {"role": "user", "content": "That call was not made. " * 40}
    server = Server(room.tokens)

    await ask_fitting(server, shaped_of(messages, longer), room=room, ratio=Ratio())

    assert len(server.asked) == 1
    assert TASK in server.said
    assert server.said.endswith(longer["content"])
    roles = [message["role"] for message in server.asked[0][1:]]
    assert all(one != other for one, other in pairwise(roles))


async def test_task_that_was_joined_with_long_words_of_others_does_not_keep_these() -> None:
    big = "word " * 900
    messages = [
        {"role": "user", "name": name, "content": text} for name, text in (("a", big), ("you", TASK), ("b", big))
    ]
    server = Server(800)

    answer = await ask_fitting(server, shaped_of(messages), room=Room(tokens=800), ratio=Ratio())

    assert len(server.asked) == 1
    assert TASK in server.said
    assert answer.notes == ("history_trimmed", "history_cut")


async def test_messages_that_were_changed_after_they_were_shaped_are_sent_as_they_were_changed() -> None:
    shaped = shaped_of(group())
    assert shaped.shaped is not None
    changed = call_of([{"role": "system", "content": "Briefly."}, *shaped.messages[1:]], shaped=shaped.shaped)
    server = Server(700)

    await ask_fitting(server, changed, room=Room(tokens=2_000), ratio=Ratio())

    assert server.said.startswith("Briefly.")


async def test_next_call_has_a_known_room_after_a_refusal_without_figures() -> None:
    ratio, server = Ratio(), Server(700)

    await ask_fitting(server, call_of(group()), room=None, ratio=ratio)

    assert ratio.refused is not None
    assert ratio.refused > 700
