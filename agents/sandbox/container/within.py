"""The first program of every container: it starts the code, ends it, and hands its files out.

Read as text and handed to the image's Python by `container`; imports only the standard library. It is process 1, so
that nothing in the container can kill it and everything ends with it, and it lets nobody look into it. The code's
output is the container's standard error; its own words go to standard output, each a line of JSON, a file's bytes
after its line. When its standard input ends, the bot is gone or wants no more: everything is killed at once.

Standard input: a length of ten digits, that much JSON, the bytes of the files it names, `g` to go, later `s` to stop.
"""

from __future__ import annotations

import base64
import contextlib
import ctypes
import hashlib
import json
import os
import resource
import select
import signal
import stat
import sys
import time
from collections.abc import Iterator
from typing import Any

BOX = "/box"
DEEPEST = 8
SET_DUMPABLE, SET_SECCOMP, FILTER_MODE = 4, 22, 2


def main() -> None:
    """Take the work, run it, say how it ended, hand out the files."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(SET_DUMPABLE, 0, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    woken = _wakes_on_children()
    order = json.loads(_exactly(int(_exactly(10))))
    before = {name: _placed(name, mode, _exactly(size)) for name, mode, size in order["files"]}
    _say({"ready": True})
    if _exactly(1) != b"g":
        os._exit(1)
    began = time.monotonic()
    child = os.fork() or _become(order, libc)
    code, why = _watch(child, woken, began + order["wall"])
    _kill_all()
    _say({"code": code, "why": why, "seconds": time.monotonic() - began, "oom": _killed_for_memory()})
    own = {name for name, mode, _ in order["files"] if not mode & 0o200}
    _hand_out(order["take"], before, own)
    _say({"done": True})


def _exactly(size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        piece = os.read(0, size - len(data))
        if not piece:
            os._exit(1)
        data += piece
    return bytes(data)


def _say(words: dict[str, Any], data: bytes = b"") -> None:
    left = memoryview(json.dumps(words).encode() + b"\n" + data)
    while left:
        left = left[os.write(1, left) :]


def _placed(name: str, mode: int, data: bytes) -> str:
    path = f"{BOX}/{name}"
    os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120 - a bare interpreter, quickly
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, mode)
    with os.fdopen(number, "wb") as file:
        file.write(data)
    return hashlib.sha256(data).hexdigest()


def _wakes_on_children() -> int:
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    os.set_blocking(reader, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reader


def _become(order: dict[str, Any], libc: ctypes.CDLL) -> int:
    """Become the shell that runs the blocks; a failure is an exit code that shells have for it."""
    try:
        os.setsid()
        os.nice(10)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(2, 1)
        os.closerange(3, 1024)
        _oom_first()
        os.chdir(BOX)
        for name, value in order["limits"].items():
            # Processor time ends with a signal that says so one second before the one that cannot.
            resource.setrlimit(getattr(resource, name), (value, value + 1 if name == "RLIMIT_CPU" else value))
        _filter(libc, base64.b64decode(str(order["filter"])))
        environment = {"PATH": os.defpath, **order["environment"]}
        if path := os.environ.get("PATH"):  # noqa: TID251 - the image's own
            environment["PATH"] = path
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGPIPE):
            signal.signal(number, signal.SIG_DFL)
        os.execve("/bin/sh", ["sh", "-c", str(order["commands"])], environment)  # noqa: S606 - its purpose
    except BaseException as error:
        os.write(2, f"{error}\n".encode())
    os._exit(126)


def _oom_first() -> None:
    try:
        with open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123 - a bare interpreter, quickly
            file.write("1000")
    except OSError:
        return


def _filter(libc: ctypes.CDLL, program: bytes) -> None:
    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))

    given = Program(len(program) // 8, program)
    if libc.prctl(SET_SECCOMP, FILTER_MODE, ctypes.byref(given), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "the filter of system calls is refused")


def _watch(child: int, woken: int, deadline: float) -> tuple[int, str]:
    """Wait until the code ended, its time is up, or it is to stop."""
    while True:
        ready = select.select([0, woken], [], [], max(0.0, deadline - time.monotonic()))[0]
        if woken in ready:
            os.read(woken, 4096)
        ended = _reaped(child)
        if ended is not None:
            return ended, ""
        if 0 in ready:
            return (0, "stop") if os.read(0, 1) else (0, _gone())
        if time.monotonic() >= deadline:
            return 0, "time"


def _gone() -> str:
    os._exit(1)


def _reaped(child: int) -> int | None:
    """Bury whoever died, and return the code's exit status when it is among them."""
    found = None
    try:
        while (dead := os.waitpid(-1, os.WNOHANG))[0]:
            if dead[0] == child:
                found = os.waitstatus_to_exitcode(dead[1])
    except ChildProcessError:
        return found
    return found


def _kill_all() -> None:
    """Return when this is the only process."""
    while True:
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


def _killed_for_memory() -> bool:
    for place in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(place) as file:  # noqa: PTH123 - a bare interpreter, quickly
                facts = dict(line.split() for line in file)
        except (OSError, ValueError):
            continue
        return facts.get("oom_kill", "0") != "0"
    return False


def _hand_out(take: dict[str, int], before: dict[str, str], own: set[str]) -> None:
    """Say each new or changed file with its bytes; nobody is left who could change one meanwhile."""
    left, count = take["bytes"], 0
    for path, found in _walk(BOX, "", 0, take["entries"]):
        if path in own:
            if not isinstance(found, str):
                os.close(found)
            continue
        if isinstance(found, str):
            _say({"skipped": _coded(path), "kind": found})
            continue
        with os.fdopen(found, "rb") as file:
            size = os.fstat(found).st_size
            if count >= take["files"]:
                _say({"skipped": _coded(path), "kind": "many"})
                continue
            if size > left:
                _say({"skipped": _coded(path), "kind": "large", "size": size})
                continue
            data = file.read(size)
        if before.get(path) == hashlib.sha256(data).hexdigest():
            continue
        left, count = left - len(data), count + 1
        _say({"file": _coded(path), "size": len(data)}, data)


def _coded(path: str) -> str:
    return base64.b64encode(os.fsencode(path)).decode("ascii")


def _walk(folder: str, prefix: str, depth: int, most: int) -> Iterator[tuple[str, int | str]]:
    names = sorted(os.listdir(folder))  # noqa: PTH208 - a bare interpreter, quickly
    for name in names[:most]:
        path, place = prefix + name, f"{folder}/{name}"
        try:
            mode = os.lstat(place).st_mode
            if stat.S_ISREG(mode):
                yield path, os.open(place, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            elif not stat.S_ISDIR(mode):
                yield path, "link" if stat.S_ISLNK(mode) else "irregular"
            elif depth >= DEEPEST:
                yield path, "deep"
            else:
                yield from _walk(place, path + "/", depth + 1, most)
        except OSError:
            yield path, "unreadable"
    if len(names) > most:
        yield prefix or ".", "entries"


if __name__ == "__main__":
    main()
    sys.exit(0)
