from __future__ import annotations

from dataclasses import replace

import pytest

from bot.inbox.languages import Languages
from tests.fakes import ANNA, Thread


@pytest.mark.parametrize(
    ("person", "workspaces", "setting", "spoken"),
    [
        ("zh-TW", {"w": "en"}, "en", "zh"),
        (None, {"w": "zh"}, "en", "zh"),
        (None, {"other": "zh"}, "en", "en"),
        (None, {}, "zh", "zh"),
        ("fr", {"w": "zh"}, "en", "zh"),
    ],
)
def test_language_is_the_persons_then_the_workspaces_then_the_settings(
    person: str | None, workspaces: dict[str, str], setting: str, spoken: str
) -> None:
    event = Thread().event("hi", by=replace(ANNA, language=person))

    assert Languages(setting=setting, workspaces=workspaces).of(event) == spoken
