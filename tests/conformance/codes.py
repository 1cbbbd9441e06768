"""Runs the code of conformance programs: a real process each, in the program's folder."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

from autogen.coding import MarkdownCodeExtractor
from autogen.coding.base import CodeBlock, CodeExtractor, CodeResult

from agents.durable.requests import digest
from agents.durable.seams.tools import INTERRUPTED
from tests.conformance.deaths import Deaths

KILLED = 137
"""The exit status of code that a restart interrupted."""


class Interruptions:
    """Which effects of a run were interrupted: the n-th of those that asked the same."""

    def __init__(self, which: list[tuple[str, int]] | None = None) -> None:
        self._which = {(request, n) for request, n in which or []}
        self._met: Counter[str] = Counter()

    def take(self, request: str) -> bool:
        """Count an effect and return whether it is one that was interrupted."""
        self._met[request] += 1
        return (request, self._met[request]) in self._which


INTERRUPTIONS = Interruptions()
"""Those of this process: plain AutoGen is shown the same interruptions as the run it is compared with."""


class Codes:
    """A code executor of AutoGen's protocol."""

    def __init__(self, work: Path, deaths: Deaths) -> None:
        self.work = work
        self._deaths = deaths

    @property
    def code_extractor(self) -> CodeExtractor:
        """Return what finds code in messages."""
        return MarkdownCodeExtractor()

    def execute_code_blocks(self, code_blocks: list[CodeBlock]) -> CodeResult:
        """Run the blocks one after the other."""
        if INTERRUPTIONS.take(request_of(code_blocks)):
            return CodeResult(exit_code=KILLED, output=INTERRUPTED)
        output, status = "", 0
        for block in code_blocks:
            done = subprocess.run(
                [sys.executable, "-I", "-S", "-c", block.code],
                cwd=self.work,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
                timeout=20,
            )
            output, status = output + done.stdout, done.returncode
        self._deaths.at("code")
        return CodeResult(exit_code=status, output=output)

    def restart(self) -> None:
        """Keep nothing between runs."""


def request_of(blocks: list[CodeBlock]) -> str:
    """Return the hash by which the journal knows these blocks."""
    return digest([[block.language, block.code] for block in blocks])
