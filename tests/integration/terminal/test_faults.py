"""Streams that cannot be written, threads of others, full disks: said in a sentence, and nothing goes on for ever."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from tests.integration.terminal.screen import CTRL_D, Screen
from tests.integration.terminal.threadfast import COMMAND, Threadfast, thread_in

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def threadfast(threadfast: Threadfast) -> Threadfast:
    threadfast.log_level = ""
    return threadfast


def shell(threadfast: Threadfast, redirected: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$@" {redirected}', "sh", *COMMAND, "chat", "--say", "plan a trip"],
        env=threadfast.environment,
        cwd=threadfast.home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_standard_output_that_takes_nothing_ends_the_talk_with_a_sentence(threadfast: Threadfast) -> None:
    done = shell(threadfast, ">/dev/full")

    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines()[1:] == [
        "Standard output cannot be written: No space left on device. The conversation is saved."
    ]


def test_closed_standard_output_is_refused_before_anything_is_said(threadfast: Threadfast) -> None:
    before = threadfast.asked()

    done = shell(threadfast, ">&-")

    assert (done.returncode, threadfast.asked()) == (1, before)
    assert done.stderr == "Standard output is closed, so there is nowhere to show turns.\n"


def test_closed_standard_error_loses_only_what_would_stand_there(threadfast: Threadfast) -> None:
    done = shell(threadfast, "2>&-")

    assert (done.returncode, done.stdout.splitlines()[0]) == (3, "assistant: Day 1: Harbin.")
    assert threadfast.run("runs").returncode == 0


@pytest.mark.parametrize("address", ["::bad::", "http://nohost.invalid:99999"])
def test_ollama_host_that_is_no_address_is_one_sentence(threadfast: Threadfast, address: str) -> None:
    threadfast.settings["OLLAMA_HOST"] = address

    said = threadfast.run("chat", "--say", "hi")
    threadfast.settings["THREADFAST_OPENAI_BASE_URL"] = f"{threadfast.server}/v1"
    checked = threadfast.run("check")

    assert (said.returncode, said.stdout, len(said.stderr.splitlines())) == (1, "", 1)
    assert said.stderr.startswith(f"OLLAMA_HOST: '{address}' is no address of a model server")
    assert f"models    WRONG  OLLAMA_HOST: '{address}'" in checked.stdout
    assert checked.returncode == 1


def test_work_of_another_thread_is_finished_without_noise(threadfast: Threadfast) -> None:
    threadfast.control(delay=60)
    before = threadfast.asked()
    with threadfast.start("chat", "--say", "trip") as process:
        threadfast.wait_until_asked(before)
        process.terminate()
        _, err = process.communicate(timeout=60)
    threadfast.control(delay=0)
    left = thread_in(err)

    other = threadfast.run("chat", "--say", "trip", "--answer", "shorter")
    again = threadfast.run("chat", "--thread", left, stdin="")

    assert other.returncode == 3, other.stderr
    assert f"This process also finishes what was left at work in other threads: {left}\n" in other.stderr
    assert "{" not in other.stderr
    assert again.stdout.startswith("assistant: Day 1: Harbin.")


def test_team_that_the_open_run_does_not_have_is_named(threadfast: Threadfast) -> None:
    waiting = threadfast.run("chat", "--say", "trip")

    done = threadfast.run("chat", "--thread", thread_in(waiting.stdout), "--team", "coder", "--answer", "shorter")

    assert "The open run goes on with team solo; the next run gets team coder." in done.stderr
    assert "assistant: Shorter: stay in Beijing." in done.stdout


def test_numbers_that_are_no_choice_and_a_missing_reason_are_told_and_decide_nothing(threadfast: Threadfast) -> None:
    done = threadfast.run(
        "chat",
        "--team",
        "coder-reviewed",
        "--say",
        "primes",
        "--answer",
        "9",
        "--answer",
        "3",
        "--answer",
        "3 too slow",
    )

    assert done.returncode == 0, done.stderr
    assert re.search(r"> 9\nThere is no choice 9\. .*\n> 3\nSay why as well: `3 REASON`\.\n> 3 too slow\n", done.stderr)
    assert "ran python" not in done.stdout
    assert "Rejected by" in done.stderr


def test_unreachable_model_server_is_told_once_in_words_and_nothing_is_logged(threadfast: Threadfast) -> None:
    threadfast.settings["OLLAMA_HOST"] = "http://127.0.0.1:9"
    with threadfast.start("chat", "--say", "trip") as process:
        assert process.stderr is not None
        said = [process.stderr.readline(), process.stderr.readline()]
        process.terminate()
        _, rest = process.communicate(timeout=60)

    assert said[0].startswith("thread: ")
    assert said[1].startswith("The run waits until a model host is there again")
    assert rest == ""


def test_unreachable_model_server_is_told_at_a_terminal_too(threadfast: Threadfast) -> None:
    threadfast.settings["OLLAMA_HOST"] = "http://127.0.0.1:9"
    with Screen(threadfast, "chat", columns=200) as screen:
        screen.see("you>")
        screen.say("trip")
        screen.see("The run waits until a model host is there again")

        assert "postponed" not in screen.text


def test_way_back_is_the_command_that_was_typed(threadfast: Threadfast) -> None:
    threadfast.settings["_THREADFAST_CHAT"] = "scripts/try"
    with Screen(threadfast, "chat", columns=200) as screen:
        screen.see("you>")
        screen.say("trip")
        screen.see("answer to assistant>")
        screen.type(CTRL_D)
        screen.see("Continue it with: scripts/try --thread ")


def test_choice_that_wants_a_reason_stays_typed_until_it_has_one(threadfast: Threadfast) -> None:
    with Screen(threadfast, "chat", "--team", "coder-reviewed") as screen:
        screen.see("you>")
        screen.say("primes")
        screen.see("3  reject and say why")
        screen.say("3")
        screen.see("Say why as well", "> 3")
        screen.say("too slow")
        screen.see("Rejected by", "completed")
