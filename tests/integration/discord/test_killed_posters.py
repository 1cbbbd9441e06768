"""A process that is killed while it posts: the next one shows what is missing, and nothing twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.integration.chat.poster import killed_while_posting, made
from tests.integration.discord.sending import Sending

POSTER = "tests.integration.discord.poster_process"
LONG = "\n\n".join(f"Paragraph {number}. " + "word " * 120 for number in range(6))


# Two of the login, two for the webhook, then the messages.
@pytest.mark.parametrize("requests", [3, 4, 5, 6, 7])
async def test_post_of_a_killed_process_is_shown_once(s: Sending, requests: int) -> None:
    before = len(s.server.requests)
    facts = {
        "api_url": s.server.api_url,
        "token": s.server.token,
        "thread": str(s.ref),
        "text": LONG,
        "files": ["a.txt", "b.txt"],
    }
    await killed_while_posting(
        POSTER, facts, lambda: s.server.until(lambda: len(s.server.requests) >= before + requests)
    )
    # Whatever had arrived wholly is done by then; what had not stays open for ever in the server's log.
    await asyncio.sleep(0.2)
    await s.restart()
    shown = await s.deliver(made(facts), first_find=True)

    assert shown == "-".join(str(each.id) for each in s.seen)
    assert "".join(s.texts).count("Paragraph") == 6
    assert [name for each in s.seen for name in each.files] == ["a.txt", "b.txt"]
