"""What a terminal shows of calls that wait."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import StringIO

import pyte
import pytest
from blockbuster import BlockBuster
from prompt_toolkit.application import create_app_session
from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.console.adapter import ConsoleAdapter
from adapters.console.plain import PlainFront
from adapters.console.terminal import TerminalFront
from bot.domain import Event, Receipt, ThreadRef
from tests.unit.terminal.made import THREAD, FakeInbox, ended, said, talk

ELSEWHERE = ThreadRef(adapter="console", workspace="local", channel="terminal", thread="other1")
CTRL_D = "\x04"


class Window:
    """A terminal's window: what is written into it, drawn."""

    def __init__(self, keys: PipeInput) -> None:
        self.keys = keys
        self.written = StringIO()
        self.output = Vt100_Output(self.written, lambda: Size(rows=12, columns=60), enable_cpr=False)
        self._screen = pyte.Screen(60, 12)
        self._stream = pyte.Stream(self._screen)

    @property
    def text(self) -> str:
        new = self.written.getvalue()
        self.written.seek(0)
        self.written.truncate()
        self._stream.feed(new)
        return "\n".join(line.rstrip() for line in self._screen.display).strip()

    async def until(self, holds: Callable[[str], bool]) -> str:
        while not holds(text := self.text):  # noqa: ASYNC110 - a screen has no event
            await asyncio.sleep(0.01)
        return text


@pytest.fixture(autouse=True)
def library_may_wait_for_its_thread(blockbuster: BlockBuster) -> None:
    """Prompt Toolkit waits for the thread that writes its last lines."""
    blockbuster.functions["threading.Lock.acquire"].can_block_in("prompt_toolkit/patch_stdout.py", "close")


@asynccontextmanager
async def terminal() -> AsyncIterator[tuple[ConsoleAdapter, Window]]:
    with create_pipe_input() as keys:
        window = Window(keys)
        with create_app_session(input=keys, output=window.output):
            front = TerminalFront(window.written, heading="hello", language="en")
            adapter = ConsoleAdapter(talk(), front)
            async with asyncio.TaskGroup() as group:
                group.create_task(adapter.run(FakeInbox()))
                await window.until(lambda text: "you>" in text)
                yield adapter, window
                keys.send_text(CTRL_D)


async def test_what_an_agent_waits_for_stands_above_the_input_line_until_it_speaks() -> None:
    async with terminal() as (adapter, window):
        adapter.status(THREAD, "chat", "coder", "Place 2 in the queue.")
        await window.until(lambda text: "coder …\nPlace 2 in the queue.\nyou>" in text)

        adapter.status(THREAD, "chat", "coder", "Place 1 in the queue.")
        shown = await window.until(lambda text: "Place 1" in text)
        assert "Place 2" not in shown

        adapter.preview(THREAD, "chat", "coder", "Once upon")
        adapter.preview(THREAD, "chat", "coder", " a time")
        await window.until(lambda text: "coder …\nOnce upon a time\nyou>" in text)


async def test_words_that_broke_off_are_taken_back() -> None:
    async with terminal() as (adapter, window):
        adapter.preview(THREAD, "chat", "coder", "half an ans")
        await window.until(lambda text: "half an ans" in text)

        adapter.status(THREAD, "chat", "coder", "Once more.")
        await window.until(lambda text: "coder …\nOnce more.\nyou>" in text)
        adapter.preview(THREAD, "chat", "coder", "whole")
        await window.until(lambda text: "coder …\nwhole\nyou>" in text)


async def test_status_that_is_taken_back_is_gone() -> None:
    async with terminal() as (adapter, window):
        adapter.status(THREAD, "one", "coder", "Place 2 in the queue.")
        adapter.status(THREAD, "two", "critic", "Place 3 in the queue.")
        await window.until(lambda text: "Place 2" in text and "Place 3" in text)

        adapter.status(THREAD, "one", "coder", "")
        adapter.preview(THREAD, "two", "critic", "")

        await window.until(lambda text: "Place" not in text and "…" not in text)


async def test_status_of_another_thread_is_not_shown() -> None:
    async with terminal() as (adapter, window):
        adapter.status(ELSEWHERE, "chat", "coder", "Place 2 in the queue.")
        adapter.status(THREAD, "chat", "coder", "Place 1 in the queue.")

        assert "Place 2" not in await window.until(lambda text: "Place 1" in text)


class Played(FakeInbox):
    """Shows what an agent waits for and says, and its turn, while a message is handed in, as the engine does soon."""

    def __init__(self, *signs: tuple[str, str]) -> None:
        super().__init__()
        self.adapter: ConsoleAdapter | None = None
        self.signs = signs

    async def accept(self, event: Event) -> Receipt:
        receipt = await super().accept(event)
        assert self.adapter is not None
        for kind, text in self.signs:
            show = self.adapter.status if kind == "waits" else self.adapter.preview
            show(THREAD, "chat", "coder", text)
        await self.adapter.post(said("Hello."))
        await self.adapter.post(ended())
        return receipt


async def plain(*signs: tuple[str, str]) -> tuple[str, list[str]]:
    inbox, out, err = Played(*signs), StringIO(), StringIO()
    front = PlainFront(out=out, err=err, say_first="go", answers=(), lines=None)
    inbox.adapter = ConsoleAdapter(talk(inbox), front)
    await inbox.adapter.run(inbox)
    return out.getvalue(), [line for line in err.getvalue().splitlines() if line.startswith("coder:")]


async def test_plain_lines_say_once_what_an_agent_waits_for_and_not_among_the_turns() -> None:
    out, told = await plain(("waits", "Place 3."), ("waits", "Place 2."), ("says", "Hello."), ("says", ""))

    assert out == "coder: Hello.\n"
    assert told == ["coder: Place 3."]


async def test_plain_lines_say_it_again_of_the_next_call_that_waits() -> None:
    _, told = await plain(("waits", "Place 3."), ("waits", ""), ("waits", "Place 9.\nReally."))

    assert told == ["coder: Place 3.", "coder: Place 9. Really."]


def test_plain_lines_say_nothing_of_it_before_and_after_the_talk() -> None:
    err = StringIO()
    front = PlainFront(out=StringIO(), err=err, say_first="go", answers=(), lines=None)

    front.status("chat", "coder", "Place 3.")

    assert err.getvalue() == ""
