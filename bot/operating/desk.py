"""The operators' desk: the port `bot.ports.ModelDesk` over the model hosts and the permissions."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from agents.models.ollama_wire import is_cloud
from agents.teams import models_used
from bot.domain import ModelsTold, Person, PullStep, ThreadRef
from bot.engine.reasons import reason_of
from bot.errors import RetryLaterError, RunFailedError, ThreadfastError
from bot.operating.operators import Operators
from bot.operating.told import hosts_told
from bot.texts import say

if TYPE_CHECKING:
    from agents.models.pool import Models
    from bot.config import Settings
    from bot.ports import Clock, Store

LONGEST_NAME = 200
"""Characters of a model's name."""
SECONDS = 12.0
"""How long the hosts may take to tell how they are."""
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(?:[/:][A-Za-z0-9_][A-Za-z0-9_.-]*)*")

log = structlog.get_logger()

Progress = Callable[[PullStep], None]
Wanted = Callable[[], Awaitable[tuple[str, ...]]]
"""Returns the models that the teams name."""


@dataclass(slots=True, eq=False)
class _Pull:
    """One model on its way, and who follows that."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held by whoever drives it; the next one drives it on where that one is called away."""
    followers: list[Progress] = field(default_factory=list)
    last: PullStep | None = None
    hosts: dict[str, None] = field(default_factory=dict)
    error: ThreadfastError | None = None
    over: bool = False

    def tell(self, step: PullStep) -> None:
        self.last = step
        self.hosts[step.host] = None
        for follower in tuple(self.followers):
            follower(step)


class OperatorDesk:
    """Keeps the promises of the port `bot.ports.ModelDesk`."""

    def __init__(self, models: Models, operators: Operators, wanted: Wanted) -> None:
        """Take the hosts, who may operate, and what returns the models that the teams name."""
        self._models = models
        self._operators = operators
        self._wanted = wanted
        self._pulls: dict[str, _Pull] = {}

    async def report(self, person: Person, place: ThreadRef, language: str) -> ModelsTold:
        """Say how each host is, and what is wanted and on none of them. Never raises."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self._told(person, place, language)
        # Whatever goes wrong with what is asked of the hosts, people are told that rather than nothing.
        except Exception as error:
            log.warning("models.unknown", error=type(error).__name__)
            told = reason_of(error, language) if isinstance(error, ThreadfastError) else type(error).__name__
            return ModelsTold(text=say("models_unknown", language, error=told))

    async def _told(self, person: Person, place: ThreadRef, language: str) -> ModelsTold:
        wanted = await self._wanted()
        # Side by side, so that each host is asked once, and one that is silent keeps people waiting once.
        async with asyncio.TaskGroup() as group:
            surveying = group.create_task(self._models.survey())
            looking = group.create_task(self._models.missing(wanted))
        reports, missing = surveying.result(), looking.result()
        text = "\n".join(hosts_told(reports, missing, language))
        able = any(report.kind == "ollama" and not report.error for report in reports)
        if not able or not self._operators.may(person, place):
            return ModelsTold(text=text)
        return ModelsTold(text=text, missing=tuple(model for model in missing if not self._wrong(model, language)))

    async def admit(self, person: Person, place: ThreadRef, model: str, language: str) -> str:
        """Say why a person may not have a model pulled; empty: they may. Either is noted.

        Raises:
            StoreError: It was not noted.
        """
        named = is_name(model)
        if self._operators.may(person, place):
            wrong = self._wrong(model, language) if named else say("pull_name", language, most=LONGEST_NAME)
            if wrong:
                return wrong
        # What people wrote is no part of the audit log: a name that is none stays out of it.
        return await self._operators.admit(person, place, model if named else "", language)

    async def pull(self, model: str, language: str, progress: Progress) -> str:
        """Have a model pulled, and return the sentence about how that ended; see the port."""
        name = self._models.resolve(model)
        pull = self._pulls.setdefault(name.removesuffix(":latest"), _Pull())
        pull.followers.append(progress)
        if pull.last is not None:
            progress(pull.last)
        try:
            async with pull.turn:
                if not pull.over:
                    await self._drive(name, pull)
        finally:
            pull.followers.remove(progress)
            if not pull.followers:
                self._pulls.pop(name.removesuffix(":latest"), None)
        if pull.error is not None:
            return say("pull_failed", language, model=model, error=reason_of(pull.error, language))
        return say("pull_there", language, model=model, hosts=say("hosts_join", language).join(pull.hosts))

    async def _drive(self, name: str, pull: _Pull) -> None:
        """Have the hosts pull it; cancelled, the next one who follows it goes on."""
        log.info("model.pulling", model=name)
        try:
            async with aclosing(self._models.pull(name)) as steps:
                async for step in steps:
                    pull.tell(PullStep(host=step.host, done=step.done, total=step.total))
        except (RetryLaterError, RunFailedError) as error:
            pull.error = error
        pull.over = True
        log.info("model.pulled", model=name, error=type(pull.error).__name__ if pull.error else None)

    def _wrong(self, model: str, language: str) -> str:
        """Say why a model is never pulled; empty: nothing is known against it."""
        if is_cloud(self._models.resolve(model)) and not self._models.settings.ollama_cloud:
            return say("pull_cloud", language, model=model)
        return ""


def is_name(text: str) -> bool:
    """Whether a model can have this name: words of plain letters with dots and dashes, between slashes and colons."""
    return len(text) <= LONGEST_NAME and _NAME.fullmatch(text) is not None


def desk_of(
    settings: Settings, models: Models, store: Store, *, clock: Clock, exempt: frozenset[str] = frozenset()
) -> OperatorDesk:
    """Return the desk over the model hosts; `exempt`: adapters whose person is the operator."""
    permissions = settings.permissions_of(exempt=exempt)

    async def wanted() -> tuple[str, ...]:
        return tuple(await asyncio.to_thread(models_used, [settings.teams_folder]))

    return OperatorDesk(models, Operators(store=store, permissions=permissions, now=clock.now), wanted)
