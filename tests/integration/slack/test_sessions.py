from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from adapters.slack.sending.sessions import SessionStatus
from tests.integration.slack.sending import Sending, sending

METHOD = "agents.sessions.setStatus"


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending(direct=True) as made:
        await made.decorate()
        yield made


def status(s: Sending) -> object:
    return s.workspace.sessions.get((s.channel.id, s.root.ts), {}).get("status")


async def test_slack_shows_how_it_stands_with_a_thread(s: Sending) -> None:
    for wanted in SessionStatus:
        s.out.sessions.set(s.ref, wanted)
        await s.settle()
        assert status(s) == wanted.value


async def test_same_status_is_told_once(s: Sending) -> None:
    for _ in range(3):
        s.out.sessions.set(s.ref, SessionStatus.PROCESSING)
        await s.settle()

    assert s.calls(METHOD) == 1


async def test_newest_status_wins_while_slack_asks_to_wait(s: Sending) -> None:
    s.slack.fault("ratelimited", method=METHOD, retry_after=5)
    s.out.sessions.set(s.ref, SessionStatus.PROCESSING)
    await s.settle()
    s.out.sessions.set(s.ref, SessionStatus.SUSPENDED)
    await s.pass_time(6)

    assert status(s) == "suspended"
    assert s.calls(METHOD) == 2


async def test_app_that_is_no_agent_is_silent_from_the_first_refusal_on(s: Sending) -> None:
    s.workspace.agent_sessions = False
    for wanted in (SessionStatus.PROCESSING, SessionStatus.ACTIVE):
        s.out.sessions.set(s.ref, wanted)
        await s.settle()

    assert s.calls(METHOD) == 1


@pytest.mark.parametrize("kind", ["drop", "status", "not_json"])
async def test_status_that_could_not_be_told_harms_nothing(s: Sending, kind: str) -> None:
    s.slack.fault(kind, method=METHOD)
    s.out.sessions.set(s.ref, SessionStatus.PROCESSING)
    await s.settle()
    s.out.sessions.set(s.ref, SessionStatus.ACTIVE)
    await s.settle()

    assert status(s) == "active"


async def test_status_without_a_running_adapter_is_not_told(s: Sending) -> None:
    await s.stop_decorating()
    s.out.sessions.set(s.ref, SessionStatus.PROCESSING)
    await s.settle()

    assert s.calls(METHOD) == 0
