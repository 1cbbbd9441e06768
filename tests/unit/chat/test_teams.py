from __future__ import annotations

from adapters.chat.handling.teams import TEAMS_SECONDS, KnownTeams
from bot.domain import TeamSummary
from bot.errors import StoreError
from tests.fakes import FakeClock


class Offer:
    """Teams on offer, which may be unreadable."""

    def __init__(self, *names: str) -> None:
        self.names = names
        self.asked = 0
        self.broken = False

    async def teams(self) -> list[TeamSummary]:
        self.asked += 1
        if self.broken:
            raise StoreError("locked")
        return [
            TeamSummary(name=name, description="", kind="single", agents=(), source="preset") for name in self.names
        ]


async def test_teams_are_asked_for_once_in_a_while() -> None:
    offer, clock = Offer("coder"), FakeClock()
    known = KnownTeams(offer.teams, clock)
    await known.refresh()
    offer.names = ("coder", "writer")

    await known.refresh()
    assert (sorted(known.names), offer.asked) == (["coder"], 1)
    await clock.advance(TEAMS_SECONDS)
    await known.refresh()

    assert (sorted(known.names), offer.asked) == (["coder", "writer"], 2)


async def test_teams_that_cannot_be_read_are_those_that_were_known() -> None:
    offer, clock = Offer("coder"), FakeClock()
    known = KnownTeams(offer.teams, clock)
    await known.refresh()
    offer.broken = True

    await clock.advance(TEAMS_SECONDS)
    await known.refresh()

    assert known.names == {"coder"}
