"""Answers that are empty, without end, or over before they begin, end to end over HTTP."""

from __future__ import annotations

import pytest

from bot.errors import ModelFailedError
from tests.integration.teams.harness import Teams
from tests.integration.teams.rescues.mistaken import pair, rescued, results, words
from tests.model_server import ModelServer


@pytest.mark.parametrize("fault", ["empty", "thinking_only"])
async def test_empty_answer_is_asked_for_once_more(teams: Teams, server: ModelServer, fault: str) -> None:
    server.fault(fault)

    talk = await teams.talk(teams.write(pair("sums")), "6*7?")

    assert (results(talk), rescued(talk)) == (["42"], ["empty"])
    first, second = ({**each.body, **each.body.get("options", {})}.get("temperature") for each in server.chats[:2])
    assert first != second


async def test_second_empty_answer_fails_the_run(teams: Teams, server: ModelServer) -> None:
    server.fault("empty", once=False)

    with pytest.raises(ModelFailedError, match="answered twice without saying anything"):
        await teams.talk(teams.write(pair("sums")), "6*7?")

    assert len(server.chats) == 2


async def test_empty_answer_ends_the_chat_with_the_reason_where_it_is_not_asked_for_again(
    teams: Teams, server: ModelServer
) -> None:
    server.fault("empty", once=False)

    talk = await teams.talk(teams.write(pair("sums", "rescues: {empty: false}", "Go on.")), "6*7?")

    assert talk.notices == ["clerk said nothing any more, so the chat was ended."]
    assert len(server.chats) == 1


async def test_answer_that_repeats_itself_without_end_is_stopped_at_the_server(
    teams: Teams, server: ModelServer
) -> None:
    talk = await teams.talk(teams.write(pair("endless", "max_turns: 1")), "2*2?")

    assert (talk.said, rescued(talk)) == ([("clerk", "It is 2 *")], ["endless"])
    assert talk.notices == ["An answer repeated itself without end; the repetitions were left out."]
    await server.until(lambda: server.log[-1].outcome == "disconnected")


async def test_chat_that_would_end_before_it_has_begun_is_asked_for_again(teams: Teams, server: ModelServer) -> None:
    team = pair("early").replace('"[[agent:clerk]]"', '"[[agent:clerk]] Answer. Say TERMINATE in the end."')

    talk = await teams.talk(teams.write(team + "max_turns: 1"), "6*7?")

    assert (talk.said, rescued(talk)) == ([("clerk", "It is 42.")], ["early_end"])
    assert words(server, 1)[0] == "[[agent:clerk]] Answer."
