"""A process that is killed while it posts: the next one shows what is missing, and nothing twice."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.integration.discord.poster_process import made
from tests.integration.discord.sending import Sending

ROOT = Path(__file__).parents[3]
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
    pipe = asyncio.subprocess.PIPE
    module = "tests.integration.discord.poster_process"
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdin.write(json.dumps(facts).encode() + b"\n")

    await s.server.until(lambda: len(s.server.requests) >= before + requests)
    process.kill()
    await process.communicate()
    # Whatever had arrived wholly is done by then; what had not stays open for ever in the server's log.
    await asyncio.sleep(0.2)
    await s.restart()
    shown = await s.deliver(made(facts), first_find=True)

    assert shown == "-".join(str(each.id) for each in s.seen)
    assert "".join(s.texts).count("Paragraph") == 6
    assert [name for each in s.seen for name in each.files] == ["a.txt", "b.txt"]
