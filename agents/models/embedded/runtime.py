"""The embedded model's server, as a process of its own: a native abort must not kill the bot.

Run as a script, it imports nothing of this project. It starts llama.cpp's own server on a free loopback port and
prints one line of JSON with its address once the model is loaded. It ends with the process that started it.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import signal
import sys
import time

_PR_SET_PDEATHSIG = 1


def die_with(parent: int) -> None:
    """End this process when its parent ends, also when that is killed."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit("the process that wanted a model is gone")


def watch(parent: int) -> None:
    """Return once the parent is gone, where the system does not tell by a signal."""
    while os.getppid() == parent:
        time.sleep(1)


def serve(given: argparse.Namespace) -> str:
    """Load the model, start llama.cpp's server and return its address."""
    # Read by the OpenMP runtime when it is loaded: spinning threads starve each other on a busy machine.
    os.putenv("OMP_WAIT_POLICY", "PASSIVE")
    import xllamacpp  # noqa: PLC0415 - only after the line above

    parameters = xllamacpp.CommonParams()
    parameters.model.path = given.model
    parameters.model_alias = {given.name}
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    parameters.n_parallel = given.parallel
    parameters.n_ctx = given.context * given.parallel  # llama.cpp divides it among the slots
    parameters.cache_ram_mib = 64
    parameters.cpuparams.n_threads = given.threads
    parameters.cpuparams_batch.n_threads = given.threads
    parameters.n_gpu_layers = 0
    parameters.ui = False
    parameters.verbosity = 1
    server = xllamacpp.Server(parameters)
    _alive.append(server)
    return str(server.listening_address)


_alive: list[object] = []
"""The server stops when it is collected."""


def processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def main() -> None:
    """Read the arguments, serve, and end with the parent."""
    parser = argparse.ArgumentParser(prog="runtime.py")
    parser.add_argument("model", help="the GGUF file")
    parser.add_argument("--name", default="demo", help="the model's name in answers")
    parser.add_argument("--parent", type=int, default=os.getppid(), help="the process it belongs to")
    parser.add_argument("--context", type=int, default=8192, help="tokens for each conversation at a time")
    parser.add_argument("--parallel", type=int, default=2, help="conversations at a time")
    parser.add_argument("--threads", type=int, default=processors())
    given = parser.parse_args()
    die_with(given.parent)
    address = serve(given)
    sys.stdout.write(json.dumps({"address": address}) + "\n")
    sys.stdout.flush()
    watch(given.parent)
    os._exit(0)


if __name__ == "__main__":
    main()
