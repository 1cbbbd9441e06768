"""A scripted model server for tests: real HTTP on loopback, OpenAI's dialect and Ollama's own, with faults.

In process: `async with ModelServer(scripts) as server: server.url`. As a process of its own:
`python -m tests.model_server --port 0 --scripts module:NAME`, which prints its port and is driven by
`POST /_ctl` and read by `GET /_log`.
"""

from __future__ import annotations

from tests.model_server.faults import Fault
from tests.model_server.scripts import Reply, Script, Scripts, agent_of, assistant_messages, digest_of
from tests.model_server.server import ModelServer
from tests.model_server.state import Control, Logged, ModelSpec

__all__ = [
    "Control",
    "Fault",
    "Logged",
    "ModelServer",
    "ModelSpec",
    "Reply",
    "Script",
    "Scripts",
    "agent_of",
    "assistant_messages",
    "digest_of",
]
