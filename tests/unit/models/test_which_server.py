from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.models.pool import Models, ModelSettings
from bot.errors import SettingsError

ASKED_BY_OPENAI = """
import asyncio, sys
from pathlib import Path
from agents.models.pool import Models, ModelSettings
async def main():
    models = Models(ModelSettings(cache=Path("none"), openai_base_url="http://127.0.0.1:9/v1"))
    [line] = await models.describe(())
    await models.close()
    print(line.ok, "ollama" in sys.modules)
asyncio.run(main())
"""


@pytest.mark.parametrize("address", ["::bad::", "http://nohost.invalid:99999"])
def test_ollama_host_that_is_no_address_is_refused_by_its_name(tmp_path: Path, address: str) -> None:
    with pytest.raises(SettingsError, match=r"^OLLAMA_HOST: .* is no address of a model server"):
        Models(ModelSettings(cache=tmp_path, ollama_host=address))
    with pytest.raises(SettingsError, match=r"^OLLAMA_HOST: "):
        Models(ModelSettings(cache=tmp_path, ollama_host=address, openai_base_url="http://127.0.0.1:9/v1"))


def test_address_of_another_server_is_looked_at_before_it_is_used(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="'no address' is no address"):
        Models(ModelSettings(cache=tmp_path, openai_base_url="no address"))


def test_ollamas_library_is_not_imported_where_another_server_is_used() -> None:
    # The library fails while it is imported when the environment's OLLAMA_HOST is no address.
    done = subprocess.run(
        [sys.executable, "-c", ASKED_BY_OPENAI],
        check=False,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "OLLAMA_HOST": "::bad::"},
    )

    assert (done.stdout.splitlines()[-1:], done.stderr) == (["False False"], "")
