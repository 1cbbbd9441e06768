"""What every attack begins with; it runs in the box, as the agent's code would."""

from __future__ import annotations

PRELUDE = r'''
import ctypes, errno, json, os, signal, socket, subprocess, sys, threading, time
HOST = json.loads(r"""@FACTS@""")
LIBC = ctypes.CDLL(None, use_errno=True)
REFUSED = {errno.EPERM, errno.EACCES, errno.ENOSYS, errno.EAFNOSUPPORT}
def held(why=""): print("HELD", str(why).replace("\n", " ")[:200], flush=True)
def fell(what=""): print("FELL", str(what).replace("\n", " ")[:500], flush=True)
def tries(act):
    "What must not work: it holds when it fails, or has nothing to show for it."
    try: got = act()
    except (OSError, EOFError, ImportError, MemoryError, RuntimeError) as error: held(type(error).__name__)
    else: fell(got) if got not in (None, "", b"", [], False) else held("nothing")
def call(name, *words):
    "A system call that must be refused before it does anything, whatever its arguments are."
    number = name if isinstance(name, int) else HOST["calls"][name]
    if number is None: return held("no such call")
    ctypes.set_errno(0)
    got = LIBC.syscall(number, *words)
    number = ctypes.get_errno()
    if got < 0 and number in REFUSED: held(errno.errorcode[number])
    else: fell("%s: %s %s" % (name, got, errno.errorcode.get(number)))
def read(path): return open(path, errors="replace").read()
'''


def whole(code: str, facts: str) -> str:
    """Return an attack's program."""
    return PRELUDE.replace("@FACTS@", facts) + code.strip() + "\n"
