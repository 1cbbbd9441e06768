from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from agents.proven import SEAMS_PROVEN, check_installed
from bot.errors import SeamsUnprovenError
from tests.packages import install


def test_the_installed_version_is_proven() -> None:
    assert check_installed() in SEAMS_PROVEN


def test_another_version_is_refused_with_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "autogen", "0.15.0")
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(SeamsUnprovenError, match=r"autogen 0\.15\.0 is installed; Threadfast is proven with 0\.14\.1"):
        check_installed()


def test_no_version_at_all_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [folder for folder in sys.path if "site-packages" not in folder])

    with pytest.raises(SeamsUnprovenError, match="autogen is not installed"):
        check_installed()


def test_what_a_start_imports_leaves_the_slow_libraries_alone() -> None:
    program = (
        "import sys\n"
        "import bot.app, bot.commands.serve, agents.team, agents.proven, agents.models.pool, adapters.slack.adapter\n"
        "agents.proven.check_installed()\n"
        "slow = {'autogen', 'openai', 'ollama', 'alembic', 'prompt_toolkit'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", program], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
