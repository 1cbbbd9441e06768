from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.sandbox.work import Maker
from tests.abuse import tiers
from tests.abuse.attack import Attack
from tests.abuse.cases import ALL
from tests.abuse.host import PROJECT, Host
from tests.abuse.running import run, run_all, run_bare

ROOT = os.geteuid() == 0
FALLING = [attack for attack in ALL if attack.bare]
KINDS = {"secrets", "network", "exhaustion", "processes", "kernel", "files", "honest work"}
NORMAL_USER = 12345


def named(attack: Attack) -> str:
    return f"{attack.kind}: {attack.name}"


@pytest.fixture(scope="module")
def host() -> Iterator[Host]:
    with Host() as ready:
        yield ready


@pytest.fixture(scope="module")
def open_host() -> Iterator[Host]:
    """A host of its own: what falls leaves its marks on it."""
    with Host() as ready:
        yield ready


@pytest.fixture(scope="module")
def maker() -> Maker:
    return tiers.bubblewrap()


def test_suite_has_fifty_attacks_and_more_over_all_classes() -> None:
    attacks = [attack for attack in ALL if not attack.honest]

    assert len(attacks) >= 50
    assert {attack.kind for attack in ALL} == KINDS
    assert len({named(attack) for attack in ALL}) == len(ALL)


@pytest.mark.parametrize("attack", ALL, ids=named)
def test_box_holds_against(attack: Attack, maker: Maker, host: Host) -> None:
    assert run(attack, maker, host).wrong == ""


@pytest.mark.parametrize("attack", FALLING, ids=named)
def test_without_a_box_this_falls(attack: Attack, open_host: Host) -> None:
    wrong = run_bare(attack, open_host).wrong

    if not wrong and (attack.kind == "kernel" or not ROOT):
        pytest.skip("this host refuses it to plain processes too")
    assert wrong != ""


def test_box_without_proc_holds_against_all_of_it(host: Host) -> None:
    verdicts = run_all(list(ALL), tiers.without_proc(), host)

    assert [(named(one.attack), one.wrong) for one in verdicts if one.wrong] == []


@pytest.mark.timeout(300)
@pytest.mark.skipif(not ROOT, reason="not root: all of this is what a normal user gets")
def test_boxes_of_a_normal_user_hold_against_all_of_it() -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    interpreter = Path(f"/usr/bin/{version}")
    if not interpreter.exists():
        pytest.skip(f"a normal user needs {interpreter}")
    become = ["setpriv", f"--reuid={NORMAL_USER}", f"--regid={NORMAL_USER}", "--clear-groups", str(interpreter)]
    environment = {
        "PYTHONPATH": os.pathsep.join([str(PROJECT), *sys.path]),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PATH": "/usr/bin:/bin",
        "HOME": "/nowhere",
    }

    done = subprocess.run(
        [*become, "-W", "ignore", "-m", "tests.abuse", "bubblewrap"],
        cwd="/",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, f"as user {NORMAL_USER}: {len(ALL)} of {len(ALL)}" in done.stdout) == (0, True), done


@pytest.mark.timeout(1800)
@pytest.mark.slow
def test_containers_hold_against_all_of_it(host: Host) -> None:
    try:
        contained = tiers.container()
    except tiers.NotHereError as error:
        pytest.skip(str(error))

    verdicts = run_all(list(ALL), contained, host)

    assert [(named(one.attack), one.wrong) for one in verdicts if one.wrong] == []
