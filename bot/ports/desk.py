"""The model hosts as adapters see them: how they are, and who may have a model pulled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.domain import ModelsTold, Person, PullStep, ThreadRef


class ModelDesk(Protocol):
    """Tells people how the model hosts are, and has models pulled for operators.

    Places are threads; the thread empty: the channel itself.
    """

    async def report(self, person: Person, place: ThreadRef, language: str) -> ModelsTold:
        """Say how each host is, and what is wanted and on none of them. Never raises."""
        ...

    async def admit(self, person: Person, place: ThreadRef, model: str, language: str) -> str:
        """Say why a person may not have a model pulled; empty: they may. Either is noted in the audit log.

        A name that no model can have is refused as well: it would go to the hosts.

        Raises:
            StoreError: It was not noted, so nothing is to be pulled.
        """
        ...

    async def pull(self, model: str, language: str, progress: Callable[[PullStep], None]) -> str:
        """Have a model pulled that `admit` has let in, and return the sentence about how that ended.

        Whoever asks while it is being pulled already joins in; it ends when nobody who asked is left. `progress` is
        called with every step and must not block.
        """
        ...
