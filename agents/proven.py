"""Which versions of the agent library the seams are proven with. It is not imported here: that takes a second."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

from bot.errors import SeamsUnprovenError

SEAMS_PROVEN = frozenset({"0.14.1"})
"""Versions of `autogen` that the conformance suite has passed with."""

REPLAY_VERSION = 1
"""Raised when something of ours that shapes what agents see changes; older journals keep replaying as they were."""


def check_installed() -> str:
    """Return the version of AutoGen that is installed; it reads files, so call it off the loop.

    Raises:
        SeamsUnprovenError: No conformance run has passed with it, or none is installed.
    """
    try:
        return proven(version("autogen"))
    except PackageNotFoundError:
        raise SeamsUnprovenError("autogen is not installed. Install Threadfast with what it depends on.") from None


def proven(installed: str) -> str:
    """Return the version.

    Raises:
        SeamsUnprovenError: No conformance run has passed with it.
    """
    if installed not in SEAMS_PROVEN:
        raise SeamsUnprovenError(
            f"autogen {installed} is installed; Threadfast is proven with {', '.join(sorted(SEAMS_PROVEN))}. "
            "Install one of these: a run must not be resumed over seams that nobody has tried."
        )
    return installed
