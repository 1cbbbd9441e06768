"""The seams: what of AutoGen is replaced inside a run, one module for each kind of effect (docs/decisions/0003)."""

from __future__ import annotations

from agents.durable.seams.install import check_version, ensure_installed, install
from agents.proven import REPLAY_VERSION, SEAMS_PROVEN

__all__ = ["REPLAY_VERSION", "SEAMS_PROVEN", "check_version", "ensure_installed", "install"]
