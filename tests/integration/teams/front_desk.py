"""An installed package whose tools change context variables, and the team that uses it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents import tools
from tests.packages import install

MODULE = '''
from typing import Annotated

from autogen.agentchat.group import AgentNameTarget, ContextVariables, ReplyResult


def count_try(context_variables: ContextVariables) -> ReplyResult:
    """Count one more try."""
    tries = context_variables.get("tries") + 1
    return ReplyResult(message=f"tries: {tries}", context_variables=ContextVariables(data={"tries": tries}))


def fetch(who: Annotated[str, "The agent's name."]) -> ReplyResult:
    """Fetch somebody."""
    return ReplyResult(message=f"{who} comes", target=AgentNameTarget(who))
'''
TOOLS = {"count_try": "front_desk:count_try", "fetch": "front_desk:fetch"}


@contextmanager
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Install the package in a folder of its own, for the time of one test."""
    install(folder, "front_desk", tools=TOOLS)
    (folder / "front_desk.py").write_text(MODULE, "utf-8")
    monkeypatch.syspath_prepend(str(folder))
    tools._installed.cache_clear()
    try:
        yield
    finally:
        tools._installed.cache_clear()
        sys.modules.pop("front_desk", None)
