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

    @property
    def base_url(self) -> str:
        """Its address for OpenAI's dialect."""
        return f"{self.url}/v1"

    def log(self) -> list[dict[str, Any]]:
        """Return the chat requests that it has had."""
        with urllib.request.urlopen(f"{self.url}/_log?full=1") as answer:
            log = json.load(answer)["log"]
        return [logged for logged in log if "chat" in logged["path"]]

    def chats(self) -> int:
        """Return how many chat requests it has had."""
        return len(self.log())

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
        yield Server(f"http://127.0.0.1:{int(process.stdout.readline())}")
    finally:
        process.kill()
        process.wait()
