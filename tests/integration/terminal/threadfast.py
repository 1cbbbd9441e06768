"""The command as a real process beside a scripted model server."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.canaries import PLANTED, planted_around

COMMAND = [sys.executable, "-P", "-m", "bot"]
SECONDS = 150
MEASURED: dict[str, str] = {}
"""What has a process count its lines that are run, where the tests' are counted."""


@dataclass
class Threadfast:
    """Starts `threadfast` with settings of its own."""

    server: str
    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    log_level: str = "debug"
    """All that it could log, so that a secret in it is found; empty: as it is where no setting says it."""

    @property
    def environment(self) -> dict[str, str]:
        ours = {
            "OLLAMA_HOST": self.server,
            "THREADFAST_DATA_FOLDER": str(self.home / "data"),
            "THREADFAST_MODELS": json.dumps({"chat": "m", "code": "m"}),
        }
        ours |= {"THREADFAST_LOG_LEVEL": self.log_level} if self.log_level else {}
        return {**os.environ, **MEASURED, **ours, **planted_around(self.settings), **self.settings}

    def run(self, *arguments: str, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
        done = subprocess.run(
            [*COMMAND, *arguments],
            env=self.environment,
            cwd=self.home,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
            **given,
        )
        PLANTED.said += [("standard output", done.stdout), ("standard error", done.stderr)]
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *arguments],
            env=self.environment,
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            bufsize=1,
        )

    def control(self, **values: object) -> None:
        """Tell the model server how to behave."""
        request = urllib.request.Request(
            f"{self.server}/_ctl", json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(request, timeout=10).close()

    def asked(self) -> int:
        """How often a model was asked."""
        with urllib.request.urlopen(f"{self.server}/_log?full=1", timeout=10) as answer:
            return sum(entry["path"] == "/api/chat" for entry in json.load(answer)["log"])

    def wait_until_asked(self, count: int) -> None:
        """Return once a model was asked more often than this."""
        while self.asked() <= count:
            time.sleep(0.05)


def last_lines(text: str, count: int) -> list[str]:
    return text.splitlines()[-count:]


def thread_in(text: str) -> str:
    return next(line.removeprefix("thread: ") for line in text.splitlines() if line.startswith("thread: "))


def without(environment: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in names}
