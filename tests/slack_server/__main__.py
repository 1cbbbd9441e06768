"""The Slack of our own as a process: `python -m tests.slack_server` prints its address and serves."""

from __future__ import annotations

import argparse
import asyncio

from tests.slack_server.remote import Remote
from tests.slack_server.server import SlackServer
from tests.wire.serving import serve


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.slack_server")
    parser.add_argument("--port", type=int, default=0, help="0: a free one; the address is printed")
    parser.add_argument("--seed", type=int, default=0, help="of every chance")
    parser.add_argument("--workspace", action="append", default=[], help="workspaces to begin with; else Acme")
    given = parser.parse_args()
    server = SlackServer(port=given.port, seed=given.seed)
    for name in given.workspace or ["Acme"]:
        server.workspace(name)
    server.routes.extend(Remote(server).routes())
    asyncio.run(serve(server, lambda: server.url))


if __name__ == "__main__":
    main()
