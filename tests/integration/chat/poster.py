"""A process that posts one post and is killed in the middle."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.domain import Attachment, Post, PostKind, ThreadRef, Turn, TurnKind

ROOT = Path(__file__).parents[3]


def made(facts: dict[str, Any]) -> Post:
    """Return the same post in whatever process."""
    files = tuple(Attachment(name=name, media_type="text/plain", data=b"bytes") for name in facts["files"])
    turn = Turn(path="chat", n=1, kind=TurnKind.TEXT, agent="coder", text=facts["text"], files=files)
    thread = ThreadRef.parse(facts["thread"])
    return Post(key="r1/chat/1", kind=PostKind.TURN, thread=thread, language="en", turn=turn)


def run(post: Callable[[dict[str, Any]], Coroutine[Any, Any, None]]) -> None:
    """Post what one line of JSON on the standard input tells: where the platform is and what to post."""
    print("ready", flush=True)
    asyncio.run(post(json.loads(sys.stdin.readline())))


async def killed_while_posting(
    module: str, facts: dict[str, Any], far_enough: Callable[[], Coroutine[Any, Any, None]]
) -> None:
    """Run a poster's module and kill it once it has come far enough."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, stdin=pipe, stdout=pipe, cwd=ROOT)
    assert process.stdin is not None
    assert process.stdout is not None
    await process.stdout.readline()
    process.stdin.write(json.dumps(facts).encode() + b"\n")
    await far_enough()
    process.kill()
    await process.communicate()
