"""A model that has to be loaded first, as a person at a terminal sees it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terminal.conftest import SCRIPTS
from tests.integration.terminal.screen import CTRL_C, CTRL_D, Screen
from tests.integration.terminal.threadfast import Threadfast

pytestmark = pytest.mark.timeout(180)
LOADS = "m is being loaded into memory."


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[Threadfast]:
    """The command beside a model server of its own that has nothing in memory."""
    command = [sys.executable, "-m", "tests.model_server", "--scripts", SCRIPTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        threadfast = Threadfast(f"http://127.0.0.1:{process.stdout.readline().strip()}", tmp_path)
        threadfast.control(load_delay=8)
        try:
            yield threadfast
        finally:
            process.terminate()


def test_model_that_loads_is_shown_above_the_input_line_until_it_speaks(loading: Threadfast) -> None:
    with Screen(loading, "chat") as screen:
        screen.see("you>")
        screen.say("plan a trip")
        screen.see("assistant …", LOADS)
        screen.see("Day 2: Beijing.", "answer to assistant>")

        assert LOADS not in screen.text


def test_run_that_is_stopped_while_its_model_loads_leaves_nothing_of_it(loading: Threadfast) -> None:
    with Screen(loading, "chat") as screen:
        screen.see("you>")
        screen.say("plan a trip")
        screen.see(LOADS)
        screen.type(CTRL_C)
        screen.see("stopped by", "you>")
        screen.type(CTRL_D)

        assert screen.see_the_end() == 0
        assert LOADS not in screen.text


def test_model_that_loads_is_told_once_on_standard_error(loading: Threadfast) -> None:
    done = loading.run("chat", "--say", "plan a trip")

    assert done.returncode == 3, done.stderr
    assert LOADS not in done.stdout
    assert len(re.findall(rf"^assistant: {LOADS}", done.stderr, re.MULTILINE)) == 1
