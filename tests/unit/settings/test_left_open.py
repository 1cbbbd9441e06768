"""What rules for Discord's servers leave open in direct messages, and that it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands.checks import left_open
from bot.config import load_settings

SERVER = "234567890123456789"


def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str) -> str:
    (tmp_path / "threadfast.yaml").write_text(f"permissions:\n{rules}", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return left_open(load_settings())


@pytest.mark.parametrize(
    "rules",
    [
        f"  - {{workspace: {SERVER}, start: [nobody]}}\n",
        f"  - {{workspace: {SERVER}, start: [nobody]}}\n  - {{team: coder, start: [nobody]}}\n",
        f"  - {{workspace: {SERVER}, start: [nobody]}}\n  - {{workspace: dm, stop: [nobody]}}\n",
        f"  - {{workspace: {SERVER}, start: [nobody]}}\n  - {{adapter: slack, start: [nobody]}}\n",
    ],
)
def test_rules_for_servers_alone_leave_direct_messages_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    words = found(tmp_path, monkeypatch, rules)

    assert words.startswith("the permissions for servers (start) don't hold in direct messages")
    assert "{workspace: dm, start: [nobody]}" in words


@pytest.mark.parametrize(
    "rules",
    [
        "  - {start: [nobody]}\n",
        f"  - {{workspace: {SERVER}, operate: ['role:{SERVER}']}}\n",
        "  - {workspace: T0123ABCD, start: [nobody]}\n",
        f"  - {{start: [nobody]}}\n  - {{workspace: {SERVER}, start: [everyone]}}\n",
        f"  - {{adapter: discord, start: [nobody]}}\n  - {{workspace: {SERVER}, start: [everyone]}}\n",
        f"  - {{workspace: {SERVER}, start: [nobody]}}\n  - {{workspace: dm, start: [everyone]}}\n",
        f"  - {{workspace: {SERVER}, team: coder, start: [nobody]}}\n  - {{team: coder, start: [starter]}}\n",
    ],
)
def test_rules_that_speak_of_direct_messages_leave_nothing_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    assert found(tmp_path, monkeypatch, rules) == ""
