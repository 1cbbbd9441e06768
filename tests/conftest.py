"""What holds for every test: nothing blocks the loop, and nothing of the machine's own settings leaks in."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from blockbuster import BlockBuster, blockbuster_ctx

from tests.canaries import FOLDER, PLANTED
from tests.integration.terminal import threadfast
from tests.sample import conformance_seed

OURS = ["bot", "adapters", "agents"]
FOREIGN_SETTINGS = ("THREADFAST_", "OLLAMA_", "OPENAI_", "SLACK_", "DISCORD_", "DATABASE_", "AUTOGEN_")
TERMINAL_SETTINGS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "LANGUAGE", "LC_ALL", "LC_MESSAGES")


def pytest_configure() -> None:
    """Let processes of the tests be interrupted: a shell has what it starts in the background ignore that."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection() -> None:
    """Have processes count their lines that are run only where a test asks for it."""
    threadfast.MEASURED |= {name: os.environ.pop(name) for name in ("COVERAGE_PROCESS_CONFIG",) if name in os.environ}


def pytest_report_header() -> str:
    return f"conformance seed: {conformance_seed()}"


@pytest.fixture(autouse=True)
def blockbuster() -> Iterator[BlockBuster]:
    """Raise where code of ours blocks the loop; AutoGen's and the tests' own code is left alone."""
    with blockbuster_ctx(scanned_modules=OURS) as watch:
        # Coverage's own lock, held for a moment by another thread that is traced as well.
        watch.functions["threading.Lock.acquire"].can_block_in("coverage/collector.py", "lock_data")
        yield watch


@pytest.fixture(autouse=True)
def no_secret_escapes(request: pytest.FixtureRequest, clean_environment: Path) -> Iterator[None]:
    """Fail where a secret of what the test starts is found in what came out of it."""
    PLANTED.clear()
    yield
    if PLANTED.slots:
        PLANTED.folders += [clean_environment, *filter(None, [request.node.funcargs.get("tmp_path")])]
        PLANTED.said += [(f"captured {what}", text) for _, what, text in request.node._report_sections]
        escaped = PLANTED.escaped()
        assert not escaped, "secrets escaped:\n" + "\n".join(escaped)


@pytest.fixture(autouse=True)
def clean_environment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Give the test empty user folders and return the folder that holds them.

    A test marked `real_model` or `real_box` keeps the user's cache and the way out: what it needs is fetched only once.
    """
    real_model = any(request.node.get_closest_marker(name) for name in ("real_model", "real_box"))
    home = tmp_path_factory.mktemp("home")
    for name in [*os.environ]:
        proxy = name.lower().endswith("_proxy") and not real_model
        if proxy or name in TERMINAL_SETTINGS or name.startswith(FOREIGN_SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LANG", "C.UTF-8")
    monkeypatch.setenv(FOLDER, str(home))
    folders = {"XDG_CONFIG_HOME": "config", "XDG_DATA_HOME": "data", "XDG_STATE_HOME": "state"}
    if not real_model:
        folders |= {"HOME": "", "XDG_CACHE_HOME": "cache"}
    for name, folder in folders.items():
        monkeypatch.setenv(name, str(home / folder))
    return home
