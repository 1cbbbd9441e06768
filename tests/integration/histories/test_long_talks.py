from __future__ import annotations

from itertools import count

import pytest

from bot.errors import RetryLaterError
from tests.integration.histories.talk import CONTEXT, FACT, TASK, Before, long_history, said, talking, two_talk
from tests.model_server.scripts import text_of


class DiedError(RetryLaterError):
    """The process dies here."""


def dies_at(*calls: int) -> Before:
    numbers = count(1)

    def before(_: object) -> None:
        if next(numbers) in calls:
            raise DiedError("the process died")

    return before


async def test_agents_know_the_task_after_300_turns_with_restarts_and_no_request_is_over_long() -> None:
    async with talking() as talk:
        talk.over_http.before = dies_at(20, 40, 100, 101, 200, 290)
        for _ in range(6):
            with pytest.raises(DiedError):
                await talk.step(two_talk(300))

        outcome = await talk.step(two_talk(300))

        assert "turn 299" in outcome.summary
        assert all(TASK in said(logged.body["messages"]) for logged in talk.server.chats)
        assert all(FACT in said(logged.body["messages"]) for logged in talk.asked[-200:])
        assert (talk.over_long, talk.longest < CONTEXT) == ([], True)
        assert len(talk.notices) == 1
        assert "summary" in talk.notices[0]
        # About two hundred turns do not fit; without half of the room freed each time, each would be summed up alone.
        assert 5 < len(talk.summed_up) < 40


async def test_run_with_restarts_says_what_one_without_says() -> None:
    async with talking() as straight, talking() as broken:
        await straight.step(two_talk(120))
        broken.over_http.before = dies_at(30, 60, 90)
        for _ in range(3):
            with pytest.raises(DiedError):
                await broken.step(two_talk(120))
        await broken.step(two_talk(120))

        assert broken.journal.turns == straight.journal.turns
        assert broken.summaries == straight.summaries
        assert {key: each.value for key, each in broken.journal.effects.items()} == {
            key: each.value for key, each in straight.journal.effects.items()
        }


async def test_run_that_is_over_is_replayed_without_asking_anything() -> None:
    async with talking() as talk:
        first = await talk.step(two_talk(120))
        asked, turns = len(talk.server.chats), dict(talk.journal.turns)

        again = await talk.step(two_talk(120))

        assert (again.summary, again.counts) == (first.summary, {})
        assert (len(talk.server.chats), talk.journal.turns) == (asked, turns)


async def test_summary_is_kept_when_the_process_dies_before_the_answer_it_was_made_for() -> None:
    async with talking() as talk:

        def before(_: object) -> None:
            if len(talk.summed_up) == 1:
                raise DiedError("the process died")

        talk.over_http.before = before
        with pytest.raises(DiedError):
            await talk.step(two_talk(120))
        kept = talk.summaries[0]
        talk.over_http.before = dies_at(3)

        with pytest.raises(DiedError):
            await talk.step(two_talk(120))

        assert talk.summaries == [kept]
        assert len(talk.summed_up) == 1
        assert kept["summary"] in said(talk.asked[-1].body["messages"])


async def test_one_summary_does_for_both_sides_of_a_chat_and_for_later_calls() -> None:
    async with talking() as talk:
        await talk.step(two_talk(60))

        first = talk.summaries[0]["summary"]
        after = [logged for logged in talk.asked if first in said(logged.body["messages"])]
        assert {logged.agent for logged in after} == {"writer", "critic"}
        assert len(after) > 5


async def test_newest_messages_stay_as_they_were_said() -> None:
    async with talking() as talk:
        await talk.step(two_talk(80))

        for logged in talk.asked[40:]:
            last = [text_of(message["content"]) for message in logged.body["messages"][-3:]]
            turns = [text.split(":")[0] for text in last]
            newest = int(turns[-1].removeprefix("turn "))
            assert turns == [f"turn {newest - 2}", f"turn {newest - 1}", f"turn {newest}"]


async def test_summaries_of_a_long_history_go_on_where_the_process_died() -> None:
    async with talking() as talk:
        talk.over_http.before = dies_at(4)
        with pytest.raises(DiedError):
            await talk.step(long_history)
        kept = talk.summaries

        await talk.step(long_history)

        assert len(kept) == 3
        assert talk.summaries[:3] == kept
        assert all(FACT in value["summary"] for value in talk.summaries)
        again = dict(talk.journal.effects)
        await talk.step(long_history)
        assert talk.journal.effects == again
