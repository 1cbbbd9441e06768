"""A turn's commit records that it is being sent: whatever the process that made it comes to, it is shown once."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.slack.sending import Sending, sending

pytestmark = pytest.mark.timeout(120)
ROOT = Path(__file__).parents[3]
SHOWN = ["one", "The run is completed."]


@pytest.fixture
async def s() -> AsyncIterator[Sending]:
    async with sending() as prepared:
        yield prepared


async def started(s: Sending, folder: Path, *, dies: bool = False) -> Process:
    facts = {
        "api_url": s.slack.api_url,
        "token": s.workspace.bot.token,
        "thread": str(s.ref),
        "person": s.anna.id,
        "folder": str(folder),
        "dies": dies,
    }
    module, pipe = "tests.integration.slack.core_process", asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=pipe, stdout=asyncio.subprocess.DEVNULL, cwd=ROOT
    )
    assert process.stdin is not None
    process.stdin.write(json.dumps(facts).encode() + b"\n")
    await process.stdin.drain()
    return process


async def test_post_of_a_process_killed_between_its_commit_and_its_request_is_shown_once(
    s: Sending, tmp_path: Path
) -> None:
    killed = await (await started(s, tmp_path, dies=True)).wait()
    before = s.calls("chat.postMessage")
    ended = await (await started(s, tmp_path)).wait()

    assert (killed, before, ended) == (-signal.SIGKILL, 0, 0)
    assert s.texts == SHOWN
    assert s.calls("chat.postMessage") == 2


async def test_post_of_a_process_killed_between_its_request_and_the_answer_is_shown_once(
    s: Sending, tmp_path: Path
) -> None:
    s.slack.fault("late_answer", method="chat.postMessage", seconds=60)
    process = await started(s, tmp_path)
    await s.slack.until(lambda: s.texts == SHOWN[:1])
    process.kill()
    await process.wait()
    ended = await (await started(s, tmp_path)).wait()

    assert ended == 0
    assert s.texts == SHOWN
    assert s.calls("chat.postMessage") == 2


async def test_posts_of_a_process_that_lives_are_not_looked_for(s: Sending, tmp_path: Path) -> None:
    ended = await (await started(s, tmp_path)).wait()

    assert ended == 0
    assert s.texts == SHOWN
    assert s.calls("conversations.replies") == 0
