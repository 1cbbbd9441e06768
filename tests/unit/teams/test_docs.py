from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from agents import tools
from agents.teams.load import load_file
from agents.teams.meaning import SELECTORS as NAMED
from agents.teams.schema import make, published, text
from agents.teams.selectors import SELECTORS

ROOT = Path(__file__).parents[3]
DOC = (ROOT / "docs/teams.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOC, re.DOTALL | re.MULTILINE)
TABLES = {
    "The team": "",
    "An agent": "Agent",
    "`code`": "Code",
    "`rescues`": "Rescues",
    "A handoff": "Handoff",
    "`nested`": "Nested",
    "A chat": "Chat",
}


def section(title: str) -> str:
    return DOC.split(f"\n### {title}\n")[1].split("\n### ")[0]


def documented(title: str) -> dict[str, str]:
    return dict(re.findall(r"^\| `(\w+)` \| \w[\w ]*\. (.*?) \|", section(title), re.MULTILINE))


def defined(name: str) -> dict[str, Any]:
    schema = published()
    properties: dict[str, Any] = (schema["$defs"][name] if name else schema)["properties"]
    return properties


@pytest.mark.parametrize(("title", "name"), TABLES.items())
def test_every_key_stands_in_the_document_with_the_schemas_words(title: str, name: str) -> None:
    assert documented(title) == {key: rule["description"] for key, rule in defined(name).items()}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda text: str(text).split("\n", maxsplit=1)[0])
def test_example_of_the_document_is_a_good_team(example: str, tmp_path: Path) -> None:
    (tmp_path / "team.yaml").write_text(example, "utf-8")

    assert load_file(tmp_path / "team.yaml").agents


def test_document_has_an_example_of_each_kind() -> None:
    kinds = {line.split(": ")[1] for example in EXAMPLES for line in example.splitlines() if line.startswith("kind:")}

    assert kinds == set(published()["properties"]["kind"]["enum"])


def test_published_schema_is_the_one_that_the_definition_makes() -> None:
    assert text() == make()


def test_document_names_every_selector_and_tool() -> None:
    assert set(NAMED) == set(SELECTORS)
    assert all(f"`custom:{name}`" in DOC for name in SELECTORS)
    assert all(f"| `{name}` |" in DOC for name in tools.BUILT_IN)
