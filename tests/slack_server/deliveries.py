"""Brings events, commands and interactions to the app: attempts, retries, duplicates, lost acknowledgements."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from tests.slack_server import events
from tests.slack_server.entities import Json
from tests.slack_server.hub import Hub

if TYPE_CHECKING:
    from tests.slack_server.workspace import Workspace

RETRIES = (0.0, 60.0, 300.0)
"""Slack's own: at once, a minute later, five minutes after that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one attempt."""

    ok: bool
    reason: str = ""
    """Why not: `timeout`, `closed`, `no_connection`, `http_error` …"""
    payload: Any = None
    """What came with the acknowledgement."""
    again: bool = True
    """False: the app asked for no retries."""


@dataclass(slots=True, kw_only=True, eq=False)
class Delivery:
    """Something the app is told, until it acknowledges or Slack gives up."""

    kind: str
    """`events_api`, `slash_commands` or `interactive`."""
    id: str
    """The event id, or the trigger id."""
    payload: Json
    attempts: list[Answer] = field(default_factory=list)
    answer: Answer | None = None
    """The first acknowledgement."""
    copies: int = 1
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acknowledged(self) -> bool:
        """Whether the app has it."""
        return self.answer is not None

    @property
    def response(self) -> Any:
        """The payload of the acknowledgement, such as `response_action`."""
        return self.answer.payload if self.answer is not None else None

    @property
    def accepts_response(self) -> bool:
        """Whether an acknowledgement may carry a payload."""
        return self.kind == "slash_commands" or self.payload.get("type") in ("view_submission", "block_suggestion")

    @property
    def event(self) -> Json:
        """The event, for a delivery that carries one."""
        return dict(self.payload.get("event", {}))

    async def settled(self) -> Delivery:
        """Wait until the app acknowledged, or Slack gave up."""
        await self.over.wait()
        return self

    def __str__(self) -> str:
        name = self.event.get("type") or self.payload.get("type") or self.payload.get("command")
        return f"{self.kind} {name} {self.id}: {', '.join(one.reason or 'ok' for one in self.attempts) or 'not sent'}"


class Transport(Protocol):
    """A way to the app: a socket or its request URL."""

    async def attempt(self, delivery: Delivery, number: int, reason: str) -> Answer:
        """Send it once and wait for the acknowledgement."""
        ...


@dataclass(slots=True, kw_only=True)
class Knobs:
    """How deliveries behave; set the fields at will."""

    duplicate: int = 0
    """How often each delivery comes again although it was acknowledged."""
    drop_acks: int = 0
    """How many of the next acknowledgements are lost on their way."""
    jitter: float = 0.0
    """Each delivery is held back by a seeded chance of up to so many seconds: events overtake each other."""
    ack_timeout: float = 3.0
    retries: tuple[float, ...] = RETRIES
    """Seconds between one attempt and the next, in the server's time."""
    hold: bool = False
    """Keep everything back until `release`."""


class Deliveries:
    """Everything the app was or is to be told."""

    def __init__(self, hub: Hub, transport: Transport) -> None:
        self.hub = hub
        self.transport = transport
        self.knobs = Knobs()
        self.log: list[Delivery] = []
        self._held: list[Delivery] = []

    def event(self, workspace: Workspace, event: Json) -> Delivery:
        """Tell of an event, under an event id of its own."""
        event_id = self.hub.ids.next("Ev")
        return self.send("events_api", event_id, events.callback(workspace, event, event_id))

    def send(self, kind: str, identity: str, payload: Json) -> Delivery:
        """Deliver something, beside everything else."""
        delivery = Delivery(kind=kind, id=identity, payload=payload)
        self.log.append(delivery)
        if self.knobs.hold:
            self._held.append(delivery)
        else:
            self._start(delivery)
        return delivery

    def again(self, delivery: Delivery) -> None:
        """Deliver something once more, whatever became of it."""
        delivery.copies += 1
        self.hub.background.spawn(self._run(delivery))

    def release(self, *, shuffle: bool = False) -> list[Delivery]:
        """Let go what was held, in order or in a seeded other one, and hold nothing back any more."""
        self.knobs.hold = False
        released, self._held = self._held, []
        if shuffle:
            self.hub.chance.shuffle(released)
        for delivery in released:
            self._start(delivery)
        return released

    def of(self, name: str) -> list[Delivery]:
        """Return the deliveries of one kind of event, interaction or command."""
        return [one for one in self.log if name in (one.event.get("type"), one.payload.get("type"), one.kind)]

    async def settled(self) -> None:
        """Wait until everything so far was acknowledged or given up."""
        for delivery in [*self.log]:
            await delivery.settled()

    def _start(self, delivery: Delivery) -> None:
        delivery.copies += self.knobs.duplicate
        for _ in range(1 + self.knobs.duplicate):
            self.hub.background.spawn(self._run(delivery))

    async def _run(self, delivery: Delivery) -> None:
        if self.knobs.jitter:
            await asyncio.sleep(self.hub.chance.uniform(0, self.knobs.jitter))
        await self._attempts(delivery)
        delivery.copies -= 1
        if delivery.acknowledged or delivery.copies <= 0:
            delivery.over.set()

    async def _attempts(self, delivery: Delivery) -> None:
        number, reason = 0, ""
        while True:
            answer = self._on_its_way(await self.transport.attempt(delivery, number, reason))
            delivery.attempts.append(answer)
            if answer.ok:
                delivery.answer = delivery.answer or answer
            delays = self.knobs.retries if delivery.kind == "events_api" else ()
            if answer.ok or not answer.again or number >= len(delays):
                return
            await self.hub.clock.until(self.hub.clock.now() + delays[number])
            number, reason = number + 1, answer.reason

    def _on_its_way(self, answer: Answer) -> Answer:
        if answer.ok and self.knobs.drop_acks > 0:
            self.knobs.drop_acks -= 1
            return Answer(ok=False, reason="timeout")
        return answer
