"""The host that attacks aim at: secrets, listeners and a victim, all of them real, and what happened to them."""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import pwd
import secrets
import select
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from agents.sandbox.seccomp import ARCHITECTURES, DENIED

PROJECT = Path(__file__).resolve().parents[2]
ADD_KEY = {"x86_64": 248, "aarch64": 217}
USER_KEYRING = -4
SECRET_NAME = "AWS_SECRET_ACCESS_KEY"


class Host:
    """Everything an attack could want; used around a block."""

    def __init__(self) -> None:
        self.secret = f"canary-{secrets.token_hex(8)}"
        self.mark = f"8{secrets.randbelow(10**6):06}"
        """How long, in seconds, the processes sleep that must not be left behind."""
        self._owned = contextlib.ExitStack()

    def __enter__(self) -> Host:
        self.folder = Path(self._owned.enter_context(tempfile.TemporaryDirectory(prefix="abuse-")))
        self.folder.chmod(0o755)
        for name in ("threadfast.db", "secret.txt"):
            (self.folder / name).write_text(self.secret)
        self.before = self._state()
        self._shared = Path("/dev/shm") / f"canary-{self.mark}"
        self._shared.write_text(self.secret)
        self._owned.callback(self._shared.unlink, missing_ok=True)
        self._into_environment()
        self._listen()
        self.open_file = os.open(self.folder / "secret.txt", os.O_RDONLY)
        os.set_inheritable(self.open_file, True)
        self._owned.callback(os.close, self.open_file)
        _into_keyring(self.secret)
        self.victim = self._owned.enter_context(subprocess.Popen(["sleep", "3600"]))
        self._owned.callback(self.victim.kill)
        return self

    def __exit__(self, *_: object) -> None:
        self._owned.close()

    def _into_environment(self) -> None:
        before = os.environ.get(SECRET_NAME)
        os.environ[SECRET_NAME] = self.secret
        self._owned.callback(os.environ.pop, SECRET_NAME, None)
        if before is not None:
            self._owned.callback(os.environ.__setitem__, SECRET_NAME, before)

    def _listen(self) -> None:
        self.tcp = self._listening(socket.AF_INET, ("127.0.0.1", 0))
        self.everywhere = self._listening(socket.AF_INET, ("0.0.0.0", 0))
        self.abstract = self._listening(socket.AF_UNIX, f"\0abuse-{self.mark}")
        self.path = self._listening(socket.AF_UNIX, str(self.folder / "socket"))
        (self.folder / "socket").chmod(0o777)
        self.udp = self._owned.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
        self.udp.bind(("127.0.0.1", 0))

    def _listening(self, family: int, address: Any) -> socket.socket:
        listener = self._owned.enter_context(socket.socket(family, socket.SOCK_STREAM))
        listener.bind(address)
        listener.listen(16)
        return listener

    def facts(self) -> str:
        """Return what attacks are told of the host, as JSON: they need not guess."""
        column = ARCHITECTURES[platform.machine()].column
        return json.dumps(
            {
                "pid": os.getpid(),
                "mark": self.mark,
                "victim": self.victim.pid,
                "folder": str(self.folder),
                "secret": str(self.folder / "secret.txt"),
                "database": str(self.folder / "threadfast.db"),
                "socket": str(self.folder / "socket"),
                "shared": str(self._shared),
                "home": str(_home() or self.folder),
                "project": str(PROJECT),
                "port": self.tcp.getsockname()[1],
                "everywhere": self.everywhere.getsockname()[1],
                "udp": self.udp.getsockname()[1],
                "abstract": f"abuse-{self.mark}",
                "open": self.open_file,
                "calls": {name: numbers[column] for name, numbers in DENIED.items()},
            }
        )

    def harm(self) -> str:
        """Say what has happened to the host since the last look; empty: nothing."""
        listeners = [self.tcp, self.everywhere, self.abstract, self.path, self.udp]
        if reached := select.select(listeners, [], [], 0)[0]:
            for listener in reached:
                _heard(listener)
            return "a server of this host was reached"
        if self.victim.poll() is not None:
            self.victim = self._owned.enter_context(subprocess.Popen(["sleep", "3600"]))
            self._owned.callback(self.victim.kill)
            return "a process of this host was killed"
        if (state := self._state()) != self.before:
            self.before = state
            return "files of this host were changed"
        return ""

    def _state(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in sorted(self.folder.iterdir()) if path.is_file()}


def _home() -> Path | None:
    """Return this user's true home, whatever the environment says."""
    try:
        return Path(pwd.getpwuid(os.getuid()).pw_dir)
    except KeyError:
        return None


def _heard(listener: socket.socket) -> None:
    if listener.type == socket.SOCK_DGRAM:
        listener.recv(4096)
    else:
        listener.accept()[0].close()


def _into_keyring(secret: str) -> None:
    """Put the secret into the kernel's keyring of this user; where that is not allowed, there is none to find."""
    payload = secret.encode()
    ctypes.CDLL(None).syscall(
        ADD_KEY[platform.machine()], b"user", b"threadfast-canary", payload, len(payload), USER_KEYRING
    )


def processes(marker: str) -> list[int]:
    """Return the host's processes whose command line holds the marker."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if marker.encode() in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
    return found
