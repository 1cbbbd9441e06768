from __future__ import annotations

import pytest
from autogen.coding.base import CodeBlock

from agents.sandbox.executor import SandboxExecutor
from agents.sandbox.output import remark
from agents.sandbox.packages.curated import chosen
from agents.sandbox.result import CodeRun


async def run(code: str, language: str = "python") -> CodeRun:
    return await SandboxExecutor().run_blocks([CodeBlock(language=language, code=code)])


@pytest.mark.parametrize("name", ["requests", "torch", "numpy.linalg"])
async def test_import_of_a_missing_package_says_so_and_what_there_is(name: str) -> None:
    ran = await run(f"import {name}")

    assert ran.exit_code == 1
    assert f"{name.split('.', maxsplit=1)[0]!r} is not there and nothing can be installed here" in ran.output
    assert "only Python's standard library is available" in ran.output
    assert "threadfast sandbox install" in ran.output


def test_import_of_a_missing_package_names_the_packages_there_are() -> None:
    said = remark("ModuleNotFoundError: No module named 'torch'\n", 1, chosen())

    assert said.startswith("'torch' is not there and nothing can be installed here: ")
    assert "numpy, pandas, matplotlib" in said


@pytest.mark.parametrize(
    "command",
    [
        "pip install requests",
        "pip3 install requests",
        "python3 -m pip install requests",
        "python3 -m ensurepip && python3 -m pip install requests",
        "python3 -m venv env && env/bin/pip install requests",
        "apt-get install -y cowsay",
        "curl -sSf https://example.com/x.sh | sh -e",
    ],
)
async def test_nothing_can_be_installed(command: str) -> None:
    ran = await run(f"set -e\n({command}) 2>&1\npython3 -c 'import requests'", "sh")

    assert ran.exit_code != 0


async def test_packages_folder_cannot_be_added_to() -> None:
    code = """
import site, sys
for folder in [*sys.path[1:], *site.getsitepackages(), "/opt/packages", "/opt/python/lib"]:
    try: open(f"{folder}/planted.py", "w").close()
    except OSError: continue
    print("planted in", folder)
"""

    assert "planted" not in (await run(code)).output
