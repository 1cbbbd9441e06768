"""A person at a terminal: keys go in, and what stands on the screen is read."""

from __future__ import annotations

from types import TracebackType

import pexpect
import pyte

from tests.integration.terminal.threadfast import COMMAND, SECONDS, Threadfast

CTRL_C, CTRL_D, ENTER = "\x03", "\x04", "\r"


class Screen:
    """`threadfast` in a window of this size."""

    def __init__(self, threadfast: Threadfast, *arguments: str, columns: int = 80, rows: int = 24) -> None:
        self.raw = ""
        self._screen = pyte.HistoryScreen(columns, rows, history=1000, ratio=0.01)
        self._stream = pyte.Stream(self._screen)
        self._child = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], *arguments],
            env={**threadfast.environment, "TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1"},
            cwd=str(threadfast.home),
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=SECONDS,
        )

    def __enter__(self) -> Screen:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._child.close(force=True)

    @property
    def pid(self) -> int:
        return int(self._child.pid)

    @property
    def text(self) -> str:
        """Everything that stands on the screen or has scrolled out of it, row by row."""
        above = ["".join(row[at].data for at in range(self._screen.columns)) for row in self._screen.history.top]
        return "\n".join(line.rstrip() for line in [*above, *self._screen.display])

    def type(self, keys: str) -> None:
        self._child.send(keys)

    def say(self, line: str) -> None:
        self.type(line + ENTER)

    def resize(self, columns: int, rows: int = 24) -> None:
        self._screen.resize(rows, columns)
        self._child.setwinsize(rows, columns)

    def see(self, *texts: str) -> str:
        """Read until each of these stands on the screen; return the screen."""
        while not all(text in self.text for text in texts):
            try:
                self._take(self._child.read_nonblocking(4096, timeout=SECONDS))
            except (pexpect.TIMEOUT, pexpect.EOF) as error:
                raise AssertionError(f"{texts!r} not on the screen:\n{self.text}") from error
        return self.text

    def see_the_end(self) -> int:
        """Read to the end and return the exit status."""
        while True:
            try:
                self._take(self._child.read_nonblocking(4096, timeout=SECONDS))
            except pexpect.EOF:
                break
        self._child.close()
        return int(self._child.exitstatus)

    def _take(self, text: str) -> None:
        self.raw += text
        self._stream.feed(text)
