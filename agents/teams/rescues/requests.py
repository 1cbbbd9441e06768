"""The requests of one model call: asked, heard while they arrive, booked, and summed up."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

import structlog

from agents.models.port import CallState, Delta, EnoughError, ModelAnswer, ModelCall, ModelClient
from agents.teams.rescues.endless import tail_of_repeats, without_repeats
from agents.teams.rescues.rounds import EVERY, goes_on_without_end
from bot.errors import ModelFailedError

log = structlog.get_logger()


class Asking:
    """The requests of one call: what was heard of them, what they used, and what was mended."""

    def __init__(self, inner: ModelClient, on_delta: Delta, *, endless: bool) -> None:
        """Begin.

        Args:
            inner: The client that asks.
            on_delta: Hears what is said.
            endless: Whether an answer may repeat itself for as long as it likes.
        """
        self._inner = inner
        self._on_delta = on_delta
        self._endless = endless
        self._begun = self._heard = self._stopped = False
        self._answers: list[ModelAnswer] = []
        self.mended: list[str] = []

    async def ask(self, call: ModelCall, *, aside: bool = False) -> ModelAnswer:
        """Ask; what was heard of the request before counts for nothing, and what it used is booked.

        Args:
            call: The request.
            aside: Whether it asks of the answer that there is: that one stands as it was heard, and nobody hears this.

        Raises:
            RetryLaterError: As the client does.
            ModelFailedError: As the client does.
        """
        if self._begun and call.booking is not None:
            await call.booking.again()
        if self._heard and not aside:
            self._heard = self._stopped = False
            call.watch(CallState(kind="again", model=call.model))
        self._begun = True
        try:
            answer = await self._inner.complete(call, self._hearing(call, aside=aside))
        except ModelFailedError:
            if call.booking is not None:
                call.booking.ended(None)
            raise
        if call.booking is not None:
            call.booking.ended(answer)
        self._answers.append(answer)
        return answer

    async def second(self, asked: Awaitable[ModelAnswer]) -> ModelAnswer | None:
        """Return what is answered to a further request; None where it fails, and the first answer stands."""
        try:
            return await asked
        except ModelFailedError as error:
            log.info("model.asked_again_in_vain", error=str(error))
            return None

    def once(self, answer: ModelAnswer) -> str:
        """Return what an answer says without end only once: what came to its end by itself may repeat what it likes."""
        text = answer.content
        if self._stopped and (begin := tail_of_repeats(text)) is not None:
            text = text[:begin]
        return without_repeats(text) if self._stopped or answer.finish_reason == "length" else text

    def _hearing(self, call: ModelCall, *, aside: bool) -> Delta:
        parts, size, looked = list[str](), 0, 0

        def hear(text: str) -> None:
            nonlocal size, looked
            if not aside:
                self._heard = True
                self._on_delta(text)
            parts.append(text)
            size += len(text)
            # The longer it is, the more seldom it is looked at: looking costs as much as it is long.
            if size - looked >= max(EVERY, size // 10) and not self._endless:
                looked = size
                if goes_on_without_end("".join(parts), call):
                    self._stopped = True
                    raise EnoughError

        return hear

    def whole(self, answer: ModelAnswer) -> ModelAnswer:
        """Return an answer with what all requests used, noted and mended."""
        if len(self._answers) == 1 and not self.mended:
            return answer
        notes = [*answer.notes, *(note for each in self._answers for note in each.notes)]
        return replace(
            answer,
            prompt_tokens=sum(each.prompt_tokens for each in self._answers),
            completion_tokens=sum(each.completion_tokens for each in self._answers),
            notes=tuple(dict.fromkeys(notes)),
            rescues=(*answer.rescues, *self.mended),
        )
