"""Workspaces where Slack takes a message and drops the agent's name on it, without a word."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain import TurnKind
from tests.integration.slack.sending import Sending, sending


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as made:
        made.slack.hub.drops_names = True
        made.workspace.bot.scopes.discard("chat:write.customize")
        yield made


async def test_first_message_without_its_name_gets_it_in_bold(s: Sending) -> None:
    ts = await s.out.posting.post(s.turn("hello", agent="ada"))

    assert s.texts == ["ada\nhello"]
    assert s.thread.authors == ["Threadfast"]
    assert [shown.ts for shown in s.thread] == [ts]


async def test_later_messages_are_sent_with_the_name_in_bold(s: Sending) -> None:
    await s.out.posting.post(s.turn("hello", agent="ada"))
    await s.out.posting.post(s.turn("bye", agent="bob"))

    assert s.texts == ["ada\nhello", "bob\nbye"]
    assert s.calls("chat.update") == 1


async def test_long_turn_gets_its_name_once(s: Sending) -> None:
    await s.out.posting.post(s.turn("\n\n".join("word " * 100 for _ in range(12)), agent="ada"))

    assert len(s.thread) > 1
    assert [text.startswith("ada\n") for text in s.texts] == [True] + [False] * (len(s.thread) - 1)


async def test_scopes_that_slack_named_before_spare_the_first_message_too(s: Sending) -> None:
    await s.out.posting.post(s.notice("A run begins."))

    await s.out.posting.post(s.turn("hello", agent="ada"))

    assert s.texts == ["A run begins.", "ada\nhello"]
    assert s.calls("chat.update") == 0


async def test_name_is_in_bold_in_a_preview_and_in_its_turn(s: Sending) -> None:
    await s.decorate()
    s.out.previews.preview(s.ref, "chat", "coder", "so far")
    await s.pass_time(3)
    s.out.previews.preview(s.ref, "chat", "coder", "")

    await s.out.posting.post(s.turn("done"))
    await s.pass_time(3)

    assert s.texts == ["coder\ndone"]
    assert s.thread.authors == ["Threadfast"]


async def test_names_that_were_granted_are_used_after_an_hour(s: Sending) -> None:
    await s.out.posting.post(s.turn("hello", agent="ada"))
    s.workspace.bot.scopes.add("chat:write.customize")
    await s.pass_time(3601)

    await s.out.posting.post(s.turn("bye", agent="ada"))

    assert s.thread.authors == ["Threadfast", "ada"]
    assert s.texts == ["ada\nhello", "bye"]


@pytest.mark.parametrize("kind", ["drop", "ratelimited", "error"])
async def test_name_that_cannot_be_added_fails_nothing(s: Sending, kind: str) -> None:
    s.slack.fault(kind, method="chat.update", code="edit_window_closed")

    await s.out.posting.post(s.turn("hello", kind=TurnKind.TEXT))

    assert s.texts == ["hello"]
