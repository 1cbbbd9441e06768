"""Whatever is delivered twice, late, out of order or not at all, and whatever our own calls meet: one run each."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.slack.rig import QuickClock, running
from tests.scripted import Script
from tests.slack_server import Channel, Message, SlackServer

pytestmark = pytest.mark.timeout(300)
ECHO: Script = [["say", "ada", "heard: {text}"], ["say", "eve", "agreed: {text}"]]
TALK: Script = [
    ["ask", "you"],
    ["say", "ada", "you said {answer}"],
    ["approve", "runner", "code", ["print(1)"]],
    ["say", "ada", "done"],
]
SAID = ("@Threadfast hi", "blue")
KINDS = ("ratelimited", "status", "drop", "accept_then_drop", "error", "not_json")
METHODS = ("chat.postMessage", "chat.update", "conversations.replies", "users.info", "agents.sessions.setStatus")
FAULT = st.tuples(st.sampled_from(KINDS), st.sampled_from(METHODS), st.integers(0, 4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes wrong."""

    seed: int
    mentions: int
    duplicate: int
    drop_acks: int
    jitter: float
    faults: list[tuple[str, str, int]]
    restart: bool


PLANS = st.builds(
    Plan,
    seed=st.integers(0, 1000),
    mentions=st.integers(1, 5),
    duplicate=st.integers(0, 3),
    drop_acks=st.integers(0, 4),
    jitter=st.sampled_from([0.0, 0.05]),
    faults=st.lists(FAULT, max_size=6),
    restart=st.booleans(),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=PLANS)
def test_every_mention_is_one_run_and_every_post_is_shown_once(plan: Plan) -> None:
    with TemporaryDirectory() as folder:
        runs, threads = asyncio.run(play(plan, Path(folder)))

    assert Counter(runs) == Counter(f"number {number}" for number in range(plan.mentions))
    for number, texts in enumerate(threads):
        expected = [f"heard: number {number}", f"agreed: number {number}", "The run is completed."]
        assert texts == expected


async def play(plan: Plan, path: Path) -> tuple[list[str], list[list[str]]]:
    """Let it all happen; return what the runs began with, and what each thread shows of the bot."""
    async with SlackServer(seed=plan.seed) as slack:
        workspace = slack.workspace()
        general = workspace.channel("general")
        trouble(slack, plan)
        roots: list[Message] = []
        if plan.restart:
            async with running(path, slack, workspace, scripts={"greet": ECHO}, clock=QuickClock()):
                roots += await mention(slack, general, plan)
                await asyncio.sleep(plan.seed / 20_000)
        async with running(path, slack, workspace, scripts={"greet": ECHO}, clock=QuickClock()) as bot:
            roots = roots or await mention(slack, general, plan)
            for root in roots:
                await general.until(lambda thread: "completed" in thread, thread=root, seconds=60)
            await slack.settled()
            await bot.until_handled()
            runs = [run.opening.text for run in await bot.all_runs()]
        return runs, [general.thread(root).texts[1:] for root in roots]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(plan=PLANS)
def test_every_answer_and_every_click_counts_once(plan: Plan) -> None:
    with TemporaryDirectory() as folder:
        executed, texts = asyncio.run(talk(plan, Path(folder)))

    assert executed == [1]
    assert texts.count("you said blue") == 1
    assert sum("Approved by" in text for text in texts) == 1
    assert texts[-1] == "The run is completed."


async def talk(plan: Plan, path: Path) -> tuple[list[int], list[str]]:
    """Answer a question and have two people approve at once; return how often code ran, and what the bot showed."""
    async with SlackServer(seed=plan.seed) as slack:
        workspace = slack.workspace()
        general, anna, bo = workspace.channel("general"), workspace.person("Anna"), workspace.person("Bo")
        trouble(slack, plan)
        async with running(path, slack, workspace, scripts={"greet": TALK}, clock=QuickClock()) as bot:
            root = await anna.says(general, "@Threadfast hi")
            await general.until(lambda thread: "waits for your answer" in thread, thread=root, seconds=60)
            await anna.says(general, "blue", thread=root)
            thread = await general.until(lambda thread: "Approve" in thread.buttons, thread=root, seconds=60)
            card = next(shown for shown in thread if "Approve" in shown.buttons)
            async with asyncio.TaskGroup() as group:
                for person in (anna, bo) * (plan.duplicate + 1):
                    group.create_task(person.clicks(card, "Approve", stale=True))
            await general.until(lambda thread: "completed" in thread, thread=root, seconds=60)
            await slack.settled()
            await bot.until_handled()
        return [*bot.teams.executed.values()], [one for one in general.thread(root).texts if one not in SAID]


async def mention(slack: SlackServer, general: Channel, plan: Plan) -> list[Message]:
    """Mention the bot several times."""
    anna = slack.workspace().person("Anna")
    return [await anna.says(general, f"@Threadfast number {number}") for number in range(plan.mentions)]


def trouble(slack: SlackServer, plan: Plan) -> None:
    """Let go wrong what is planned."""
    slack.knobs.duplicate, slack.knobs.drop_acks = plan.duplicate, plan.drop_acks
    slack.knobs.jitter, slack.knobs.ack_timeout = plan.jitter, 0.5
    slack.knobs.retries = (0.02,) * 100
    for kind, method, skip in plan.faults:
        slack.fault(kind, method=method, skip=skip, code="internal_error")
