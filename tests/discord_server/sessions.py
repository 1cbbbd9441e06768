"""A gateway session: what was dispatched to it, connected or not, so that it can be resumed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.discord_server.connections import Connection
    from tests.discord_server.entities import App

Json = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatched:
    """One event as it was sent, or would have been."""

    number: int
    kind: str
    frame: str

    @property
    def payload(self) -> Json:
        """Its `d`."""
        payload: Json = json.loads(self.frame)["d"]
        return payload


@dataclass(slots=True, kw_only=True, eq=False)
class Session:
    """One session of the bot's."""

    id: str
    app: App
    intents: int
    shard: tuple[int, int] = (0, 1)
    connection: Connection | None = None
    left: float = 0.0
    """When its connection ended, by the server's clock; of use while nobody listens."""
    log: list[Dispatched] = field(default_factory=list)
    again: int = 0
    """So many dispatches that it had are sent once more when it resumes."""

    @property
    def number(self) -> int:
        """The sequence number of the newest event."""
        return len(self.log)

    @property
    def connected(self) -> bool:
        """Whether somebody listens."""
        return self.connection is not None and not self.connection.gone

    def serves(self, guild_id: int | None) -> bool:
        """Whether its shard is the one of a guild; direct messages belong to the first."""
        number, count = self.shard
        return number == 0 if guild_id is None else (guild_id >> 22) % count == number

    def dispatch(self, kind: str, payload: Json) -> Dispatched:
        """Number an event, keep it, and send it if somebody listens."""
        number = self.number + 1
        frame = json.dumps({"op": 0, "t": kind, "s": number, "d": payload})
        sent = Dispatched(number=number, kind=kind, frame=frame)
        self.log.append(sent)
        if self.connection is not None:
            self.connection.send(frame)
        return sent

    def missed(self, number: int) -> list[Dispatched]:
        """Return what came after an event, and what is to be sent once more."""
        had = [sent for sent in self.log[:number] if sent.kind not in ("READY", "RESUMED")]
        once_more, self.again = had[-self.again :] if self.again else [], 0
        return [*once_more, *(sent for sent in self.log[number:] if sent.kind != "RESUMED")]

    def kinds(self) -> list[str]:
        """Return the names of all events so far."""
        return [sent.kind for sent in self.log]
