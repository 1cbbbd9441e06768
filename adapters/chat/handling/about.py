"""What a button, a menu or a form of ours is about, and whether that still is so. Pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from enum import StrEnum

from bot.domain import InputRequest, RequestId


class Action(StrEnum):
    """What a button of a card does."""

    APPROVE = "approve"
    """Approves an item; without one, all that are left."""
    REJECT = "reject"
    """Opens the form that asks why; without an item it is about all that are left."""
    EDIT = "edit"
    """Opens the form with an item's code, to be changed and then run."""
    STOP = "stop"
    """Stops the run that asks."""
    CHOOSE = "choose"
    """Chooses an option: the item is its number."""
    EMPTY = "empty"
    """Answers with nothing, where that means something."""
    EXIT = "exit"
    """Answers `exit`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a button, a menu or a form of ours says it is about; whether that is so, `fits` tells."""

    request: RequestId
    nonce: str
    item: int | None = None
    """From 1: an item of an approval or an option of a choice; None: all of it."""

    def fits(self, request: InputRequest | None) -> bool:
        """Whether it was made for exactly this request, its bytes and an item that exists."""
        if request is None or request.id != self.request:
            return False
        count = len(request.items) or len(request.choices)
        exists = self.item is None or 1 <= self.item <= count
        return exists and hmac.compare_digest(self.nonce, nonce(request))


def nonce(request: InputRequest) -> str:
    """Return what stands for a request's exact bytes: 16 hexadecimal digits.

    A request's own nonce makes it one that nobody can compute; requests of versions that had none have it without.
    """
    bound: list[object] = [request.id, [item.sha256 for item in request.items], list(request.choices)]
    if request.nonce:
        bound += [request.nonce, [item.seal for item in request.items]]
    return hashlib.sha256(json.dumps(bound).encode()).hexdigest()[:16]
