"""What is kept of a program's output, and what is said about it."""

from __future__ import annotations

import re
from collections.abc import Sequence


class Output:
    """Keeps the beginning and the end of a stream in bounded memory."""

    def __init__(self, limit: int) -> None:
        self._head_limit = limit * 3 // 4
        self._tail_limit = limit - self._head_limit
        self._head = bytearray()
        self._tail = bytearray()
        self.seen = 0
        """Bytes that came, kept or not."""

    def add(self, piece: bytes) -> None:
        """Take what came next."""
        self.seen += len(piece)
        room = self._head_limit - len(self._head)
        self._head += piece[:room]
        self._tail += piece[room:]
        # Cut only now and then: cutting at each piece would move the tail's bytes each time.
        if len(self._tail) > 2 * self._tail_limit:
            del self._tail[: -self._tail_limit]

    def text(self) -> str:
        """Return what is kept as text, with a line that says how much is missing between."""
        tail = bytes(self._tail[-self._tail_limit :])
        missing = self.seen - len(self._head) - len(tail)
        if not missing:
            return _decoded(bytes(self._head) + tail)
        head = _decoded(bytes(self._head)).rstrip("\ufffd")
        return f"{head}\n[... {missing:,} bytes of output left out ...]\n{_decoded(tail).lstrip(chr(0xFFFD))}"


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", errors="replace").replace("\r\n", "\n")


MOST_NAMED = 12
"""Packages that a sentence names."""
_MISSING_MODULE = re.compile(r"^ModuleNotFoundError: No module named '([^']+)'", re.MULTILINE)
_MISSING_INSTALLER = re.compile(r"\b(pip3?|conda|uv|apt|apt-get)\b.*(?:not found|No such file)", re.IGNORECASE)
_NO_NETWORK = re.compile(r"Network is unreachable|Temporary failure in name resolution|Could not resolve host")


def remark(output: str, exit_code: int, packages: Sequence[str] = ()) -> str:
    """Say what a failed program's author should know about the box; empty when there is nothing.

    Args:
        output: The program's.
        exit_code: The program's.
        packages: What can be imported beside the standard library, the best known first.
    """
    if exit_code == 0:
        return ""
    if found := _MISSING_MODULE.search(output):
        return f"{found[1]!r} is not there and nothing can be installed here: {_there_is(packages)}."
    if _MISSING_INSTALLER.search(output):
        return f"Nothing can be installed here: {_there_is(packages)}."
    if _NO_NETWORK.search(output):
        return "There is no network here: work with what the code itself holds."
    return ""


def _there_is(packages: Sequence[str]) -> str:
    if not packages:
        add = "an operator can add packages with `threadfast sandbox install`"
        return f"only Python's standard library is available; {add}"
    more = f" and {len(packages) - MOST_NAMED} more" if len(packages) > MOST_NAMED else ""
    return f"beside Python's standard library there are only {', '.join(packages[:MOST_NAMED])}{more}"


def with_last_line(output: str, line: str) -> str:
    """Append a line of ours to a program's output."""
    if not line:
        return output
    return f"{output}{'' if not output or output.endswith(chr(10)) else chr(10)}{line}\n"


_OUT_OF_MEMORY = re.compile(r"^MemoryError\b|Cannot allocate memory|out of memory", re.MULTILINE | re.IGNORECASE)


def ran_out_of_memory(output: str, exit_code: int) -> bool:
    """Tell whether a failed program says that it got no more memory."""
    return exit_code != 0 and bool(_OUT_OF_MEMORY.search(output[-2000:]))
