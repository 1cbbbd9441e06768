from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import agents.models.port
import bot.ports
from agents.teams.load import check_file
from bot.domain import RequestKind, RequestStatus, RunStatus, Verdict
from tests.readme import README, settings_table, with_settings

ROOT = Path(__file__).parent.parent
CODE = ("bot", "adapters", "agents", "tests", "benchmarks")
WRITTEN = {".py", ".md", ".yaml", ".toml", ".json", ".sh", ""}
LONGEST, AIM = 400, 250
MOST_METHODS = 6
GLOSSARY = ROOT / "docs" / "glossary.md"
# Composed, so that this file does not hold what it looks for.
UNDONE = re.compile("|".join((r"\bTO" + "DO", r"\bFIX" + "ME", r"\bXX" + "X")) + r"\b(?!\(#\d+\))")
INDEX_HOST = re.compile(r"\bpy" + r"pi\.|pythonhos" + "ted|files" + r"\.python", re.IGNORECASE)
MACHINE_PATH = re.compile(r"(?<![\w.$}])/(?:root|home|Users)/\w")


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix in WRITTEN and "__pycache__" not in path.parts:
                yield path


def written_files() -> list[Path]:
    top = [path for path in sorted(ROOT.iterdir()) if path.is_file() and path.suffix in WRITTEN | {".lock"}]
    return [path for path in top if not path.name.startswith(".coverage")] + [*files(*CODE, "docs", "scripts", ".ci")]


def documents() -> list[Path]:
    return sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))


def lines_matching(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def has_properties(port: type) -> bool:
    return any(isinstance(value, property) for value in vars(port).values())


def protocols() -> list[type]:
    modules = (bot.ports, agents.models.port)
    return [
        found
        for module in modules
        for _, found in inspect.getmembers(module, inspect.isclass)
        if getattr(found, "_is_protocol", False) and f"{found.__module__}.".startswith(f"{module.__name__}.")
    ]


def test_no_module_is_longer_than_its_limit() -> None:
    lengths = {
        str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n")
        for path in files(*CODE)
        if path.suffix == ".py"
    }

    too_long = {path: length for path, length in lengths.items() if length > LONGEST}
    assert too_long == {}, f"above the aim of {AIM}: { {path: n for path, n in lengths.items() if n > AIM} }"


def test_what_is_left_to_do_names_its_issue() -> None:
    assert lines_matching(UNDONE, written_files()) == []


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}

    assert [str(folder) for folder in sorted(folders) if not (folder / "__init__.py").is_file()] == []


@pytest.mark.parametrize("port", protocols(), ids=lambda port: port.__name__)
def test_port_has_at_most_six_methods(port: type) -> None:
    methods = [name for name, value in vars(port).items() if not name.startswith("_") and inspect.isfunction(value)]

    assert bool(methods) or has_properties(port)
    assert len(methods) <= MOST_METHODS, methods


def test_every_port_of_the_core_is_looked_at() -> None:
    assert {port.__name__ for port in protocols()} >= {"Inbox", "Store", "Records", "Outbox", "ChatAdapter", "Overview"}


def test_readme_shows_every_setting_as_it_is() -> None:
    readme = README.read_text("utf-8")

    assert settings_table() in readme, "scripts/check --fix writes the table anew"
    assert with_settings(readme) == readme


def test_no_document_lock_or_script_names_a_package_index() -> None:
    assert lines_matching(INDEX_HOST, written_files()) == []


def test_no_document_lock_or_script_names_a_persons_folder() -> None:
    paths = [path for path in written_files() if path.suffix in {".md", ".lock", ".toml", ".yaml", ""}]

    assert lines_matching(MACHINE_PATH, paths) == []


def test_changelog_has_a_section_for_this_version_and_for_what_comes() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text("utf-8"), re.MULTILINE)

    assert version is not None
    assert "\n## Unreleased\n" in text
    assert f"\n## {version[1]}" in text


def test_every_decision_that_is_named_exists_once() -> None:
    named = {
        number
        for path in written_files()
        for number in re.findall(r"(?:decisions/|ADR |[Dd]ecision )(\d{4})\b", path.read_text("utf-8"))
    }
    there = [path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")]

    assert sorted(named - set(there)) == []
    assert len(there) == len(set(there))


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_links_within_the_project_lead_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8"))

    missing = [
        target
        for target in targets
        if "://" not in target and not target.startswith("#") and not (document.parent / target.split("#")[0]).exists()
    ]

    assert missing == []


@pytest.mark.parametrize("decision", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda path: path.stem[:4])
def test_decision_says_context_options_decision_and_consequences(decision: Path) -> None:
    headings = re.findall(r"^## (.+)$", decision.read_text("utf-8"), re.MULTILINE)

    assert headings == ["Context", "Options", "Decision", "Consequences"]


@pytest.mark.parametrize(
    "word",
    [
        *(RunStatus, RequestStatus, RequestKind, Verdict),
        *("conversation", "run", "step", "wake", "epoch", "effect", "journal", "replay", "seam", "turn", "opening"),
        *("input request", "approval", "answer", "decision", "inbox", "outbox", "post", "preview", "notice"),
        *("delivery", "installation", "addressed", "mute", "default team"),
        *("store", "engine", "adapter", "platform", "thread", "event", "person", "agent", "team", "preset", "tool"),
    ],
    ids=str,
)
def test_glossary_defines_the_words_of_the_code(word: object) -> None:
    words = [value.value for value in word] if isinstance(word, type) else [f"**{word}**"]  # type: ignore[attr-defined]

    text = GLOSSARY.read_text("utf-8")

    assert [each for each in words if each not in text] == []


def examples() -> list[tuple[str, str]]:
    blocks = [(path.name, re.findall(r"```yaml\n(.*?)```", path.read_text("utf-8"), re.DOTALL)) for path in documents()]
    return [(name, block) for name, found in blocks for block in found if re.search(r"^kind:", block, re.MULTILINE)]


@pytest.mark.parametrize(("document", "team"), examples(), ids=[name for name, _ in examples()])
def test_every_whole_team_that_a_document_shows_is_valid(tmp_path: Path, document: str, team: str) -> None:
    name = re.search(r"^name: *(\S+)", team, re.MULTILINE)
    file = tmp_path / f"{name[1] if name else 'example'}.yaml"
    file.write_text(team, "utf-8")

    assert check_file(file).name == file.stem
