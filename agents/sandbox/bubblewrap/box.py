"""One box from start to end: blocking code for a thread of its own.

bubblewrap is our child, the box's first process its child; the kernel ends the first when we die, and everything
in the box when the first ends. `run_box` returns only when all of it is gone.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agents.sandbox.bubblewrap import command, watch
from agents.sandbox.collect import collect
from agents.sandbox.limits import Limits, in_words
from agents.sandbox.output import Output
from agents.sandbox.seccomp import program as seccomp_program
from agents.sandbox.work import BoxNotMadeError, Ended, Stop, Work, exit_code_of, timed_out

SETUP_SECONDS = 15.0
WRITABLE = 3
"""How many folders a box may write to; it hands them out, the work folder first."""
TICK = 0.05
"""Seconds between two looks at memory and files."""


@dataclass(frozen=True, slots=True)
class Bubblewrapped:
    """Makes boxes with bubblewrap."""

    setup: command.Setup

    @property
    def tier(self) -> str:
        """What kind of box this is."""
        return self.setup.tier

    def run(self, limits: Limits, work: Work, stop: Stop) -> Ended:
        """Run the work in a new box; see `Maker`."""
        return run_box(self.setup, limits, work, stop)


def run_box(setup: command.Setup, limits: Limits, work: Work, stop: Stop) -> Ended:
    """Run the work in a new box and return when nothing of it is left.

    Raises:
        BoxNotMadeError: The box could not be made; its message is bubblewrap's.
    """
    with contextlib.ExitStack() as owned:
        box = _Box(setup, limits, work, stop, owned)
        box.wait_until_ready()
        why = box.run()
        exit_code = box.end()
        harvest = collect(box.folder, limits, work.inputs, work.scripts)
        return Ended(
            exit_code=exit_code_of(exit_code, why, limits),
            output=box.output.text(),
            why=why,
            harvest=harvest,
            seconds=box.seconds,
        )


class _Box:
    """The processes and descriptors of one box; everything it opens is owned by the exit stack."""

    def __init__(
        self, setup: command.Setup, limits: Limits, work: Work, stop: Stop, owned: contextlib.ExitStack
    ) -> None:
        self._limits, self._stop, self._owned = limits, stop, owned
        self.output = Output(limits.output)
        self.seconds = 0.0
        self._folders: tuple[int, ...] = ()
        self._first = -1
        self._first_handle = -1
        self._door, theirs = socket.socketpair()
        owned.callback(self._door.close)
        self._info, info = os.pipe()
        self._stream, stream = os.pipe()
        owned.callback(os.close, self._info)
        owned.callback(os.close, self._stream)
        with contextlib.ExitStack() as given:
            given.callback(theirs.close)
            for number in (info, stream):
                given.callback(os.close, number)
            files = command.Descriptors(
                info=info,
                seccomp=_given(seccomp_program(), given),
                door=theirs.fileno(),
                scripts={name: _given(data, given) for name, data in work.scripts.items()},
                inputs={name: _given(data, given) for name, data in work.inputs.items()},
            )
            self._process = _start(setup, limits, files, work.commands, stream)
        owned.callback(self.end)
        os.set_blocking(self._stream, False)

    @property
    def folder(self) -> int:
        """The work folder, once the box is ready."""
        return self._folders[0]

    def wait_until_ready(self) -> None:
        """Wait for the box's first program, and give the word to go."""
        self._door.settimeout(SETUP_SECONDS)
        try:
            _, folders, _, _ = socket.recv_fds(self._door, 16, WRITABLE)
            for folder in folders:
                self._owned.callback(os.close, folder)
            self._folders = (folders[0], *folders[1:])
            self._first = int(json.loads(os.read(self._info, 65536))["child-pid"])
            self._first_handle = os.pidfd_open(self._first)
            self._owned.callback(os.close, self._first_handle)
            # Once more, because what is owned goes in reverse order and ending needs the handle.
            self._owned.callback(self.end)
            watch.let_it_be_killed_first(self._first)
            self._door.send(b"g")
        except (OSError, IndexError, ValueError, KeyError) as error:
            self.end()
            raise BoxNotMadeError(self.output.text().strip() or f"it did not start: {error!r}") from error

    def run(self) -> str:
        """Watch until the code ended, or say why it must be stopped."""
        started = time.monotonic()
        handle = os.pidfd_open(self._process.pid)
        self._owned.callback(os.close, handle)
        watched = [self._stream, handle, self._stop.fileno()]
        why = ""
        looked = started
        while not why:
            left = started + self._limits.wall - time.monotonic()
            ready = select.select(watched, [], [], max(0.0, min(TICK, left)))[0]
            if self._stream in ready and not self._take():
                watched.remove(self._stream)
            if handle in ready:
                break
            why = self._reason(time.monotonic() - started, look=time.monotonic() - looked >= TICK)
            looked = time.monotonic() if time.monotonic() - looked >= TICK else looked
        self.seconds = time.monotonic() - started
        return why

    def _reason(self, passed: float, *, look: bool) -> str:
        """Say why the code must be stopped now; empty: it may go on."""
        limits = self._limits
        causes: list[tuple[Callable[[], bool], str]] = [
            (self._stop.is_set, "stopped on request"),
            (lambda: passed >= limits.wall, timed_out(limits)),
            (lambda: self.output.seen > limits.flood, f"stopped: more than {in_words(limits.flood)} of output"),
            (
                lambda: look and watch.entries(self._folders) > limits.work_files,
                f"stopped: more than {limits.work_files} files",
            ),
            (
                lambda: look and watch.uses_more_than(self._first, limits.memory),
                f"stopped: more than {in_words(limits.memory)} of memory",
            ),
        ]
        return next((sentence for applies, sentence in causes if applies()), "")

    def _take(self) -> bool:
        """Take what output there is; False: there will be no more."""
        try:
            piece = os.read(self._stream, 65536)
        except BlockingIOError:
            return True
        self.output.add(piece)
        return bool(piece)

    def end(self) -> int:
        """Kill what is left, wait until it is gone, and return the exit status; a second call changes nothing."""
        if self._process.returncode is not None:
            return self._process.returncode
        # A box that has had no word to go ends by this alone.
        self._door.close()
        if self._first_handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._first_handle, signal.SIGKILL)
            # The first process of a process namespace is gone only after all others in it are.
            select.select([self._first_handle], [], [])
        else:
            self._process.kill()
        code = self._process.wait()
        # At most what the pipe still held: nobody is left to write more.
        while select.select([self._stream], [], [], 0)[0] and self._take():
            continue
        return code


def _given(data: bytes, owned: contextlib.ExitStack) -> int:
    """Return a descriptor that holds this data, at its beginning."""
    number = os.memfd_create("given")
    owned.callback(os.close, number)
    with os.fdopen(number, "wb", closefd=False) as file:
        file.write(data)
    os.lseek(number, 0, os.SEEK_SET)
    return number


def _opened(path: Path, owned: contextlib.ExitStack) -> int:
    """Return a descriptor of a file or folder, for whoever cannot walk to it."""
    number = os.open(path, os.O_PATH | os.O_CLOEXEC)
    owned.callback(os.close, number)
    return number


def _start(
    setup: command.Setup, limits: Limits, files: command.Descriptors, commands: str, stream: int
) -> subprocess.Popen[bytes]:
    """Start bubblewrap, by descriptor, because the box's user may not be able to walk to it."""
    with contextlib.ExitStack() as opened:
        number = _opened(setup.bubblewrap.path, opened)
        environment = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"}
        passed = [files.info, files.seccomp, files.door, *files.scripts.values(), *files.inputs.values(), number]
        if setup.bubblewrap.libraries:
            libraries = _opened(setup.bubblewrap.libraries, opened)
            environment["LD_LIBRARY_PATH"] = f"/proc/self/fd/{libraries}"
            passed.append(libraries)
        if setup.namespace is not None:
            passed.append(setup.namespace)
        words = [
            *command.prefix(setup),
            f"/proc/self/fd/{number}",
            *command.arguments(setup, limits, files),
            *command.program(setup, limits, files.door, commands),
        ]
        user = None if command.prefix(setup) else setup.user
        try:
            return subprocess.Popen(
                words,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                pass_fds=passed,
                env=environment,
                cwd="/",
                user=user,
                group=user,
                extra_groups=None if user is None else [],
                # Ctrl-C in a terminal is for us: a box that it ended would look like code that failed.
                start_new_session=True,
            )
        except OSError as error:
            raise BoxNotMadeError(f"{setup.bubblewrap.path} cannot be started: {error.strerror}") from error
