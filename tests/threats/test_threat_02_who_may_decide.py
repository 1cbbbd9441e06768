"""An approval that somebody else, the agents, or a message that looks like one tries to decide."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import RequestStatus
from bot.permissions import Permissions, Rule
from tests.threats.deciding import WHO, Staged, at_the_inbox, on_discord, on_slack, untouched

PLATFORMS: dict[str, Staged] = {"inbox": at_the_inbox, "slack": on_slack, "discord": on_discord}
DECISIONS = {"approve": 1, "reject": 0}
"""The words, and how often code runs because of them."""
EVERYONE = Permissions([Rule(approve=("everyone",))])


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("words", DECISIONS)
@pytest.mark.parametrize("who", WHO)
async def test_only_who_started_the_run_decides_and_only_in_own_words(
    platform: str, who: str, words: str, tmp_path: Path
) -> None:
    async with PLATFORMS[platform](tmp_path, None) as stage:
        await stage.tries(who, words)

        if who == "starter":
            assert (await stage.request()).status is RequestStatus.ANSWERED
            assert stage.executed() == DECISIONS[words]
        else:
            assert untouched(await stage.request())
            assert stage.executed() == 0
            await stage.tries("starter", "approve")
            assert stage.executed() == 1


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("who", [who for who in WHO if who != "starter"])
async def test_everyone_are_the_members_and_nothing_that_only_looks_like_one(
    platform: str, who: str, tmp_path: Path
) -> None:
    async with PLATFORMS[platform](tmp_path, EVERYONE) as stage:
        await stage.tries(who, "approve")

        assert untouched(await stage.request()) is (who != "other member")
        assert stage.executed() == (who == "other member")
