from __future__ import annotations

import errno
import struct

import pytest

from agents.sandbox.seccomp import ALLOW, ARCHITECTURES, DENIED, KILL, REFUSE, program

EPERM = REFUSE | errno.EPERM
MACHINES = sorted(ARCHITECTURES)


def verdict(machine: str, number: int, *arguments: int, audit: int | None = None) -> int:
    """Run the filter as the kernel would."""
    filled = (*arguments, *(0,) * (6 - len(arguments)))
    audit = ARCHITECTURES[machine].audit if audit is None else audit
    call = struct.pack("<IIQ6Q", number, audit, 0, *filled)
    steps = list(struct.iter_unpack("<HBBI", program(machine)))
    at, loaded = 0, 0
    while True:
        code, if_true, if_false, value = steps[at]
        at += 1
        if code == 0x20:
            loaded = struct.unpack_from("<I", call, value)[0]
        elif code == 0x06:
            return int(value)
        else:
            tests = {0x15: loaded == value, 0x35: loaded >= value, 0x45: bool(loaded & value)}
            at += if_true if tests[code] else if_false


@pytest.mark.parametrize("machine", MACHINES)
def test_every_call_of_the_table_is_refused(machine: str) -> None:
    column = ARCHITECTURES[machine].column

    for name, numbers in DENIED.items():
        number = numbers[column]
        assert number is None or verdict(machine, number) == EPERM, name


@pytest.mark.parametrize("machine", MACHINES)
def test_no_two_calls_of_the_table_share_a_number(machine: str) -> None:
    numbers = [columns[ARCHITECTURES[machine].column] for columns in DENIED.values()]
    there = [number for number in numbers if number is not None]

    assert len(there) == len(set(there))


@pytest.mark.parametrize("machine", MACHINES)
def test_all_other_calls_are_allowed(machine: str) -> None:
    arch = ARCHITECTURES[machine]
    special = {arch.clone, arch.clone3, arch.socket, arch.ioctl, arch.setsockopt}
    denied = {columns[arch.column] for columns in DENIED.values()}

    for number in range(470):
        if number not in special | denied:
            assert verdict(machine, number) == ALLOW, number


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("flag", [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000])
def test_new_namespaces_are_refused(machine: str, flag: int) -> None:
    assert verdict(machine, ARCHITECTURES[machine].clone, flag | 17) == EPERM


@pytest.mark.parametrize("machine", MACHINES)
def test_threads_and_processes_are_allowed(machine: str) -> None:
    clone = ARCHITECTURES[machine].clone

    assert verdict(machine, clone, 17) == ALLOW
    assert verdict(machine, clone, 0x3D0F00) == ALLOW


@pytest.mark.parametrize("machine", MACHINES)
def test_clone3_is_said_not_to_exist(machine: str) -> None:
    assert verdict(machine, ARCHITECTURES[machine].clone3) == REFUSE | errno.ENOSYS


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(
    ("family", "allowed"), [(1, True), (2, True), (10, True), (16, False), (17, False), (38, False), (40, False)]
)
def test_only_three_families_of_sockets_exist(machine: str, family: int, allowed: bool) -> None:
    expected = ALLOW if allowed else REFUSE | errno.EAFNOSUPPORT

    assert verdict(machine, ARCHITECTURES[machine].socket, family) == expected


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize(("request_number", "expected"), [(0x5412, EPERM), (0x541C, EPERM), (0x5401, ALLOW)])
def test_terminals_cannot_be_typed_into(machine: str, request_number: int, expected: int) -> None:
    assert verdict(machine, ARCHITECTURES[machine].ioctl, 0, request_number) == expected


def test_calls_of_a_foreign_architecture_kill() -> None:
    assert verdict("x86_64", 0, audit=0x40000003) == KILL
    assert verdict("aarch64", 0, audit=0x40000028) == KILL


def test_x32_calls_kill() -> None:
    assert verdict("x86_64", 0x40000000 | 101) == KILL


def test_machine_without_a_table_is_not_guessed() -> None:
    with pytest.raises(KeyError):
        program("riscv64")


@pytest.mark.parametrize("machine", MACHINES)
def test_buffers_of_sockets_keep_their_size_and_other_options_are_set(machine: str) -> None:
    setsockopt = ARCHITECTURES[machine].setsockopt

    assert [verdict(machine, setsockopt, 3, 1, option) for option in (7, 8, 32, 33)] == [REFUSE] * 4
    assert [verdict(machine, setsockopt, 3, 1, option) for option in (2, 9, 15)] == [ALLOW] * 3
    assert [verdict(machine, setsockopt, 3, 6, option) for option in (1, 7, 8)] == [ALLOW] * 3
