"""The seam of code execution: approved if the team's policy says so, off the loop, never run twice."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any, NoReturn

from autogen import ConversableAgent
from autogen.coding.base import CodeBlock, CodeExtractor

from agents.content import inputs_of, text_of
from agents.durable.files import decode_files, encode_files
from agents.durable.questions import Question, item
from agents.durable.requests import digest
from agents.durable.run import CURRENT, DurableRun, current
from agents.durable.seams.method import original
from agents.durable.seams.tools import ENDED_BY_PERSON, INTERRUPTED
from agents.durable.signals import EFFECT, refuse_inside_effect
from agents.fences import closed, fenced
from bot.domain import Answer, RequestKind, TurnKind, Verdict
from bot.errors import SandboxUnavailableError

REJECTED = "The code was not run: a person rejected it."
"""What agents see of a rejection without a reason (fixed by replay_version 1)."""

CHANGED = "A person changed the code before it was run. This ran:"
"""What agents see before the code that a person put in place of theirs (fixed by replay_version 1)."""


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
    changed = ""
    if run.policy.code:
        answer = await _asked(run, self.name, blocks)
        if answer.ends_chat:
            run.stop_reason = ENDED_BY_PERSON
            return True, None
        if (feedback := _feedback_of(answer, len(blocks))) is not None:
            run.turns.mark(self.name, "human")
            return True, {"role": "user", "content": feedback}
        blocks, changed = _as_decided(blocks, answer)
    value = await _executed(run, self, blocks)
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


async def _asked(run: DurableRun, agent: str, blocks: list[CodeBlock]) -> Answer:
    """Ask for approval of the exact code."""
    items = tuple(item("code", block.language, block.code) for block in blocks)
    question = Question(kind=RequestKind.APPROVAL, agent=agent, prompt="Approve this code", items=items)
    return await run.questions.ask(question)


def _feedback_of(answer: Answer, asked: int) -> str | None:
    """Return None when every block was approved, else what the agents read."""
    approved = [decision.verdict is Verdict.APPROVE for decision in answer.decisions]
    if len(approved) == asked and all(approved):
        return None
    reasons = [decision.reason for decision in answer.decisions if decision.reason]
    return "\n".join(reasons) or answer.text or REJECTED


def _as_decided(blocks: list[CodeBlock], answer: Answer) -> tuple[list[CodeBlock], str]:
    """Return the code that runs after an approval, and what agents are told of it where a person changed it."""
    contents = [decision.content for decision in answer.decisions]
    decided = [
        block if content is None else CodeBlock(language=block.language, code=content)
        for block, content in zip(blocks, contents, strict=True)
    ]
    if decided == blocks:
        return blocks, ""
    shown = "\n".join(fenced(block.code, block.language) for block in decided)
    return decided, f"{CHANGED}\n{shown}\n"


async def _executed(run: DurableRun, self: Any, blocks: list[CodeBlock]) -> dict[str, Any]:
    async def do() -> dict[str, Any]:
        token = EFFECT.set("a code run")
        try:
            result = await _run(self._code_executor, blocks, run.files)
        except SandboxUnavailableError as error:
            # 126: found, but could not be executed (POSIX shell, exit status of commands).
            return {"exit_code": 126, "output": str(error), "files": []}
        finally:
            EFFECT.reset(token)
        files = encode_files(getattr(result, "files", ()))
        return {"exit_code": result.exit_code, "output": result.output, "files": files}

    request = digest([[block.language, block.code] for block in blocks])
    # 137: killed, as a shell reports SIGKILL.
    interrupted = {"exit_code": 137, "output": INTERRUPTED, "files": []}
    value: dict[str, Any] = await run.recorder.effect("code", self.name, request, do, interrupted=interrupted)
    return value


async def _run(executor: Any, blocks: list[CodeBlock], files: dict[str, bytes]) -> Any:
    if hasattr(executor, "run_blocks"):
        return await executor.run_blocks(blocks, inputs=files)
    return await asyncio.to_thread(executor.execute_code_blocks, blocks)
