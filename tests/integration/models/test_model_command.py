from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

from tests.integration.models.mirror import DATA, Mirror

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    made = Mirror()
    with made.serving():
        yield made


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def test_model_is_fetched_listed_and_removed(mirror: Mirror, cache: Path) -> None:
    file = cache / "models" / "tiny.gguf"

    fetched = mirror.run(cache, "fetch")
    again = mirror.run(cache, "fetch", "qwen2.5-coder-0.5b")
    data, listed = file.read_bytes(), mirror.run(cache, "list")
    removed = [mirror.run(cache, "remove").stdout for _ in range(2)]

    assert (fetched.returncode, fetched.stdout, again.stdout) == (0, f"{file}\n", f"{file}\n")
    assert (data, len(mirror.ranges)) == (DATA, 1)
    assert listed.stdout.splitlines()[1] == f"qwen2.5-coder-0.5b\t2 MB\tthere\t{file}"
    assert removed == ["qwen2.5-coder-0.5b is removed.\n", "qwen2.5-coder-0.5b is not there.\n"]
    assert not file.exists()


def test_download_that_was_cut_goes_on_from_there(mirror: Mirror, cache: Path) -> None:
    mirror.cut_at = len(DATA) // 2

    cut = mirror.run(cache, "fetch")
    listed = mirror.run(cache, "list")
    mirror.cut_at = None
    fetched = mirror.run(cache, "fetch")

    assert cut.returncode == 1
    assert "`threadfast model fetch` goes on from here" in cut.stderr
    assert listed.stdout.splitlines()[1].split("\t")[2] == "1 MB fetched"
    assert mirror.ranges == [None, f"bytes={len(DATA) // 2}-"]
    assert (fetched.returncode, Path(fetched.stdout.strip()).read_bytes()) == (0, DATA)


def test_file_with_a_wrong_hash_is_refused_and_not_kept(mirror: Mirror, cache: Path) -> None:
    mirror.data = DATA[::-1]

    done = mirror.run(cache, "fetch")
    listed = mirror.run(cache, "list")

    assert (done.returncode, done.stdout) == (1, "")
    assert "its file has the hash" in done.stderr
    assert "Traceback" not in done.stderr
    assert listed.stdout.splitlines()[1].split("\t")[2] == "not there"


def test_without_a_network_one_sentence_says_what_helps(cache: Path) -> None:
    done = Mirror().run(cache, "fetch")

    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert done.stderr.startswith("The embedded model 'qwen2.5-coder-0.5b' could not be fetched (the publisher's hub:")
    assert "an Ollama, or a GGUF file of your own in the settings, does without it" in done.stderr


def test_progress_elsewhere_than_on_a_terminal_is_lines(mirror: Mirror, cache: Path) -> None:
    done = mirror.run(cache, "fetch")

    percents = [re.fullmatch(r"fetching the embedded model, (\d+) %", line) for line in done.stderr.splitlines()]
    numbers = [int(found[1]) for found in percents if found is not None]
    assert len(numbers) == len(percents) > 0
    assert numbers == sorted(numbers)


def test_progress_on_a_terminal_is_a_bar_that_leaves_only_the_path(mirror: Mirror, cache: Path) -> None:
    mirror.go_on.clear()
    command = mirror.command("fetch")
    environment = {**mirror.environment(cache), "TERM": "xterm-256color"}
    child = pexpect.spawn(command[0], command[1:], env=environment, encoding="utf-8", timeout=100, dimensions=(24, 200))

    child.expect("fetching the embedded model, [45][0-9] %")
    child.expect("━")
    mirror.go_on.set()
    child.expect_exact(f"{cache / 'models' / 'tiny.gguf'}")
    child.expect(pexpect.EOF)
    child.close()

    assert child.exitstatus == 0


def test_download_that_is_interrupted_at_the_terminal_is_kept(mirror: Mirror, cache: Path) -> None:
    mirror.go_on.clear()
    command = mirror.command("fetch")
    environment = {**mirror.environment(cache), "TERM": "xterm-256color"}
    child = pexpect.spawn(command[0], command[1:], env=environment, encoding="utf-8", timeout=100, dimensions=(24, 200))

    child.expect("[45][0-9] %")
    child.sendintr()
    child.expect(pexpect.EOF)
    shown = child.before or ""
    child.close()
    mirror.go_on.set()
    again = mirror.run(cache, "fetch")

    assert child.exitstatus != 0
    assert "Traceback" not in shown
    assert mirror.ranges[1] is not None
    assert again.returncode == 0
