#!/usr/bin/env python3
"""A container runtime for tests: a real process that understands `run`, `ps` and `rm`, and makes boxes by bubblewrap.

It stands in for podman and docker where there is none: arguments are recorded as they came, the container's first
program is a real process 1 with real pipes, and a file in its folder may tell it to misbehave.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(sys.argv[0]).resolve().parent
WITH_VALUE = {
    "--pull", "--name", "--label", "--network", "--hostname", "--ipc", "--log-driver", "--cap-drop", "--security-opt",
    "--user", "--ulimit", "--pids-limit", "--memory", "--memory-swap", "--shm-size", "--tmpfs", "--workdir",
    "--entrypoint",
}  # fmt: skip


def main(words: list[str]) -> int:
    """Do what the command says."""
    with (HERE / "calls").open("a") as calls:
        calls.write(json.dumps(words) + "\n")
    if words[0] == "run":
        return _run(words[1:])
    if words[0] == "ps":
        sys.stdout.write(_kept("listed"))
    if words[0] == "rm":
        for name in words[2:]:
            number = _kept(f"pid-{name}")
            if number:
                os.kill(int(number), signal.SIGKILL)
    return 0


def _kept(name: str) -> str:
    path = HERE / name
    return path.read_text() if path.exists() else ""


def _run(words: list[str]) -> int:
    mood = _kept("mood")
    if mood == "broken" or ("nr_inodes" in " ".join(words) and mood == "old"):
        sys.stderr.write("Error: this runtime cannot do that\n")
        return 125
    sys.stderr.write("WARNING: this runtime has something to say\n")
    sys.stderr.flush()
    options: dict[str, list[str]] = {}
    while words[0].startswith("--"):
        options.setdefault(words[0], []).append(words[1] if words[0] in WITH_VALUE else "")
        words = words[2:] if words[0] in WITH_VALUE else words[1:]
    program = [options["--entrypoint"][0], *words[1:]]
    if mood == "liar":
        program = ["python3", "-c", 'print(\'{"ready": true}\', flush=True); print(\'{"file": "eA==", "size": 9}\')']
    if mood == "deaf":
        program = ["python3", "-c", "import time; print('{\"ready\": true}', flush=True); time.sleep(600)"]
    box = ["--unshare-all", "--as-pid-1", "--uid", "65534", "--gid", "65534", "--die-with-parent"]
    system = ["--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp", "--tmpfs", "/box"]
    links = [word for name in ("bin", "lib", "lib64") for word in ("--symlink", f"usr/{name}", f"/{name}")]
    environment = {"PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": _kept("libraries")}
    child = subprocess.Popen([_kept("bwrap"), *box, *system, *links, "--", *program], env=environment)
    (HERE / f"pid-{options['--name'][0]}").write_text(str(child.pid))
    return child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
