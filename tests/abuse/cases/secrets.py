"""Reading what is not the code's: environment, processes, descriptors, keyring, files."""

from __future__ import annotations

from tests.abuse.attack import Attack

KIND = "secrets"

ATTACKS = (
    Attack(name="environment", kind=KIND, bare=True, code="print(dict(os.environ)); held()"),
    Attack(
        name="environment of a child of a shell",
        kind=KIND,
        bare=True,
        code="print(subprocess.run(['sh', '-c', 'env; set'], capture_output=True, text=True).stdout); held()",
    ),
    Attack(
        name="environments in /proc",
        kind=KIND,
        bare=True,
        code="""
for pid in [*filter(str.isdigit, os.listdir("/proc")), "self", str(HOST["pid"])]:
    for name in ("environ", "cmdline"):
        try: print(read(f"/proc/{pid}/{name}"))
        except OSError: pass
held()
""",
    ),
    Attack(
        name="the bot's process",
        kind=KIND,
        bare=True,
        code="""
def look():
    found = read(f"/proc/{HOST['pid']}/cmdline")
    # As tests are started: by a command, by pytest, or by pytest in several processes.
    return found if any(words in found for words in ("abuse", "pytest", "exec(eval")) else ""
tries(look)
""",
    ),
    Attack(
        name="the bot's memory",
        kind=KIND,
        code="""
tries(lambda: open(f"/proc/{HOST['pid']}/mem", "rb").read(1))
tries(lambda: open(f"/proc/{os.getppid()}/mem", "rb").read(1))
""",
    ),
    Attack(
        name="inherited descriptors",
        kind=KIND,
        bare=True,
        code="""
def take(number):
    # Where it was read before, it is read again.
    os.lseek(number, 0, 0)
    return os.read(number, 4096)
for number in range(3, 1024): tries(lambda: take(number)) if number in (3, HOST["open"]) else None
def others():
    found = []
    for number in range(3, 1024):
        try: os.fstat(number); found.append(number)
        except OSError: pass
    return found
tries(others)
""",
    ),
    Attack(
        name="descriptors of process 1",
        kind=KIND,
        code="""
def others():
    found = []
    for pid in ("1", str(os.getppid())):
        for number in os.listdir(f"/proc/{pid}/fd"):
            if int(number) > 2:
                with open(f"/proc/{pid}/fd/{number}", "rb") as file: found.append(file.read(100))
    return found
tries(others)
""",
    ),
    Attack(
        name="keyring of the kernel",
        kind=KIND,
        bare=True,
        code="""
import platform
SEARCH, READ, USER = 10, 11, -4
number = LIBC.syscall(HOST["calls"]["keyctl"], SEARCH, USER, b"user", b"threadfast-canary", 0)
if number < 0: held(errno.errorcode[ctypes.get_errno()])
else:
    room = ctypes.create_string_buffer(200)
    LIBC.syscall(HOST["calls"]["keyctl"], READ, number, room, 200)
    fell(room.value)
""",
    ),
    Attack(name="keyrings in /proc", kind=KIND, code="tries(lambda: read('/proc/keys'))"),
    Attack(name="database file", kind=KIND, bare=True, code="tries(lambda: read(HOST['database']))"),
    Attack(name="home folder", kind=KIND, bare=True, code="tries(lambda: os.listdir(HOST['home']))"),
    Attack(
        name="keys and histories in homes",
        kind=KIND,
        code="""
import glob
tries(lambda: glob.glob("/root/.*") + glob.glob("/home/*/.*") + glob.glob(HOST["home"] + "/.*"))
""",
    ),
    Attack(
        name="accounts of the system",
        kind=KIND,
        code="for name in ('shadow', 'gshadow', 'ssh/sshd_config', 'sudoers'): tries(lambda: read(f'/etc/{name}'))",
    ),
    Attack(name="shared memory of the host", kind=KIND, bare=True, code="tries(lambda: read(HOST['shared']))"),
    Attack(
        name="the host through process 1's root",
        kind=KIND,
        bare=True,
        code="""
for root in ("/proc/1/root", "/proc/self/root", "/proc/1/cwd", "/proc/self/cwd/../../..", f"/proc/{HOST['pid']}/root"):
    tries(lambda: read(root + HOST["secret"]))
""",
    ),
    Attack(
        name="the host through parent folders",
        kind=KIND,
        bare=True,
        code="""
for steps in range(12): tries(lambda: read("../" * steps + HOST["secret"][1:]))
for _ in range(20): os.chdir("..")
tries(lambda: read(HOST["secret"][1:]))
""",
    ),
    Attack(name="source of the bot", kind=KIND, bare=True, code="tries(lambda: os.listdir(HOST['project']))"),
    Attack(
        name="settings and database beside what a box may read",
        kind=KIND,
        code="""
def look():
    found = []
    for top in ("/usr", "/opt", "/etc"):
        for folder, _, files in os.walk(top):
            found += [f"{folder}/{name}" for name in files if name.startswith("threadfast.")]
    return found
tries(look)
""",
    ),
    Attack(
        name="packages of the bot",
        kind=KIND,
        code="""
import importlib
for name in ("agents", "bot", "autogen", "slack_bolt", "discord"): tries(lambda: importlib.import_module(name))
""",
    ),
    Attack(
        name="sockets of services",
        kind=KIND,
        code="""
import glob
tries(lambda: [path for path in glob.glob("/run/**", recursive=True) + glob.glob("/var/run/**", recursive=True)
               if os.path.exists(path) and path.endswith((".sock", "socket"))])
""",
    ),
    Attack(
        name="logs of the kernel",
        kind=KIND,
        code="call('syslog', 3, ctypes.create_string_buffer(100), 100)\ntries(lambda: open('/dev/kmsg', 'rb').read(1))",
    ),
)
