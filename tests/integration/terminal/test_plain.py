from __future__ import annotations

import json
import signal

import pytest
from inline_snapshot import snapshot

from tests.integration.terminal.threadfast import Threadfast, last_lines, thread_in

pytestmark = pytest.mark.timeout(300)
CODER_OUTPUT = snapshot(
    """\
coder: Here it is:
```python
print(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])
```
user_proxy: ran python
2 3 5 7 11 13 17 19 23 29
coder: It works. TERMINATE
"""
)


def test_run_that_waits_for_a_person_exits_3_with_its_thread_and_the_question(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--say", "plan a 5-day trip from Harbin to Beijing")

    assert done.returncode == 3, done.stderr
    *turns, thread, question = done.stdout.splitlines()
    assert turns == ["assistant: Day 1: Harbin.", "Day 2: Beijing."]
    assert thread == f"thread: {thread_in(done.stderr)}"
    assert question == "assistant waits for your answer. `exit` ends this chat."


def test_waiting_thread_is_completed_by_exit_in_a_new_process(threadfast: Threadfast) -> None:
    waiting = threadfast.run("chat", "--say", "plan a trip")
    asked = threadfast.asked()

    done = threadfast.run("chat", "--thread", thread_in(waiting.stdout), "--say", "exit")

    assert (done.returncode, done.stdout) == (0, "")
    assert threadfast.asked() == asked


def test_completed_run_shows_turns_on_standard_output_and_nothing_else(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--team", "coder", "--say", "primes below 30")

    assert done.returncode == 0, done.stderr
    assert done.stdout == CODER_OUTPUT


def test_answers_are_taken_in_order_and_those_left_over_are_named(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--say", "trip", "--answer", "shorter", "--answer", "exit", "--answer", "too many")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "assistant: Shorter: stay in Beijing."
    assert "Answers that no question asked for: 'too many'" in done.stderr


def test_open_approval_shows_exactly_what_would_run(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--team", "coder-reviewed", "--say", "primes")

    assert done.returncode == 3, done.stderr
    card, code, end, box, *_ = last_lines(done.stdout, 6)
    assert card.startswith("1. code, python (sha256 ")
    assert code == "| print(*[n for n in range(2, 30) if all(n % d for d in range(2, n))])"
    assert (end, box) == ("| ", "at most 60 s, 1 GiB memory, no network")


def test_approval_is_answered_by_approve(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--team", "coder-reviewed", "--say", "primes", "--answer", "approve")

    assert (done.returncode, done.stdout) == (0, CODER_OUTPUT), done.stderr


def test_rejected_code_does_not_run(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", "--team", "coder-reviewed", "--say", "primes", "--answer", "reject too slow")

    assert done.returncode == 0, done.stderr
    assert "ran python" not in done.stdout
    assert "Rejected by" in done.stderr


def test_failed_run_exits_1_with_one_line_that_says_why(threadfast: Threadfast) -> None:
    threadfast.settings["THREADFAST_MODELS"] = json.dumps({"chat": "missing"})

    done = threadfast.run("chat", "--say", "trip")

    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert "missing" in last_lines(done.stderr, 1)[0]


def test_interrupt_stops_the_run_and_exits_130(threadfast: Threadfast) -> None:
    threadfast.control(delay=60)
    before = threadfast.asked()
    with threadfast.start("chat", "--say", "trip") as process:
        threadfast.wait_until_asked(before)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert (process.returncode, out) == (130, ""), err
    assert "stopped by" in err


def test_lines_of_standard_input_are_messages_and_answers(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", stdin="plan a trip\nshorter\n\nexit\nprimes\n")

    assert done.returncode == 3, done.stderr
    assert "assistant: Shorter: stay in Beijing." in done.stdout
    assert last_lines(done.stdout, 2)[0] == f"thread: {thread_in(done.stderr)}"


def test_nothing_said_starts_nothing(threadfast: Threadfast) -> None:
    done = threadfast.run("chat", stdin="")

    assert (done.returncode, done.stdout) == (2, "")
    assert "Nothing was said" in done.stderr


def test_chinese_words_and_agents_control_characters_are_shown_as_they_should(threadfast: Threadfast) -> None:
    threadfast.settings["LANG"] = "zh_CN.UTF-8"

    done = threadfast.run("chat", "--say", "control characters 质数")

    assert "assistant: red ⟦U+001B⟧[31m and a bell ⟦U+0007⟧" in done.stdout
    assert last_lines(done.stdout, 1)[0].startswith("assistant 在等你的回答")


def test_process_that_is_asked_to_end_leaves_in_order_and_the_run_goes_on(threadfast: Threadfast) -> None:
    threadfast.control(delay=60)
    before = threadfast.asked()
    with threadfast.start("chat", "--say", "trip") as process:
        threadfast.wait_until_asked(before)
        process.terminate()
        _, err = process.communicate(timeout=60)
    threadfast.control(delay=0)

    again = threadfast.run("chat", "--thread", thread_in(err), stdin="")

    assert process.returncode == 143
    assert again.returncode == 3, again.stderr
    assert again.stdout.startswith("assistant: Day 1: Harbin.")
