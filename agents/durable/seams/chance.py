"""The seam of chance: AutoGen's random choices are effects, so a replay hangs on no seed and no hash."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.durable.requests import digest
from agents.durable.run import CURRENT, current
from agents.durable.signals import refusal
from bot.domain import EffectState


class Chance:
    """Stands for the module `random` in the modules of AutoGen that choose by chance."""

    def __getattr__(self, name: str) -> Any:
        if CURRENT.get() is None:
            return getattr(random, name)
        if name == "choice":
            return choice
        raise refusal("chance_unrecorded", name=name)


def choice(candidates: Sequence[Any]) -> Any:
    """Choose one by chance, or as the journal says; AutoGen chooses synchronously."""
    recorder = current().recorder
    request = digest([getattr(candidate, "name", candidate) for candidate in candidates])
    key = recorder.key("random", "")
    effect = recorder.known(key, request)
    if effect is None:
        begun = recorder.begun(key, "random", request)
        index = random.randrange(len(candidates))  # noqa: S311 - chooses a speaker, guards nothing
        effect = replace(begun, state=EffectState.DONE, value=index, ended_at=begun.started_at)
        recorder.add(effect)
    return candidates[effect.value]
