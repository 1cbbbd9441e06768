"""`python -m tests.abuse [TIER...]`: runs every attack in boxes of each tier, and prints how many held.

Tiers: `bubblewrap`, `without-proc`, and `container` with THREADFAST_SANDBOX_IMAGE and THREADFAST_SANDBOX_RUNTIME.
The exit status is 1 where one fell, 2 where a tier does not work here.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence

from agents.sandbox.work import Maker
from tests.abuse.cases import ALL
from tests.abuse.host import Host
from tests.abuse.running import Verdict, run_all
from tests.abuse.tiers import MAKERS, NotHereError


def main(names: Sequence[str]) -> int:
    """Run the attacks in the tiers that are named, or in those of bubblewrap."""
    status = 0
    for name in names or ("bubblewrap", "without-proc"):
        try:
            maker = MAKERS[name]()
        except (KeyError, NotHereError) as error:
            print(f"{name}: not here: {error}")
            return 2
        status |= _tier(maker)
    return status


def _tier(maker: Maker) -> int:
    began = time.monotonic()
    with Host() as host:
        verdicts = run_all(list(ALL), maker, host)
    fallen = [one for one in verdicts if one.wrong]
    who = "root" if os.geteuid() == 0 else f"user {os.geteuid()}"
    print(f"{maker.tier}, as {who}: {len(verdicts) - len(fallen)} of {len(verdicts)}, {time.monotonic() - began:.1f} s")
    for kind, line in _kinds(verdicts):
        print(f"  {kind}: {line}")
    for one in fallen:
        print(f"  FELL {one.attack.kind}: {one.attack.name}: {one.wrong}")
    return 1 if fallen else 0


def _kinds(verdicts: list[Verdict]) -> list[tuple[str, str]]:
    every = Counter(one.attack.kind for one in verdicts)
    good = Counter(one.attack.kind for one in verdicts if not one.wrong)
    return [(kind, f"{good[kind]} of {count}") for kind, count in every.items()]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
