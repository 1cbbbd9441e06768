from __future__ import annotations

import ast
import dataclasses
import sys
from pathlib import Path

import pytest

from agents.sandbox import sandbox, trial
from agents.sandbox.bubblewrap import command, system
from agents.sandbox.limits import Limits

BUBBLEWRAP = system.Bubblewrap(path=Path("/usr/bin/bwrap"))
PYTHON = system.Interpreter(program="/usr/bin/python3", masks=("/usr/lib/python3/dist-packages",))
FILES = command.Descriptors(info=5, seccomp=6, door=7, scripts={"step-000.py": 8}, inputs={"a/b": 9})
TIGHT = {
    "network": False,
    "root": False,
    "home": [],
    "system": False,
    "work": True,
    "child": True,
    "filter": True,
    "gain": False,
}


def words(setup: command.Setup) -> str:
    return " ".join(command.arguments(setup, Limits(work=4096), FILES))


def setup_of(python: system.Interpreter = PYTHON, *, proc: bool = True, no_nested: bool = True) -> command.Setup:
    return command.Setup(bubblewrap=BUBBLEWRAP, interpreter=python, user=65534, proc=proc, no_nested=no_nested)


@pytest.mark.parametrize(
    "needed",
    [
        "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--cap-drop ALL", "--clearenv",
        "--new-session", "--die-with-parent", "--disable-userns", "--ro-bind /usr /usr", "--seccomp 6",
        "--size 4096 --tmpfs /box", "--perms 0444 --ro-bind-data 8 /box/step-000.py", "--file 9 /box/a/b",
        "--tmpfs /usr/lib/python3/dist-packages --remount-ro /usr/lib/python3/dist-packages", "--remount-ro / ",
    ],
)  # fmt: skip
def test_box_is_made_with(needed: str) -> None:
    assert needed in words(setup_of())


def test_nothing_of_the_host_is_bound_for_writing() -> None:
    arguments = command.arguments(setup_of(), Limits(), FILES)

    assert not {"--bind", "--dev-bind", "--bind-try", "--share-net"} & set(arguments)


def test_box_without_proc_has_an_empty_one() -> None:
    setup = setup_of(proc=False, no_nested=False)

    assert "--dir /proc" in words(setup)
    assert "--proc /proc" not in words(setup)
    assert "--disable-userns" not in words(setup)
    assert setup.tier == "bubblewrap without /proc"


def test_python_of_a_home_folder_is_bound_at_a_neutral_path() -> None:
    python = system.interpreter(Path("/home/ada/.pyenv/3.11"), "python3.11", carried=False)

    assert python.program == "/opt/python/bin/python3.11"
    assert "--ro-bind /home/ada/.pyenv/3.11 /opt/python" in words(setup_of(python))
    assert "LD_LIBRARY_PATH /opt/python/lib" in words(setup_of(python))
    assert command.prefix(setup_of(python)) == []


def test_python_that_nobody_may_walk_to_is_mounted_by_root_first(tmp_path: Path) -> None:
    python = system.interpreter(tmp_path, "python3.11", carried=True)

    before = command.prefix(setup_of(python))

    assert before[:2] == ["unshare", "--mount"]
    assert str(tmp_path) in before
    assert "--reuid=65534" in before
    assert "--ro-bind /mnt /opt/python" in words(setup_of(python))


def test_python_that_is_mounted_already_is_only_entered(tmp_path: Path) -> None:
    setup = dataclasses.replace(setup_of(system.interpreter(tmp_path, "python3.11", carried=True)), namespace=12)

    assert command.prefix(setup) == ["nsenter", "--mount=/proc/self/fd/12", "--setgid=65534", "--setuid=65534", "--"]
    assert "--ro-bind /mnt /opt/python" in words(setup)


def test_python_of_the_system_is_used_where_it_lies() -> None:
    python = system.interpreter(Path("/usr/local"), "python3.11", carried=False)

    assert (python.program, python.prefix) == ("/usr/local/bin/python3.11", None)


def test_installed_packages_of_a_python_are_hidden(tmp_path: Path) -> None:
    (tmp_path / "lib" / "python3.11" / "site-packages").mkdir(parents=True)

    python = system.interpreter(tmp_path, "python3.11", carried=False)

    assert "/opt/python/lib/python3.11/site-packages" in python.masks


def test_folder_is_reachable_only_when_every_step_is(tmp_path: Path) -> None:
    folder = tmp_path / "closed" / "open"
    folder.mkdir(parents=True)
    folder.parent.chmod(0o700)

    assert not system.reachable(folder)
    assert system.reachable(Path("/usr"))


def test_unmerged_system_folders_are_bound_and_links_are_kept(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "lib").symlink_to("usr/lib")

    line = " ".join(system.system_binds(tmp_path))

    assert "--ro-bind /bin /bin" in line
    assert "--symlink usr/lib /lib" in line
    assert "/sbin" not in line


def test_packaged_bubblewrap_is_found_where_the_system_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")

    assert [found.path.name for found in system.bubblewraps()] == ["bwrap"]


def test_systems_bubblewrap_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "bwrap").write_text("")
    (tmp_path / "bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))

    assert next(system.bubblewraps()).path == tmp_path / "bwrap"


def test_first_program_of_a_box_imports_only_the_standard_library() -> None:
    source = Path(command.__file__).with_name("inside.py").read_text(encoding="utf-8")
    names = {alias.name for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Import) for alias in node.names}

    assert names <= sys.stdlib_module_names


def test_tight_box_has_no_hole() -> None:
    assert trial.hole(TIGHT) == ""


@pytest.mark.parametrize(
    ("fact", "sentence"),
    [
        ({"network": True}, "the box reaches the network"),
        ({"root": True}, "the box runs as root"),
        ({"home": ["/root"]}, "the box sees ['/root'] of this host"),
        ({"system": True}, "the box can write to the system"),
        ({"work": False}, "the box cannot write to its own folder"),
        ({"child": False}, "the box cannot start programs"),
        ({"filter": False}, "the box has no filter of system calls"),
        ({"gain": True}, "the box can gain privileges"),
    ],
)
def test_each_hole_is_named(fact: dict[str, object], sentence: str) -> None:
    assert trial.hole({**TIGHT, **fact}) == sentence


@pytest.mark.parametrize(
    ("failure", "mend"),
    [
        ("bwrap: No permissions to create new namespace", sandbox.ALLOW_NAMESPACES),
        ("bwrap: setting up uid map: Permission denied", sandbox.ALLOW_NAMESPACES),
        ("bwrap: execvp /opt/python/bin/python3.11: No such file or directory", sandbox.GET_PYTHON),
        ("error while loading shared libraries: libpython3.11.so.1.0", sandbox.GET_PYTHON),
        ("/x/bwrap cannot be started: Exec format error", sandbox.GET_BUBBLEWRAP),
        ("setpriv: failed to execute /proc/self/fd/9: Permission denied", sandbox.GET_BUBBLEWRAP),
    ],
)
def test_each_failure_has_its_remedy(failure: str, mend: str) -> None:
    assert sandbox.how_to_mend(failure) == mend


@pytest.mark.parametrize("home", ["/", "/usr/sbin", "/opt/app"])
def test_home_that_is_the_systems_is_not_a_secret(home: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", home)

    assert home not in trial.hidden_places()


def test_home_is_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")

    assert "/home/ada" in trial.hidden_places()


def test_other_system_than_linux_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")

    proof = sandbox.Sandbox().prove()

    assert (proof.ok, proof.tier) == (False, "none")
    assert "Run Threadfast on Linux" in proof.how_to_mend


def test_host_without_a_python_for_boxes_is_refused() -> None:
    proof = sandbox.Sandbox(interpreters=(), bubblewraps=(BUBBLEWRAP,)).prove()

    assert (proof.ok, proof.how_to_mend) == (False, sandbox.GET_PYTHON)
