from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.integration.chat.poster import killed_while_posting, made
from tests.integration.slack.sending import Sending, sending
from tests.integration.slack.test_exactly_once import LONG, assert_whole_once

POSTER = "tests.integration.slack.poster_process"


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as prepared:
        yield prepared


# Two uploads of two calls each, three messages, and the sharing of both files.
@pytest.mark.parametrize("requests", [1, 5, 6, 7, 8])
async def test_post_of_a_killed_process_is_shown_once(s: Sending, requests: int) -> None:
    facts = {
        "api_url": s.slack.api_url,
        "token": s.workspace.bot.token,
        "thread": str(s.ref),
        "text": LONG,
        "files": ["a.txt", "b.txt"],
    }
    await killed_while_posting(POSTER, facts, lambda: s.slack.until(lambda: len(s.slack.requests) >= requests))
    await s.settle()
    await s.restart()
    await s.deliver(made(facts), first_find=True)

    assert_whole_once(s)
