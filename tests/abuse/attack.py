"""What an attack is: code for a box, and how one sees from outside that it held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from agents.sandbox.limits import Limits
from agents.sandbox.work import Ended
from tests.abuse.host import Host

Look = Callable[[Host, Ended], str]
"""Looks from outside, and says what is wrong; empty: nothing."""


def unseen(_host: Host, _ended: Ended) -> str:
    """See nothing: the code's own words and the host's state are enough."""
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """One attack, or one piece of honest work."""

    name: str
    kind: str
    code: str
    """Python; it says HELD or FELL for each thing it tried, or DONE where it is honest work."""
    limits: Limits = field(default_factory=lambda: Limits(wall=20))
    ends: str = ""
    """A pattern of why the box stopped it, where that is how it must end; such code need not say anything."""
    look: Look = unseen
    then: str = ""
    """Code for a second box, which must find nothing of the first."""
    bare: bool = False
    """Whether it falls when it is run as a plain process: proof that it can."""
    honest: bool = False
