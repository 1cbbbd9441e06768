from __future__ import annotations

import pytest

from bot.commands.progress import StageProgress


def test_fetching_elsewhere_than_on_a_terminal_is_a_line_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    progress = StageProgress("en")

    for done in range(0, 101, 5):
        progress("fetching", done, 100)
    progress("loading", 0, 1)
    progress("ready", 1, 1)

    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines()[:2] == ["fetching the embedded model, 0 %", "fetching the embedded model, 10 %"]
    assert err.splitlines()[-2:] == ["fetching the embedded model, 90 %", "loading the embedded model"]
