"""Reaching anything outside the box."""

from __future__ import annotations

from tests.abuse.attack import Attack

KIND = "network"
HELPER = """
TCP, UDP = (socket.AF_INET, socket.SOCK_STREAM), (socket.AF_INET, socket.SOCK_DGRAM)
LOCAL = (socket.AF_UNIX, socket.SOCK_STREAM)
def connect(kind, address):
    with socket.socket(*kind) as one:
        one.settimeout(3)
        one.connect(address)
        one.send(b"x")
        return "sent to %r" % (address,)
"""
BARE = {
    "TCP to a server of this host": 'tries(lambda: connect(TCP, ("127.0.0.1", HOST["port"])))',
    # A datagram to nobody is no failure; whether it came is seen at the host.
    "UDP to a server of this host": 'connect(UDP, ("127.0.0.1", HOST["udp"])); held()',
    "TCP by the name localhost": 'tries(lambda: connect(TCP, ("localhost", HOST["port"])))',
    "abstract socket": 'tries(lambda: connect(LOCAL, "\\0" + HOST["abstract"]))',
    "socket in a folder": 'tries(lambda: connect(LOCAL, HOST["socket"]))',
    "netlink": "tries(lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0).close() or 'made')",
}
CLOSED = {
    "vsock": "tries(lambda: socket.socket(40, socket.SOCK_STREAM).close() or 'made')",
    "kernel's cipher sockets": "tries(lambda: socket.socket(38, socket.SOCK_SEQPACKET).close() or 'made')",
    "TCP to another machine": 'tries(lambda: connect(TCP, ("192.0.2.1", 80)))',
    "UDP to another machine": 'tries(lambda: connect(UDP, ("192.0.2.1", 53)))',
    "TCP over IPv6": 'tries(lambda: connect((socket.AF_INET6, socket.SOCK_STREAM), ("2001:db8::1", 80)))',
    "metadata of a cloud": 'tries(lambda: connect(TCP, ("169.254.169.254", 80)))',
    "names": 'tries(lambda: socket.getaddrinfo("example.com", 80))',
    "raw packets": "tries(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0).close() or 'made')\n"
    "tries(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1).close() or 'made')",
    "interfaces beside loopback": "tries(lambda: [name for _, name in socket.if_nameindex() if name != 'lo'])",
    "a route of its own": "tries(lambda: subprocess.run(['ip', 'link', 'add', 'x', 'type', 'dummy']).returncode == 0)",
    "the host's addresses": """
for last in (1, 2, 254):
    for net in ("10.0.0", "10.0.2", "172.17.0", "192.168.0", "192.168.1"):
        tries(lambda: connect(UDP, (f"{net}.{last}", HOST["everywhere"])))
""",
}

ATTACKS = (
    *(Attack(name=name, kind=KIND, code=HELPER + code, bare=True) for name, code in BARE.items()),
    *(Attack(name=name, kind=KIND, code=HELPER + code) for name, code in CLOSED.items()),
)
