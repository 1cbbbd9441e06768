from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.terminal.threadfast import Threadfast


def test_check_says_the_tier_why_and_the_python(threadfast: Threadfast) -> None:
    done = threadfast.run("sandbox", "check")

    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert done.returncode == 0, done.stderr
    assert lines["tier"].startswith("bubblewrap")
    assert lines["why"].startswith("Code runs in bubblewrap")
    assert lines["python"].startswith("3.")
    assert lines["packages"].startswith("0, from ")


def test_check_of_everything_names_the_tier_and_the_python(threadfast: Threadfast) -> None:
    line = next(line for line in threadfast.run("check").stdout.splitlines() if line.startswith("sandbox"))

    assert "Code runs in bubblewrap" in line
    assert "Python 3." in line
    assert "`threadfast sandbox install` adds them" in line


def test_list_without_packages_says_how_to_get_them(threadfast: Threadfast) -> None:
    done = threadfast.run("sandbox", "list")

    assert done.returncode == 0
    assert "standard library only; `threadfast sandbox install` adds packages." in done.stdout


def test_install_without_a_reachable_index_is_a_sentence(threadfast: Threadfast) -> None:
    threadfast.settings |= {
        "PIP_CONFIG_FILE": "/dev/null",
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_EXTRA_INDEX_URL": "",
        "PIP_FIND_LINKS": "",
        "PIP_NO_CACHE_DIR": "1",
        "PIP_RETRIES": "0",
    }

    done = threadfast.run("sandbox", "install")

    assert (done.returncode, done.stdout) == (1, "")
    assert "The packages cannot be fetched: the package index cannot be reached." in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"THREADFAST_SANDBOX_IMAGE": "python:3", "THREADFAST_SANDBOX_RUNTIME": "/nowhere"}, "no program /nowhere"),
        ({"THREADFAST_SANDBOX_PYTHON": "/nowhere"}, "/nowhere is no virtual environment"),
    ],
)
def test_sandbox_that_cannot_work_is_said_by_every_command(
    threadfast: Threadfast, settings: dict[str, str], words: str
) -> None:
    threadfast.settings |= settings

    check, install = threadfast.run("sandbox", "check"), threadfast.run("sandbox", "install")

    assert (check.returncode, install.returncode) == (1, 1)
    assert words in check.stdout
    assert words in install.stderr


def test_install_is_refused_where_it_would_not_be_used(threadfast: Threadfast, tmp_path: Path) -> None:
    import venv

    venv.create(tmp_path / "env", with_pip=False)
    threadfast.settings["THREADFAST_SANDBOX_PYTHON"] = str(tmp_path / "env")

    done = threadfast.run("sandbox", "install")

    assert done.returncode == 1
    assert "THREADFAST_SANDBOX_PYTHON is set: install packages there" in done.stderr
