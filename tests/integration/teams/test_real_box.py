"""Code with the packages that `threadfast sandbox install` fetches; they come into the cache once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs
import pytest
from autogen.coding.base import CodeBlock, CodeExecutor

from agents.models.context import Room
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.sandbox.allowed import allowed
from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.packages.curated import chosen
from agents.sandbox.packages.installing import install
from agents.sandbox.result import CodeRun
from agents.sandbox.sandbox import Sandbox, Wanted
from agents.teams.definition import Team
from bot.domain import Attachment, TurnKind
from tests.integration.teams.harness import Teams

pytestmark = [pytest.mark.real_box, pytest.mark.timeout(600)]

PLOT = """Here it is:
```python
import pandas as pd
import matplotlib.pyplot as plt

frame = pd.read_csv("sales.csv")
frame.plot(x="month", y="sold", kind="bar", title="Sold")
plt.savefig("sold.png")
print(frame["sold"].sum())
```"""
SALES = b"month,sold\nJan,3\nFeb,5\nMar,4\n"


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    cache = Path(platformdirs.user_cache_dir("threadfast", appauthor=False))
    version = ".".join(Sandbox().prove().python.split(".")[:2])
    install(cache, version, lambda _: None)
    return Sandbox(Wanted(cache=cache))


class Plotter:
    """A model that plots the attached file, then is content."""

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        asked = any("exitcode" in str(message.get("content")) for message in call.messages)
        return ModelAnswer(content="It is plotted. TERMINATE" if asked else PLOT, model=call.model)

    async def room(self, call: ModelCall) -> Room | None:
        return None

    async def close(self) -> None:
        return None


async def test_plot_this_csv_gives_a_picture_in_the_thread(tmp_path: Path, sandbox: Sandbox) -> None:
    def executors(team: Team, inputs: Mapping[str, bytes]) -> CodeExecutor:
        return SandboxExecutor(allowed(team.code), sandbox, inputs=inputs)

    teams = Teams(tmp_path, "", executors=executors, models=Plotter())
    csv = Attachment(name="sales.csv", media_type="text/csv", data=SALES)

    talk = await teams.talk("coder", "plot this CSV", files=[csv])

    shown = next(turn for turn in talk.journal.turns.values() if turn.kind is TurnKind.CODE)
    assert (shown.ok, shown.text) == (True, "12\n")
    assert [(file.name, file.media_type, file.data[:8]) for file in shown.files] == [
        ("sold.png", "image/png", b"\x89PNG\r\n\x1a\n")
    ]


async def run(sandbox: Sandbox, code: str) -> CodeRun:
    return await SandboxExecutor(sandbox=sandbox).run_blocks([CodeBlock(language="python", code=code)])


async def test_every_package_of_the_list_does_its_work(sandbox: Sandbox) -> None:
    code = """
import networkx, numpy, openpyxl, sympy, tabulate
from dateutil import parser
from PIL import Image
book = openpyxl.Workbook(); book.active["A1"] = 1; book.save("a.xlsx")
Image.new("RGB", (4, 4)).save("a.png")
x = sympy.Symbol("x")
print(sympy.integrate(2 * x, x), numpy.linalg.det(numpy.eye(2)), networkx.path_graph(3).number_of_edges())
print(tabulate.tabulate([[1]]), parser.parse("2026-11-23").year)
"""

    ran = await run(sandbox, code)

    assert (ran.exit_code, ran.output.splitlines()[0]) == (0, "x**2 1.0 2"), ran.output
    assert [file.name for file in ran.files] == ["a.png", "a.xlsx"]


async def test_missing_package_is_told_with_those_there_are(sandbox: Sandbox) -> None:
    ran = await run(sandbox, "import torch")

    assert "'torch' is not there and nothing can be installed here" in ran.output
    assert "numpy, pandas, matplotlib" in ran.output
    assert set(chosen()) <= set(sandbox.prove().packages)


async def test_packages_cannot_be_changed_from_a_box(sandbox: Sandbox) -> None:
    ran = await run(sandbox, "import numpy\nopen(numpy.__file__, 'a')")

    assert ran.exit_code == 1
    assert "Read-only file system" in ran.output or "Permission denied" in ran.output
