from __future__ import annotations

import pytest

from bot.errors import OverBudgetError, RetryLaterError
from bot.texts import say
from tests.integration.histories.talk import ASKS_FOR_SUMMARY, TASK, Talk, is_summary, said, talking, two_talk
from tests.model_server.scripts import Message, Reply
from tests.unit.durable.rig import MemoryJournal

NOT_COMPACTED = say("history_not_compacted", "en")


class Strict(MemoryJournal):
    """A journal whose budget is used up after so many calls."""

    calls = 0
    most = 10_000

    async def permit(self) -> None:
        self.calls += 1
        if self.calls > self.most:
            raise OverBudgetError("the budget is used up")


def knows_the_task(talk: Talk) -> bool:
    return all(TASK in said(logged.body["messages"]) for logged in talk.asked)


async def test_empty_summary_is_replaced_by_trimming_and_the_thread_is_told_once() -> None:
    async with talking(scripts={"_selector": [""]}) as talk:
        await talk.step(two_talk(120))

        assert talk.notices == [NOT_COMPACTED]
        assert [value["failed"] for value in talk.summaries] == ["the summary was empty"] * 3
        assert len(talk.summed_up) == 3
        assert (knows_the_task(talk), talk.over_long) == (True, [])


async def test_one_summary_that_failed_does_not_keep_the_next_from_being_made() -> None:
    asked: list[int] = []

    def sometimes(messages: list[Message]) -> Reply:
        asked.append(len(messages))
        return "They talked." if len(asked) > 1 else ""

    async with talking(scripts={"_selector": sometimes}) as talk:
        await talk.step(two_talk(120))

        assert "failed" in talk.summaries[0]
        assert all(value["summary"] == "They talked." for value in talk.summaries[1:])
        assert talk.notices == [NOT_COMPACTED, say("history_compacted", "en")]


async def test_model_that_refuses_to_sum_up_is_done_without() -> None:
    async with talking() as talk:

        def before(_: object) -> None:
            if ASKS_FOR_SUMMARY in said(talk.over_http.calls[-1].messages):
                talk.server.fault("oom", model="m")

        talk.over_http.before = before

        await talk.step(two_talk(80))

        assert {"memory" in value["failed"] for value in talk.summaries} == {True}
        assert talk.notices[0] == NOT_COMPACTED
        assert knows_the_task(talk)


async def test_run_waits_for_a_host_that_is_away_when_a_summary_is_needed() -> None:
    async with talking() as talk:

        def before(_: object) -> None:
            if ASKS_FOR_SUMMARY in said(talk.over_http.calls[-1].messages):
                raise RetryLaterError("the host is away")

        talk.over_http.before = before
        with pytest.raises(RetryLaterError, match="the host is away"):
            await talk.step(two_talk(80))
        assert (talk.summaries, talk.notices) == ([], [])
        talk.over_http.before = lambda _: None

        outcome = await talk.step(two_talk(80))

        assert "turn 79" in outcome.summary
        assert talk.notices == [say("history_compacted", "en")]


async def test_summary_needs_the_budget_as_every_call_does() -> None:
    async with talking() as talk:
        journal = talk.journal = Strict()
        await talk.step(two_talk(60))
        calls, summaries = journal.calls, len(talk.summed_up)
        needed = next(at for at, logged in enumerate(talk.server.chats) if is_summary(logged))
        journal = talk.journal = Strict()
        journal.most = needed

        with pytest.raises(OverBudgetError):
            await talk.step(two_talk(60))

        assert calls == 59 + summaries
        assert len(talk.server.chats) == calls + needed


async def test_tokens_of_summaries_are_counted_with_those_of_the_run() -> None:
    async with talking() as talk:
        outcome = await talk.step(two_talk(60))

        of_summaries = sum(sum(value["tokens"]) for value in talk.summaries)
        of_answers = [sum(each.value["tokens"]) for each in talk.journal.effects.values() if each.kind == "model"]
        assert of_summaries > 0
        assert sum(batch.tokens for batch in talk.journal.batches) == of_summaries + sum(of_answers)
        assert outcome.counts["compact"] == len(talk.summaries)


async def test_nobody_reads_the_summary_as_an_agents_words_but_sees_that_one_is_made() -> None:
    async with talking() as talk:
        await talk.step(two_talk(60))

        heard = "".join(text for _, _, text in talk.preview.deltas)
        assert "They talked up to" not in heard
        assert say("history_compacting", "en") in [text for _, _, text in talk.preview.statuses]
        assert "They talked up to" not in str(talk.journal.said)


async def test_context_that_holds_no_request_for_a_summary_is_trimmed() -> None:
    async with talking(context=320) as talk:
        await talk.step(two_talk(20))

        assert talk.summed_up == []
        assert {value["failed"] for value in talk.summaries} == {
            "the context is too small for a summary to be asked for"
        }
        assert (knows_the_task(talk), talk.over_long) == (True, [])
