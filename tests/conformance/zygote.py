"""A fresh interpreter that forks: everything is imported, no agent was ever built, and its hash seed is its own.

Protocol on standard input and output, one JSON line each: an order comes in, `{"pid"}` goes out when the child has
begun and `{"status"}` when it has ended.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import os
import sys
import traceback
import warnings
from pathlib import Path

from tests.conformance import durably, plainly
from tests.conformance.case import Env, Json, Program
from tests.conformance.deaths import Deaths
from tests.conformance.programs import PROGRAMS


def program_named(name: str) -> Program:
    """Return a program, also one that is cut."""
    base, _, cut = name.partition(".exit")
    return PROGRAMS[base].cut(int(cut)) if cut else PROGRAMS[base]


def work(order: Json) -> None:
    """Do what an order says and write the report."""
    program = program_named(order["program"])
    deaths = Deaths(*order["death"])
    env = Env(model=program.model, base_url=order["base_url"], work=Path(order["work"]), deaths=deaths)
    if order["mode"] == "plain":
        report = asyncio.run(plainly.run(program, env, order))
    else:
        report = asyncio.run(durably.Process(program, env, order).work())
    Path(order["report"]).write_text(json.dumps(report))


def child(order: Json) -> int:
    """Be the process of an order."""
    streams = ((order["stdin"], os.O_RDONLY, 0), (order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 1))
    for path, flags, number in streams:
        os.dup2(os.open(path, flags), number)
    os.dup2(1, 2)
    try:
        work(order)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Serve orders until standard input ends."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    gc.collect()
    gc.freeze()
    out = os.fdopen(os.dup(1), "w")
    print("{}", file=out, flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = child(json.loads(line))
            sys.stdout.flush()
            os._exit(status)
        print(json.dumps({"pid": pid}), file=out, flush=True)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        print(json.dumps({"status": status}), file=out, flush=True)


if __name__ == "__main__":
    main()
