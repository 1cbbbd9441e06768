"""A process that posts one post and is killed in the middle: `python -m tests.integration.discord.poster_process`.

Its standard input is one line of JSON: where Discord is and what to post.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from adapters.discord.connecting.client import make_client
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.tracing import no_repetition
from bot.domain import Attachment, Post, PostKind, ThreadRef, Turn, TurnKind
from tests.fakes import FakeClock
from tests.integration.discord.sending import Outgoing


def made(facts: dict[str, Any]) -> Post:
    """Return the same post in whatever process."""
    files = tuple(Attachment(name=name, media_type="text/plain", data=b"bytes") for name in facts["files"])
    turn = Turn(path="chat", n=1, kind=TurnKind.TEXT, agent="coder", text=facts["text"], files=files)
    thread = ThreadRef.parse(facts["thread"])
    return Post(key="r1/chat/1", kind=PostKind.TURN, thread=thread, language="en", turn=turn)


async def post(facts: dict[str, Any]) -> None:
    client = make_client(DiscordSettings(token=facts["token"], api_url=facts["api_url"]), trace=no_repetition())
    await client.login(facts["token"])
    await Outgoing(client, FakeClock()).posting.post(made(facts))
    await client.close()


if __name__ == "__main__":
    print("ready", flush=True)
    asyncio.run(post(json.loads(sys.stdin.readline())))
