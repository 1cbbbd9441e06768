"""Answers to interactions on a wire-level Discord, whichever way they were deferred."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest

from adapters.chat.handling.about import About, Action
from adapters.discord.events.intents import Ask, Asked, Pressed, Status
from adapters.discord.web.answers import Answers
from bot.domain import Person, RequestId
from tests.discord_server import Interaction
from tests.discord_server.invoking import COMMAND, COMPONENT, invoke
from tests.integration.discord.sending import Sending

PUBLICLY: dict[str, Any] = {"type": 5}
PRIVATELY: dict[str, Any] = {"type": 5, "data": {"flags": 64}}
AS_UPDATE: dict[str, Any] = {"type": 6}
NO_INTERACTION = 10062


async def used(s: Sending, kind: type[Asked], deferred: dict[str, Any] | None, **more: Any) -> Any:
    """Have Anna use something, deferred in this way, and return the intent."""
    message = s.world.messages[s.thread.id][max(s.world.messages[s.thread.id])] if kind is Pressed else None
    kinds = COMPONENT if kind is Pressed else COMMAND
    place = s.thread if kind is Pressed else s.channel
    begun: Interaction = invoke(s.world, s.server.app, s.anna.user, place, kinds, {}, message=message)
    if deferred is not None:
        url = f"{s.server.api_url}/interactions/{begun.id}/{begun.token}/callback"
        async with aiohttp.ClientSession() as session, session.post(url, json=deferred) as answer:
            assert answer.status in (200, 204), await answer.text()
    return kind(
        id=str(begun.id),
        token=begun.token,
        person=Person(id=str(s.anna.user.id), name="Anna"),
        language="en",
        guild=str(s.guild.id),
        channel=str(place.id),
        **more,
    )


def answers(s: Sending) -> Answers:
    return Answers(s.client)


def last(s: Sending) -> list[tuple[str, bool]]:
    return [(each.message.content, each.ephemeral) for each in s.anna.sees(s.channel) if each.message.id != s.root.id]


async def test_a_command_is_answered_privately(s: Sending) -> None:
    asked = await used(s, Status, PRIVATELY)

    assert await answers(s).tell(asked, "Nothing runs.")

    assert last(s) == [("Nothing runs.", True)]


async def test_a_long_answer_comes_in_parts(s: Sending) -> None:
    asked = await used(s, Status, PRIVATELY)

    assert await answers(s).tell(asked, "\n".join(f"line {number} " + "x" * 90 for number in range(60)))

    assert len(last(s)) > 2
    assert all(private for _, private in last(s))
    assert "line 59" in last(s)[-1][0]


async def test_without_words_the_placeholder_goes(s: Sending) -> None:
    asked = await used(s, Status, PRIVATELY)

    assert await answers(s).tell(asked, "")

    assert last(s) == []


async def test_a_response_stands_for_what_was_asked(s: Sending) -> None:
    asked = await used(s, Ask, PUBLICLY, text="go")

    message = await answers(s).stand(asked, "Anna: go https://example.com")

    assert last(s) == [("Anna: go https://example.com", False)]
    assert message == str(s.anna.sees(s.channel).last.id)
    assert s.anna.sees(s.channel).last.message.flags & 4


async def test_a_response_that_stands_may_be_asked_for_again(s: Sending) -> None:
    asked = await used(s, Ask, PUBLICLY, text="go")
    s.server.fault("accept_then_drop", route="edit_original_response")
    with pytest.raises(ConnectionError):
        await answers(s).stand(asked, "go")

    message = await answers(s).stand(asked, "go")

    assert last(s) == [("go", False)]
    assert message is not None


async def test_what_stands_stays_when_something_is_told_beside_it(s: Sending) -> None:
    asked = await used(s, Ask, PUBLICLY, text="go")
    await answers(s).stand(asked, "go")

    assert await answers(s).tell(asked, "A file was not read.")

    assert last(s) == [("go", False), ("A file was not read.", True)]


async def test_a_public_placeholder_gives_way_to_a_private_answer(s: Sending) -> None:
    asked = await used(s, Ask, PUBLICLY, text="go")

    assert await answers(s).tell(asked, "There is no such team.")

    assert last(s) == [("There is no such team.", True)]


async def test_a_private_response_stands_for_nothing(s: Sending) -> None:
    asked = await used(s, Ask, PRIVATELY, text="go")

    assert await answers(s).stand(asked, "go") is None


async def test_a_press_is_answered_beside_its_card(s: Sending) -> None:
    await s.deliver(s.notice("card"))
    about = About(request=RequestId("0"), nonce="0" * 16)
    asked = await used(s, Pressed, AS_UPDATE, action=Action.APPROVE, about=about, message=str(s.seen[-1].id))

    assert await answers(s).tell(asked, "This card is not about what waits now.")

    assert [each.message.content for each in s.seen] == ["card", "This card is not about what waits now."]
    assert s.seen[-1].ephemeral


@pytest.mark.parametrize("deferred", [None, PRIVATELY], ids=["never answered", "too late"])
async def test_an_interaction_that_is_over_is_no_harm(s: Sending, deferred: dict[str, Any] | None) -> None:
    asked = await used(s, Status, deferred)
    if deferred is not None:
        s.server.advance(1000)

    assert not await answers(s).tell(asked, "Nothing runs.")
    assert await answers(s).stand(asked, "go") is None


@pytest.mark.parametrize("kind", ["drop", "accept_then_drop", "status", "ratelimited"])
async def test_an_answer_that_is_lost_raises_nothing(s: Sending, kind: str) -> None:
    asked = await used(s, Status, PRIVATELY)
    s.server.fault(kind, route="get_original_response", times=None, status=503, via=False)

    assert not await answers(s).tell(asked, "Nothing runs.")
