"""What a person sees of a model call that waits: its place in the queue, that the model loads, that it begins anew.

Nothing is shown of a call that is answered soon. What is shown changes when the state of the call does, and the
more seldom the longer it waits; the first words take its place.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Protocol, Self

from agents.models.port import CallState
from bot.texts import say

SILENCE = 3.0
"""Seconds without a word from which on people are told what is waited for."""
SELDOMEST = 15.0
"""Seconds between two changes at most: one that waits for minutes is told of its place that seldom."""
_SECONDS, _MINUTES, _HOURS = 10, 60, 3600


class Timer(Protocol):
    """Something that will be done."""

    def cancel(self) -> None:
        """Do it not."""
        ...


class Timers(Protocol):
    """Where time comes from: an event loop."""

    def time(self) -> float:
        """Return the time in seconds."""
        ...

    def call_later(self, delay: float, callback: Callable[[], object], /) -> Timer:
        """Do something in so many seconds."""
        ...


class Watching:
    """Tells people how one call fares. Used as a context: at its end nothing is shown of it, and no timer is left."""

    def __init__(self, show: Callable[[str], None], language: str, *, timers: Timers | None = None) -> None:
        """Watch a call that begins now.

        Args:
            show: Shows a sentence in place of the words so far; an empty one takes it back.
            language: Of the catalogue.
            timers: Where time comes from; None: the running loop.
        """
        self._show = show
        self._language = language
        self._timers: Timers = timers or asyncio.get_running_loop()
        self._began = self._timers.time()
        self._state: CallState | None = None
        self._noted = self._began
        """When that was told us: an estimate counts from then on."""
        self._since = self._began
        """When the call came into the kind of state it is in."""
        self._anew = ""
        """That it began anew, in words, where words were taken back."""
        self._heard = False
        """Whether words are shown."""
        self._shown = ""
        self._told = self._began
        """When what is shown was shown."""
        self._timer: Timer | None = None
        self._over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Take back what stands there: no words came, or none that count."""
        self._over = True
        self._rest()
        if self._shown:
            self._show("")

    def state(self, state: CallState) -> None:
        """Take note of how the call fares: `agents.models.port.Watch`."""
        if self._over:
            return
        self._noted = self._timers.time()
        if self._state is None or self._state.kind != state.kind:
            self._since = self._noted
        self._state = state
        if state.kind == "again" and self._heard:
            self._heard, self._began = False, self._noted
            self._anew = say("call_again", self._language, model=state.model)
            self._tell(self._anew)
        self._consider()

    def words(self) -> None:
        """Take note that words are shown: they take the place of what was said of the call."""
        if not self._heard:
            self._heard, self._shown, self._anew = True, "", ""
            self._rest()

    def _consider(self) -> None:
        """Show what there is to say now, or once it is time for it."""
        self._rest()
        sentence = self._sentence()
        if not sentence:
            return
        left = self._due() - self._timers.time()
        if sentence == self._shown:
            left = self._until_less(left)
        elif left <= 0:
            self._tell(sentence)
            left = self._until_less(0)
        if left > 0:
            self._timer = self._timers.call_later(left, self._consider)

    def _until_less(self, left: float) -> float:
        """Return in how many seconds to look whether an estimate has become a shorter one; 0: there is none."""
        return max(left, float(_SECONDS)) if self._left() is not None else 0.0

    def _left(self) -> float | None:
        """Return about how long the call waits yet; None: nobody knows, or it should not wait any more."""
        if self._state is None or self._state.seconds is None or not math.isfinite(self._state.seconds):
            return None
        left = self._state.seconds - (self._timers.time() - self._noted)
        return left if left > 0 else None

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _tell(self, sentence: str) -> None:
        self._shown, self._told = sentence, self._timers.time()
        self._show(sentence)

    def _due(self) -> float:
        if not self._shown:
            return self._began + SILENCE
        if self._state is not None and self._state.kind == "asked":
            # Its first words mostly come at once.
            return self._since + SILENCE
        waited = self._timers.time() - self._began
        # A change of kind says more than one of a place.
        changed = self._since >= self._told
        return self._told + (SILENCE if changed else min(SELDOMEST, max(SILENCE, waited / 10)))

    def _sentence(self) -> str:
        """Return what there is to say; what is shown where nothing else is."""
        state = self._state
        if state is None or self._heard:
            return ""
        if state.kind in ("queued", "loading"):
            sentence = waits(state, self._left(), self._language)
            return f"{self._anew}\n{sentence}" if self._anew else sentence
        if state.kind == "asked" and self._shown and not self._anew:
            return say("call_asked", self._language, model=state.model)
        return self._shown


def waits(state: CallState, seconds: float | None, language: str) -> str:
    """Return the sentence that says what a call waits for, and about how long where that is known."""
    if state.kind == "loading":
        text_id = "call_loading"
    elif state.place == 1:
        text_id = "call_queued_next"
    else:
        text_id = "call_queued" if state.place > 0 else "call_queued_somewhere"
    sentence = say(text_id, language, model=state.model, place=state.place)
    if seconds is None:
        return sentence
    return say("call_takes", language, state=sentence, time=about(seconds, language))


def about(seconds: float, language: str) -> str:
    """Return a time in words, as coarse as an estimate is: rounded up to tens of seconds, minutes or hours."""
    if seconds <= _MINUTES - _SECONDS:
        tens = max(1, math.ceil(seconds / _SECONDS))
        return say("call_seconds", language, count=tens * _SECONDS)
    if seconds <= _HOURS - _MINUTES:
        return _counted("minute", math.ceil(seconds / _MINUTES), language)
    return _counted("hour", math.ceil(seconds / _HOURS), language)


def _counted(unit: str, count: int, language: str) -> str:
    return say(f"call_{unit}", language) if count == 1 else say(f"call_{unit}s", language, count=count)
