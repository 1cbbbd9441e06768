"""The scripted model server as a process of its own: `python -m tests.model_server --scripts module:NAME`."""

from __future__ import annotations

import argparse
import asyncio
import importlib

from tests.model_server.server import ModelServer
from tests.wire.serving import serve


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.model_server")
    parser.add_argument("--port", type=int, default=0, help="0: a free one; it is printed")
    parser.add_argument("--scripts", required=True, metavar="MODULE:NAME", help="where the scripts are")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before the first chunk")
    parser.add_argument("--token-delay", type=float, default=0.0, help="seconds between chunks")
    given = parser.parse_args()
    module, _, name = given.scripts.partition(":")
    server = ModelServer(getattr(importlib.import_module(module), name or "SCRIPTS"), port=given.port)
    server.control.delay, server.control.token_delay = given.delay, given.token_delay
    asyncio.run(serve(server, lambda: server.port))


if __name__ == "__main__":
    main()
