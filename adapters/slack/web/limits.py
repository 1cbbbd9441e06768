"""How fast Slack may be called: a bucket per channel for new messages, one per method, and what Slack asked for.

Slack takes about one new message per second and channel with short bursts, and so many calls per minute of each other
method. Keeping to it here means that nearly nothing is refused; what is refused says for how long, and until then
no call of that method goes to that channel.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from bot.errors import RetryLaterError
from bot.ports import Clock

LONGEST_WAIT = 2.0
"""Seconds that a caller is kept waiting for its turn at most; beyond that it is told to come again."""
DEFAULT_HOLD = 5.0
"""Seconds to leave a method alone when Slack refuses without saying for how long."""
REMEMBERED = 5000
"""How many buckets are remembered, and holds; one that was not used for long is full anyway, or over."""

NEW_MESSAGES = frozenset({"chat.postMessage", "files.completeUploadExternal"})
"""Methods that show something new in a channel: they share the channel's bucket."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many calls per second in the long run, and so many at once."""

    per_second: float
    burst: float


CHANNEL = Rate(1.0, 4.0)
TIERS = {
    "chat.update": Rate(50 / 60, 20.0),
    "chat.delete": Rate(50 / 60, 20.0),
    "conversations.replies": Rate(50 / 60, 20.0),
    "conversations.history": Rate(50 / 60, 20.0),
    "reactions.add": Rate(50 / 60, 20.0),
    "chat.startStream": Rate(20 / 60, 10.0),
    "chat.stopStream": Rate(20 / 60, 10.0),
    "chat.appendStream": Rate(100 / 60, 40.0),
}
"""Slack's tiers per workspace: what it promises to take per minute, and short bursts."""


@dataclass(slots=True)
class Bucket:
    """Tokens that come at a steady rate up to a limit; it may owe some to those who wait already."""

    rate: Rate
    tokens: float
    at: datetime

    def fill(self, now: datetime) -> None:
        """Add what has come since the last time."""
        came = max(0.0, (now - self.at).total_seconds()) * self.rate.per_second
        self.tokens = min(self.rate.burst, self.tokens + came)
        self.at = now

    def wait(self, now: datetime) -> float:
        """Return how many seconds from now one more call has its turn."""
        self.fill(now)
        return max(0.0, (1.0 - self.tokens) / self.rate.per_second)


@dataclass(slots=True)
class Limits:
    """The buckets and holds of all workspaces; nothing here outlives the process, nor has to."""

    clock: Clock
    _buckets: OrderedDict[tuple[str, ...], Bucket] = field(default_factory=OrderedDict)
    _holds: dict[tuple[str, str, str], datetime] = field(default_factory=dict)

    async def turn(self, workspace: str, channel: str, method: str) -> None:
        """Return when it is this call's turn, in the order of asking.

        Raises:
            RetryLaterError: That is too long to wait for; come again in `retry_after` seconds.
        """
        now = self.clock.now()
        held = self._held(workspace, channel, method, now)
        bucket = self._bucket(workspace, channel, method, now)
        wait = max(held, bucket.wait(now) if bucket is not None else 0.0)
        if wait > LONGEST_WAIT:
            raise RetryLaterError(f"{method} has no turn in {channel or workspace} yet", retry_after=wait)
        if bucket is not None:
            bucket.tokens -= 1.0
        if wait > 0:
            await self.clock.sleep(wait)

    def spare(self, workspace: str, channel: str, method: str) -> bool:
        """Take a turn for decoration: only at once, and only while there is plenty left for what must be shown."""
        now = self.clock.now()
        if self._held(workspace, channel, method, now):
            return False
        bucket = self._bucket(workspace, channel, method, now)
        if bucket is None:
            return True
        bucket.fill(now)
        if bucket.tokens < bucket.rate.burst / 2:
            return False
        bucket.tokens -= 1.0
        return True

    def hold(self, workspace: str, channel: str, method: str, seconds: float | None) -> float:
        """Leave a method alone in a channel for as long as Slack asks; return the seconds."""
        from_now = seconds if seconds is not None else DEFAULT_HOLD
        until = datetime.fromtimestamp(self.clock.now().timestamp() + from_now, tz=self.clock.now().tzinfo)
        key = (workspace, channel, method)
        self._holds[key] = max(until, self._holds.get(key, until))
        if len(self._holds) > REMEMBERED:
            self._forget_holds()
        return from_now

    def _forget_holds(self) -> None:
        """Forget what is over; where that is not enough, what ends soonest."""
        now = self.clock.now()
        lasting = sorted((until, key) for key, until in self._holds.items() if until > now)
        self._holds = {key: until for until, key in lasting[-REMEMBERED // 2 :]}

    def _held(self, workspace: str, channel: str, method: str, now: datetime) -> float:
        key = (workspace, channel, method)
        until = self._holds.get(key)
        if until is None:
            return 0.0
        left = (until - now).total_seconds()
        if left <= 0:
            del self._holds[key]
        return max(0.0, left)

    def _bucket(self, workspace: str, channel: str, method: str, now: datetime) -> Bucket | None:
        rate = CHANNEL if method in NEW_MESSAGES else TIERS.get(method)
        if rate is None:
            return None
        key = (workspace, channel) if method in NEW_MESSAGES else (workspace, "", method)
        bucket = self._buckets.pop(key, None) or Bucket(rate, rate.burst, now)
        self._buckets[key] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket
