from __future__ import annotations

import re

import pytest

from tests.integration.terminal.threadfast import Threadfast

pytestmark = pytest.mark.timeout(300)


def test_files_that_code_wrote_are_named_and_saved_by_the_command_that_the_hint_says(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--team", "coder", "--say", "write a file")
    hint = re.search(r"threadfast (runs \w+ --files) FOLDER", chat.stderr)
    assert hint is not None, chat.stderr

    saved = [threadfast.run(*hint[1].split(), "out") for _ in range(2)]

    assert "file: trip.txt (6 bytes)" in chat.stdout
    assert "--files" not in chat.stdout
    assert [done.returncode for done in saved] == [0, 0]
    assert [done.stdout for done in saved] == ["out/trip.txt\n", "out/trip-2.txt\n"]
    assert (threadfast.home / "out" / "trip.txt").read_text() == "Harbin"


def test_folder_for_files_that_is_a_file_is_refused_with_a_sentence(threadfast: Threadfast) -> None:
    threadfast.run("chat", "--team", "coder", "--say", "write a file")
    run = threadfast.run("runs").stdout.splitlines()[1].split("\t")[0]
    (threadfast.home / "out").write_text("in the way")

    done = threadfast.run("runs", run, "--files", "out")

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == ("The files cannot be saved in out: it, or a part of its path, is a file; name a folder.\n")


def test_run_without_files_says_so(threadfast: Threadfast) -> None:
    chat = threadfast.run("chat", "--team", "coder", "--say", "primes")
    run = threadfast.run("runs").stdout.splitlines()[1].split("\t")[0]

    done = threadfast.run("runs", run, "--files", "out")

    assert "--files" not in chat.stderr
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"The run {run} has no files.\n"
    assert not (threadfast.home / "out").exists()
