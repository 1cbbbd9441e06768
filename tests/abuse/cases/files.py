"""Writing where nothing may be written, and giving the bot files that are not what they seem."""

from __future__ import annotations

import unicodedata

from agents.sandbox.work import Ended
from tests.abuse.attack import Attack
from tests.abuse.host import Host

KIND = "files"


def nothing_out(_host: Host, ended: Ended) -> str:
    """Nothing of it may come out as a file."""
    return f"{[file.name for file in ended.harvest.files]} came out" if ended.harvest.files else ""


def plain_names(_host: Host, ended: Ended) -> str:
    """Names are short, composed, and of characters that show."""
    names = [file.name for file in ended.harvest.files] + [name for name, _ in ended.harvest.skipped]
    for name in names:
        if len(name) > 80 or not name.isprintable() or unicodedata.normalize("NFC", name) != name:
            return f"the name {name!r} came out"
    return "" if len(names) == len(set(names)) or ended.harvest.skipped else "two files came out under one name"


def only_true_ones(_host: Host, ended: Ended) -> str:
    """What comes out are the code's own files."""
    wrong = [file.name for file in ended.harvest.files if file.data[:4] not in (b"", b"mine")]
    return f"{wrong} came out" if wrong else ""


ATTACKS = (
    Attack(
        name="folders of the system",
        kind=KIND,
        code="""
for folder in ("/", "/usr", "/usr/bin", "/usr/lib", "/etc", "/opt", "/opt/bin", "/opt/python", "/opt/packages", "/dev",
               "/proc", "/sys", "/var", "/run", "/home", "/root", "/mnt", "/boot"):
    tries(lambda: open(f"{folder}/threadfast", "w").close() or "written")
    tries(lambda: os.mkdir(f"{folder}/threadfast.d") or "made")
""",
    ),
    Attack(
        name="programs of the system",
        kind=KIND,
        code="""
for path in (sys.executable, os.__file__, "/bin/sh", "/usr/bin/env", "/etc/ld.so.cache", "/etc/passwd"):
    tries(lambda: open(path, "ab").close() or "opened")
    tries(lambda: os.unlink(path) or "removed")
    tries(lambda: os.rename(path, path + ".old") or "moved")
    tries(lambda: os.chmod(path, 0o777) or "opened up")
""",
    ),
    Attack(
        name="files of the host by their path",
        kind=KIND,
        bare=True,
        code="""
def write():
    with open(HOST["secret"], "a") as file: file.write("x")
    return "written"
tries(write)
""",
    ),
    Attack(
        name="persistence",
        kind=KIND,
        code="""
import site, sysconfig
for path in ("/etc/cron.d/x", "/var/spool/cron/root", "/etc/profile.d/x.sh", "/etc/systemd/system/x.service",
             "/etc/ld.so.preload", HOST["home"] + "/.bashrc", HOST["home"] + "/.config/autostart/x",
             sysconfig.get_path("purelib") + "/x.pth", sysconfig.get_path("stdlib") + "/sitecustomize.py"):
    tries(lambda: open(path, "a").close() or "written")
""",
    ),
    Attack(
        name="symbolic links to files of the host",
        kind=KIND,
        look=nothing_out,
        code="""
for number, path in enumerate((HOST["secret"], HOST["database"], "/etc/passwd", "/etc/shadow", "/proc/1/environ", "/")):
    os.symlink(path, f"link{number}")
held()
""",
    ),
    Attack(
        name="a folder that is a link",
        kind=KIND,
        look=nothing_out,
        code="os.symlink(HOST['folder'], 'out')\nos.symlink('/usr/share', 'share')\nos.symlink('.', 'loop')\nheld()",
    ),
    Attack(
        name="hard links to files of the system",
        kind=KIND,
        look=nothing_out,
        code="""
for path in ("/bin/sh", sys.executable, "/etc/ld.so.cache", HOST["secret"]):
    tries(lambda: os.link(path, "hard-" + os.path.basename(path)) or "linked")
""",
    ),
    Attack(
        name="pipes, sockets and terminals as files",
        kind=KIND,
        look=nothing_out,
        code="""
os.mkfifo("pipe")
one = socket.socket(socket.AF_UNIX); one.bind("sock")
os.symlink("/dev/tty", "terminal")
held()
""",
    ),
    Attack(
        name="odd names",
        kind=KIND,
        look=plain_names,
        code=r"""
for name in ("a\nb", "c\u202ed.exe", "\u200b", "e\u0301.txt", "\u00e9.txt", "-rf", " ", "~", "x" * 255, "\t", "\u2066x",
             b"\xed\xa0\x80", b"\xff\xfe", "\x1b[31mred", "con", "a\\..\\b", "<!channel>", "@everyone"):
    try: open(name, "w").write("mine")
    except (OSError, UnicodeError): pass
held()
""",
    ),
    Attack(
        name="folders a thousand deep",
        kind=KIND,
        code="""
for _ in range(900): os.mkdir("d"); os.chdir("d")
open("x", "w").write("mine")
held()
""",
    ),
    Attack(
        name="files and folders that nobody may read",
        kind=KIND,
        look=only_true_ones,
        code="""
os.mkdir("closed"); open("closed/x", "w").write("mine"); os.chmod("closed", 0)
open("shut", "w").write("mine"); os.chmod("shut", 0)
held()
""",
    ),
    Attack(
        name="leftovers",
        kind=KIND,
        code="""
for folder in ("/box", "/tmp", "/dev/shm", "/var/tmp"):
    try: open(f"{folder}/left", "w").write("mine")
    except OSError: pass
held()
""",
        then="""
left = [f"{folder}/left" for folder in ("/box", "/tmp", "/dev/shm", "/var/tmp") if os.path.exists(f"{folder}/left")]
fell(left) if left else held()
fell(os.listdir("/box")) if os.listdir("/box") != ["step-000.py"] else held()
""",
    ),
    Attack(
        name="swapping files while they are taken",
        kind=KIND,
        look=only_true_ones,
        code="""
open("x", "w").write("mine")
if os.fork() == 0:
    os.setsid()
    while True:
        os.symlink("/etc/ld.so.cache", "y"); os.replace("y", "x")
        with open("z", "w") as file: file.write("mine")
        os.replace("z", "x")
time.sleep(0.2)
held()
""",
    ),
    Attack(
        name="changing its own script",
        kind=KIND,
        look=nothing_out,
        code="""
try:
    with open(__file__, "a") as file: file.write("# changed")
except OSError: pass
held()
""",
    ),
    Attack(
        name="the names of our own scripts",
        kind=KIND,
        look=only_true_ones,
        code="""
for name in ("step-001.py", "step-000.sh", "sh", "python3", "sitecustomize.py", "json.py"):
    with open(name, "w") as file: file.write("mine")
held()
""",
    ),
    Attack(
        name="programs through /proc",
        kind=KIND,
        code="""
for path in ("/proc/self/exe", "/proc/1/exe", f"/proc/{os.getppid()}/exe"):
    tries(lambda: open(path, "r+b").close() or "opened")
""",
    ),
)
