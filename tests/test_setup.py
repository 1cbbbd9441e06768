from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.wheel import PACKAGES

ROOT = Path(__file__).parent.parent
BASH = shutil.which("bash") or "bash"
TOO_OLD = 'case "$2" in *version_info*) exit 1;; esac'
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1;; esac'
GOOD = "exit 0"
BROKEN = "exit 127"


def tools(folder: Path, **pythons: str) -> Path:
    folder.mkdir()
    for tool in ("dirname", "grep"):
        (folder / tool).symlink_to(shutil.which(tool) or tool)
    for name, body in pythons.items():
        path = folder / name.replace("_", ".")
        path.write_text(f"#!{BASH}\n{body}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return folder


def find_python(*path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [BASH, "-c", f'. "{ROOT}/scripts/setup"; find_python', "scripts/check"],
        env={"PATH": os.pathsep.join(map(str, path)), **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_old_python3_is_passed_over_for_a_newer_one(tmp_path: Path) -> None:
    folder = tools(tmp_path / "bin", python3=TOO_OLD, python3_12=GOOD)

    found = find_python(folder)

    assert found.stdout.strip() == str(folder / "python3.12")


def test_a_python_that_does_not_start_is_passed_over_for_one_of_the_same_name(tmp_path: Path) -> None:
    first, second = tools(tmp_path / "a", python3_11=BROKEN), tools(tmp_path / "b", python3_11=GOOD)

    found = find_python(first, second)

    assert found.stdout.strip() == str(second / "python3.11")


def test_a_python_that_was_named_is_the_one_that_is_used(tmp_path: Path) -> None:
    folder = tools(tmp_path / "bin", python3_11=GOOD)

    found = find_python(folder, PYTHON=sys.executable)

    assert found.stdout.strip() == sys.executable


@pytest.mark.parametrize(
    ("pythons", "sentence"),
    [
        ({}, "Python 3.11 or newer is needed and none was found"),
        ({"python3": TOO_OLD}, "older than that. Install Python 3.11"),
        ({"python3": TOO_OLD, "python3_11": WITHOUT_VENV}, "without the modules venv and ensurepip"),
    ],
    ids=["none", "too old", "without venv"],
)
def test_without_a_usable_python_one_sentence_says_what_to_do(
    tmp_path: Path, pythons: dict[str, str], sentence: str
) -> None:
    refused = find_python(tools(tmp_path / "bin", **pythons))

    assert refused.returncode == 1
    assert refused.stdout == ""
    assert sentence in refused.stderr
    assert refused.stderr.count("\n") == 1


@pytest.mark.parametrize("script", ["check", "try", "check-wheel", "lock", "setup"])
def test_script_is_valid_shell(script: str) -> None:
    checked = subprocess.run(
        [BASH, "-n", str(ROOT / "scripts" / script)],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )

    assert checked.stderr == ""


@pytest.mark.parametrize("script", ["scripts/check", "scripts/try", "scripts/check-wheel", "scripts/lock", ".ci/run"])
def test_script_can_be_executed(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)


def test_continuous_integration_runs_the_check_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()

    commands = [line for line in lines if line and not line.startswith("#")]

    assert len(commands) == 1
    assert commands[0].endswith('/../scripts/check"')


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    joined = dockerfile.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.startswith("#")]
    return [(word.upper(), rest.strip()) for word, _, rest in (line.partition(" ") for line in lines)]


def test_image_runs_the_console_script_as_an_unprivileged_user_with_its_data_in_a_volume() -> None:
    lines = instructions((ROOT / "Dockerfile").read_text())
    last = lines[max(n for n, (word, _) in enumerate(lines) if word == "FROM") :]
    environment = " ".join(rest for word, rest in last if word == "ENV").split()

    assert dict(last)["ENTRYPOINT"] == '["threadfast"]'
    assert dict(last)["USER"] not in {"root", "0"}
    assert dict(last)["VOLUME"] == "/data"
    assert {"PYTHONSAFEPATH=1", "THREADFAST_DATA_FOLDER=/data"} <= set(environment)


def test_image_is_built_from_files_that_are_there_and_not_ignored() -> None:
    lines = instructions((ROOT / "Dockerfile").read_text())
    sources = {
        source
        for word, rest in lines
        if word == "COPY" and not rest.startswith("--from")
        for source in rest.split()[:-1]
    }
    let_in = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert sources >= set(PACKAGES)
    assert [source for source in sorted(sources) if not (ROOT / source).exists()] == []
    assert sources == let_in


def test_image_installs_only_what_has_a_hash() -> None:
    lines = instructions((ROOT / "Dockerfile").read_text())
    installs = [rest for word, rest in lines if word == "RUN" and "pip install" in rest]

    assert all("--require-hashes" in rest or "--no-deps" in rest for rest in installs)
