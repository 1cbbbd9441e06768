from __future__ import annotations

import time

import pytest
from cryptography.fernet import Fernet

from adapters.slack.connecting.oauth import STATE_SECONDS, States

KEY = Fernet.generate_key().decode()


async def test_state_is_taken_once() -> None:
    states = States(KEY)
    state = await states.async_issue()

    assert await states.async_consume(state)
    assert not await states.async_consume(state)


async def test_state_survives_a_restart() -> None:
    state = await States(KEY).async_issue()

    assert await States(KEY).async_consume(state)


@pytest.mark.parametrize(
    "state",
    ["", "forged", "\udcff", Fernet(KEY.encode()).encrypt(b"a token").decode()],
    ids=["empty", "forged", "no text", "something else that was encrypted"],
)
async def test_what_was_not_issued_as_a_state_is_none(state: str) -> None:
    assert not await States(KEY).async_consume(state)


async def test_state_of_another_key_is_none() -> None:
    state = await States(Fernet.generate_key().decode()).async_issue()

    assert not await States(KEY).async_consume(state)


async def test_old_state_is_none() -> None:
    old = Fernet(KEY.encode()).encrypt_at_time(b"state:x", int(time.time()) - STATE_SECONDS - 5).decode()

    assert not await States(KEY).async_consume(old)
