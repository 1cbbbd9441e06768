"""The seed that chooses the conformance suite's sample."""

from __future__ import annotations

import os


def conformance_seed() -> int:
    """Return `CONFORMANCE_SEED`, the same in every worker process; 0 where nobody set it."""
    return int(os.environ.get("CONFORMANCE_SEED", "0"))
