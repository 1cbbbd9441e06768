"""The code executor that teams get: AutoGen's protocol over boxes, and an asynchronous door for the durable run."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath

from autogen.coding.base import CodeBlock, CodeExecutor, CodeResult

from agents.fences import PYTHON, SHELL, FenceExtractor, language_of
from agents.sandbox.limits import Limits, in_words
from agents.sandbox.output import ran_out_of_memory, remark, with_last_line
from agents.sandbox.packages.curated import importable
from agents.sandbox.result import KILLED, TIMED_OUT, CodeRun
from agents.sandbox.sandbox import Sandbox, how_to_mend, shared
from agents.sandbox.work import BoxNotMadeError, Ended, Stop, Work
from bot.errors import SandboxUnavailableError

_ENDINGS = {PYTHON: "py", SHELL: "sh"}
_COMMANDS = {PYTHON: "python3 {}", SHELL: "$(command -v bash || command -v sh) {}"}
_OWN_NAME = re.compile(r"step-\d{3,}\.(py|sh)")


class SandboxExecutor(CodeExecutor):
    """Runs code blocks in a box that is made for them and gone after them.

    Blocks of one call share the box and its work folder, run in order and stop at the first that fails.
    Nothing stays from one call to the next: what a later call needs is given as `inputs`.

    Args:
        limits: What each box may use.
        sandbox: Makes the boxes; None: the one that this process shares.
        inputs: Files that each box finds in its work folder, by relative path.

    Raises:
        ValueError: An input's name is not a plain relative path.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        sandbox: Sandbox | None = None,
        *,
        inputs: Mapping[str, bytes] | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._sandbox = sandbox or shared()
        self._inputs = _checked(inputs or {})
        self._extractor = FenceExtractor()

    @property
    def code_extractor(self) -> FenceExtractor:
        """The reader of fences that small models get wrong."""
        return self._extractor

    def restart(self) -> None:
        """Do nothing: a box never outlives its call."""

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Run the blocks and block until they are done.

        Raises:
            SandboxUnavailableError: No box can be made here; nothing ran.
        """
        run = self._run(code_blocks, self._inputs, Stop())
        return CodeResult(exit_code=run.exit_code, output=run.output)

    async def run_blocks(self, blocks: list[CodeBlock], *, inputs: Mapping[str, bytes] | None = None) -> CodeRun:
        """Run the blocks without blocking the loop, when it is this task's caller's turn.

        Cancelling kills all of the box and returns only when nothing of it is left.

        Args:
            blocks: In order.
            inputs: Further files for this box's work folder; they win over the executor's own.

        Raises:
            SandboxUnavailableError: No box can be made here; nothing ran.
            ValueError: An input's name is not a plain relative path.
        """
        files = {**self._inputs, **_checked(inputs or {})}
        async with self._sandbox.gate.turn():
            return await self._in_turn(blocks, files)

    async def _in_turn(self, blocks: list[CodeBlock], files: Mapping[str, bytes]) -> CodeRun:
        stop = Stop()
        turn = self._sandbox.threads.submit(self._run, blocks, files, stop)
        work = asyncio.wrap_future(turn)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            if turn.cancel():
                # It was still waiting for other boxes: nobody else will look at the stop.
                stop.close()
                raise
            stop.set()
            await _until_gone(work)
            raise
        finally:
            # Also when the loop itself goes away under us.
            stop.set()

    def _run(self, blocks: list[CodeBlock], files: Mapping[str, bytes], stop: Stop) -> CodeRun:
        """Run the blocks; the stop is closed here, by the only one who looks at it to the end."""
        try:
            if stop.is_set():
                return _of_text("stopped on request", exit_code=KILLED)
            return self._run_known(*_known(blocks), files, stop)
        finally:
            stop.close()

    def _run_known(self, known: list[CodeBlock], refusal: str, files: Mapping[str, bytes], stop: Stop) -> CodeRun:
        if not known:
            return _of_text(refusal, exit_code=1 if refusal else 0)
        scripts = {_name(place, block): block.code.encode("utf-8", "replace") for place, block in enumerate(known)}
        work = Work(commands=_commands(known), scripts=scripts, inputs=_placeable(files))
        try:
            ended = self._sandbox.maker().run(self._limits, work, stop)
        except BoxNotMadeError as error:
            raise SandboxUnavailableError(
                f"Code is not run: no box could be made: {error}. {how_to_mend(str(error))}"
            ) from error
        run = _judged(ended, self._limits, importable(self._sandbox.prove().packages))
        if refusal and run.exit_code == 0:
            return replace(run, exit_code=1, output=with_last_line(run.output, refusal))
        return run


async def _until_gone(work: asyncio.Future[CodeRun]) -> None:
    """Wait until the box's thread is done, however often we are cancelled meanwhile."""
    while not work.done():
        try:
            await asyncio.wait([work])
        except asyncio.CancelledError:
            continue
    if not work.cancelled():
        # Its failure, if any, concerns nobody any more, but must be looked at.
        work.exception()


def _known(blocks: list[CodeBlock]) -> tuple[list[CodeBlock], str]:
    """Return the blocks up to the first in a language that boxes do not run, in our names, and what is said of that."""
    known: list[CodeBlock] = []
    for block in blocks:
        language = language_of(block.language)
        if language is None:
            return known, f"unknown language {block.language}"
        known.append(CodeBlock(code=block.code, language=language))
    return known, ""


def _name(place: int, block: CodeBlock) -> str:
    return f"step-{place:03}.{_ENDINGS[block.language]}"


def _commands(blocks: list[CodeBlock]) -> str:
    """Return the shell's line: each block after the one before succeeded; the shell becomes the last one."""
    lines = [_COMMANDS[block.language].format(_name(place, block)) for place, block in enumerate(blocks)]
    return " && ".join([*lines[:-1], f"exec {lines[-1]}"])


def _judged(ended: Ended, limits: Limits, packages: Sequence[str]) -> CodeRun:
    why, exit_code = ended.why, ended.exit_code
    if not why and exit_code == 128 + signal.SIGXCPU:
        why, exit_code = f"stopped after {limits.cpu} s of processor time", TIMED_OUT
    if not why and ran_out_of_memory(ended.output, exit_code):
        why = f"it needed more than {in_words(limits.memory)} of memory"
    return CodeRun(
        exit_code=exit_code,
        output=with_last_line(ended.output, why or remark(ended.output, exit_code, packages)),
        files=tuple(ended.harvest.files),
        skipped=tuple(ended.harvest.skipped),
        why=why,
        seconds=ended.seconds,
    )


def _of_text(output: str, *, exit_code: int) -> CodeRun:
    return CodeRun(exit_code=exit_code, output=output, files=(), skipped=(), why="", seconds=0.0)


def _placeable(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Leave out a file whose name is a folder of another: earlier code may have written both, one after the other."""
    folders = {str(folder) for name in files for folder in PurePosixPath(name).parents}
    return {name: data for name, data in files.items() if name not in folders}


def _checked(inputs: Mapping[str, bytes]) -> dict[str, bytes]:
    for name in inputs:
        path = PurePosixPath(name)
        plain = name and "\0" not in name and not path.is_absolute() and str(path) == name and ".." not in path.parts
        if not plain or len(name.encode()) > 200 or _OWN_NAME.fullmatch(name):
            raise ValueError(f"An input of the sandbox must be named by a plain relative path, not {name!r}.")
    return dict(inputs)
