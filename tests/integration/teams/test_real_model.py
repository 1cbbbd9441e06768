from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest

from agents.models.embedded.client import EmbeddedClient, EmbeddedSettings
from tests.integration.teams.harness import Teams

PRIMES_TASK = "开发一个python程序计算30以内的质数，然后 user_proxy agent 执行这个程序"


@pytest.mark.real_model
@pytest.mark.timeout(600)
async def test_coder_on_the_embedded_model_shows_a_program_runs_it_and_ends(tmp_path: Path) -> None:
    cache = platformdirs.user_cache_path("threadfast", appauthor=False) / "models"
    client = EmbeddedClient(EmbeddedSettings(cache=cache))

    try:
        talk = await Teams(tmp_path, "", models=client).talk("coder", PRIMES_TASK)
    finally:
        await client.close()

    assert not talk.outcome.waiting
    assert "```python" in talk.said[0][1]
    assert talk.outcome.counts["code"] >= 1
    assert len(talk.said) <= 21
