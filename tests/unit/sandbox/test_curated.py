from __future__ import annotations

import os
import re
import sys
import venv
from pathlib import Path

import pytest

from agents.sandbox.bubblewrap import command, system
from agents.sandbox.limits import Limits
from agents.sandbox.packages import curated
from agents.sandbox.packages.curated import FONTS, Packages
from agents.sandbox.packages.installing import PackagesError, install
from agents.sandbox.sandbox import MEND_ENVIRONMENT, Sandbox, Wanted

VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"
FILES = command.Descriptors(info=5, seccomp=6, door=7, scripts={}, inputs={})


def test_every_package_of_the_list_has_an_exact_version_and_hashes() -> None:
    entries = re.split(r"\n(?=\S)", curated.lock().strip())

    assert all(re.match(r"[\w.-]+==[\w.]+", entry) and "--hash=sha256:" in entry for entry in entries)
    assert set(curated.chosen()) <= {entry.split("==")[0] for entry in entries}


def test_known_packages_are_named_first_and_alone() -> None:
    assert curated.importable({"six": "1", "pandas": "3", "numpy": "2", "pip": "1"}) == ("numpy", "pandas")
    assert curated.importable({"torch": "1", "Django": "2", "pip": "1"}) == ("Django", "torch")
    assert curated.importable({}) == ()


def test_packages_of_an_earlier_list_serve_until_those_of_this_one_are_there(tmp_path: Path) -> None:
    assert curated.installed(tmp_path, "3.12") is None
    earlier = tmp_path / "sandbox" / "3.12-old"
    earlier.mkdir(parents=True)
    (tmp_path / "sandbox" / "3.11-old").mkdir()

    assert curated.installed(tmp_path, "3.12") == earlier
    curated.place_of(tmp_path, "3.12").mkdir()
    assert curated.installed(tmp_path, "3.12") == curated.place_of(tmp_path, "3.12")


@pytest.mark.parametrize("carried", [False, True])
def test_packages_and_the_list_of_fonts_are_bound_read_only_at_neutral_places(tmp_path: Path, carried: bool) -> None:
    (tmp_path / FONTS).mkdir()
    (tmp_path / FONTS / "fontlist-v1.json").write_text("{}")
    setup = command.Setup(
        bubblewrap=system.Bubblewrap(path=Path("/usr/bin/bwrap")),
        interpreter=system.Interpreter(program="/usr/bin/python3.12"),
        user=65534,
        packages=Packages(tmp_path, carried=carried),
    )

    words = " ".join(command.arguments(setup, Limits(), FILES))

    source = "/mnt" if carried else str(tmp_path)
    assert f"--ro-bind {source} /opt/packages" in words
    assert "--setenv PYTHONPATH /opt/packages" in words
    assert "--symlink /opt/packages/.fonts/fontlist-v1.json /tmp/matplotlib/fontlist-v1.json" in words
    assert bool(command.prefix(setup)) is carried


def scripted_pip(folder: Path, words: str, status: int) -> list[str]:
    program = folder / "pip"
    program.write_text(f"#!/bin/sh\ncat <<'EOF'\n{words}\nEOF\nexit {status}\n")
    program.chmod(0o755)
    return [str(program)]


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("WARNING: Retrying: NewConnectionError('[Errno 111]')\nERROR: No matching distribution", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "none of them was installed"),
        ("ERROR: Could not install: [Errno 28] No space left on device", "no space is left on the disk"),
        ("ERROR: something of its own", "pip said: something of its own"),
        ("", "pip said: "),
    ],
)
def test_failure_of_pip_is_a_sentence_and_leaves_nothing(tmp_path: Path, said: str, sentence: str) -> None:
    with pytest.raises(PackagesError, match=sentence):
        install(tmp_path / "cache", VERSION, lambda _: None, pip=scripted_pip(tmp_path, said, 1))

    assert [path.name for path in (tmp_path / "cache" / "sandbox").iterdir()] == ["lock"]


def test_packages_that_cannot_be_imported_are_not_kept(tmp_path: Path) -> None:
    told: list[str] = []
    pip = scripted_pip(tmp_path, "Collecting numpy==2.0 (from -r list)\nProcessing /x/pandas-3.0-cp311.whl", 0)

    with pytest.raises(PackagesError, match="code in a box cannot import them: ModuleNotFoundError"):
        install(tmp_path / "cache", VERSION, told.append, pip=pip)

    assert told[:2] == ["package 1 of 18: numpy 2.0", "package 2 of 18: pandas 3.0"]
    assert curated.installed(tmp_path / "cache", VERSION) is None


def test_missing_pip_and_unwritable_cache_are_sentences(tmp_path: Path) -> None:
    with pytest.raises(PackagesError, match="No such file"):
        install(tmp_path, VERSION, lambda _: None, pip=["/nowhere/pip"])
    (tmp_path / "file").touch()
    with pytest.raises(PackagesError, match="cannot be kept"):
        install(tmp_path / "file", VERSION, lambda _: None, pip=["/nowhere/pip"])


def test_environment_of_ones_own_is_used_with_its_packages(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=False)
    place = next((tmp_path / "env").glob("lib/python3.*/site-packages"))
    (place / "mine.py").write_text("WORD = 'mine'")
    (place / "mine-1.5.dist-info").mkdir()
    (place / "mine-1.5.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: mine\nVersion: 1.5\n")
    os.chmod(tmp_path, 0o700)  # noqa: PTH101 - the box's user must not need to walk here

    proof = Sandbox(Wanted(python=tmp_path / "env")).prove()

    assert (proof.ok, dict(proof.packages)) == (True, {"mine": "1.5"}), proof


def test_environment_that_is_none_or_our_own_is_refused(tmp_path: Path) -> None:
    none = Sandbox(Wanted(python=tmp_path)).prove()
    own = Sandbox(Wanted(python=Path(sys.prefix))).prove()

    assert (none.ok, none.how_to_mend) == (False, MEND_ENVIRONMENT)
    assert "is no virtual environment" in none.why
    assert (own.ok, "own environment" in own.why) == (False, True)
