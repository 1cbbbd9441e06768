from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import pytest

from agents.sandbox.bubblewrap import private, system, watch

USR = Path("/usr")
PYTHON = system.Interpreter(program="/usr/bin/python3.11", masks=("/usr/lib/python3/dist-packages",))
PREFIX = Path(sys.base_prefix).resolve()
OURS = system.Interpreter(program=f"/opt/python/bin/python3.{sys.version_info.minor}", prefix=PREFIX)


def given(tmp_path: Path) -> dict[Path, str]:
    return {tmp_path: "/usr"}


def folder(tmp_path: Path, name: str) -> Path:
    made = tmp_path / name
    made.mkdir(parents=True)
    return made


def test_folder_of_the_bot_under_a_bound_one_is_masked_where_it_lies_inside(tmp_path: Path) -> None:
    app = folder(tmp_path, "src/app")

    assert private.masks([app], given(tmp_path), PYTHON) == ["/usr/src/app"]


def test_folder_within_a_masked_one_is_not_masked_again(tmp_path: Path) -> None:
    data, within = folder(tmp_path, "src/app/data"), folder(tmp_path, "lib/python3/dist-packages/bot")

    assert private.masks([data, data.parent, within], given(tmp_path), PYTHON) == ["/usr/src/app"]


def test_folder_elsewhere_or_not_there_is_not_masked(tmp_path: Path) -> None:
    elsewhere = folder(tmp_path, "elsewhere")

    assert private.masks([elsewhere, tmp_path / "usr" / "none"], given(tmp_path / "usr"), PYTHON) == []


@pytest.mark.parametrize("name", ["", "bin", "lib", "lib/python3.11", "lib/python3.11/json", "local", "local/lib"])
def test_nothing_is_masked_that_programs_and_python_need(name: str, tmp_path: Path) -> None:
    needed = tmp_path / name
    needed.mkdir(parents=True, exist_ok=True)

    assert private.masks([needed], given(tmp_path), PYTHON) == []


def test_nothing_of_a_python_elsewhere_is_masked() -> None:
    version = f"python3.{sys.version_info.minor}"
    bound = private.bound(OURS, None)

    for path in (PREFIX, PREFIX / "bin", PREFIX / "lib", PREFIX / "lib" / version):
        assert not [one for one in private.masks([path], bound, OURS) if one.startswith("/opt/python")]


def test_link_to_a_folder_of_the_bot_hides_what_it_leads_to(tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(folder(tmp_path, "usr/src/app"))

    assert private.masks([link], given(tmp_path / "usr"), PYTHON) == ["/usr/src/app"]


def test_packages_and_pythons_folders_are_looked_into_by_their_inner_names(tmp_path: Path) -> None:
    python = dataclasses.replace(PYTHON, prefix=tmp_path)

    bound = private.bound(python, (Path("/srv/packages"), "/opt/packages"), tmp_path)

    assert bound == {tmp_path / "usr": "/usr", tmp_path: "/opt/python", Path("/srv/packages"): "/opt/packages"}


def test_trial_looks_for_all_of_them_but_for_folders_that_a_box_has_of_its_own() -> None:
    looked = private.checked([Path("/usr/src/app"), Path("/srv/bot"), Path("/tmp"), Path("/")], {USR: "/usr"})

    assert looked == ["/srv/bot", "/usr/src/app"]


def test_kernels_counts_of_sockets_are_read() -> None:
    text = "sockets: used 49\nTCP: inuse 15 orphan 1 tw 1768 alloc 15 mem 100\nFRAG: inuse 0 memory 0\n"

    assert watch.socket_counts(text) == {"sockets": 49, "TCP": 16, "mem": 100}
    assert watch.socket_counts("") == {"sockets": 0, "TCP": 0, "mem": 0}


def test_sockets_of_a_process_that_is_gone_are_none() -> None:
    assert watch.of_sockets(2**30) == 0


def test_folder_behind_a_closed_one_is_hidden_with_it_from_a_box_of_another_user(tmp_path: Path) -> None:
    data = folder(tmp_path, "src/app/data")
    tmp_path.chmod(0o755)
    data.parent.chmod(0o700)

    assert private.masks([data], given(tmp_path), PYTHON, as_other=True) == ["/usr/src/app"]
    assert private.masks([data], given(tmp_path), PYTHON) == ["/usr/src/app/data"]


def test_folder_that_a_box_of_another_user_cannot_read_at_all_needs_no_mask(tmp_path: Path) -> None:
    data = folder(tmp_path, "src/app")
    tmp_path.chmod(0o700)

    assert private.masks([data], given(tmp_path), PYTHON, as_other=True) == []
