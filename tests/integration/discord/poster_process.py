"""A process that posts one post and is killed in the middle: `python -m tests.integration.discord.poster_process`."""

from __future__ import annotations

from typing import Any

from adapters.discord.connecting.client import make_client
from adapters.discord.settings import DiscordSettings
from adapters.discord.web.tracing import no_repetition
from tests.fakes import FakeClock
from tests.integration.chat.poster import made, run
from tests.integration.discord.sending import Outgoing


async def post(facts: dict[str, Any]) -> None:
    client = make_client(DiscordSettings(token=facts["token"], api_url=facts["api_url"]), trace=no_repetition())
    await client.login(facts["token"])
    await Outgoing(client, FakeClock()).posting.post(made(facts))
    await client.close()


if __name__ == "__main__":
    run(post)
