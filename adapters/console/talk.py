"""One thread as this process knows it: what is open, whether the team works, and the door to the inbox."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import uuid4

from bot.domain import (
    Accepted,
    Event,
    EventKind,
    InputRequest,
    Person,
    Post,
    PostKind,
    Receipt,
    RequestId,
    TeamSummary,
    ThreadRef,
)
from bot.errors import ThreadfastError
from bot.ports import Inbox, ModelDesk
from bot.texts import say

SETS_TO_WORK = frozenset(
    {Accepted.STARTED, Accepted.ANSWERED, Accepted.FEEDBACK, Accepted.KEPT, Accepted.STOPPED, Accepted.DUPLICATE}
)
"""After these a question or an end will follow."""


class Talk:
    """The state of one thread, fed by its posts, and the way to say something in it."""

    def __init__(
        self,
        thread: ThreadRef,
        person: Person,
        *,
        language: str,
        team: str | None,
        now: Callable[[], datetime],
        teams: Callable[[], Sequence[TeamSummary]],
        models: ModelDesk | None = None,
    ) -> None:
        self.thread = thread
        self.language = language
        self.teams = teams
        self.inbox: Inbox | None = None
        """The door; set while the adapter runs."""
        self.working = False
        """Whether a question or an end is still to come."""
        self.ended: Post | None = None
        """The end of the latest run, once it was shown."""
        self._person = person
        self._models = models
        self._team = team
        self._now = now
        self._open: dict[RequestId, Post] = {}
        self._changed = asyncio.Event()

    @property
    def question(self) -> Post | None:
        """The oldest open question: the next answer is for it."""
        return next(iter(self._open.values()), None)

    @property
    def request(self) -> InputRequest | None:
        """The request of that question."""
        return self.question.request if self.question else None

    def show(self, post: Post) -> None:
        """Take in what a post says about the thread."""
        if post.kind is PostKind.REQUEST and post.request is not None:
            self._open[post.request.id] = post
            self.working = False
        elif post.kind is PostKind.CLOSED and post.request is not None:
            self._open.pop(post.request.id, None)
        elif post.kind is PostKind.ENDED:
            self._open.clear()
            self.ended, self.working = post, False
        self._changed.set()

    async def rest(self) -> None:
        """Return once a question is open or the run has ended."""
        while self.working:
            self._changed.clear()
            await self._changed.wait()

    async def say(self, text: str) -> Receipt:
        """Hand in a message; while a question is open it is the answer to that one.

        An empty line there is typed on purpose: what a button is elsewhere, it decides that the team goes on by itself.
        """
        decides = not text and self.request is not None
        return await self._accept(EventKind.DECISION if decides else EventKind.MESSAGE, text)

    async def models(self) -> list[str]:
        """Return how the model hosts are, in sentences."""
        if self._models is None:
            return [say("pull_nowhere", self.language)]
        told = await self._models.report(self._person, self.thread, self.language)
        return told.text.splitlines()

    async def stop(self) -> Receipt:
        """Ask for the run's end, whatever it is doing."""
        return await self._accept(EventKind.STOP, "")

    async def _accept(self, kind: EventKind, text: str) -> Receipt:
        if self.inbox is None:
            raise ThreadfastError("The terminal is not connected to the inbox.")
        request = None if kind is EventKind.STOP else self.request
        event = Event(
            kind=kind,
            delivery=f"console-{uuid4().hex}",
            thread=self.thread,
            person=self._person,
            at=self._now(),
            text=text,
            team=self._team,
            request=request.id if request else None,
        )
        return await self._deliver(self.inbox, event)

    async def _deliver(self, inbox: Inbox, event: Event) -> Receipt:
        # Changed before the inbox is asked: what follows may be shown here before the receipt is.
        before, self.working, self.ended = (self.working, self.ended), True, None
        question = self._open.pop(event.request) if event.request else None
        outcome = None
        try:
            receipt = await inbox.accept(event)
            outcome = receipt.outcome
        finally:
            if outcome not in SETS_TO_WORK or (outcome is Accepted.KEPT and question is not None):
                self._take_back(question if outcome is not Accepted.TOO_LATE else None, *before)
        return receipt

    def _take_back(self, question: Post | None, working: bool, ended: Post | None) -> None:
        """Nothing was set to work: be as before, except for what was shown since."""
        if self.ended is None:
            self.working, self.ended = working and not self._open, ended
        if question is not None and question.request is not None:
            self._open = {question.request.id: question, **self._open}
        self._changed.set()
