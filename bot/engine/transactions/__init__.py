"""The transactions of a step besides the journal's.

Each function is the work of one transaction; all but the beginnings are fenced by the step's epoch. Whichever hands out
a run to be worked on counts a step that is begun, so that a run that takes the process down is found out.
"""

from __future__ import annotations

from bot.engine.transactions.beginning import Begun, begin, begin_with
from bot.engine.transactions.ending import Settled, fail, settle
from bot.engine.transactions.postponing import give_back, post_later, postpone, wait_for_host
from bot.engine.transactions.refusing import lose_thread, refuse

__all__ = [
    "Begun",
    "Settled",
    "begin",
    "begin_with",
    "fail",
    "give_back",
    "lose_thread",
    "post_later",
    "postpone",
    "refuse",
    "settle",
    "wait_for_host",
]
