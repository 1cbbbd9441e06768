"""The seam of code execution: approved if the team's policy says so, off the loop, never run twice."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from autogen import ConversableAgent
from autogen.coding.base import CodeBlock, CodeExtractor

from agents.content import Content, inputs_of, text_of
from agents.durable.approvals import Cover, Ruled, item
from agents.durable.attached import heard
from agents.durable.files import decode_files, encode_files
from agents.durable.requests import digest
from agents.durable.run import CURRENT, DurableRun, current
from agents.durable.seams.method import original
from agents.durable.seams.tools import ENDED_BY_PERSON, INTERRUPTED
from agents.durable.signals import EFFECT, refuse_inside_effect
from agents.fences import closed, fenced
from bot.domain import ApprovalItem, ApprovalPolicy, TurnKind
from bot.errors import SandboxUnavailableError

REJECTED = "The code was not run: a person rejected it."
"""What agents see of a rejection without a reason (fixed by replay_version 1)."""

CHANGED = "A person changed the code before it was run. This ran:"
"""What agents see before the code that a person put in place of theirs (fixed by replay_version 1)."""


REFUSED = "The code was not run: what was approved is not what would run."
"""What agents and people read where no approval covers what is about to run."""


class _Found(BaseException):
    def __init__(self, blocks: list[CodeBlock]) -> None:
        super().__init__()
        self.blocks = blocks


class _Extractor(CodeExtractor):
    """Reads code as the executor does; the same block is run once, and one that was cut off is not run."""

    def __init__(self, inner: CodeExtractor, cut: Collection[str]) -> None:
        self._inner = inner
        self._cut = cut

    def extract_code_blocks(self, message: Any) -> list[CodeBlock]:
        text = text_of(message)
        found = self._inner.extract_code_blocks(closed(text) if text in self._cut else message)
        once: dict[tuple[str, str], CodeBlock] = {}
        for block in found:
            once.setdefault((block.language, block.code.strip()), block)
        return list(once.values())


class _Finder:
    """Stands in for the executor while AutoGen looks for code, and takes what it found."""

    def __init__(self, executor: Any) -> None:
        run = CURRENT.get()
        self.code_extractor = _Extractor(executor.code_extractor, run.cut if run is not None else ())

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> NoReturn:
        raise _Found(code_blocks)


async def _generate_code_execution_reply_using_executor(
    self: Any, messages: Any = None, sender: Any = None, config: Any = None
) -> tuple[bool, Any]:
    """Run the code of the latest message (autogen ConversableAgent, same name)."""
    run = current()
    refuse_inside_effect(self.name)
    blocks = find_code(self, messages, sender, config)
    if blocks is None:
        return False, None
    # As they are now: another chat of the run may write others before a person has decided.
    changed, covers, found = "", list[Cover](), dict(run.files)
    if run.policy.code is not ApprovalPolicy.NEVER:
        ruled = await _asked(run, self.name, blocks, found)
        if ruled.answer is not None and ruled.answer.ends_chat:
            run.stop_reason = ENDED_BY_PERSON
            return True, None
        if (feedback := _feedback_of(ruled)) is not None:
            run.turns.mark(self.name, "human")
            return True, {"role": "user", "content": await _with_files(run, self.name, ruled, feedback)}
        blocks, changed = _as_decided(blocks, ruled)
        covers = [ruling.cover for ruling in ruled.rulings]
    value = await _executed(run, self, blocks, covers, found)
    files = decode_files(value["files"])
    run.files.update(inputs_of(files))
    run.turns.show(
        TurnKind.CODE,
        self.name,
        value["output"],
        title=", ".join(dict.fromkeys(block.language for block in blocks)),
        source="\n\n".join(block.code for block in blocks),
        ok=value["exit_code"] == 0,
        files=files,
    )
    run.turns.mark(self.name, "code")
    if value.get("refused"):
        changed = ""
    status = "execution succeeded" if value["exit_code"] == 0 else "execution failed"
    return True, f"{changed}exitcode: {value['exit_code']} ({status})\nCode output: {value['output']}"


def find_code(self: Any, messages: Any, sender: Any, config: Any = None) -> list[CodeBlock] | None:
    """Return the code that AutoGen would run now, or None."""
    if self._code_execution_config is False:
        return None
    executor = self._code_executor
    self._code_executor = _Finder(executor)
    try:
        original(ConversableAgent, "_generate_code_execution_reply_using_executor")(self, messages, sender, config)
    except _Found as found:
        return found.blocks
    finally:
        self._code_executor = executor
    return None


async def _asked(run: DurableRun, agent: str, blocks: list[CodeBlock], found: Mapping[str, bytes]) -> Ruled:
    """Ask for approval of the exact code, in the box that it would run in."""
    return await run.approvals.ask(agent, "Approve this code", _records(run, blocks, found), whole=True)


def _records(run: DurableRun, blocks: list[CodeBlock], files: Mapping[str, bytes]) -> list[ApprovalItem]:
    """Return the records of exactly this code, in a box with the run's first files and these."""
    policy, hashes = run.policy, run.file_hashes.of({**_opened(run), **files})
    return [
        item("code", block.language, block.code, files=hashes, limits=policy.limits, policy=policy.code)
        for block in blocks
    ]


def _opened(run: DurableRun) -> dict[str, bytes]:
    """Return the files that came with the run's first message: the executor has them from its beginning."""
    return inputs_of(run.run.opening.attachments)


def _feedback_of(ruled: Ruled) -> str | None:
    """Return None when every block was approved, else what the agents read."""
    if ruled.answer is None or all(ruling.approved for ruling in ruled.rulings):
        return None
    reasons = [decision.reason for decision in ruled.answer.decisions if decision.reason]
    return "\n".join(reasons) or ruled.answer.text or REJECTED


async def _with_files(run: DurableRun, agent: str, ruled: Ruled, feedback: str) -> Content:
    """Return feedback with the files beside it, which later code finds too; versions without seals dropped them."""
    sealed = all(ruling.cover.item is not None and ruling.cover.item.seal for ruling in ruled.rulings)
    files = ruled.answer.attachments if ruled.answer is not None and sealed else ()
    run.files.update(inputs_of(files))
    return await heard(run, feedback, files, agent)


def _as_decided(blocks: list[CodeBlock], ruled: Ruled) -> tuple[list[CodeBlock], str]:
    """Return the code that runs after an approval, and what agents are told of it where a person changed it."""
    contents = [ruling.decision.content for ruling in ruled.rulings]
    decided = [
        block if content is None else CodeBlock(language=block.language, code=content)
        for block, content in zip(blocks, contents, strict=True)
    ]
    if decided == blocks:
        return blocks, ""
    shown = "\n".join(fenced(block.code, block.language) for block in decided)
    return decided, f"{CHANGED}\n{shown}\n"


async def _executed(
    run: DurableRun, self: Any, blocks: list[CodeBlock], covers: list[Cover], found: Mapping[str, bytes]
) -> dict[str, Any]:
    # Nobody else has these: what is claimed now is what runs after the commit.
    handed, files = _handed(blocks, covers), _given(run, covers, found)
    records = _records(run, handed, files) if covers else []

    async def do() -> dict[str, Any]:
        token = EFFECT.set("a code run")
        try:
            result = await _run(self._code_executor, handed, files)
        except SandboxUnavailableError as error:
            # 126: found, but could not be executed (POSIX shell, exit status of commands).
            return {"exit_code": 126, "output": str(error), "files": []}
        finally:
            EFFECT.reset(token)
        files_of = encode_files(getattr(result, "files", ()))
        return {"exit_code": result.exit_code, "output": result.output, "files": files_of}

    value: dict[str, Any] = await run.recorder.effect(
        "code",
        self.name,
        digest([[block.language, block.code] for block in blocks]),
        do,
        # 137: killed, as a shell reports SIGKILL.
        interrupted={"exit_code": 137, "output": INTERRUPTED, "files": []},
        claims=[cover.claim(record) for record, cover in zip(records, covers, strict=True)],
        refused={"exit_code": 126, "output": REFUSED, "files": [], "refused": True},
    )
    if not value.get("refused"):
        for record, cover in zip(records, covers, strict=True):
            run.approvals.begun(record, cover)
    return value


def _handed(blocks: list[CodeBlock], covers: list[Cover]) -> list[CodeBlock]:
    """Return the blocks that the executor gets, where an approval covers them as the bytes that it makes of them."""
    if not covers:
        return blocks
    return [
        CodeBlock(language=block.language, code=block.code.encode("utf-8", "replace").decode("utf-8"))
        for block in blocks
    ]


def _given(run: DurableRun, covers: list[Cover], found: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that the box gets: of what was approved just now, the very ones that people were told of."""
    asked = [cover.item for cover in covers if cover.item is not None and cover.item.seal]
    told = [set(zip(each.files, each.hashes, strict=False)) for each in asked]
    hashes = run.file_hashes.of(found) if told else {}
    return {name: data for name, data in found.items() if all((name, hashes[name]) in each for each in told)}


async def _run(executor: Any, blocks: list[CodeBlock], files: dict[str, bytes]) -> Any:
    if hasattr(executor, "run_blocks"):
        return await executor.run_blocks(blocks, inputs=files)
    return await asyncio.to_thread(executor.execute_code_blocks, blocks)
