"""A process that posts one post and is killed in the middle: `python -m tests.integration.slack.poster_process`.

Its standard input is one line of JSON: where Slack is and what to post.
"""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Any

from adapters.slack.web.api import SlackApi, open_session
from adapters.slack.web.limits import Limits
from bot.domain import Attachment, Post, PostKind, ThreadRef, Turn, TurnKind
from tests.fakes import FakeClock
from tests.integration.slack.sending import Outgoing


def made(facts: dict[str, Any]) -> Post:
    """Return the same post in whatever process."""
    files = tuple(Attachment(name=name, media_type="text/plain", data=b"bytes") for name in facts["files"])
    turn = Turn(path="chat", n=1, kind=TurnKind.TEXT, agent="coder", text=facts["text"], files=files)
    thread = ThreadRef.parse(facts["thread"])
    return Post(key="r1/chat/1", kind=PostKind.TURN, thread=thread, language="en", turn=turn)


async def post(facts: dict[str, Any]) -> None:
    async def token(workspace: str) -> str:
        return str(facts["token"])

    clock = FakeClock()
    async with open_session() as session:
        api = SlackApi(session, token, limits=Limits(clock), base_url=facts["api_url"])
        await Outgoing(api, clock).posting.post(made(facts))


if __name__ == "__main__":
    print("ready", flush=True)
    asyncio.run(post(json.loads(sys.stdin.readline())))
