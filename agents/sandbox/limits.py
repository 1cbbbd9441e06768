"""How much one box may use."""

from __future__ import annotations

from dataclasses import dataclass, fields

MIB = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The limits of one box; each is enforced by the kernel or by the watching thread.

    Raises:
        ValueError: A limit is not positive.
    """

    wall: float = 60.0
    """Seconds for all blocks together; then the whole process tree is killed."""
    cpu: int = 60
    """Seconds of processor time for each process."""
    memory: int = 1024 * MIB
    """Bytes of private data for each process, and of resident memory for all of them together."""
    processes: int = 64
    """Processes and threads at a time."""
    file_size: int = 64 * MIB
    """Bytes of one file."""
    open_files: int = 256
    """Open files for each process."""
    work: int = 64 * MIB
    """Bytes of the work folder; it lives in memory."""
    work_files: int = 2000
    """Files and folders in all that the box may write to: the work folder, /tmp and /dev/shm."""
    tmp: int = 32 * MIB
    """Bytes of /tmp; it lives in memory."""
    output: int = 256 * 1024
    """Bytes of output kept: three quarters from its beginning, the rest from its end."""
    flood: int = 8 * MIB
    """Bytes of output after which the code is stopped."""
    files: int = 20
    """Files taken out of the work folder."""
    files_bytes: int = 20 * MIB
    """Bytes of those files together."""

    def __post_init__(self) -> None:
        for field in fields(self):
            if getattr(self, field.name) <= 0:
                raise ValueError(
                    f"The sandbox's limit {field.name!r} must be above 0, not {getattr(self, field.name)}."
                )

    def rlimits(self) -> dict[str, int]:
        """Return the limits that the kernel enforces for each process, by their names in `resource`."""
        return {
            "RLIMIT_NPROC": self.processes,
            # Address space is four times the data: interpreters and allocators reserve far more than they touch.
            "RLIMIT_AS": 4 * self.memory,
            "RLIMIT_DATA": self.memory,
            "RLIMIT_CPU": self.cpu,
            "RLIMIT_FSIZE": self.file_size,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_CORE": 0,
            "RLIMIT_MEMLOCK": 0,
            "RLIMIT_MSGQUEUE": 0,
        }


def in_words(size: int) -> str:
    """Say a number of bytes as people do."""
    for unit, step in (("GiB", 1 << 30), ("MiB", MIB), ("KiB", 1 << 10)):
        if size >= step:
            return f"{size / step:.4g} {unit}"
    return f"{size} bytes"
