"""Outliving the time, and touching other processes."""

from __future__ import annotations

from agents.sandbox.limits import Limits
from agents.sandbox.work import Ended
from tests.abuse.attack import Attack, Look
from tests.abuse.host import Host, processes

KIND = "processes"
SHORT = Limits(wall=1.0)
TIME_OUT = r"^stopped after 1 s$"


def nobody_left(*numbers: int) -> Look:
    """Return a look at the processes of these numbers: none may be left when the box's end is told."""

    def look(host: Host, _ended: Ended) -> str:
        left = [number for number in numbers if processes(f"{host.mark}.{number}")]
        return f"the processes {left} are left" if left else ""

    return look


ATTACKS = (
    Attack(
        name="ignoring signals",
        kind=KIND,
        limits=SHORT,
        ends=TIME_OUT,
        code="""
for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
while True: time.sleep(1)
""",
    ),
    Attack(
        name="daemon of a daemon",
        kind=KIND,
        bare=True,
        look=nobody_left(1),
        code="""
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (0, 1, 2): os.dup2(os.open("/dev/null", os.O_RDWR), number)
        os.execvp("sleep", ["sleep", HOST["mark"] + ".1"])
    os._exit(0)
time.sleep(0.2)
held()
""",
    ),
    Attack(
        name="daemons that ignore signals, when the time is up",
        kind=KIND,
        limits=SHORT,
        ends=TIME_OUT,
        look=nobody_left(2, 3, 4),
        code="""
mark = HOST["mark"]
os.system(f"setsid sleep {mark}.2 & (trap '' TERM HUP INT; nohup sleep {mark}.3 >/dev/null 2>&1 &); sleep {mark}.4")
""",
    ),
    Attack(
        name="a child in the background that holds the output",
        kind=KIND,
        look=nobody_left(5),
        code='subprocess.Popen(["sleep", HOST["mark"] + ".5"])\nheld()',
    ),
    Attack(
        name="hiding by closing the output",
        kind=KIND,
        limits=SHORT,
        ends=TIME_OUT,
        look=nobody_left(6),
        code='os.close(1); os.close(2); os.execvp("sleep", ["sleep", HOST["mark"] + ".6"])',
    ),
    Attack(
        name="stopping itself and everybody else",
        kind=KIND,
        limits=SHORT,
        ends=TIME_OUT,
        code="""
if os.fork() == 0:
    time.sleep(0.2)
    os.kill(-1, signal.SIGSTOP)
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(60)
""",
    ),
    Attack(
        name="signals to processes of the host",
        kind=KIND,
        bare=True,
        code="""
tries(lambda: os.kill(HOST["victim"], signal.SIGKILL) or "killed")
time.sleep(0.1)
""",
    ),
    Attack(
        name="signals to the bot",
        kind=KIND,
        code="tries(lambda: os.kill(HOST['pid'], signal.SIGURG) or 'sent')\ntries(lambda: signal.pidfd_send_signal("
        "os.pidfd_open(HOST['pid']), signal.SIGURG) or 'sent')",
    ),
    Attack(
        name="signals to everybody",
        kind=KIND,
        code="held()\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nos.kill(-1, signal.SIGTERM)",
    ),
    Attack(
        name="killing the box's first process",
        kind=KIND,
        ends=r"^exit|^stopped|^the container",
        code="""
for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGSTOP, signal.SIGSEGV):
    try: os.kill(1, number)
    except OSError as error: held(error)
print("HELD")
""",
    ),
    Attack(
        name="tracing a process of the host",
        kind=KIND,
        bare=True,
        code="""
ATTACH = 16
ctypes.set_errno(0)
got = LIBC.syscall(HOST["calls"]["ptrace"], ATTACH, HOST["victim"], 0, 0)
held(ctypes.get_errno()) if got < 0 else fell("traced")
""",
    ),
    Attack(name="tracing its own children", kind=KIND, bare=True, code="call('ptrace', 0, 0, 0, 0)"),
    Attack(
        name="reading another process's memory",
        kind=KIND,
        bare=True,
        code="for name in ('readv', 'writev'): call('process_vm_' + name, os.getpid(), 0, 0, 0, 0, 0)",
    ),
    Attack(
        name="a higher priority",
        kind=KIND,
        code="tries(lambda: os.nice(-30) < 0)\ntries(lambda: os.sched_setscheduler(0, os.SCHED_FIFO, "
        "os.sched_param(50)) or 'real time')",
    ),
    Attack(
        name="a timer that outlives the code",
        kind=KIND,
        look=nobody_left(7),
        code="""
subprocess.Popen(["sh", "-c", f"sleep 0.3; exec sleep {HOST['mark']}.7"], start_new_session=True)
held()
""",
    ),
    Attack(
        name="being spared when memory runs out",
        kind=KIND,
        code="""
def spare():
    with open("/proc/self/oom_score_adj", "w") as file: file.write("-1000")
    return "spared"
tries(spare)
""",
    ),
)
