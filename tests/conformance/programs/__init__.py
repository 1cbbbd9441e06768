"""The programs of the conformance suite, by kind; importing this registers all of them."""

from __future__ import annotations

from tests.conformance.case import PROGRAMS as PROGRAMS
from tests.conformance.programs import (
    group_chat,
    handoffs,
    messages,
    nested,
    parallel,
    patterns,
    sequential,
    targets,
    tools,
    two_agent,
)

__all__ = [
    "PROGRAMS",
    "SCRIPTS",
    "group_chat",
    "handoffs",
    "messages",
    "nested",
    "parallel",
    "patterns",
    "sequential",
    "targets",
    "tools",
    "two_agent",
]

SCRIPTS = {name: found.scripts for name, found in PROGRAMS.items()}
"""What the model server says, by the program's name."""
