"""Whether something is an agent, asked cheaply.

AutoGen asks it a dozen times per answer, of a protocol that has properties. Python 3.11 collects the protocol's members
anew each time, which together takes longer than a commit. The verdict stays Python's own; for what inherits from the
protocol, and for the few plain types that AutoGen asks about, it is known beforehand.
"""

from __future__ import annotations

from typing import Any

from autogen.agentchat.agent import Agent

_PLAIN = frozenset({str, int, dict, list, tuple, type(None)})
_PythonsOwn: Any = type(Agent)


class _Known(_PythonsOwn):  # type: ignore[misc]  # the metaclass of protocols has no name in public
    def __instancecheck__(self, instance: Any) -> bool:
        kind = type(instance)
        if kind in _PLAIN:
            return False
        return self in kind.__mro__ or bool(super().__instancecheck__(instance))


def know_agents() -> None:
    """Have it known from here on; harmless when it is already."""
    if type(Agent) is _PythonsOwn:
        Agent.__class__ = _Known  # type: ignore[method-assign]  # a metaclass that only adds the verdicts above
