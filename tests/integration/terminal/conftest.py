from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.terminal.threadfast import Threadfast

SCRIPTS = "tests.integration.terminal.scripts:SCRIPTS"


@pytest.fixture(scope="module")
def model_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.model_server", "--scripts", SCRIPTS]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@pytest.fixture
def threadfast(model_server: str, tmp_path: Path) -> Threadfast:
    command = Threadfast(model_server, tmp_path)
    command.control(delay=0, token_delay=0, hang_on=None)
    return command
