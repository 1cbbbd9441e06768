"""What a box costs: one that does nothing against the same Python without a box, in turns; and eight at once."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from autogen.coding.base import CodeBlock

from agents.sandbox.bubblewrap.box import Bubblewrapped
from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.sandbox import Sandbox
from agents.sandbox.work import Maker
from benchmarks.figures import Figure, median, ratio

ROUNDS = 41
AT_ONCE = 8


def measure(folder: Path) -> list[Figure]:
    """Return the figures."""
    boxed = Sandbox()
    maker, executor = boxed.maker(), SandboxExecutor(sandbox=boxed)
    # Of a fresh environment: what else is installed on this host would slow the yardstick down, and no box sees it.
    subprocess.run([_program(maker), "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    program = str(folder / "env" / "bin" / "python")
    boxes, bare = [], []
    for _ in range(ROUNDS):
        bare.append(_timed(lambda: _bare(program)))
        boxes.append(_timed(lambda: _box(executor, "pass")))
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda n: _box(executor, f"print({n} ** 3)"), range(AT_ONCE)))
    wrong = sum(said != f"{n**3}\n" for n, said in enumerate(answers))
    yardstick = "the same Python, `python -c pass`, without a box, in turns"
    return [
        ratio("sandbox", ours=median(boxes), theirs=median(bare), goal="<= 4.0", yardstick=yardstick),
        Figure(
            name="sandbox_at_once",
            value=wrong,
            unit="wrong answers",
            goal="<= 0",
            yardstick="boxes at once",
            yardstick_value=AT_ONCE,
        ),
    ]


def _program(maker: Maker) -> str:
    """Return the box's Python as this host sees it."""
    if not isinstance(maker, Bubblewrapped):
        raise TypeError(f"this measures bubblewrap, not {maker.tier}")
    python = maker.setup.interpreter
    return str(python.prefix / "bin" / Path(python.program).name) if python.prefix else python.program


def _timed(act: Callable[[], object]) -> float:
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _bare(program: str) -> None:
    subprocess.run([program, "-c", "pass"], check=True, stdin=subprocess.DEVNULL)


def _box(executor: SandboxExecutor, code: str) -> str:
    result = executor.execute_code_blocks([CodeBlock(language="python", code=code)])
    assert result.exit_code == 0, result
    return result.output
