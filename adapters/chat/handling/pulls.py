"""Models that operators have pulled: who may is asked, then one message shows how far that is.

A pull ends with its process; its message says so from the beginning, because nobody could change it afterwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Protocol

import structlog

from adapters.chat.background import Background
from adapters.chat.content.pulls import pulling
from bot.domain import ModelsTold, Person, PullStep, ThreadRef
from bot.errors import PostRefusedError, RetryLaterError
from bot.ports import Clock, ModelDesk
from bot.texts import say

EDIT_SECONDS = 3.0
"""Seconds at least between two changes of the message."""
LAST_TRIES = 20
"""How often the message is tried to be changed for the last time."""

log = structlog.get_logger()


class Screen(Protocol):
    """The message in one place. Each may raise RetryLaterError, PostRefusedError and ConnectionError."""

    async def show(self, text: str) -> str:
        """Post the message and return its id; done again for the same request it may show a second one."""
        ...

    async def change(self, message: str, text: str, *, last: bool) -> None:
        """Replace its words; what is not the `last` change may be left out where there is no room for it."""
        ...

    def refused(self, error: PostRefusedError) -> str:
        """Say why nothing can be shown there."""
        ...


class Pulls:
    """Asks the desk, and draws."""

    def __init__(self, desk: ModelDesk | None, *, background: Background, clock: Clock) -> None:
        """Work with the desk; None: there are no hosts to operate.

        Args:
            desk: Knows the hosts, and who may.
            background: Where pulls go on while others are served.
            clock: Waits.
        """
        self._desk = desk
        self._background = background
        self._clock = clock
        self._shown: set[tuple[ThreadRef, str]] = set()
        """Places in which a message shows a model's pull."""

    async def models(self, person: Person, place: ThreadRef, language: str) -> ModelsTold:
        """Say how the hosts are, and what this person may have pulled."""
        if self._desk is None:
            return ModelsTold(text=say("pull_nowhere", language))
        return await self._desk.report(person, place, language)

    async def pull(self, person: Person, place: ThreadRef, model: str, language: str, screen: Screen) -> str:
        """Have a model pulled, shown in one message; return what the person alone is told.

        Args:
            person: Who asks.
            place: Where; its thread empty: in the channel itself.
            model: What was typed, or stood on the button.
            language: Of the person.
            screen: Shows the message there.

        Raises:
            StoreError, RetryLaterError, ConnectionError: Nothing is pulled; it may be asked again.
        """
        if self._desk is None:
            return say("pull_nowhere", language)
        refusal = await self._desk.admit(person, place, model, language)
        if refusal:
            return refusal
        if (place, model) in self._shown:
            return say("pull_runs", language, model=model)
        self._shown.add((place, model))
        begun = False
        try:
            message = await screen.show(pulling(model, None, language))
            work = partial(self._work, self._desk, (place, model), language, message, screen)
            begun = self._background.start(work)
            if not begun:
                raise RetryLaterError("Nothing runs beside the posts now.")
        except PostRefusedError as error:
            log.warning("pull.not_shown", adapter=place.adapter, channel=place.channel, reason=str(error))
            return say("pull_unseen", language, reason=screen.refused(error))
        finally:
            if not begun:
                self._shown.discard((place, model))
        return say("pull_begins", language, model=model)

    async def _work(
        self, desk: ModelDesk, key: tuple[ThreadRef, str], language: str, message: str, screen: Screen
    ) -> None:
        drawing = _Drawing(screen, message, key[1], language, self._clock)
        try:
            async with asyncio.TaskGroup() as group:
                task = group.create_task(drawing.run())
                ended = await _ended(desk, key[1], language, drawing.step)
                async with drawing.writing:
                    # No change that is on its way can come after the last one.
                    task.cancel()
        finally:
            self._shown.discard(key)
        await drawing.end(ended)


async def _ended(desk: ModelDesk, model: str, language: str, progress: Callable[[PullStep], None]) -> str:
    """Return how a pull ended, once it has."""
    try:
        return await desk.pull(model, language, progress)
    # A message must not say for ever that something goes on, whatever was wrong.
    except Exception as error:
        log.error("pull.failed", model=model, error=type(error).__name__)
        return say("pull_failed", language, model=model, error=type(error).__name__)


class _Drawing:
    """One message, changed as its pull goes on."""

    def __init__(self, screen: Screen, message: str, model: str, language: str, clock: Clock) -> None:
        self._screen = screen
        self._message = message
        self._model = model
        self._language = language
        self._clock = clock
        self.writing = asyncio.Lock()
        """Held while the message is being changed."""
        self._latest: PullStep | None = None
        self._news = asyncio.Event()

    def step(self, step: PullStep) -> None:
        """Take in how far it is."""
        if self._latest is None or _looks(self._latest) != _looks(step):
            self._news.set()
        self._latest = step

    async def run(self) -> None:
        """Change the message until cancelled: seldom, and only where it would look otherwise."""
        drawn = ""
        while True:
            await self._news.wait()
            self._news.clear()
            text = pulling(self._model, self._latest, self._language)
            if text != drawn and await self._tried(text, last=False):
                drawn = text
            await self._clock.sleep(EDIT_SECONDS)

    async def end(self, text: str) -> None:
        """Let the message say how it ended."""
        for _ in range(LAST_TRIES):
            if await self._tried(text, last=True):
                return
            await self._clock.sleep(EDIT_SECONDS)

    async def _tried(self, text: str, *, last: bool) -> bool:
        """Change it; False: it may be tried again."""
        try:
            async with self.writing:
                await self._screen.change(self._message, text, last=last)
        except PostRefusedError as error:
            log.info("pull.not_redrawn", reason=str(error))
        except (RetryLaterError, OSError) as error:
            log.info("pull.not_redrawn", error=type(error).__name__)
            return False
        return True


def _looks(step: PullStep) -> tuple[str, int | None]:
    return step.host, step.percent
