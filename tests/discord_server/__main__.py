"""The Discord of our own as a process: `python -m tests.discord_server` prints its address and serves."""

from __future__ import annotations

import argparse
import asyncio

from tests.discord_server.remote import Remote
from tests.discord_server.server import DiscordServer
from tests.wire.serving import serve


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.discord_server")
    parser.add_argument("--port", type=int, default=0, help="0: a free one; the address is printed")
    parser.add_argument("--seed", type=int, default=0, help="of every chance")
    parser.add_argument(
        "--guild", action="append", default=[], help="guilds to begin with, each with #general; else Acme"
    )
    given = parser.parse_args()
    server = DiscordServer(port=given.port, seed=given.seed)
    for name in given.guild or ["Acme"]:
        server.world.channel(server.world.guild(name), "general")
    server.routes.extend(Remote(server).routes())
    asyncio.run(serve(server, lambda: server.url))


if __name__ == "__main__":
    main()
