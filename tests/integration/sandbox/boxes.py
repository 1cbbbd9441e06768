"""What the tests of real boxes share."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

from autogen.coding.base import CodeBlock

from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.limits import Limits
from agents.sandbox.result import CodeRun


def python(code: str) -> CodeBlock:
    return CodeBlock(language="python", code=code)


def shell(code: str) -> CodeBlock:
    return CodeBlock(language="sh", code=code)


async def run(*blocks: CodeBlock, limits: Limits | None = None) -> CodeRun:
    return await SandboxExecutor(limits).run_blocks(list(blocks))


def processes(marker: str) -> list[int]:
    """Return the host's processes whose command line holds the marker, except this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if marker.encode() in words:
                found.append(int(entry.name))
    return found


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait until something becomes true, and tell whether it did."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.02)
    return condition()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Wait in the background until something becomes true, and tell whether it did."""
    return await asyncio.to_thread(wait_for, condition, seconds)
