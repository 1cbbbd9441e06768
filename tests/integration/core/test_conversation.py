from __future__ import annotations

from pathlib import Path

from bot.domain import Accepted, RunStatus
from tests.fakes import BO, FakeAdapter, Thread
from tests.integration.core.rig import running


async def test_message_starts_a_run_that_stops_at_the_question(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        receipt = await rig.say(thread.event("hi"))

        assert receipt.outcome is Accepted.STARTED
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        assert rig.lines(thread)[0] == "ada: hello"
        assert rig.lines(thread)[1].startswith("[? you waits for your answer")


async def test_answer_lets_the_run_go_on_to_its_end(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("good morning"))

        assert receipt.outcome is Accepted.ANSWERED
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]
        assert rig.lines(thread) == [
            "ada: hello",
            "[! Answered by Anna.]",
            "ada: you said good morning",
            "[end The run is completed.]",
        ]


async def test_run_that_waits_goes_on_after_a_restart(tmp_path: Path) -> None:
    thread, adapter = Thread(), FakeAdapter()
    async with running(tmp_path, adapter=adapter) as rig:
        await rig.say(thread.event("hi"))

    async with running(tmp_path, adapter=adapter) as rig:
        await rig.say(thread.event("back again"))

        assert rig.said(thread) == ["ada: hello", "ada: you said back again"]
        assert rig.teams.calls.total() == 1


async def test_second_delivery_changes_nothing(tmp_path: Path) -> None:
    thread = Thread()
    event = thread.event("hi")

    async with running(tmp_path) as rig:
        await rig.say(event)
        receipt = await rig.say(thread.again(event))

        assert receipt.outcome is Accepted.DUPLICATE
        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        assert rig.said(thread) == ["ada: hello"]


async def test_next_message_starts_the_next_run_with_the_record_as_history(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        for text in ("hi", "good morning", "and now?"):
            await rig.say(thread.event(text))

        first, second = await rig.runs(thread)
        assert (first.status, second.status) == (RunStatus.COMPLETED, RunStatus.INPUT_REQUIRED)
        assert second.opening.text == "and now?"
        assert second.opening.history == (
            {"name": "Anna", "role": "user", "content": "hi"},
            {"name": "ada", "role": "assistant", "content": "hello"},
            {"name": "Anna", "role": "user", "content": "good morning"},
            {"name": "ada", "role": "assistant", "content": "you said good morning"},
        )


async def test_history_is_trimmed_oldest_first_to_what_the_team_says(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        rig.teams.extra = {"history_chars": 30}
        for text in ("hi", "good morning", "and now?"):
            await rig.say(thread.event(text))

        _, second = await rig.runs(thread)
        assert [entry["content"] for entry in second.opening.history] == ["you said good morning"]


async def test_team_that_does_not_exist_starts_no_run_and_the_thread_names_those_that_do(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path) as rig:
        receipt = await rig.say(thread.event("hi", team="nobody", by=BO))

        assert receipt.outcome is Accepted.NOT_UNDERSTOOD
        assert await rig.runs(thread) == []
        assert rig.lines(thread) == ["[notice 没有名为 nobody 的团队。可用的团队：greet。]"]


async def test_event_that_names_a_team_uses_it_from_then_on(tmp_path: Path) -> None:
    thread = Thread()
    scripts = {"greet": [["say", "ada", "hello"]], "other": [["say", "bob", "servus"]]}

    async with running(tmp_path, scripts) as rig:
        await rig.say(thread.event("hi", team="other"))
        await rig.say(thread.event("again"))

        assert rig.said(thread) == ["bob: servus", "bob: servus"]


async def test_language_is_the_persons_then_the_setting(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path, {"greet": [["say", "ada", "hello"]]}) as rig:
        await rig.say(one.event("你好", by=BO))
        await rig.say(two.event("hi"))

        assert rig.lines(one)[-1] == "[end 任务已完成。]"
        assert rig.lines(two)[-1] == "[end The run is completed.]"
