"""How a method of AutoGen's classes is replaced: at class level, and only for tasks of a run.

Class level, because AutoGen creates agents of its own (speaker selection, group tool executor, temporary user)
that no subclass of ours would reach. A descriptor, so that outside a run the attribute is the original itself:
neither its identity nor its being synchronous changes for anybody else in the process.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from agents.durable.run import CURRENT
from bot.errors import SeamsUnprovenError


class Seam:
    """A class attribute that is AutoGen's method outside runs and ours inside."""

    def __init__(self, original: Callable[..., Any], inside: Callable[..., Any]) -> None:
        self.original = original
        self.inside = inside
        # AutoGen leaves out the synchronous twin of a reply function by its name.
        inside.__name__ = original.__name__

    def __get__(self, instance: object, owner: type) -> Any:
        function = self.original if CURRENT.get() is None else self.inside
        return function if instance is None else function.__get__(instance, owner)


def refusing(refuse: Callable[..., NoReturn]) -> Callable[..., NoReturn]:
    """Return a function of its own that refuses: each seam names its function after the method it stands for."""

    def inside(self: object, *args: object, **kwargs: object) -> NoReturn:
        refuse(self, *args, **kwargs)

    return inside


_originals: dict[tuple[type, str], Callable[..., Any]] = {}


def original(owner: type, name: str) -> Callable[..., Any]:
    """Return AutoGen's own method behind a seam."""
    return _originals[owner, name]


def replace_method(owner: type, name: str, inside: Callable[..., Any]) -> None:
    """Put a seam over a method.

    Raises:
        SeamsUnprovenError: The method is not AutoGen's own, or has a seam already.
    """
    found = owner.__dict__.get(name)
    expected = f"{owner.__qualname__}.{name}"
    if getattr(found, "__qualname__", "") != expected or getattr(found, "__module__", "") != owner.__module__:
        raise SeamsUnprovenError(
            f"{expected} of the agent library has been replaced by something else in this process. "
            "Threadfast needs the library as it was published; remove what patches it."
        )
    assert found is not None
    _originals[owner, name] = found
    setattr(owner, name, Seam(found, inside))
