"""The box's system call filter, assembled as classic BPF for bubblewrap's `--seccomp`.

Written out here because the bindings that exist need a shared library of the system, which a box must not depend on.
It is a deny list on top of bubblewrap: the kernel's rarely used and often broken doors are closed,
no new namespace can be made, and sockets are only of the three families programs use.
"""

from __future__ import annotations

import errno
import platform
import struct
from dataclasses import dataclass

ALLOW = 0x7FFF0000
KILL = 0x80000000
REFUSE = 0x00050000
"""SECCOMP_RET_ERRNO; the error number is in the low bits."""

LOAD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER, ARCHITECTURE, ARGUMENT_0, ARGUMENT_1, ARGUMENT_2 = 0, 4, 16, 24, 32
"""Offsets in `struct seccomp_data`; arguments' low halves, as both architectures are little-endian."""

# CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET of linux/sched.h. NEWTIME shares its bit
# with the exit signal's byte in clone(2), where it has no effect.
NEW_NAMESPACES = 0x7E020000
FAMILIES = (1, 2, 10)
"""AF_UNIX, AF_INET, AF_INET6: the box has no network, but programs bind to loopback."""
X32 = 0x40000000
"""x86-64's second call table, which a filter by number would miss."""
OF_SOCKETS = 1
"""SOL_SOCKET."""
BUFFER_SIZES = (7, 8, 32, 33)
"""SO_SNDBUF, SO_RCVBUF and their FORCE: buffers of sockets are memory that no process has."""
TERMINAL_REQUESTS = (0x5412, 0x541C)
"""TIOCSTI and TIOCLINUX type into a terminal."""

# name: (x86_64, aarch64); None where the architecture has no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "bpf": (321, 280),
    "chroot": (161, 51),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "ioperm": (173, None),
    "iopl": (172, None),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "lookup_dcookie": (212, 18),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "mq_open": (240, 180),
    "msgget": (68, 186),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semget": (64, 190),
    "setns": (308, 268),
    "settimeofday": (164, 170),
    "shmat": (30, 196),
    "shmget": (29, 194),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "uselib": (134, None),
    "userfaultfd": (323, 282),
    "vhangup": (153, 58),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """One architecture's numbers."""

    audit: int
    """AUDIT_ARCH of linux/audit.h."""
    column: int
    """Which number of `DENIED` is its own."""
    clone: int
    clone3: int
    ioctl: int
    socket: int
    setsockopt: int
    has_x32: bool


ARCHITECTURES = {
    "x86_64": Architecture(
        audit=0xC000003E, column=0, clone=56, clone3=435, ioctl=16, socket=41, setsockopt=54, has_x32=True
    ),
    "aarch64": Architecture(
        audit=0xC00000B7, column=1, clone=220, clone3=435, ioctl=29, socket=198, setsockopt=208, has_x32=False
    ),
}


def program(machine: str | None = None) -> bytes:
    """Assemble the filter for a machine as `platform.machine` names it; None: this one.

    Raises:
        KeyError: There is no table for this machine.
    """
    arch = ARCHITECTURES[machine or platform.machine()]
    parts = [
        _of(LOAD, ARCHITECTURE) + _of(JUMP_EQUAL, arch.audit, 1, 0) + _of(RETURN, KILL),
        _of(LOAD, NUMBER),
        _of(JUMP_AT_LEAST, X32, 0, 1) + _of(RETURN, KILL) if arch.has_x32 else b"",
        # glibc falls back to clone, whose flags a filter can see; clone3's are behind a pointer.
        _of(JUMP_EQUAL, arch.clone3, 0, 1) + _of(RETURN, REFUSE | errno.ENOSYS),
        _when(arch.clone, _of(LOAD, ARGUMENT_0) + _of(JUMP_BITS, NEW_NAMESPACES, 0, 1) + _refuse() + _allow()),
        _when(arch.socket, _of(LOAD, ARGUMENT_0) + _one_of(FAMILIES, _allow(), _refuse(errno.EAFNOSUPPORT))),
        _when(arch.ioctl, _of(LOAD, ARGUMENT_1) + _one_of(TERMINAL_REQUESTS, _refuse(), _allow())),
        _when(arch.setsockopt, _of(LOAD, ARGUMENT_1) + _of(JUMP_EQUAL, OF_SOCKETS, 1, 0) + _allow() + _kept_buffers()),
        *(_when(number, _refuse()) for number in _denied(arch)),
        _allow(),
    ]
    return b"".join(parts)


def _denied(arch: Architecture) -> list[int]:
    numbers = (columns[arch.column] for columns in DENIED.values())
    return sorted(number for number in numbers if number is not None)


def _of(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("<HBBI", code, if_true, if_false, value)


def _when(number: int, then: bytes) -> bytes:
    """Do `then`, which always returns, for this call."""
    return _of(JUMP_EQUAL, number, 0, len(then) // 8) + then


def _one_of(values: tuple[int, ...], then: bytes, otherwise: bytes) -> bytes:
    """Do `then` when the loaded value is one of these; both ways are a single return."""
    last = len(values)
    tests = (_of(JUMP_EQUAL, value, last - place, 0) for place, value in enumerate(values))
    return b"".join(tests) + otherwise + then


def _kept_buffers() -> bytes:
    """Say that a buffer has the wished size and leave it as it is: the size was only ever a hint."""
    return _of(LOAD, ARGUMENT_2) + _one_of(BUFFER_SIZES, _refuse(0), _allow())


def _allow() -> bytes:
    return _of(RETURN, ALLOW)


def _refuse(number: int = errno.EPERM) -> bytes:
    return _of(RETURN, REFUSE | number)
