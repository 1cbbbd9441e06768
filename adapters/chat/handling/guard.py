"""The loop guard: two bots that answer each other come to an end. Pure but for the time."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto

WINDOWS = ((20, timedelta(minutes=5)), (200, timedelta(hours=24)))
"""So many messages of one bot in so long a time are listened to: fast loops end soon, slow ones within a day."""
REMEMBERED = 1000


class Admission(Enum):
    """Whether another bot is listened to."""

    YES = auto()
    FIRST_NO = auto()
    """Not any more; the thread is told once."""
    NO = auto()


@dataclass(slots=True)
class _Pair:
    heard: deque[datetime] = field(default_factory=deque)
    deliveries: OrderedDict[str, Admission] = field(default_factory=OrderedDict)
    told: bool = False


class Guard:
    """Counts what each other bot says in each workspace."""

    def __init__(self) -> None:
        self._pairs: OrderedDict[tuple[str, str], _Pair] = OrderedDict()

    def admit(self, workspace: str, bot: str, delivery: str, now: datetime) -> Admission:
        """Say whether this message of another bot is listened to; the same delivery is counted once."""
        pair = self._pairs.setdefault((workspace, bot), _Pair())
        self._pairs.move_to_end((workspace, bot))
        while len(self._pairs) > REMEMBERED:
            self._pairs.popitem(last=False)
        if delivery not in pair.deliveries:
            pair.deliveries[delivery] = _count(pair, now)
            while len(pair.deliveries) > WINDOWS[-1][0]:
                pair.deliveries.popitem(last=False)
        return pair.deliveries[delivery]


def _count(pair: _Pair, now: datetime) -> Admission:
    while pair.heard and pair.heard[0] <= now - WINDOWS[-1][1]:
        pair.heard.popleft()
    if all(sum(at > now - window for at in pair.heard) < most for most, window in WINDOWS):
        pair.heard.append(now)
        pair.told = False
        return Admission.YES
    first, pair.told = not pair.told, True
    return Admission.FIRST_NO if first else Admission.NO
