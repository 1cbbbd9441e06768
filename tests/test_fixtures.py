from __future__ import annotations

import os
import time
from pathlib import Path

import platformdirs
import pytest
from blockbuster import BlockingError

ROOT = Path(__file__).parent.parent


def sleep_in(file: Path) -> None:
    exec(compile("sleep(0)", str(file), "exec"), {"sleep": time.sleep})


@pytest.mark.parametrize("package", ["bot", "adapters", "agents"])
async def test_our_code_that_blocks_the_loop_raises(package: str) -> None:
    with pytest.raises(BlockingError, match=r"time\.sleep"):
        sleep_in(ROOT / package / "invented.py")


async def test_code_that_is_not_ours_may_block_the_loop(tmp_path: Path) -> None:
    sleep_in(tmp_path / "elsewhere.py")


def test_our_code_may_block_where_no_loop_runs() -> None:
    sleep_in(ROOT / "bot" / "invented.py")


def test_no_setting_of_the_machine_reaches_a_test() -> None:
    seen = [name for name in os.environ if name.startswith(("THREADFAST_", "OLLAMA_", "DATABASE_"))]

    assert seen == []


def test_the_users_folders_are_empty_ones_of_the_test(clean_environment: Path) -> None:
    folders = [platformdirs.user_data_path("x"), platformdirs.user_config_path("x"), platformdirs.user_cache_path("x")]

    assert all(folder.is_relative_to(clean_environment) for folder in [*folders, Path.home()])
    assert list(clean_environment.iterdir()) == []
