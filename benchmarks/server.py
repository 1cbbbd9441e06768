"""The scripted model server in a process of its own, over real HTTP."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def _line(messages: list[dict[str, Any]]) -> str:
    return f"answer {sum(message['role'] == 'assistant' for message in messages)} of a colleague who says little"


def _echo(messages: list[dict[str, Any]]) -> str:
    numbers = re.findall(r"#(\d+)#", str(messages[-1]["content"]))
    return f"The answer to #{numbers[-1] if numbers else 0}# is short."


SCRIPTS: dict[str, Any] = {
    "turns": {"_any": _line, "_selector": _line},
    "echo": {"_any": _echo},
    "twenty": {"_any": ["word " * 19 + "end"], "_selector": ["word " * 19 + "end"]},
}
"""What the models of the benchmarks say."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    url: str
    process: subprocess.Popen[str]

    @property
    def base_url(self) -> str:
        """Its address for OpenAI's dialect."""
        return f"{self.url}/v1"

    def log(self) -> list[dict[str, Any]]:
        """Return the chat requests that it has had."""
        return [logged for logged in self._counts("?full=1")["log"] if "chat" in logged["path"]]

    def chats(self) -> int:
        """Return how many chat requests it has had."""
        return len(self.log())

    def loads(self) -> int:
        """Return how often it has loaded a model."""
        return len(self._counts()["loads"])

    def in_flight(self) -> int:
        """Return how many chats it works on."""
        return int(self._counts()["in_flight"])

    def kill(self) -> None:
        """End it as a power cut would."""
        self.process.kill()
        self.process.wait()

    def _counts(self, query: str = "") -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/_log{query}") as answer:
            counts: dict[str, Any] = json.load(answer)
        return counts

    def forget(self) -> None:
        """Empty the log."""
        urllib.request.urlopen(f"{self.url}/_log?clear=1").read()

    def control(self, **fields: Any) -> None:
        """Set how it behaves."""
        body = json.dumps(fields).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.url}/_ctl", data=body, method="POST")).read()


@contextmanager
def model_server(**delays: float) -> Iterator[Server]:
    """Run the server around a block; `delay` and `token_delay` are seconds."""
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in delays.items()]
    command = [sys.executable, "-m", "tests.model_server", "--scripts", "benchmarks.server:SCRIPTS", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert process.stdout is not None
        yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}", process)
    finally:
        process.kill()
        process.wait()
