"""The durable run: AutoGen under a journal of effects, resumed by replay (docs/decisions/0003).

`advance` calls the same entry point again at every step, with the journal answering what is known. A question to a
person unwinds the chat; nothing of a waiting run stays in memory.
"""

from __future__ import annotations

from agents.durable.advance import advance, at_end, notice, quoting
from agents.durable.questions import Policy
from agents.durable.seams import check_version
from agents.durable.warm import WarmRuns
from agents.proven import REPLAY_VERSION, SEAMS_PROVEN

__all__ = [
    "REPLAY_VERSION",
    "SEAMS_PROVEN",
    "Policy",
    "WarmRuns",
    "advance",
    "at_end",
    "check_version",
    "notice",
    "quoting",
]
