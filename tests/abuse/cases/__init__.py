"""The attacks, one module for each class of them."""

from __future__ import annotations

from tests.abuse.attack import Attack
from tests.abuse.cases import exhaustion, files, honest, kernel, network, processes, secrets

ALL: tuple[Attack, ...] = (
    *secrets.ATTACKS,
    *network.ATTACKS,
    *exhaustion.ATTACKS,
    *processes.ATTACKS,
    *kernel.ATTACKS,
    *files.ATTACKS,
    *honest.WORK,
)
