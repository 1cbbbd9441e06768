"""Using up what the host has."""

from __future__ import annotations

from agents.sandbox.limits import MIB, Limits
from agents.sandbox.work import Ended
from tests.abuse.attack import Attack
from tests.abuse.host import Host

KIND = "exhaustion"
STOPPED = r"^stopped"
MEMORY = r"memory|^exit (1|137)$"
SHORT = Limits(wall=1.0)


def short_output(_host: Host, ended: Ended) -> str:
    """The bot must not keep what the code floods it with."""
    return "" if len(ended.output) < 400_000 else f"{len(ended.output)} characters were kept"


def few_files(_host: Host, ended: Ended) -> str:
    """The bot must not take more than it allows."""
    held = sum(len(file.data) for file in ended.harvest.files)
    return "" if len(ended.harvest.files) <= 20 and held <= 20 * MIB else "too many files came out"


ATTACKS = (
    Attack(
        name="processes without end",
        kind=KIND,
        limits=SHORT,
        ends=STOPPED,
        code="""
while True:
    try: os.fork()
    except OSError: pass
""",
    ),
    Attack(
        name="processes without end, by a shell",
        kind=KIND,
        limits=SHORT,
        ends=r"^stopped|^exit",
        code="os.execv('/bin/sh', ['sh', '-c', 'b() { b | b & }; b; sleep 30'])",
    ),
    Attack(
        name="threads without end",
        kind=KIND,
        code="""
def begin():
    for _ in range(5000): threading.Thread(target=time.sleep, args=(100,), daemon=True).start()
tries(begin)
os._exit(0)
""",
    ),
    Attack(
        name="memory of one process",
        kind=KIND,
        limits=Limits(memory=128 * MIB, wall=20),
        ends=MEMORY,
        code="all = []\nwhile True: all.append(bytearray(16 << 20))",
    ),
    Attack(
        name="memory of many processes",
        kind=KIND,
        limits=Limits(memory=192 * MIB, processes=80, work=MIB, tmp=MIB),
        ends=r"memory|^exit 137",
        code="""
for _ in range(5): os.fork()
block = bytearray(os.urandom(1 << 20)) * 40
time.sleep(60)
""",
    ),
    Attack(
        name="memory behind an anonymous file",
        kind=KIND,
        bare=True,
        code="call('memfd_create', b'x', 0)",
    ),
    Attack(
        name="shared memory of System V",
        kind=KIND,
        bare=True,
        code="call('shmget', 0, 1 << 20, 0o1600)\ncall('msgget', 0, 0o1600)\ncall('semget', 0, 1, 0o1600)",
    ),
    Attack(
        name="memory behind /dev/shm",
        kind=KIND,
        code="""
def fill():
    with open("/dev/shm/x", "wb") as file:
        for _ in range(64): file.write(bytes(1 << 20))
    return "64 MiB"
tries(fill)
""",
    ),
    Attack(
        name="memory behind /tmp",
        kind=KIND,
        code="""
def fill():
    for number in range(64):
        with open(f"/tmp/{number}", "wb") as file: file.write(bytes(1 << 20))
    return "64 MiB"
tries(fill)
""",
    ),
    Attack(
        name="disk",
        kind=KIND,
        look=few_files,
        code="""
def fill():
    for number in range(200):
        with open(f"{number}", "wb") as file: file.write(bytes(1 << 20))
    return "200 MiB"
tries(fill)
""",
    ),
    Attack(
        name="one large file",
        kind=KIND,
        limits=Limits(file_size=MIB),
        code="""
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def fill():
    with open("x", "wb") as file: file.write(bytes(8 << 20))
    return "8 MiB"
tries(fill)
""",
    ),
    Attack(
        name="files without end",
        kind=KIND,
        limits=Limits(work_files=300, wall=20),
        ends=r"^stopped: more than 300 files|^exit 0",
        look=few_files,
        code="""
try:
    for number in range(20_000):
        open(f"{number}", "w").close()
        if number > 300: time.sleep(0.01)
except OSError as error: held(error)
""",
    ),
    Attack(
        name="empty files in /tmp",
        kind=KIND,
        limits=Limits(work_files=300, memory=128 * MIB, wall=20),
        ends=r"^stopped: more than|^exit 137$",
        code="""
for number in range(3_000_000):
    if number % 5000 == 0: os.mkdir(f"/tmp/{number}d")
    os.mknod(f"/tmp/{number // 5000 * 5000}d/{number}")
""",
    ),
    Attack(
        name="empty files in /dev/shm and everywhere",
        kind=KIND,
        limits=Limits(work_files=300, memory=128 * MIB, wall=20),
        ends=r"^stopped: more than|^exit 137$",
        code="""
for number in range(3_000_000):
    for place in ("/dev/shm", "/tmp", "."): os.mknod(f"{place}/{number}")
    if number < 90: time.sleep(0.001)
""",
    ),
    Attack(
        name="memory behind sockets of many processes",
        kind=KIND,
        limits=Limits(memory=192 * MIB, wall=20),
        ends=r"^stopped: more than 192 MiB of memory|^exit 137$",
        code="""
for _ in range(5): os.fork()
kept = []
def fill():
    while True:
        pair = socket.socketpair()
        kept.append(pair)
        for one in pair:
            one.setblocking(False)
            one.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
            try:
                while True: one.send(bytes(65536))
            except BlockingIOError: pass
try: fill()
except OSError: time.sleep(60)
""",
    ),
    Attack(
        name="memory behind connections to itself",
        kind=KIND,
        limits=Limits(memory=192 * MIB, wall=20),
        ends=r"^stopped: more than 192 MiB of memory|^exit 137$",
        code="""
door = socket.create_server(("127.0.0.1", 0), backlog=200)
kept = []
def fill():
    while True:
        kept.append(socket.create_connection(door.getsockname()))
        kept.append(door.accept()[0])
        for one in kept[-2:]:
            one.setblocking(False)
            try:
                while True: one.send(bytes(65536))
            except BlockingIOError: pass
for _ in range(4): os.fork()
try: fill()
except OSError: time.sleep(60)
""",
    ),
    Attack(
        name="larger buffers of sockets",
        kind=KIND,
        bare=True,
        code="""
def enlarge():
    found = []
    with socket.socket(socket.AF_UNIX) as one:
        for name in (socket.SO_SNDBUF, socket.SO_RCVBUF):
            before = one.getsockopt(socket.SOL_SOCKET, name)
            one.setsockopt(socket.SOL_SOCKET, name, before - 8192)
            found += [name] if one.getsockopt(socket.SOL_SOCKET, name) != before else []
    return found
tries(enlarge)
""",
    ),
    Attack(
        name="a file of holes",
        kind=KIND,
        look=few_files,
        code="""
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
def stretch(size):
    with open("x", "wb") as file: file.truncate(size)
    return "stretched"
tries(lambda: stretch(1 << 40))
stretch(60 << 20)
""",
    ),
    Attack(
        name="output without end",
        kind=KIND,
        ends=r"^stopped: more than 8 MiB of output",
        look=short_output,
        code="while True: os.write(1, b'x' * 65536)",
    ),
    Attack(
        name="output of 200 MB at once, to both streams",
        kind=KIND,
        ends=r"^stopped: more than 8 MiB of output",
        look=short_output,
        code="""
threading.Thread(target=lambda: [os.write(2, b"e" * 65536) for _ in range(1600)], daemon=True).start()
for _ in range(1600): os.write(1, b"o" * 65536)
""",
    ),
    Attack(name="processor until the time is up", kind=KIND, limits=SHORT, ends=STOPPED, code="while True: pass"),
    Attack(
        name="processor until its own limit",
        kind=KIND,
        limits=Limits(cpu=1, wall=20),
        ends=r"^exit 152$",
        code="while True: pass",
    ),
    Attack(
        name="open files",
        kind=KIND,
        code="kept = []\ntries(lambda: [kept.append(open('/dev/null')) for _ in range(100_000)] and 'opened')",
    ),
    Attack(
        name="a bomb of compressed zeros",
        kind=KIND,
        look=few_files,
        code="""
import zlib
packed = zlib.compress(bytes(50 << 20)) * 1
def unpack():
    for number in range(20):
        with open(f"{number}", "wb") as file: file.write(zlib.decompress(packed))
    return "1 GB"
tries(unpack)
""",
    ),
    Attack(
        name="locked memory",
        kind=KIND,
        code="""
room = ctypes.create_string_buffer(4 << 20)
ctypes.set_errno(0)
held(ctypes.get_errno()) if LIBC.mlock(room, len(room)) != 0 else fell("locked")
""",
    ),
)
