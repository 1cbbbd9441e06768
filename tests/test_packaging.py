from __future__ import annotations

import tomllib
import zipfile
from importlib.metadata import Distribution, PathDistribution, distributions
from pathlib import Path

import pytest

from tests.wheel import PACKAGES, foreign_owners, missing_files, ownership_problems, places

ROOT = Path(__file__).parent.parent


def installed_distribution(folder: Path, name: str, files: list[str]) -> Distribution:
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return PathDistribution(info)


def test_no_other_distribution_owns_our_names_and_each_comes_from_one_place() -> None:
    assert ownership_problems(distributions(), places()) == []


def test_our_packages_are_imported_from_this_source() -> None:
    assert places() == {package: {ROOT / package} for package in PACKAGES}


@pytest.mark.parametrize("file", ["agents/__init__.py", "bot.py", "adapters/slack.py"])
def test_another_distribution_that_installs_one_of_our_names_is_named(tmp_path: Path, file: str) -> None:
    other = installed_distribution(tmp_path, "other-agents", ["elsewhere/x.py", file])

    owners = foreign_owners([other])

    assert list(owners.values()) == [["other-agents"]]


def test_our_own_distribution_is_not_counted_as_another(tmp_path: Path) -> None:
    ours = installed_distribution(tmp_path, "threadfast", ["bot/__init__.py"])

    assert foreign_owners([ours]) == {}


def test_a_name_found_in_two_places_is_a_problem(tmp_path: Path) -> None:
    found = {package: {tmp_path / package} for package in PACKAGES}
    found["agents"].add(tmp_path / "elsewhere" / "agents")

    problems = ownership_problems([], found)

    assert problems[0].startswith("'agents' comes from 2 places")


def test_a_file_that_a_wheel_lacks_is_named(tmp_path: Path) -> None:
    for name in ("bot/domain.py", "agents/presets/solo.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("bot/domain.py", "")

    assert missing_files(tmp_path, wheel) == ["agents/presets/solo.yaml"]


def test_the_wheel_is_made_of_exactly_the_three_packages_and_is_kept_private() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert tuple(project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) == PACKAGES
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda path: path.name)
def test_every_locked_package_has_a_hash_and_no_lock_names_an_index(lock: Path) -> None:
    text = lock.read_text()

    entries = text.replace("\\\n", " ").splitlines()

    assert entries
    assert all("==" in entry and "--hash=sha256:" in entry for entry in entries)
    assert "://" not in text


def test_the_larger_locks_hold_the_very_versions_that_the_runtime_lock_holds() -> None:
    def pins(name: str) -> set[str]:
        lines = (ROOT / name).read_text().splitlines()
        return {line.split()[0] for line in lines if not line.startswith(" ")}

    assert pins("requirements.lock") <= pins("requirements-dev.lock") <= pins("requirements-bench.lock")
