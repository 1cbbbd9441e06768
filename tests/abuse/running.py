"""Runs attacks in boxes, or bare, and judges them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from agents.sandbox.collect import Harvest
from agents.sandbox.limits import Limits
from agents.sandbox.work import Ended, Maker, Stop, Work
from tests.abuse.attack import Attack
from tests.abuse.host import Host, processes
from tests.abuse.prelude import whole

AT_ONCE = 4
BARE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What came of an attack."""

    attack: Attack
    wrong: str
    """Empty: it held, or the honest work was done."""


def run(attack: Attack, maker: Maker, host: Host) -> Verdict:
    """Run one attack in a box of its own, and a second one where it has a second part."""
    ended = _boxed(maker, attack.code, attack.limits, host)
    wrong = judged(attack, ended, host)
    if not wrong and attack.then:
        wrong = judged(attack, _boxed(maker, attack.then, attack.limits, host), host)
    return Verdict(attack=attack, wrong=wrong)


def run_all(attacks: list[Attack], maker: Maker, host: Host) -> list[Verdict]:
    """Run them side by side; what harms the host is blamed on the first that is looked at afterwards."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(lambda attack: run(attack, maker, host), attacks))


def run_bare(attack: Attack, host: Host) -> Verdict:
    """Run the same code as a plain process, as a bot without a sandbox would."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run(
                [sys.executable, "-c", whole(attack.code, host.facts())],
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                close_fds=False,
                timeout=BARE_SECONDS,
                check=False,
            )
            output, code = done.stdout.decode(errors="replace"), done.returncode
        except subprocess.TimeoutExpired as late:
            output, code = (late.stdout or b"").decode(errors="replace"), 0
    ended = Ended(exit_code=code, output=output, why="", harvest=Harvest(), seconds=0.0)
    try:
        return Verdict(attack=attack, wrong=judged(attack, ended, host))
    finally:
        # What no box has killed is left to us.
        for number in processes(f"sleep\0{host.mark}"):
            os.kill(number, signal.SIGKILL)


def _boxed(maker: Maker, code: str, limits: Limits, host: Host) -> Ended:
    work = Work(commands="python3 step-000.py", scripts={"step-000.py": whole(code, host.facts()).encode()})
    with contextlib.closing(Stop()) as stop:
        return maker.run(limits, work, stop)


def judged(attack: Attack, ended: Ended, host: Host) -> str:
    """Say what is wrong; empty: the attack held."""
    # Looked at in any case, so that no later attack is blamed for it.
    harm = host.harm()
    shown = ended.output + "".join(file.data.decode(errors="replace") for file in ended.harvest.files)
    if host.secret in shown:
        return "a secret came out"
    if fell := re.search(r"^FELL.*", ended.output, re.MULTILINE):
        return fell[0]
    if harm:
        return harm
    return _ending(attack, ended) or attack.look(host, ended)


def _ending(attack: Attack, ended: Ended) -> str:
    """Say what is wrong with how it ended: code that never ran proves nothing."""
    if attack.ends:
        return (
            ""
            if re.search(attack.ends, ended.why or f"exit {ended.exit_code}")
            else f"it was not stopped: {_tail(ended)}"
        )
    word = "DONE" if attack.honest else "HELD"
    if not re.search(rf"^{word}", ended.output, re.MULTILINE):
        return f"it did not say {word}: {_tail(ended)}"
    return f"it failed: {_tail(ended)}" if attack.honest and ended.exit_code else ""


def _tail(ended: Ended) -> str:
    return f"exit {ended.exit_code}, {ended.why or 'by itself'}: {ended.output[-200:]!r}"
