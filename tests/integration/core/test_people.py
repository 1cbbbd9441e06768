from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bot.domain import Accepted, Decision, EventKind, RequestStatus, RunStatus, Verdict
from bot.engine import Limits
from tests.fakes import ANNA, BO, Thread
from tests.integration.core.rig import GREET, running
from tests.scripted import Script

TOOLS: Script = [["approve", "bot", "tool", ["send", "delete"]], ["ask", "you"], ["say", "ada", "{answer}"]]
CODE: Script = [["approve", "bot", "code", ["print(1)"]]]
YES = Decision(verdict=Verdict.APPROVE)


async def test_message_while_the_team_works_answers_the_next_question_for_text(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["ask", "you"], ["say", "ada", "{answer}"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        first = await rig.inbox.accept(thread.event("more"))
        await rig.inbox.accept(thread.event("and more", by=replace(BO, language="en")))
        rig.teams.release()
        await rig.quiet()

        assert first.outcome is Accepted.KEPT
        assert rig.adapter.marked == ["t1-2", "t1-3"]
        assert rig.said(thread) == ["ada: Anna: more\nBo: and more"]
        assert "[notice What was said meanwhile answers you.]" in rig.lines(thread)
        assert not [line for line in rig.lines(thread) if line.startswith("[?")]


async def test_kept_message_never_answers_an_approval(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], *CODE]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("approve"))
        rig.teams.release()
        await rig.quiet()

        assert await rig.statuses(thread) == [RunStatus.INPUT_REQUIRED]
        assert rig.teams.executed.total() == 0


async def test_kept_message_starts_the_next_run_when_nothing_was_asked(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["hold"], ["say", "ada", "{text} after {history}"]]}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("more"))
        rig.teams.release()
        await rig.quiet()

        assert await rig.statuses(thread) == [RunStatus.COMPLETED, RunStatus.COMPLETED]
        assert rig.said(thread) == ["ada: hi after 0", "ada: more after 2"]


async def test_kept_message_of_somebody_who_may_not_answer_stays_kept(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["hold"], ["ask", "you", "", [ANNA.id]], ["say", "ada", "{answer}"], ["ask", "you"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.inbox.accept(thread.event("hi"))
        await rig.until(lambda: rig.teams.holding)
        await rig.inbox.accept(thread.event("mine", by=BO))
        rig.teams.release()
        await rig.quiet()
        await rig.say(thread.event("hers"))

        answered = await rig.questions(thread, RequestStatus.ANSWERED)
        assert [request.answer.text for request in answered if request.answer] == ["hers", "mine"]


async def test_card_of_several_calls_is_executed_when_all_are_decided(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": TOOLS}) as rig:
        await rig.say(thread.event("hi"))
        some = await rig.say(thread.event("approve 1"))
        before = rig.teams.executed.total()
        shown = rig.lines(thread)
        await rig.say(thread.event("reject 2 too risky"))

        assert (some.outcome, some.text, before) == (Accepted.ANSWERED, "1 of 2 decided. The rest is open.", 0)
        assert shown[0] == "[? 1 of 2 decided. The rest is open.]"
        assert rig.said(thread) == ["bot: ran send", "bot: rejected delete: too risky"]
        assert rig.lines(thread)[0] == "[! Decided by Anna: 1 approved, 1 rejected.]"


async def test_partial_decision_survives_a_restart(tmp_path: Path) -> None:
    thread = Thread()
    async with running(tmp_path, {"greet": TOOLS}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("reject 1"))

    async with running(tmp_path, {"greet": TOOLS}) as rig:
        await rig.say(thread.event("approve"))

        assert rig.said(thread) == ["bot: rejected send: ", "bot: ran delete"]


async def test_words_about_a_tool_are_kept_for_the_next_question_and_never_a_yes(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": TOOLS}) as rig:
        await rig.say(thread.event("hi"))
        told = await rig.say(thread.event("yes, but hurry"))
        await rig.say(thread.event("reject"))

        assert told.outcome is Accepted.NOT_UNDERSTOOD
        assert rig.teams.executed.total() == 0
        assert rig.said(thread)[-1] == "ada: yes, but hurry"


async def test_words_about_code_are_feedback_and_the_card_says_that_it_was_not_run(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("use a loop"))

        assert receipt.outcome is Accepted.FEEDBACK
        assert rig.said(thread) == ["bot: feedback: use a loop"]
        assert rig.lines(thread)[0] == "[! Not run: Anna gave feedback instead.]"


async def test_first_of_two_who_press_at_once_wins_and_the_card_says_who(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": CODE}) as rig:
        await rig.say(thread.event("hi"))
        [request] = await rig.questions(thread)
        press = thread.event(kind=EventKind.DECISION, request=request.id)
        first = await rig.inbox.accept(replace(press, decisions=(YES,)))
        second = await rig.inbox.accept(replace(press, delivery="other", person=BO, decisions=(YES,)))
        await rig.quiet()

        assert (first.outcome, second.outcome) == (Accepted.ANSWERED, Accepted.TOO_LATE)
        assert second.text == "这个问题已经关闭：Anna 先回答了。"
        assert rig.teams.executed.total() == 1
        assert rig.lines(thread)[0] == "[! Approved by Anna.]"


async def test_person_who_may_not_answer_is_told_and_changes_nothing(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["ask", "you", "", [ANNA.id]]]}) as rig:
        await rig.say(thread.event("hi"))
        receipt = await rig.say(thread.event("mine", by=BO))

        assert receipt.outcome is Accepted.NOT_ALLOWED
        assert len(await rig.questions(thread)) == 1


async def test_request_of_another_thread_cannot_be_answered_from_here(tmp_path: Path) -> None:
    one, two = Thread("t1"), Thread("t2")

    async with running(tmp_path) as rig:
        await rig.say(one.event("hi"))
        await rig.say(two.event("hi"))
        [request] = await rig.questions(one)
        receipt = await rig.say(two.event("x", request=request.id))

        assert receipt.outcome is Accepted.TOO_LATE
        assert len(await rig.questions(one)) == 1


async def test_parallel_questions_are_each_answered_by_a_reply_to_their_card(tmp_path: Path) -> None:
    thread = Thread()
    script: Script = [["parallel", [["ask", "left"]], [["ask", "right"]]], ["say", "ada", "done"]]

    async with running(tmp_path, {"greet": script}) as rig:
        await rig.say(thread.event("hi"))
        unclear = await rig.say(thread.event("fine"))
        for request in await rig.questions(thread):
            await rig.say(thread.event("fine", request=request.id))

        assert unclear.outcome is Accepted.ASKED_WHICH
        assert "1. left, 2. right" in unclear.text
        assert await rig.statuses(thread) == [RunStatus.COMPLETED]


async def test_run_that_has_had_all_its_answers_ends_and_the_next_message_starts_a_new_one(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": [["chat", "ada"]]}, limits=Limits(human_turns=2)) as rig:
        for text in ("hi", "one", "two", "three"):
            await rig.say(thread.event(text))

        first, second = await rig.runs(thread)
        assert (first.status, second.status) == (RunStatus.COMPLETED, RunStatus.INPUT_REQUIRED)
        assert first.stop_reason.startswith("it has had 2 answers")
        assert second.opening.text == "three"
        assert [entry["content"] for entry in second.opening.history][-1] == "you said two"


async def test_answer_in_another_language_of_the_world_is_kept_as_it_is(tmp_path: Path) -> None:
    thread = Thread()

    async with running(tmp_path, {"greet": GREET}) as rig:
        await rig.say(thread.event("hi"))
        await rig.say(thread.event("Ünïcödé 🙂 نص \u202e"))

        assert rig.said(thread)[-1] == "ada: you said Ünïcödé 🙂 نص \u202e"
