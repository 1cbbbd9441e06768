"""How long threads of a serving process wait for the interpreter."""

from __future__ import annotations

import sys

import pytest

from bot.interpreter import SWITCH_SECONDS, switching_often


def test_threads_wait_shortly_inside_the_block_and_as_before_after_it() -> None:
    before = sys.getswitchinterval()

    with switching_often():
        inside = sys.getswitchinterval()

    assert inside == pytest.approx(SWITCH_SECONDS)
    assert sys.getswitchinterval() == before
