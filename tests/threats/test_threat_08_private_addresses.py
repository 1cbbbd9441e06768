"""A file's address, or where it leads on, never makes us connect to this machine or the networks around it."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from adapters.chat.files.attachments import NotReadError, Room, Share
from adapters.chat.files.downloads import Source, download
from adapters.chat.files.public import PublicOnly, is_public
from adapters.discord.web.files import allowed as allowed_by_discord
from adapters.slack.web.files import allowed as allowed_by_slack

PLATFORMS = {"slack": allowed_by_slack, "discord": allowed_by_discord}
HOSTS = {"slack": "files.slack.com", "discord": "cdn.discordapp.com"}

HOSTILE = [
    "http://127.0.0.1:{port}/",
    "https://127.0.0.1:{port}/",
    "http://localhost:{port}/",
    "http://LOCALHOST.:{port}/",
    "http://127.1:{port}/",
    "http://127.0.1:{port}/",
    "http://0177.0.0.1:{port}/",
    "http://0x7f.0.0.1:{port}/",
    "http://0x7f000001:{port}/",
    "http://2130706433:{port}/",
    "http://017700000001:{port}/",
    "http://0:{port}/",
    "http://0.0.0.0:{port}/",
    "http://127.255.255.254:{port}/",
    "http://[::1]:{port}/",
    "http://[::]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://[::ffff:7f00:1]:{port}/",
    "http://[0:0:0:0:0:0:0:1]:{port}/",
    "http://[64:ff9b::7f00:1]:{port}/",
    "http://[2002:7f00:1::]:{port}/",
    "http://[64:ff9b:1::7f00:1]:{port}/",
    "http://[::127.0.0.1]:{port}/",
    "http://[::ffff:0:7f00:1]:{port}/",
    "http://[fec0::1]:{port}/",
    "http://168.63.129.16/machine/?comp=goalstate",
    "http://192.0.0.192/latest/",
    "http://169.254.169.254/latest/meta-data/",
    "http://[fd00:ec2::254]/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://10.0.0.1:{port}/",
    "http://192.168.0.1:{port}/",
    "http://172.16.0.1:{port}/",
    "http://100.64.0.1:{port}/",
    "http://{host}@127.0.0.1:{port}/",
    "https://{host}:secret@127.0.0.1:{port}/",
    "http://127.0.0.1:{port}#@{host}/",
    "http://127.0.0.1:{port}/?{host}",
    "http://{host}.127.0.0.1.nip.io:{port}/",
    "https://{host}.evil.example:{port}/",
    "https://evil{host}:{port}/",
    "http://{host}:{port}/",
    "https://{host}:{port}/",
    "//127.0.0.1:{port}/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:{port}/_x",
    "ftp://127.0.0.1:{port}/",
    "dict://127.0.0.1:{port}/",
    "data:text/plain,x",
    "http://①②⑦.⓪.⓪.①:{port}/",
    "http://127。0。0。1:{port}/",
    "\thttp://127.0.0.1:{port}/",
    "http:/\\127.0.0.1:{port}/",
    "",
]
"""More than forty addresses; {port} is the canary's, {host} the platform's own host for files."""


INSIDE = """
0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.31.255.255 192.168.1.1 198.18.0.1 224.0.0.1 240.0.0.1
255.255.255.255 :: ::1 ::ffff:10.0.0.1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%eth0 ff02::1 2002:0a00:0001::
64:ff9b::a00:1 2001:db8::1 name
64:ff9b:1::a00:1 64:ff9b:1::5db8:d70e 64:ff9b::168.63.129.16 ::127.0.0.1 ::93.184.215.14 ::ffff:0:7f00:1
::ffff:0:127.0.0.1 fec0::1 feff::1 168.63.129.16 ::ffff:168.63.129.16 192.0.0.192 2002:c000:00c0::
"""


@dataclass
class Canary:
    """A server on this machine that counts who connects."""

    port: int = 0
    connections: list[str] = field(default_factory=list)


class Liar(AbstractResolver):
    """A name server of the attacker's: it answers every name with these addresses in turn, and the canary's port."""

    def __init__(self, port: int, *answers: str) -> None:
        self._port = port
        self._answers = list(answers)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        address = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        kind = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [
            ResolveResult(
                hostname=host, host=address, port=self._port, family=kind, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        return None


@asynccontextmanager
async def canary() -> AsyncIterator[Canary]:
    found = Canary()

    async def connected(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        found.connections.append(str(writer.get_extra_info("peername")))
        writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    async with server:
        yield found


@asynccontextmanager
async def session(inner: AbstractResolver) -> AsyncIterator[aiohttp.ClientSession]:
    connector = aiohttp.TCPConnector(resolver=PublicOnly(inner=inner), use_dns_cache=False)
    async with aiohttp.ClientSession(connector=connector) as opened:
        yield opened


@asynccontextmanager
async def leading(places: list[str]) -> AsyncIterator[str]:
    """Serve redirects from where the platform's API is: the n-th leads to the n-th place."""

    async def lead(request: web.Request) -> web.Response:
        return web.Response(status=302, headers={"Location": places[int(request.match_info["number"])].strip()})

    app = web.Application()
    app.router.add_get("/{number}", lead)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def source(opened: aiohttp.ClientSession, platform: str, api: str) -> Source:
    return Source(session=opened, allowed=lambda url: PLATFORMS[platform](url, URL(api)))


async def refused(made: Source, url: str) -> None:
    with pytest.raises((NotReadError, aiohttp.ClientError, OSError)):
        await download(made, url, Share(Room(left=1000), 0))


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_no_hostile_address_is_connected_to(platform: str) -> None:
    assert len(HOSTILE) >= 40
    async with canary() as bird, session(Liar(bird.port, "127.0.0.1")) as opened:
        made = source(opened, platform, "https://slack.com/api/")
        for url in HOSTILE:
            await refused(made, url.format(port=bird.port, host=HOSTS[platform]))

        assert bird.connections == []


@pytest.mark.parametrize("platform", PLATFORMS)
async def test_no_redirect_leads_there_either(platform: str) -> None:
    async with canary() as bird, session(Liar(bird.port, "127.0.0.1")) as opened:
        places = [url.format(port=bird.port, host=HOSTS[platform]) for url in HOSTILE]
        # What leads nowhere stays with the platform's own server, which is where its API is.
        places = [place for place in places if place and "://" in place]
        async with leading(places) as api:
            made = source(opened, platform, api)
            for number, _ in enumerate(places):
                await refused(made, f"{api}/{number}")

        assert bird.connections == []


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
async def test_own_host_that_resolves_to_this_machine_is_not_connected_to(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.chat.files.downloads.TRIES", 1)
    async with canary() as bird:
        async with session(Liar(bird.port, address)) as opened:
            await refused(source(opened, "slack", "https://slack.com/api/"), "https://files.slack.com/x")
        assert bird.connections == []

        connector = aiohttp.TCPConnector(resolver=Liar(bird.port, "127.0.0.1"))
        async with aiohttp.ClientSession(connector=connector) as unguarded:
            await refused(source(unguarded, "slack", "https://slack.com/api/"), "https://files.slack.com/x")
        assert len(bird.connections) == 1, "without the control the canary is reached"


async def test_name_that_changes_its_address_is_looked_at_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.chat.files.downloads.TRIES", 1)
    async with canary() as bird:
        # Public for whoever checks first, this machine for whoever connects then: the first answer is the one used.
        names = PublicOnly(inner=Liar(bird.port, "93.184.215.14", "127.0.0.1"))
        assert [each["host"] for each in await names.resolve("files.slack.com", 443)] == ["93.184.215.14"]
        with pytest.raises(OSError, match="private network"):
            await names.resolve("files.slack.com", 443)
        assert bird.connections == []


@pytest.mark.parametrize("address", INSIDE.split())
def test_address_inside_of_a_network_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


async def test_host_that_the_operator_has_named_may_be_anywhere() -> None:
    names = PublicOnly({"Slack.Internal"}, inner=Liar(1, "10.0.0.1"))

    assert [each["host"] for each in await names.resolve("slack.internal", 443)] == ["10.0.0.1"]
