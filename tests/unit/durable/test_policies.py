"""How often people are asked, and what runs by which approval."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Any

import pytest
from autogen.coding.base import CodeBlock

from agents.durable import Policy
from bot.domain import ApprovalPolicy, Attachment, Opening, TurnKind, Verdict, seal_of
from bot.errors import NotApprovedError
from tests.unit.durable.rig import Rig, Said, Speaking, assistant, human
from tests.unit.durable.test_code import PLOT, Box, Result

YES, NO = Verdict.APPROVE, Verdict.REJECT
ALWAYS, ONCE_RUN, ONCE_CODE = ApprovalPolicy.ALWAYS, ApprovalPolicy.ONCE_PER_RUN, ApprovalPolicy.ONCE_PER_CODE
ONE, TWO = "```python\nprint(1)\n```", "```python\nprint(2)\n```"
DATA = Attachment(name="data.csv", media_type="text/csv", data=b"1,2")


class Noting(Box):
    """A box that notes what it runs."""

    async def run_blocks(self, blocks: list[CodeBlock], *, inputs: Mapping[str, bytes]) -> Result:
        self.ran += [block.code for block in blocks]
        return await super().run_blocks(blocks, inputs=inputs)


class Computing:
    """Pairs whose proxies run code: one pair, or two side by side."""

    def __init__(self, *names: str) -> None:
        self.names = names or ("assistant",)
        self.box = Noting(Result(0, "1"))

    async def __call__(self) -> Any:
        chats = [self._chat(name) for name in self.names]
        return (await asyncio.gather(*chats))[0]

    async def _chat(self, name: str) -> Any:
        runner = human(f"runner of {name}", human_input_mode="NEVER", code_execution_config={"executor": self.box})
        return await runner.a_initiate_chat(assistant(name), message="x")


def coding(policy: ApprovalPolicy, *lines: Said, **more: Any) -> Rig:
    return Rig(Speaking({"assistant": [*lines, "TERMINATE"]}), policy=Policy(code=policy, **more))


async def replayed(rig: Rig, names: Sequence[str] = ()) -> Computing:
    """Return the team of a process that only replays what is recorded."""
    again = Rig(Speaking(rig.models.lines), policy=rig.policy)
    again.journal = rig.journal
    team = Computing(*names)
    await again.step(team)
    assert again.models.calls == []
    return team


async def test_what_runs_is_claimed_by_the_record_that_was_asked_for() -> None:
    team, rig = Computing(), coding(ALWAYS, ONE, limits={"timeout": 9})
    rig.run = replace(rig.run, opening=Opening(text="x", attachments=(DATA,)))
    await rig.step(team)
    (request,) = rig.journal.open
    rig.answer(verdicts=(YES,))

    await rig.step(team)

    (item,), (claim,) = request.items, rig.journal.claims
    assert (item.limits, item.files, item.policy, item.seal) == ({"timeout": 9}, ("data.csv",), ALWAYS, seal_of(item))
    assert (claim.request, claim.place, claim.kind, claim.title) == (request.id, 0, "code", "python")
    assert (claim.sha256, claim.seal, claim.policy) == (item.sha256, item.seal, ALWAYS)
    began = next(batch for batch in rig.journal.batches if batch.claims)
    assert claim.effect in [effect.key for effect in began.effects]


async def test_what_a_person_changed_is_claimed_as_they_wrote_it() -> None:
    team, rig = Computing(), coding(ALWAYS, ONE)
    await rig.step(team)
    (request,) = rig.journal.open
    rig.answer(verdicts=(YES,), content="print(3)")

    await rig.step(team)

    (claim,) = rig.journal.claims
    assert team.box.ran == ["print(3)"]
    assert claim.sha256 != request.items[0].sha256


async def test_code_that_no_approval_covers_is_not_run_and_agents_and_people_read_why() -> None:
    team, rig = Computing(), coding(ALWAYS, ONE)
    rig.journal.refuses = lambda _: True
    await rig.step(team)
    rig.answer(verdicts=(YES,))

    await rig.step(team)

    words = "The code was not run: what was approved is not what would run."
    (turn,) = [turn for turn in rig.journal.turns.values() if turn.kind is TurnKind.CODE]
    assert team.box.ran == []
    assert (turn.text, turn.ok, turn.source) == (words, False, "print(1)")
    seen = rig.models.calls[-1].messages[-1]["content"]
    assert seen == f"exitcode: 126 (execution failed)\nCode output: {words}"
    assert (await replayed(rig)).box.ran == []


async def test_what_came_with_what_was_refused_is_recorded_all_the_same() -> None:
    said = {"left": [ONE, "TERMINATE"], "right": [TWO, "TERMINATE"]}
    team, rig = Computing("left", "right"), Rig(Speaking(said), policy=Policy(code=ALWAYS))
    await rig.step(team)
    left, right = sorted(rig.journal.open, key=lambda request: request.agent)
    rig.answer(verdicts=(YES,), request=left)
    rig.answer(verdicts=(YES,), request=right)
    rig.journal.refuses = lambda claim: claim.request == left.id

    outcome = await rig.step(team)

    assert not outcome.waiting
    assert team.box.ran == ["print(2)"]
    assert [claim.request for claim in rig.journal.claims] == [right.id]
    assert (await replayed(rig, team.names)).box.ran == []


@pytest.mark.parametrize(
    ("policy", "lines", "asked", "ran"),
    [
        (ALWAYS, [ONE, "well?", ONE], 2, ["print(1)", "print(1)"]),
        (ONCE_CODE, [ONE, "well?", ONE], 1, ["print(1)", "print(1)"]),
        (ONCE_CODE, [ONE, "well?", TWO], 2, ["print(1)", "print(2)"]),
        (ONCE_CODE, [ONE, "well?", f"{ONE}\n{TWO}"], 2, ["print(1)", "print(1)", "print(2)"]),
        (ONCE_CODE, [ONE, "well?", ONE.replace("python", "sh")], 2, ["print(1)", "print(1)"]),
        (ONCE_RUN, [ONE, "well?", TWO, "and?", f"{ONE}\n{TWO}"], 1, ["print(1)", "print(2)", "print(1)", "print(2)"]),
        (ApprovalPolicy.NEVER, [ONE, "well?", TWO], 0, ["print(1)", "print(2)"]),
    ],
)
async def test_people_are_asked_as_often_as_the_policy_says_and_a_replay_asks_the_same(
    policy: ApprovalPolicy, lines: list[Said], asked: int, ran: list[str]
) -> None:
    talk = [line for line in lines if "```" in str(line)]
    team, rig = Computing(), coding(policy, *talk)
    outcome = await rig.step(team)
    while outcome.waiting:
        rig.answer(verdicts=(YES,) * len(rig.journal.open[0].items))
        outcome = await rig.step(team)

    assert len(rig.journal.requests) == asked
    assert team.box.ran == ran
    assert len(rig.journal.claims) == (len(ran) if asked else 0)
    assert {claim.request for claim in rig.journal.claims} == {each.id for each in rig.journal.requests.values()}
    assert (await replayed(rig)).box.ran == []


async def test_what_is_partly_covered_is_shown_as_a_whole() -> None:
    team, rig = Computing(), coding(ONCE_CODE, ONE, f"{ONE}\n{TWO}")
    await rig.step(team)
    rig.answer(verdicts=(YES,))

    await rig.step(team)

    assert [item.content for item in rig.journal.open[0].items] == ["print(1)", "print(2)"]


@pytest.mark.parametrize("policy", [ONCE_RUN, ONCE_CODE])
async def test_what_was_rejected_or_refused_covers_nothing(policy: ApprovalPolicy) -> None:
    team, rig = Computing(), coding(policy, ONE, ONE, ONE)
    await rig.step(team)
    rig.answer(verdicts=(NO,))
    await rig.step(team)
    rig.answer(verdicts=(YES,))
    rig.journal.refuses = lambda _: True

    outcome = await rig.step(team)

    assert outcome.waiting
    assert (team.box.ran, len(rig.journal.requests)) == ([], 3)


async def test_changed_code_is_what_is_covered_and_not_what_it_was_before() -> None:
    team, rig = Computing(), coding(ONCE_CODE, ONE, TWO, ONE)
    await rig.step(team)
    rig.answer(verdicts=(YES,), content="print(2)")

    outcome = await rig.step(team)

    assert outcome.waiting
    assert team.box.ran == ["print(2)", "print(2)"]
    assert [item.content for item in rig.journal.open[0].items] == ["print(1)"]


async def test_chats_side_by_side_are_covered_by_each_other_in_a_replay_as_they_were() -> None:
    said: dict[str, list[Said]] = {"left": [ONE, "TERMINATE"], "right": [TWO, TWO, "TERMINATE"]}
    team, rig = Computing("left", "right"), Rig(Speaking(said), policy=Policy(code=ONCE_RUN))
    await rig.step(team)
    left, right = sorted(rig.journal.open, key=lambda request: request.agent)
    rig.answer(verdicts=(YES,), request=left)
    await rig.step(team)
    rig.answer(verdicts=(NO,), request=right)

    outcome = await rig.step(team)

    assert not outcome.waiting
    assert team.box.ran == ["print(1)", "print(2)"]
    assert {claim.request for claim in rig.journal.claims} == {left.id}
    for _ in range(3):
        assert (await replayed(rig, team.names)).box.ran == []


async def test_code_finds_the_files_that_people_were_told_of() -> None:
    said: dict[str, list[Said]] = {"left": [ONE, "TERMINATE"], "right": [TWO, TWO, "TERMINATE"]}
    team, rig = Computing("left", "right"), Rig(Speaking(said), policy=Policy(code=ALWAYS))
    team.box = Noting(Result(0, "1", (PLOT,)))
    await rig.step(team)
    left, right = sorted(rig.journal.open, key=lambda request: request.agent)
    rig.answer(verdicts=(YES,), request=left)
    await rig.step(team)
    rig.answer(verdicts=(YES,), request=right)
    await rig.step(team)
    rig.answer(verdicts=(YES,))

    await rig.step(team)

    told = [request.items[0].files for request in rig.journal.requests.values()]
    assert [[*given] for given in team.box.given] == [[*files] for files in told] == [[], [], ["plot.png"]]


class Calling:
    """A team with two tools."""

    def __init__(self) -> None:
        self.ran: list[str] = []

    async def __call__(self) -> Any:
        def mail(to: Annotated[str, "to"]) -> str:
            self.ran.append(f"mail {to}")
            return "ok"

        def look(at: Annotated[str, "at"]) -> str:
            self.ran.append(f"look {at}")
            return "ok"

        caller, proxy = assistant(), human(human_input_mode="NEVER")
        for tool in (mail, look):
            caller.register_for_llm(description="d")(tool)
            proxy.register_for_execution()(tool)
        return await proxy.a_initiate_chat(caller, message="x")


A, B, LOOK = ("mail", {"to": "a"}), ("mail", {"to": "b"}), ("look", {"at": "a"})


@pytest.mark.parametrize(
    ("tools", "calls", "asked"),
    [
        ({"mail": ALWAYS}, [[A], [A, LOOK]], [["a"], ["a"]]),
        ({"mail": ONCE_RUN}, [[A], [B, LOOK], [A, B]], [["a"]]),
        ({"mail": ONCE_CODE}, [[A], [A, B], [B, A]], [["a"], ["b"]]),
        ({"mail": ONCE_RUN, "look": ALWAYS}, [[A], [B, LOOK]], [["a"], ["a"]]),
        ({"*": ONCE_RUN}, [[A], [LOOK, B], [LOOK, A]], [["a"], ["a"]]),
        ({"*": ALWAYS, "look": ApprovalPolicy.NEVER}, [[A, LOOK], [LOOK]], [["a"]]),
    ],
)
async def test_of_a_messages_calls_those_are_asked_for_that_no_approval_covers(
    tools: dict[str, ApprovalPolicy], calls: list[list[tuple[str, dict[str, str]]]], asked: list[list[str]]
) -> None:
    said: list[Said] = [*calls, "TERMINATE"]
    team, rig = Calling(), Rig(Speaking({"assistant": said}), policy=Policy(tools=tools))
    outcome = await rig.step(team)
    while outcome.waiting:
        rig.answer(verdicts=(YES,) * len(rig.journal.open[0].items))
        outcome = await rig.step(team)

    shown = [[item.content[-3] for item in request.items] for request in rig.journal.requests.values()]
    assert shown == asked
    assert sorted(team.ran) == sorted(f"{name} {next(iter(given.values()))}" for each in calls for name, given in each)
    again = Rig(Speaking({}), journal=rig.journal, policy=rig.policy)
    replaying = Calling()
    await again.step(replaying)
    assert (replaying.ran, again.models.calls) == ([], [])


async def test_a_call_that_no_approval_covers_is_not_made_and_the_others_are() -> None:
    rig = Rig(Speaking({"assistant": [[A, B, LOOK], "TERMINATE"]}), policy=Policy(tools={"mail": ALWAYS}))
    team = Calling()
    await rig.step(team)
    rig.answer(verdicts=(YES, YES))
    rig.journal.refuses = lambda claim: claim.place == 0

    await rig.step(team)

    results = [message["content"] for message in rig.models.calls[-1].messages if message["role"] == "tool"]
    assert sorted(team.ran) == ["look a", "mail b"]
    assert results == ["The call was not made: what was approved is not what would run.", "ok", "ok"]


async def test_a_refusal_of_something_that_was_not_asked_for_ends_the_step() -> None:
    rig, team = coding(ALWAYS, ONE), Computing()
    await rig.step(team)
    rig.answer(verdicts=(YES,))
    rig.journal.error = NotApprovedError("somebody else's", "another effect")

    with pytest.raises(NotApprovedError):
        await rig.step(team)

    assert team.box.ran == []
