"""The payloads that the tests read: our own with fake ids, and recorded ones where they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from adapters.slack.events import Me
from bot.domain import Json, ThreadRef

ROOT = Path(__file__).parents[3]
OWN = ROOT / "tests" / "payloads" / "slack"
RECORDED = ROOT.parent / "shared" / "payloads" / "slack"

ME = Me(
    workspace="T0FAKETEAM",
    user="U0FAKEBOT",
    bot="B0FAKEBOT",
    app="A0FAKEAPP",
    teams=frozenset({"solo", "coder", "panel"}),
)
ROOT_TS = "1767225600.000100"


def payload(name: str) -> Json:
    """Return one of our own payloads."""
    loaded: Json = json.loads((OWN / f"{name}.json").read_text("utf-8"))
    return loaded


def recorded(name: str) -> Json:
    """Return a file of recorded payloads; the test is skipped where they are not."""
    file = RECORDED / f"{name}.json"
    if not file.is_file():
        pytest.skip("the recorded payloads are not here")
    loaded: Json = json.loads(file.read_text("utf-8"))
    return loaded


def kind_of(body: Json) -> str:
    """Return by which door a payload comes in."""
    if body.get("type") == "event_callback":
        return "event"
    return "command" if "command" in body else "interactive"


def everything() -> list[tuple[str, Json]]:
    """Return all payloads there are, each with its kind."""
    own = [json.loads(file.read_text("utf-8")) for file in sorted(OWN.glob("*.json"))]
    files = [json.loads(file.read_text("utf-8")) for file in sorted(RECORDED.glob("*.json"))]
    others = [body for file in files for body in file.values() if isinstance(body, dict) and ("token" in body)]
    return [(kind_of(body), body) for body in own + others]


def thread(ts: str, channel: str = "C0FAKECHAN") -> ThreadRef:
    """Return the address of a thread in the fake workspace."""
    return ThreadRef(adapter="slack", workspace="T0FAKETEAM", channel=channel, thread=ts)
