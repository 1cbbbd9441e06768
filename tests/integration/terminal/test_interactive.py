from __future__ import annotations

import os
import re
import signal

import pytest

from tests.integration.terminal.screen import CTRL_C, CTRL_D, Screen
from tests.integration.terminal.threadfast import Threadfast, last_lines

pytestmark = pytest.mark.timeout(300)
COLOUR = re.compile(r"\x1b\[[0-9;]*(?:3[0-7]|9[0-7]|38;[25])[0-9;]*m")


def test_person_talks_leaves_and_finds_the_question_again(threadfast: Threadfast) -> None:
    with Screen(threadfast, "chat") as screen:
        screen.see("you>")
        screen.say("plan a trip")
        screen.see("assistant", "Day 2: Beijing.", "answer to assistant>")
        screen.say("/teams")
        screen.see("coder-reviewed:")
        screen.say("/models")
        screen.see("Ollama", "In its memory")
        screen.say("/dance")
        screen.see("There is no command /dance")
        screen.type(CTRL_D)
        status = screen.see_the_end()
    goodbye = re.search(r"threadfast chat --thread (\w+)", screen.text)

    assert status == 0
    assert goodbye is not None
    with Screen(threadfast, "chat", "--thread", goodbye[1]) as screen:
        screen.see("Day 2: Beijing.", "assistant waits for your answer", "answer to assistant>")
        screen.say("exit")
        screen.see("The run is completed")


def test_what_an_agent_is_saying_is_shown_and_ctrl_c_stops_it(threadfast: Threadfast) -> None:
    threadfast.control(token_delay=0.05)
    with Screen(threadfast, "chat") as screen:
        screen.see("you>")
        screen.say("tell a long story")
        screen.see("assistant …", "word20")
        screen.type("half a line" + CTRL_C)
        screen.say("meanwhile")
        screen.see("Kept: it answers the next question")
        screen.type(CTRL_C)
        screen.see("stopped by", "you>")

        assert "word399" not in screen.text
        assert "assistant …" not in screen.text


def test_approval_is_decided_by_number_in_a_narrow_window_without_colour(threadfast: Threadfast) -> None:
    threadfast.settings["NO_COLOR"] = "1"
    with Screen(threadfast, "chat", "--team", "coder-reviewed", columns=60) as screen:
        screen.see("you>")
        screen.resize(20)
        screen.say("primes 质数")
        screen.see("1  approve", "2  reject")
        screen.say("1")
        screen.see("user_proxy", "2 3 5 7 11 13 17 19", "It works. TERMINATE", "completed")

    assert COLOUR.search(screen.raw) is None
    assert max(len(line) for line in screen.text.splitlines()[2:]) <= 20


def test_killed_while_waiting_the_question_is_open_again(threadfast: Threadfast) -> None:
    with Screen(threadfast, "chat") as screen:
        screen.see("you>")
        screen.say("plan a trip")
        screen.see("answer to assistant>")
        asked = threadfast.asked()
        refused = threadfast.run("chat", "--say", "a second engine")
        listed = threadfast.run("runs")
        checked = threadfast.run("check")
        os.kill(screen.pid, signal.SIGKILL)
    thread = listed.stdout.splitlines()[1].split("\t")[1]

    again = threadfast.run("chat", "--thread", thread, stdin="")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Another `threadfast chat` or engine (process" in refused.stderr
    assert checked.returncode == 0, checked.stdout
    assert again.returncode == 3, again.stderr
    assert last_lines(again.stdout, 2) == [
        f"thread: {thread}",
        "assistant waits for your answer. `exit` ends this chat.",
    ]
    assert threadfast.asked() == asked
