"""More rights, and doors of the kernel that code of agents has no business at."""

from __future__ import annotations

import platform

from tests.abuse.attack import Attack

KIND = "kernel"

CALLS = {
    "io_uring": ("'io_uring_setup', 8, 0", "'io_uring_enter', -1, 0, 0, 0, 0", "'io_uring_register', -1, 0, 0, 0"),
    "bpf": ("'bpf', 0, 0, 0",),
    "performance counters": ("'perf_event_open', 0, 0, -1, -1, 0",),
    "userfaultfd": ("'userfaultfd', 1 << 20",),
    "mounting": ("'mount', 0, 0, 0, 0, 0", "'umount2', 0, 0", "'mount_setattr', -1, 0, 0, 0, 0"),
    "mounting, the new way": (
        "'fsopen', 0, 0",
        "'open_tree', -1, 0, 0",
        "'move_mount', -1, 0, -1, 0, 0",
        "'fsmount', -1, 0, 0",
    ),
    "another root": ("'chroot', 0", "'pivot_root', 0, 0"),
    "namespaces of others": ("'setns', -1, 0",),
    "files by handle": ("'open_by_handle_at', -1, 0, 0", "'name_to_handle_at', -1, 0, 0, 0, 0"),
    "another kernel": ("'kexec_load', 0, 0, 0, 1 << 30", "'kexec_file_load', -1, -1, 0, 0, 0"),
    "modules": ("'init_module', 0, 0, 0", "'finit_module', -1, 0, 0", "'delete_module', 0, 0"),
    "the kernel's keys": ("'add_key', 0, 0, 0, 0, 0", "'request_key', 0, 0, 0, 0", "'keyctl', 0, -4, 0"),
    "another personality": ("'personality', 0xffffffff",),
    "swap and quotas": ("'swapon', 0, 0", "'swapoff', 0", "'quotactl', 0, 0, 0, 0"),
    "the clock": ("'settimeofday', 0, 0", "'clock_settime', 99, 0"),
    "watching files of all": ("'fanotify_init', 1 << 30, 0",),
    "secret memory": ("'memfd_secret', 1 << 20",),
    "descriptors of others": ("'pidfd_getfd', -1, 0, 0", "'kcmp', 1, 1, 0, 0, 0"),
}
"""Calls with words that the kernel itself would refuse as wrong: who gets that far has passed the filter."""

ATTACKS = (
    *(
        Attack(name=name, kind=KIND, bare=True, code="\n".join(f"call({words})" for words in calls))
        for name, calls in CALLS.items()
    ),
    Attack(
        name="a user namespace",
        kind=KIND,
        bare=True,
        code="""
NEWUSER, NEWNET, NEWNS = 0x10000000, 0x40000000, 0x20000
for flags in (NEWUSER, NEWUSER | NEWNET, NEWNS):
    if os.fork() == 0: call("unshare", flags); os._exit(0)
    os.wait()
""",
    ),
    Attack(
        name="a user namespace, by clone",
        kind=KIND,
        code="""
import platform
clone, clone3 = (56, 435) if platform.machine() == "x86_64" else (220, 435)
call(clone, 0x10000000 | 17, 0, 0, 0, 0)
call(clone3, 0, 0)
""",
    ),
    Attack(
        name="programs that run as root",
        kind=KIND,
        code="""
import shutil
for program in ("su", "sudo", "mount", "passwd", "newgrp", "pkexec", "newuidmap"):
    if path := shutil.which(program):
        done = subprocess.run([path, "--help"], capture_output=True, stdin=subprocess.DEVNULL)
        held(done.returncode)
for program in ("id", "cat"):
    done = subprocess.run(["su", "-c", "id", "root"], capture_output=True, text=True) if shutil.which("su") else None
    fell(done.stdout) if done and "uid=0" in done.stdout else held()
""",
    ),
    Attack(
        name="being root",
        kind=KIND,
        bare=True,
        code="""
fell("root already") if 0 in (os.getuid(), os.geteuid(), os.getgid()) else held()
for act in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setresuid(0, 0, 0), lambda: os.setgroups([0])):
    tries(lambda: act() or "became root")
""",
    ),
    Attack(
        name="a setuid program of its own",
        kind=KIND,
        code="""
import shutil
shutil.copy(shutil.which("id"), "mine")
os.chmod("mine", 0o6755)
said = subprocess.run(["./mine"], capture_output=True, text=True).stdout
fell(said) if "uid=0" in said else held()
""",
    ),
    Attack(
        name="capabilities",
        kind=KIND,
        code="""
KINDS = ("CapEff", "CapPrm", "CapBnd")
try: lines = [line for line in read("/proc/self/status").splitlines() if line.startswith(KINDS)]
except OSError: lines = []
fell(lines) if any(int(line.split()[1], 16) for line in lines) else held()
AMBIENT, RAISE, NET_ADMIN = 47, 2, 12
held() if LIBC.prctl(AMBIENT, RAISE, NET_ADMIN, 0, 0) != 0 else fell("raised")
""",
    ),
    Attack(
        name="taking back the promise of no new privileges",
        kind=KIND,
        code="""
held() if LIBC.prctl(38, 0, 0, 0, 0) != 0 and LIBC.prctl(39, 0, 0, 0, 0) == 1 else fell("taken back")
held() if LIBC.prctl(21, 0, 0, 0, 0) == 2 else fell("no filter")
""",
    ),
    Attack(
        name="device nodes",
        kind=KIND,
        code="""
import stat
for name, kind, numbers in (("disk", stat.S_IFBLK, (254, 0)), ("memory", stat.S_IFCHR, (1, 1))):
    tries(lambda: os.mknod(name, kind | 0o600, os.makedev(*numbers)) or "made")
for name in ("/dev/mem", "/dev/kvm", "/dev/fuse", "/dev/vda", "/dev/sda", "/dev/net/tun", "/dev/kmsg"):
    tries(lambda: open(name, "rb").read(1))
""",
    ),
    Attack(
        name="settings of the kernel",
        kind=KIND,
        code="""
def write(path):
    with open(path, "w") as file: file.write("0")
    return "written"
for path in ("/proc/sys/kernel/core_pattern", "/proc/sys/kernel/randomize_va_space", "/proc/sysrq-trigger",
             "/sys/kernel/uevent_helper", "/proc/self/uid_map", "/proc/self/setgroups", "/proc/1/oom_score_adj"):
    tries(lambda: write(path))
""",
    ),
    Attack(
        name="typing into the terminal",
        kind=KIND,
        code="""
import fcntl, pty
tries(lambda: fcntl.ioctl(os.open("/dev/tty", os.O_RDWR), 0x5412, b"x") and "typed")
try: ends = pty.openpty()
except OSError as error: held(error)
else: tries(lambda: [fcntl.ioctl(end, 0x5412, b"x") for end in ends])
for number in (0, 1, 2): tries(lambda: fcntl.ioctl(number, 0x541C, b"\\x02"))
""",
    ),
    Attack(
        name="raising its limits",
        kind=KIND,
        code="""
import resource
def raised(name):
    number = getattr(resource, name)
    hard = resource.getrlimit(number)[1]
    resource.setrlimit(number, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    return name if resource.getrlimit(number)[1] != hard else ""
for name in ("RLIMIT_AS", "RLIMIT_DATA", "RLIMIT_CPU", "RLIMIT_FSIZE", "RLIMIT_NOFILE", "RLIMIT_CORE"):
    try: got = raised(name)
    except (OSError, ValueError): held(name)
    else: fell(got) if got else held(name)
""",
    ),
    Attack(
        name="the other table of calls",
        kind=KIND,
        ends=r"^exit 159$" if platform.machine() == "x86_64" else r"^exit",
        code="LIBC.syscall(0x40000000 | 39)\nprint('FELL' if os.uname().machine == 'x86_64' else 'HELD')",
    ),
    Attack(
        name="a program from memory",
        kind=KIND,
        code="tries(lambda: os.memfd_create('x') and 'made')",
        bare=True,
    ),
)
