"""Threat 3: something runs without a decision, or more often than was decided.

People and processes do all they can in every order: executions never exceed approvals, and what runs is what was
approved, byte for byte, also for policies by which one approval covers several executions.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from autogen.coding.base import CodeBlock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from agents.durable.approvals import Cover
from agents.durable.seams import code as seam
from bot.domain import Accepted, ApprovalPolicy, ApprovalState, AuditAction, Event, InputRequest, Person, Verdict
from tests.fakes import ANNA, BO
from tests.threats.coding import DAYS, Bot, World

ALWAYS, ONCE_RUN, ONCE_CODE = ApprovalPolicy.ALWAYS, ApprovalPolicy.ONCE_PER_RUN, ApprovalPolicy.ONCE_PER_CODE
ONE, TWO, LIST = "```python\nprint(1)\n```", "```python\nprint(2)\n```", "```sh\nls\n```"
LINES = st.lists(st.sampled_from([ONE, ONE, TWO, LIST, f"{ONE}\n{LIST}"]), min_size=2, max_size=5)
Blocks = tuple[tuple[str, str], ...]
PEOPLE = st.sampled_from([ANNA, ANNA, BO])


class Meddler:
    """Changes what is about to run, after it was approved."""

    def __init__(self, patched: pytest.MonkeyPatch) -> None:
        self.what = ""
        handed, given = seam._handed, seam._given

        def changed(blocks: list[CodeBlock], covers: list[Cover]) -> list[CodeBlock]:
            return [self._changed(block) for block in handed(blocks, covers)]

        def more(*facts: object) -> dict[str, bytes]:
            return {**given(*facts), **({"evil.py": b"x"} if self.what == "file" else {})}  # type: ignore[arg-type]

        patched.setattr(seam, "_handed", changed)
        patched.setattr(seam, "_given", more)

    def _changed(self, block: CodeBlock) -> CodeBlock:
        if self.what == "language":
            return CodeBlock(language=f"{block.language} ", code=block.code)
        if self.what == "byte":
            return CodeBlock(language=block.language, code=block.code[:-1] + chr(ord(block.code[-1]) ^ 1))
        return block


class Oracle:
    """What people have approved, as far as anybody can know: a process may have died while it recorded that."""

    def __init__(self, policy: ApprovalPolicy) -> None:
        self._policy = policy
        self.approved: dict[str, dict[str, list[Blocks]]] = defaultdict(dict)
        """By run and request."""

    def take(self, request: InputRequest, content: str | None) -> None:
        blocks = tuple((item.title, item.content if content is None else content) for item in request.items)
        self.approved[request.run].setdefault(request.id, []).append(blocks)

    def check(self, world: World, *, died: bool) -> None:
        for run in {execution.run for execution in world.executed}:
            executions = [each for each in world.executed if each.run == run]
            requests = self.approved[run]
            blocks = {block for found in requests.values() for approved in found for block in approved}
            if self._policy is ALWAYS:
                assert all(each.files == () for each in executions)
                assert len(executions) <= len(requests)
                for ran, times in Counter(each.blocks for each in executions).items():
                    assert times <= sum(ran in approved for approved in requests.values())
            elif self._policy is ONCE_CODE:
                assert {block for each in executions for block in each.blocks} <= blocks
            else:
                # Of what had begun when a process died nobody knows whether it ran; from then on the run is covered.
                unknown = died and bool(requests)
                assert unknown or executions[0].blocks in [one for approved in requests.values() for one in approved]


class Deciding(RuleBasedStateMachine):
    """People who decide, press twice, change, stop and wait too long, while processes die and somebody meddles."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory()
        self.patched = pytest.MonkeyPatch()
        self.meddler = Meddler(self.patched)
        self.sent: list[Event] = []
        self.begun = False
        self.deaths = 0

    @initialize(
        policy=st.sampled_from([ALWAYS, ALWAYS, ONCE_RUN, ONCE_CODE]),
        lines=LINES,
    )
    def start(self, policy: ApprovalPolicy, lines: list[str]) -> None:
        self.world = World(lines=lines, policy=policy)
        self.oracle = Oracle(policy)
        self.bot = Bot(Path(self.folder.name), self.world)
        self.runner.run(self.bot.start())
        self.begun = True
        self._deliver(self.bot.thread.event("go"))

    def _deliver(self, event: Event) -> Accepted | None:
        async def deliver() -> Accepted | None:
            await self._alive()
            receipt = await self.bot.take(event)
            return receipt.outcome if receipt is not None else None

        self.sent.append(event)
        return self.runner.run(deliver())

    async def _alive(self) -> None:
        if self.bot.wire.dead:
            await self.bot.restart()

    def _decide(self, request: InputRequest, verdict: Verdict, content: str | None, by: Person) -> None:
        outcome = self._deliver(self.bot.pressed(request, verdict, content=content, by=by))
        decides = self.runner.run(self.bot.starter(request)) == by.id
        if verdict is Verdict.APPROVE and decides and outcome in (Accepted.ANSWERED, None):
            self.oracle.take(request, content)
        assert decides or outcome is not Accepted.ANSWERED

    @rule(text=st.sampled_from(["go", "approve", "reject no", "use another way", "exit"]), by=PEOPLE)
    def say(self, text: str, by: Person) -> None:
        waiting = self.runner.run(self.bot.requests())
        outcome = self._deliver(self.bot.thread.event(text, by=by))
        for request in waiting[:1] if text == "approve" and outcome in (Accepted.ANSWERED, None) else ():
            if self.runner.run(self.bot.starter(request)) == by.id:
                self.oracle.take(request, None)

    @rule(yes=st.sampled_from([True, True, False]), content=st.sampled_from([None, None, "print(9)"]), by=PEOPLE)
    def press(self, yes: bool, content: str | None, by: Person) -> None:
        for request in self.runner.run(self.bot.requests())[:1]:
            self._decide(request, Verdict.APPROVE if yes else Verdict.REJECT, content, by)

    @rule(times=st.integers(1, 3))
    def approve_what_is_asked_and_begin_again_when_nothing_is(self, times: int) -> None:
        for _ in range(times):
            self.runner.run(self.bot.quiet())
            found = self.runner.run(self.bot.requests())
            for request in found[:1]:
                starter = self.runner.run(self.bot.starter(request))
                self._decide(request, Verdict.APPROVE, None, ANNA if starter == ANNA.id else BO)
            if not found:
                self._deliver(self.bot.thread.event("go"))

    @rule(which=st.integers(0, 1000), content=st.sampled_from([None, "print(9)"]))
    def press_a_card_that_may_be_old(self, which: int, content: str | None) -> None:
        found = self.runner.run(self.bot.requests(None))
        if found:
            self._decide(found[which % len(found)], Verdict.APPROVE, content, ANNA)

    @rule(which=st.integers(0, 1000))
    def deliver_again(self, which: int) -> None:
        self._deliver(self.sent[which % len(self.sent)])

    @rule()
    def stop(self) -> None:
        self._deliver(self.bot.thread.stop())

    @rule()
    def nobody_decides_in_time(self) -> None:
        async def wait() -> None:
            await self._alive()
            await self.bot.quiet()
            await self.bot.clock.advance(DAYS * 86_400 + 60)
            await self.bot.quiet()

        self.runner.run(wait())

    @rule(looks=st.integers(1, 12))
    def end_the_process_soon(self, looks: int) -> None:
        self.bot.wire.ends_in = looks
        self.deaths += 1

    @rule()
    def restart(self) -> None:
        self.deaths += 1
        self.runner.run(self.bot.restart())

    @rule(what=st.sampled_from(["", "", "byte", "language", "file"]))
    def meddle(self, what: str) -> None:
        self.meddler.what = what

    @rule(turns=st.integers(0, 30))
    def let_it_work(self, turns: int) -> None:
        async def work() -> None:
            for _ in range(turns):
                await asyncio.sleep(0)

        self.runner.run(work())

    @rule()
    def let_it_finish(self) -> None:
        self.runner.run(self.bot.quiet())

    @invariant()
    def nothing_ran_that_was_not_approved(self) -> None:
        if self.begun:
            self.oracle.check(self.world, died=self.deaths > 0)
            self.runner.run(self._check_records())

    async def _check_records(self) -> None:
        # The bot works on while it is looked at: what comes first is read first.
        executed = sum(len(each.blocks) for each in self.world.executed)
        records = await self.bot.approvals()
        ran = [entry for entry in await self.bot.audit() if entry[0] == AuditAction.RAN]
        began = {ApprovalState.CLAIMED, ApprovalState.DONE}
        assert all(bool(each.claims) == (each.state in began) for each in records)
        assert self.world.policy is not ALWAYS or all(each.claims <= 1 for each in records)
        claimed = sum(each.claims for each in records)
        assert executed <= claimed <= len(ran)

    def teardown(self) -> None:
        try:
            if self.begun:
                self.runner.run(self.bot.quiet())
                self.nothing_ran_that_was_not_approved()
        finally:
            if self.begun:
                self.runner.run(self.bot.end())
            self.runner.close()
            self.patched.undo()
            self.folder.cleanup()


TestDeciding = pytest.mark.timeout(300)(Deciding.TestCase)
TestDeciding.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
