from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from tests.discord_server.invoking import COMMAND, COMPONENT, invoke
from tests.discord_server.messages import Interaction
from tests.discord_server.server import DiscordServer
from tests.unit.discord_server.bots import Acme, acme

DATA = {"id": "1", "name": "ask", "type": 1, "options": []}


@dataclass(slots=True)
class Raw:
    """The API without any library: nothing is retried or hidden."""

    there: Acme
    session: aiohttp.ClientSession

    def begin(self, kind: int = COMMAND, **more: Any) -> Interaction:
        return invoke(
            self.there.server.world, self.there.server.app, self.there.anna.user, self.there.general, kind, DATA, **more
        )

    async def call(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async with self.session.request(method, self.there.server.api_url + path, json=body) as response:
            told = await response.json() if response.status != 204 else {}
            return response.status, told.get("code", told) if response.status >= 400 else told

    async def answers(self, interaction: Interaction, kind: int, **data: Any) -> tuple[int, Any]:
        path = f"/interactions/{interaction.id}/{interaction.token}/callback"
        return await self.call("POST", path, {"type": kind, "data": data})

    def hook(self, interaction: Interaction) -> str:
        return f"/webhooks/{self.there.server.app.id}/{interaction.token}"


@pytest.fixture
async def raw(server: DiscordServer) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(acme(server), session)


async def test_an_interaction_is_answered_once(raw: Raw) -> None:
    interaction = raw.begin()
    assert await raw.answers(interaction, 4, content="hello") == (204, {})
    assert await raw.answers(interaction, 4, content="again") == (400, 40060)
    assert raw.there.anna.sees("general").texts == ["hello"]


async def test_an_interaction_is_unknown_after_three_seconds_or_with_another_token(raw: Raw) -> None:
    interaction, other = raw.begin(), raw.begin()
    interaction.token, other.token = other.token, interaction.token
    assert await raw.answers(interaction, 5) == (404, 10062)
    late = raw.begin()
    raw.there.server.advance(3.1)
    assert await raw.answers(late, 5) == (404, 10062)


async def test_a_command_cannot_be_answered_as_a_press(raw: Raw) -> None:
    for kind in (6, 7, 8, 3, 12):
        assert await raw.answers(raw.begin(), kind, content="x") == (400, 50035)


async def test_a_message_too_long_is_refused_and_the_interaction_stays_open(raw: Raw) -> None:
    interaction = raw.begin()
    assert await raw.answers(interaction, 4, content="x" * 2001) == (400, 50035)
    assert await raw.answers(interaction, 4, content="x" * 2000) == (204, {})


async def test_the_first_followup_of_a_deferred_answer_becomes_it(raw: Raw) -> None:
    interaction = raw.begin()
    await raw.answers(interaction, 5, flags=64)
    assert raw.there.anna.sees("general").last.thinking
    status, told = await raw.call("POST", raw.hook(interaction), {"content": "done"})
    assert (status, told["flags"] & 64, told["content"]) == (200, 64, "done")
    assert raw.there.anna.sees("general").texts == ["done"]
    assert raw.there.anna.sees("general").last.ephemeral


async def test_a_token_lives_for_a_quarter_of_an_hour(raw: Raw) -> None:
    interaction = raw.begin()
    await raw.answers(interaction, 4, content="hello")
    raw.there.server.advance(14 * 60)
    assert (await raw.call("PATCH", raw.hook(interaction) + "/messages/@original", {"content": "late"}))[0] == 200
    raw.there.server.advance(61)
    for method, path in (("POST", ""), ("PATCH", "/messages/@original"), ("GET", "/messages/@original")):
        assert await raw.call(method, raw.hook(interaction) + path, {"content": "too late"}) == (401, 50027)


async def test_nothing_follows_before_the_first_answer(raw: Raw) -> None:
    assert await raw.call("POST", raw.hook(raw.begin()), {"content": "early"}) == (404, 10015)


async def test_where_only_a_person_installed_the_app_five_messages_may_follow(raw: Raw) -> None:
    raw.there.server.limits.off()
    world = raw.there.server.world
    raw.there.general = world.channel(world.guild("Elsewhere", bots=False), "lobby")
    interaction = raw.begin()
    await raw.answers(interaction, 4, content="hello")
    told = [await raw.call("POST", raw.hook(interaction), {"content": "more"}) for _ in range(6)]
    assert [status for status, _ in told] == [200] * 5 + [400]
    assert told[-1][1] == 40094


async def test_an_answer_and_what_followed_can_be_read_changed_and_deleted(raw: Raw) -> None:
    interaction = raw.begin()
    await raw.answers(interaction, 4, content="one")
    _, followed = await raw.call("POST", raw.hook(interaction), {"content": "two"})
    path = f"{raw.hook(interaction)}/messages/{followed['id']}"
    assert (await raw.call("PATCH", path, {"content": "three"}))[1]["content"] == "three"
    assert (await raw.call("GET", path))[1]["content"] == "three"
    assert (await raw.call("DELETE", path))[0] == 204
    assert await raw.call("GET", path) == (404, 10008)
    assert (await raw.call("DELETE", raw.hook(interaction) + "/messages/@original"))[0] == 204
    assert raw.there.anna.sees("general").texts == []


async def test_a_press_keeps_or_changes_its_message(raw: Raw) -> None:
    message = await raw.there.anna.says("general", "card")
    kept, changed = raw.begin(COMPONENT, message=message), raw.begin(COMPONENT, message=message)
    assert await raw.answers(kept, 6) == (204, {})
    assert await raw.answers(changed, 7, content="changed") == (204, {})
    assert raw.there.anna.sees("general").texts == ["changed"]


async def test_a_modal_with_too_long_a_title_is_refused(raw: Raw) -> None:
    one = {"type": 1, "components": [{"type": 4, "custom_id": "a", "label": "A", "style": 1}]}
    assert await raw.answers(raw.begin(), 9, custom_id="m", title="x" * 46, components=[one]) == (400, 50035)
    assert await raw.answers(raw.begin(), 9, custom_id="m", title="x", components=[one]) == (204, {})
