"""One container from start to end: blocking code for a thread of its own.

The runtime's program is our child, the container is not: a service may own it. It ends with our end of its standard
input, by the clock of its own first program, by the runtime's word, and at last by `sweep` at a later start.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import select
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.sandbox.container import runtime as container
from agents.sandbox.container.runtime import RUNTIME_SECONDS, Container
from agents.sandbox.container.said import Said
from agents.sandbox.limits import Limits, in_words
from agents.sandbox.output import Output
from agents.sandbox.work import BoxNotMadeError, Ended, Maker, Stop, Work, exit_code_of, timed_out

SETUP_SECONDS = 60.0
GRACE_SECONDS = 20.0
"""How long after its time a container's first program may take to say how it ended."""


@dataclass(frozen=True, slots=True)
class Contained:
    """Makes boxes as containers."""

    setup: Container

    @property
    def tier(self) -> str:
        """What kind of box this is."""
        return self.setup.tier

    def run(self, limits: Limits, work: Work, stop: Stop) -> Ended:
        """Run the work in a new container; see `Maker`."""
        with contextlib.ExitStack() as owned:
            return _Box(self.setup, limits, work, stop, owned).run()


def containers(image: str, runtime: str = "") -> Iterator[Maker]:
    """Give the ways to try; what an earlier process left behind is removed first."""
    swept: set[Path] = set()
    for setup in container.found(image, runtime):
        if setup.runtime not in swept:
            container.sweep(setup.runtime)
            swept.add(setup.runtime)
        yield Contained(setup)


class _Box:
    """The runtime's process and our ends of its streams; everything is owned by the exit stack."""

    def __init__(self, setup: Container, limits: Limits, work: Work, stop: Stop, owned: contextlib.ExitStack) -> None:
        self._limits, self._stop, self._runtime = limits, stop, setup.runtime
        self._name = f"threadfast-{secrets.token_hex(8)}"
        self._unsent = memoryview(container.order(limits, work))
        self._said = Said(limits)
        self._output = Output(limits.output)
        self._why = ""
        until = int(time.time() + SETUP_SECONDS + limits.wall + GRACE_SECONDS + RUNTIME_SECONDS)
        words = container.arguments(setup, limits, name=self._name, until=until)
        try:
            # A session of its own: Ctrl-C in a terminal is for us.
            self._process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                start_new_session=True,
            )
        except OSError as error:
            raise BoxNotMadeError(f"container: {setup.runtime} cannot be started: {error.strerror}") from error
        owned.callback(self._end)
        ends = (self._process.stdin, self._process.stdout, self._process.stderr)
        self._stdin, self._stdout, self._stderr = (end.fileno() for end in ends if end is not None)
        os.set_blocking(self._stdin, False)
        self._open = {self._stdout, self._stderr}

    def run(self) -> Ended:
        """Hand the work over, watch, and take what comes back."""
        # Whatever the runtime itself had to say before is not the code's output.
        self._talk(SETUP_SECONDS, until_ready=True)
        if not self._said.ready and self._why:
            return self._ended(0.0)
        if not self._said.ready:
            said = self._output.text().strip()[-300:] or "it did not start in time"
            raise BoxNotMadeError(f"container: {said}")
        self._output = Output(self._limits.output)
        began = time.monotonic()
        self._unsent = memoryview(b"g")
        self._talk(self._limits.wall + GRACE_SECONDS, until_ready=False)
        return self._ended(time.monotonic() - began)

    def _ended(self, seconds: float) -> Ended:
        ending = self._said.ending
        if ending is None:
            why = self._why or ("stopped on request" if self._stop.is_set() else "the container ended by itself")
            ending = {"code": 0, "why": "", "seconds": seconds, "oom": False}
        else:
            why = self._reason(ending)
        return Ended(
            exit_code=exit_code_of(int(ending["code"]), why, self._limits),
            output=self._output.text(),
            why=why,
            harvest=self._said.harvest,
            seconds=float(ending["seconds"]),
        )

    def _reason(self, ending: dict[str, Any]) -> str:
        """Say why the code was stopped; empty: it was not."""
        if ending["why"] == "time":
            return timed_out(self._limits)
        if ending["why"] == "stop":
            return self._why
        if ending["oom"] and ending["code"] != 0:
            return f"stopped: more than {in_words(self._limits.memory)} of memory"
        return ""

    def _talk(self, seconds: float, *, until_ready: bool) -> None:
        """Carry bytes to and fro until what is waited for is there, the other side is gone, or the time is up."""
        end = time.monotonic() + seconds
        # After its last word too: the two streams come on ways of their own, and the output may be the later one.
        while self._open and not (until_ready and self._said.ready):
            left = end - time.monotonic()
            if left <= 0:
                return
            watched = [*self._open, *([] if self._why else [self._stop.fileno()])]
            ready, writable, _ = select.select(watched, [self._stdin] if self._unsent else [], [], left)
            if writable:
                self._send()
            for number in self._open.intersection(ready):
                self._take(number)
            if not self._why and (self._stop.fileno() in ready or self._output.seen > self._limits.flood):
                self._ask_to_stop(until_ready=until_ready)

    def _ask_to_stop(self, *, until_ready: bool) -> None:
        flood = f"stopped: more than {in_words(self._limits.flood)} of output"
        self._why = "stopped on request" if self._stop.is_set() else flood
        if until_ready:
            # There is no code yet that could be stopped.
            self._open.clear()
        self._unsent = memoryview(b"s")

    def _send(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self._stdin, self._unsent[: 1 << 16]) :]
        except BlockingIOError:
            return
        except OSError:
            # The other side is gone; its last words say why.
            self._unsent = memoryview(b"")

    def _take(self, number: int) -> None:
        piece = os.read(number, 1 << 16)
        if not piece:
            self._open.discard(number)
        elif number == self._stderr:
            self._output.add(piece)
        else:
            try:
                self._said.add(piece)
            except (ValueError, KeyError, TypeError):
                self._why = "stopped: the container said what it cannot say"
                self._open.clear()

    def _end(self) -> None:
        """Let the container go, by force unless it said that it is done."""
        with contextlib.suppress(OSError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        if not self._said.done or not self._left(RUNTIME_SECONDS):
            container.told(self._runtime, "rm", "--force", self._name)
            if not self._left(RUNTIME_SECONDS):
                self._process.kill()
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        self._process.wait()

    def _left(self, seconds: float) -> bool:
        """Tell whether the runtime's program ended in time; what it still says is dropped."""
        end = time.monotonic() + seconds
        streams = {self._stdout, self._stderr}
        while streams and (left := end - time.monotonic()) > 0:
            for number in select.select(list(streams), [], [], left)[0]:
                if not os.read(number, 1 << 16):
                    streams.discard(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(max(0.0, end - time.monotonic()))
        return self._process.returncode is not None
