"""Threat 1, where it is executed: whatever is changed after the approval, what runs is what was approved, or nothing.

The agents, the store and the journal are the real ones; somebody changes what they hold between approval and execution.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from autogen import ConversableAgent
from autogen.coding.base import CodeBlock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.durable.approvals import Cover, item
from agents.fences import FenceExtractor
from bot.domain import (
    ApprovalItem,
    ApprovalPolicy,
    Attachment,
    AuditAction,
    Decision,
    RequestId,
    RequestKind,
    Verdict,
    seal_of,
)
from bot.ports import Records
from bot.store import open_store
from bot.store.codec import pack
from tests.threats.coding import Bot, World
from tests.unit.store.samples import ANN, NOW, begin, request

ONE = "```python\nprint('好', 1)\n```"
NOT_RUN = "The code was not run: what was approved is not what would run."
YES = Verdict.APPROVE
Change = Callable[[Bot], Awaitable[None]]


@pytest_asyncio.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Bot]:
    """A bot whose agents have written code, which waits for its approval."""
    made = Bot(tmp_path, World(lines=[ONE], extractor=Keeping()))
    await made.start()
    await made.take(made.thread.event("go"))
    await made.quiet()
    yield made
    await made.end()


async def approve(bot: Bot) -> None:
    (request,) = await bot.requests()
    await bot.take(bot.pressed(request, YES))
    await bot.quiet()


class Keeping(FenceExtractor):
    """Keeps a hand on the code that it has read out of messages."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[CodeBlock] = []

    def extract_code_blocks(self, message: Any) -> list[CodeBlock]:
        blocks = super().extract_code_blocks(message)
        self.found += blocks
        return blocks


def writing(code: Callable[[str], str] = str, *, language: str = "python") -> Change:
    """Change the code that waits in memory for its approval."""

    async def apply(bot: Bot) -> None:
        assert isinstance(bot.world.extractor, Keeping)
        block = bot.world.extractor.found[-1]
        before = block.language, block.code
        block.code, block.language = code(block.code), language
        assert (block.language, block.code) != before

    return apply


def giving(file: Attachment) -> Change:
    """Put one more file beside the run's first message than people were told of."""

    async def apply(bot: Bot) -> None:
        (request,) = await bot.requests()
        run = await bot.store.read(lambda records: records.runs.get(request.run))
        assert run is not None
        opening = replace(run.opening, attachments=(*run.opening.attachments, file))
        await asyncio.to_thread(execute, bot, "UPDATE runs SET opening = ?", pack(opening))
        await bot.restart()

    return apply


def limiting(**limits: int) -> Change:
    async def apply(bot: Bot) -> None:
        bot.world.limits = {**bot.world.limits, **limits}
        await bot.restart()

    return apply


def asking(policy: ApprovalPolicy) -> Change:
    async def apply(bot: Bot) -> None:
        bot.world.policy = policy
        await bot.restart()

    return apply


CHANGES: dict[str, Change] = {
    "a byte more": writing(lambda code: code + " "),
    "a byte less": writing(lambda code: code[:-1]),
    "another byte": writing(lambda code: code.replace("1", "2")),
    "an invisible character": writing(lambda code: code.replace("1", "\u200b1")),
    "other code points that look alike": writing(lambda code: code.replace("p", "р")),
    "another language": writing(language="sh"),
    "another word for the language": writing(language="py"),
    "one more file": giving(Attachment(name="evil.py", media_type="text/x-python", data=b"")),
    "a longer time": limiting(timeout=61),
    "a limit that was not there": limiting(processes=64),
    "another policy, always": asking(ApprovalPolicy.ONCE_PER_CODE),
    "another policy, once per run": asking(ApprovalPolicy.ONCE_PER_RUN),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_what_changed_after_the_approval_is_not_run_and_everybody_is_told(change: Change, bot: Bot) -> None:
    await change(bot)

    await approve(bot)

    assert bot.world.executed == []
    assert [NOT_RUN in words for words in bot.world.refused] == [True]
    shown = [post.turn.text for post in bot.adapter.posts(bot.thread.ref) if post.turn is not None]
    assert NOT_RUN in shown
    (record,) = await bot.approvals()
    assert record.claims == 0
    (entry,) = [entry for entry in await bot.audit() if entry[0] == AuditAction.NOT_RUN]
    assert json.loads(entry[3])["kind"] == "code"
    assert AuditAction.RAN not in [entry[0] for entry in await bot.audit()]


async def test_unchanged_it_runs_with_exactly_the_bytes_that_were_approved(bot: Bot) -> None:
    (request,) = await bot.requests()
    await bot.restart()

    await approve(bot)

    ((language, code),) = bot.world.executed[0].blocks
    assert (language, code) == (request.items[0].title, request.items[0].content) == ("python", "print('好', 1)\n")
    assert request.items[0].limits == bot.world.limits


async def test_code_without_a_form_in_bytes_is_not_run_as_something_else(bot: Bot) -> None:
    bot.world.lines = ["```sh\nrm \ud800\n```"]
    await bot.take(bot.thread.stop())
    await bot.take(bot.thread.event("go"))
    await bot.quiet()

    await approve(bot)

    assert bot.world.executed == []
    assert [NOT_RUN in words for words in bot.world.refused] == [True]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE approvals SET sha256 = replace(sha256, substr(sha256, 1, 1), 'x')",
        "UPDATE approvals SET seal = 'x'",
        "UPDATE approvals SET state = 'denied'",
        "UPDATE approvals SET state = 'claimed'",
        "UPDATE approvals SET title = '\"sh\"'",
        "UPDATE approvals SET policy = 'once_per_run'",
        "UPDATE approvals SET request = 'other'",
        "DELETE FROM approvals",
    ],
)
async def test_a_record_that_is_not_the_one_that_was_approved_runs_nothing(statement: str, bot: Bot) -> None:
    meddling = asyncio.Event()

    async def meddle() -> None:
        if not meddling.is_set():
            meddling.set()
            await asyncio.to_thread(execute, bot, statement)

    # Between the approval's commit and the step that runs it.
    bot.world.before_step = meddle

    await approve(bot)

    assert meddling.is_set()
    assert bot.world.executed == []


def execute(bot: Bot, statement: str, *values: str) -> None:
    with closing(sqlite3.connect(bot._path)) as database, database:
        database.execute(statement, values)


def calls_of(agent: ConversableAgent) -> list[dict[str, Any]]:
    """Return the calls in an agent's memory, as the library holds them."""
    messages = [message for chat in agent.chat_messages.values() for message in chat]
    return [call["function"] for message in messages for call in message.get("tool_calls") or ()]


CALL_NOT_MADE = "The call was not made: what was approved is not what would run."


@pytest.mark.parametrize(
    "changed",
    [{"arguments": '{"to": "b"}'}, {"arguments": '{"to":"a"}'}, {"arguments": '{"to": "a\u200b"}'}, {"name": "pay"}],
    ids=["other arguments", "a byte less", "an invisible character", "another tool"],
)
async def test_a_call_that_changed_after_the_approval_is_not_made(changed: dict[str, str], bot: Bot) -> None:
    bot.world.calls = ['{"to": "a"}']
    await bot.take(bot.thread.stop())
    await bot.take(bot.thread.event("go"))
    await bot.quiet()
    for agent in bot.world.agents:
        for call in calls_of(agent):
            call.update(changed)

    await approve(bot)

    assert (bot.world.called, bot.world.refused) == ([], [CALL_NOT_MADE])
    assert [entry[0] for entry in await bot.audit()].count(AuditAction.NOT_RUN) == 1


async def test_a_call_is_made_with_the_arguments_that_were_approved_or_put_in_their_place(bot: Bot) -> None:
    bot.world.calls = ['{"to": "a"}', '{"to": "b"}']
    await bot.take(bot.thread.stop())
    await bot.take(bot.thread.event("go"))
    await bot.quiet()

    await approve(bot)
    (request,) = await bot.requests()
    await bot.take(bot.pressed(request, YES, content='{"to": "c"}'))
    await bot.quiet()

    assert bot.world.called == ["a", "c"]
    ran = [json.loads(entry[3]) for entry in await bot.audit() if entry[0] == AuditAction.RAN]
    assert ran == [{"kind": "tool", "policy": "always", "item": 1, "tool": "send"}] * 2


TEXTS = st.text(st.characters(categories=["L", "N", "P", "Zs", "Cc", "Cf", "Co", "Cs"]), min_size=1, max_size=40)


@settings(max_examples=500, deadline=None)
@given(TEXTS, st.integers(0, 1000), st.characters())
def test_no_two_records_have_one_seal(text: str, place: int, other: str) -> None:
    made = item("code", "python", text, files={"a": "0" * 64}, limits={"timeout": 1})
    changed = text[: place % len(text)] + other + text[place % len(text) + 1 :]
    variants: list[ApprovalItem] = [
        replace(made, title="sh"),
        replace(made, kind="tool"),
        replace(made, files=("a", "b")),
        replace(made, hashes=("1" * 64,)),
        replace(made, hashes=("0" * 64, "0" * 64)),
        replace(made, hashes=()),
        replace(made, files=()),
        replace(made, limits={"timeout": 2}),
        replace(made, limits={}),
        replace(made, policy=ApprovalPolicy.ONCE_PER_RUN),
        replace(made, content=text + other),
        replace(made, title="python" + other),
        *([replace(made, content=changed)] if changed != text else []),
    ]

    assert len({seal_of(each) for each in [made, *variants]}) == len(variants) + 1


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_a_claim_is_made_from_what_is_about_to_run_and_from_nothing_else(text: str) -> None:
    asked = item("code", "python", "print(1)")
    cover = Cover(request=RequestId("q"), place=3, item=asked)

    claim = cover.claim(item("code", "sh", text))

    assert (claim.title, claim.sha256, claim.place) == ("sh", item("code", "x", text).sha256, 3)
    assert claim.seal != asked.seal


@settings(max_examples=1000, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.lists(st.tuples(st.integers(0, 1000), st.characters()), min_size=10, max_size=10))
def test_ten_thousand_changes_of_one_character_claim_nothing(
    approved: Approved, text: str, changes: list[tuple[int, str]]
) -> None:
    others = {text[: place % len(text)] + other + text[place % len(text) + 1 :] for place, other in changes} - {text}

    assert approved(text, sorted(others)) == [*[False] * len(others), True, False]


Approved = Callable[[str, list[str]], list[bool]]


@pytest.fixture
def approved() -> Iterator[Approved]:
    """Return what approves a text and then claims others, itself, and itself again, in a real store."""
    numbers = count()
    with asyncio.Runner() as runner:
        store = open_store(":memory:")
        runner.run(store.write(begin))

        def claims(text: str, others: list[str]) -> list[bool]:
            name = f"q{next(numbers)}"
            made = replace(request(name, key=name, kind=RequestKind.APPROVAL), items=(item("code", "python", text),))

            def work(records: Records) -> list[bool]:
                records.approvals.open(made)
                records.approvals.decide(made, [Decision(verdict=YES)], ANN, NOW)
                cover = Cover(request=made.id, place=0)
                about = [item("code", "python", each) for each in (*others, text, text)]
                return [records.approvals.claim(made.run, cover.claim(each)) for each in about]

            return runner.run(store.write(work))

        yield claims
        runner.run(store.close())
