"""A model client that answers what it is told to, and remembers what it was asked."""

from __future__ import annotations

from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall


class Model:
    """Answers in order, the last answer for ever; an error is raised."""

    def __init__(self, *answers: ModelAnswer | str | Exception) -> None:
        self._answers = list(answers)
        self.asked: list[ModelCall] = []

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        answer = self._answers[min(len(self.asked), len(self._answers) - 1)]
        self.asked.append(call)
        if isinstance(answer, Exception):
            raise answer
        made = ModelAnswer(content=answer, model="m") if isinstance(answer, str) else answer
        if made.content:
            on_delta(made.content)
        return made

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        """Hold nothing."""
