"""What a conformance run needs around it: a model server, interpreters to fork from, a folder, a store."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from tests.conformance.case import EXIT, Json, Program

ROOT = Path(__file__).parent.parent.parent
INTERPRETERS = 3
"""How many hash seeds there are at a time."""
POLL_SECONDS = 0.004


class FailedError(Exception):
    """A process of a program failed otherwise than it was told to."""


def _start(arguments: list[str], **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, "AUTOGEN_USE_DOCKER": "0", "PYTHONPATH": str(ROOT), **environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


class Server:
    """The scripted model server in a process of its own."""

    def __init__(self) -> None:
        self.process = _start(["-m", "tests.model_server", "--scripts", "tests.conformance.programs:SCRIPTS"])
        self._port = ""

    @property
    def url(self) -> str:
        """The server's address, once it listens."""
        if not self._port:
            self._port = cast(IO[str], self.process.stdout).readline().strip()
        return f"http://127.0.0.1:{self._port}"

    def _ask(self, path: str, body: Json | None = None) -> Json:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            answer: Json = json.load(response)
            return answer

    def control(self, **wanted: Any) -> None:
        """Forget everything and behave like this."""
        self._ask("/_ctl", {"reset": True, **wanted})

    @property
    def asked(self) -> int:
        """How many requests there were."""
        return int(self._ask("/_log")["n"])

    @property
    def log(self) -> list[tuple[str, str]]:
        """The requests: who asked, and the hash of what."""
        return [(logged["agent"], logged["digest"]) for logged in self._ask("/_log?full=1")["log"]]


class Zygote:
    """An interpreter to fork from."""

    def __init__(self, hash_seed: int) -> None:
        self.process = _start(["-m", "tests.conformance.zygote"], PYTHONHASHSEED=str(hash_seed))
        self._ready = False

    def begin(self, order: Json) -> int:
        """Start a process and return its id."""
        if not self._ready:
            self._ready = self._read() == {}
        stdin = cast(IO[str], self.process.stdin)
        stdin.write(json.dumps(order) + "\n")
        stdin.flush()
        return int(self._read()["pid"])

    def end(self) -> int:
        """Wait for the process and return its status."""
        return int(self._read()["status"])

    def _read(self) -> Json:
        answer: Json = json.loads(cast(IO[str], self.process.stdout).readline())
        return answer


class World:
    """Everything around the programs; a context manager."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self._numbers = count(1)
        self.server = Server()
        self.zygotes = [Zygote(self.random.randrange(1, 2**32)) for _ in range(INTERPRETERS)]
        self._last = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (self.server.process, *(zygote.process for zygote in self.zygotes)):
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def place(self, program: Program) -> Place:
        """Return a new place for a run of a program."""
        folder = self.folder / f"{program.name}-{next(self._numbers)}"
        (folder / "work").mkdir(parents=True)
        return Place(self, program, folder)

    def next_interpreter(self) -> Zygote:
        """Return another interpreter than the last time."""
        self._last = (self._last + self.random.randrange(1, INTERPRETERS)) % INTERPRETERS
        return self.zygotes[self._last]


class Place:
    """One run of a program: its folder, its store, its processes."""

    def __init__(self, world: World, program: Program, folder: Path) -> None:
        self.world = world
        self.program = program
        self.folder = folder
        self.processes = 0
        self.kills = 0

    def start(self, mode: str, *, kill_at_request: int | None = None, **more: Any) -> Json | None:
        """Run one process; return its report, or None when it was killed."""
        self.processes += 1
        report = self.folder / f"report-{self.processes}"
        order = {"death": ["", 0], "answers": 0, "interrupted": [], "chosen": [], "seed": 0, "warm": False, **more}
        order |= {
            "mode": mode,
            "program": self.program.name,
            "base_url": self.world.server.url,
            "work": str(self.folder / "work"),
            "db": str(self.world.folder / "store.db"),
            "run": self.folder.name,
            "report": str(report),
            "stdin": str(self._stdin()),
            "output": str(self.folder / "output"),
        }
        zygote = self.world.next_interpreter()
        pid = zygote.begin(order)
        if kill_at_request is not None:
            self._kill_when_asked(pid, kill_at_request, report)
        status = zygote.end()
        if status == -signal.SIGKILL:
            self.kills += 1
            return None
        if status != 0:
            raise FailedError((self.folder / "output").read_text()[-3000:])
        read: Json = json.loads(report.read_text())
        return read

    def _kill_when_asked(self, pid: int, request: int, report: Path) -> None:
        while self.world.server.asked <= request:
            if report.exists() or not Path(f"/proc/{pid}").exists():
                return
            time.sleep(POLL_SECONDS)
        os.kill(pid, signal.SIGKILL)

    def _stdin(self) -> Path:
        path = self.folder / "stdin"
        path.write_text("".join(f"{answer}\n" for answer in (*self.program.answers, *[EXIT] * 20)))
        return path

    @property
    def files(self) -> dict[str, str]:
        """What the program wrote."""
        return {path.name: path.read_text() for path in sorted((self.folder / "work").iterdir())}

    def forget(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.folder)
