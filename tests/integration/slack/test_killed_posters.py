from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.slack.poster_process import made
from tests.integration.slack.sending import Sending, sending
from tests.integration.slack.test_exactly_once import LONG, assert_whole_once

ROOT = Path(__file__).parents[3]


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
    pipe = asyncio.subprocess.PIPE
    module = "tests.integration.slack.poster_process"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdin.write(json.dumps(facts).encode() + b"\n")

    await s.slack.until(lambda: len(s.slack.requests) >= requests)
    process.kill()
    await process.communicate()
    await s.settle()
    await s.restart()
    await s.deliver(made(facts), first_find=True)

    assert_whole_once(s)
