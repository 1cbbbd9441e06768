from __future__ import annotations

import sys
from pathlib import Path

import pytest

from agents.models.embedded.mirrors import MirrorError, find_pip


def test_pip_of_this_environment_is_used() -> None:
    pytest.importorskip("pip")

    assert find_pip() == [sys.executable, "-m", "pip"]


def test_environment_without_pip_borrows_the_one_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    borrowed = tmp_path / "pip3"
    borrowed.write_text("#!/bin/sh\n")
    borrowed.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert find_pip() == [str(borrowed)]


def test_machine_without_pip_is_told_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(MirrorError, match="ensurepip"):
        find_pip()
