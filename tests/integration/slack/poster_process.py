"""A process that posts one post and is killed in the middle: `python -m tests.integration.slack.poster_process`."""

from __future__ import annotations

from typing import Any

from adapters.slack.web.api import SlackApi, open_session
from adapters.slack.web.limits import Limits
from tests.fakes import FakeClock
from tests.integration.chat.poster import made, run
from tests.integration.slack.sending import Outgoing


async def post(facts: dict[str, Any]) -> None:
    async def token(workspace: str) -> str:
        return str(facts["token"])

    clock = FakeClock()
    async with open_session() as session:
        api = SlackApi(session, token, limits=Limits(clock), base_url=facts["api_url"])
        await Outgoing(api, clock).posting.post(made(facts))


if __name__ == "__main__":
    run(post)
