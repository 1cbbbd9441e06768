"""`python -m benchmarks [NAME...]`: measures, prints a table and keeps the results."""

from __future__ import annotations

import logging
import sys
import tempfile
import warnings
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

import structlog

from benchmarks.figures import Figure, keep, table

NAMES = (
    *("turn", "resume", "waiting", "conversations", "replay", "restart", "sandbox", "fairness"),
    *("slack_ack", "slack_post", "slack_ledger", "slack_kills", "slack_memory"),
    *("discord_ack", "discord_ledger", "discord_kills", "discord_catch_up", "discord_memory"),
    *("model_queue", "model_hosts", "small_models"),
)


def main(names: Sequence[str]) -> int:
    """Measure what is named, or everything; the exit status is 2 for an unknown name."""
    if unknown := sorted(set(names) - set(NAMES)):
        print(f"There is no benchmark {', '.join(unknown)}. Benchmarks: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    quiet()
    figures: list[Figure] = []
    for name in names or NAMES:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        measure: Callable[[Path], list[Figure]] = import_module(f"benchmarks.{name}").measure
        with tempfile.TemporaryDirectory(prefix="threadfast-bench-") as folder:
            measured = measure(Path(folder))
        keep(measured)
        figures += measured
    print(table(figures))
    return 0


def quiet() -> None:
    """Let neither libraries nor the bot log beside what is measured."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
