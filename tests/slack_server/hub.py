"""What every part of the server shares: the app, the workspaces, the time, the log of requests."""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.slack_server.background import Background
from tests.slack_server.clock import Clock
from tests.slack_server.entities import File, Json
from tests.slack_server.faults import Faults

if TYPE_CHECKING:
    from tests.slack_server.deliveries import Deliveries
    from tests.slack_server.socket_mode import Sockets
    from tests.slack_server.workspace import Workspace


@dataclass(slots=True, kw_only=True)
class App:
    """The app as its settings page knows it."""

    id: str = "A0000000001"
    name: str = "Threadfast"
    app_token: str = "xapp-1-A0000000001-1-test"
    signing_secret: str = "8f742231b10e8888abcd99yyyzzz85a5"
    verification_token: str = "legacy-verification-token"
    client_id: str = "111.222"
    client_secret: str = "client-secret"


@dataclass(slots=True, kw_only=True)
class Request:
    """One request as it was received, and what became of it."""

    n: int
    method: str
    """The Web API method; or `upload`, `download`, `response_url`."""
    args: Json
    headers: dict[str, str]
    token: str | None
    moment: float
    arrived: float = field(default_factory=time.monotonic)
    """When it came, by the machine's monotonic clock."""
    verb: str = "POST"
    outcome: str = "open"
    """`ok`, Slack's error code, or the fault's name."""
    answer: Json = field(default_factory=dict)

    @property
    def channel(self) -> str | None:
        """The channel that it is about."""
        channel = self.args.get("channel") or self.args.get("channel_id")
        return str(channel) if channel else None


class Ids:
    """Slack-like ids, the same in every run."""

    def __init__(self) -> None:
        self._numbers: dict[str, itertools.count[int]] = {}

    def next(self, prefix: str) -> str:
        """Return the next id with this prefix."""
        return f"{prefix}{next(self._numbers.setdefault(prefix, itertools.count(1))):010d}"


@dataclass(slots=True, kw_only=True)
class Trigger:
    """The right to open one modal, for three seconds."""

    user: str
    team_id: str
    born: float
    used: bool = False


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """An address that answers one command or click: five times, for half an hour."""

    team_id: str
    channel: str
    user: str
    born: float
    message: str | None = None
    """The ts of the message whose button was pressed."""
    thread: str | None = None
    uses: int = 0


class Hub:
    """Everything the handlers share."""

    deliveries: Deliveries
    sockets: Sockets

    def __init__(self, seed: int = 0) -> None:
        self.app = App()
        self.clock = Clock()
        self.ids = Ids()
        self.faults = Faults(self.clock.now, seed)
        self.chance = random.Random(seed)
        self.background = Background()
        self.teams: dict[str, Workspace] = {}
        self.requests: list[Request] = []
        self.triggers: dict[str, Trigger] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.oauth_codes: dict[str, tuple[str, str]] = {}
        """Team and person by code."""
        self.uploads: dict[str, File] = {}
        self.url = ""
        self.echo = True
        """Whether the app is told of its own messages, as Slack does."""
        self.file_share_delay = 0.0
        """Seconds between the answer to a completed upload and the message that shows it."""
        self.drops_names = False
        """Whether a name that the app may not use is dropped in silence, instead of refused."""

    def note(self, method: str, args: Json, headers: Any, token: str | None, verb: str) -> Request:
        """Log a request."""
        request = Request(
            n=len(self.requests),
            method=method,
            args=args,
            headers={str(name).lower(): str(value) for name, value in headers.items()},
            token=token,
            moment=self.clock.now(),
            verb=verb,
        )
        self.requests.append(request)
        return request

    def trigger(self, team_id: str, user: str) -> str:
        """Return a fresh trigger id."""
        trigger = self.ids.next("") + "." + self.ids.next("9") + ".abcdef"
        self.triggers[trigger] = Trigger(user=user, team_id=team_id, born=self.clock.now())
        return trigger

    def response_url(self, team_id: str, channel: str, user: str, **more: Any) -> str:
        """Return a fresh response URL."""
        key = self.ids.next("R")
        self.response_urls[key] = ResponseUrl(
            team_id=team_id, channel=channel, user=user, born=self.clock.now(), **more
        )
        return f"{self.url}/response/{key}"

    def report(self) -> str:
        """Tell what a failed test needs to know: the bot's last requests, and what was not acknowledged."""
        requests = [f"  {one.method} -> {one.outcome}" for one in self.requests[-12:]]
        pending = [f"  {delivery}" for delivery in self.deliveries.log if not delivery.acknowledged]
        return "\n".join(["last requests:", *requests, "deliveries without acknowledgement:", *pending])
