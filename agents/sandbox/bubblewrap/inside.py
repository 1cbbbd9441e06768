"""The first program of every box: it runs inside, with the box's Python, before any code of an agent.

Read as text and handed to the interpreter by `box`; imports only what a bare interpreter has.
It lowers the limits, hands its writable folders out as open directories, waits for the word to go,
and becomes the shell that runs the blocks. When the bot is gone there is no word, and nothing runs.

Arguments: the socket's number, then `NAME=VALUE` for each limit, then the commands for the shell.
"""

from __future__ import annotations

import os
import resource
import sys

# What `socket` is made of; `socket` itself imports enumerations and costs as much as the interpreter's start.
from _socket import SCM_RIGHTS, SOL_SOCKET, socket


def main(door_number: str, *words: str) -> None:
    """Prepare, wait for the word, become the shell."""
    *limits, commands = words
    door = socket(fileno=int(door_number))
    for name, value in (limit.split("=") for limit in limits):
        # Processor time ends with a signal that says so one second before the one that cannot.
        hard = int(value) + 1 if name == "RLIMIT_CPU" else int(value)
        resource.setrlimit(getattr(resource, name), (int(value), hard))
    os.nice(10)
    # All that the box may write to, the work folder first.
    folders = [os.open(place, os.O_RDONLY | os.O_DIRECTORY) for place in ("/box", "/tmp", "/dev/shm")]  # noqa: S108
    door.sendmsg([b"ready"], [(SOL_SOCKET, SCM_RIGHTS, b"".join(one.to_bytes(4, sys.byteorder) for one in folders))])
    if door.recv(1) != b"g":
        sys.exit(1)
    door.detach()
    os.closerange(3, 1024)
    os.execv("/bin/sh", ["sh", "-c", commands])  # noqa: S606 - becoming the shell is its purpose


if __name__ == "__main__":
    main(*sys.argv[1:])
