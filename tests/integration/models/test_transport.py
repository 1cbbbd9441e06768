"""Our transport under httpx's client, against real sockets that behave well and badly."""

from __future__ import annotations

import asyncio
import gzip
import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from agents.models.connections import Patience, pool
from agents.models.transport import AioTransport
from tests.integration.models.certificate import write_certificate
from tests.integration.models.wire import OK, Answer, listening, never, sending


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with pool(Patience()) as client:
        yield client


async def test_pool_sends_by_our_transport(client: httpx.AsyncClient) -> None:
    assert isinstance(client._transport, AioTransport)


async def test_connection_whose_answer_was_read_is_used_again(client: httpx.AsyncClient) -> None:
    async with listening(sending(OK)) as wire:
        for _ in range(3):
            assert (await client.get(wire.url)).text == "ok"

    assert (wire.connections, len(wire.heads)) == (1, 3)


async def test_connection_that_the_server_has_closed_is_not_used_again(client: httpx.AsyncClient) -> None:
    async with listening(sending(OK, close=True)) as wire:
        for _ in range(2):
            wire.left.clear()
            assert (await client.get(wire.url)).text == "ok"
            await wire.left.wait()
            await asyncio.sleep(0.05)  # until the client has heard of it, too

    assert wire.connections == 2


async def test_request_that_meets_the_end_of_a_kept_connection_is_sent_once_more(client: httpx.AsyncClient) -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(wire.heads) == 2:
            writer.close()  # as a server does that was about to let go of it
            return
        writer.write(OK)
        await writer.drain()

    async with listening(answer) as wire:
        said = [(await client.post(wire.url, content=b"hello")).text for _ in range(2)]

    assert (said, wire.connections, len(wire.heads)) == (["ok", "ok"], 2, 3)


async def test_server_that_breaks_off_on_a_new_connection_is_not_asked_again(client: httpx.AsyncClient) -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    async with listening(answer) as wire:
        with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
            await client.post(wire.url, content=b"hello")

    assert len(wire.heads) == 1


async def test_request_on_the_wire_is_httpxs_own(client: httpx.AsyncClient) -> None:
    async with listening(sending(OK)) as wire:
        await client.get(f"{wire.url}/a%20b/%2F?q=%26&x=1", headers={"X-Own": "own"})

    lines = wire.heads[0].decode().split("\r\n")
    assert lines[0] == "GET /a%20b/%2F?q=%26&x=1 HTTP/1.1"
    assert sorted(line.partition(":")[0] for line in lines[1:] if line) == [
        "Accept",
        "Accept-Encoding",
        "Connection",
        "Host",
        "User-Agent",
        "X-Own",
    ]
    assert f"User-Agent: {client.headers['User-Agent']}" in lines


async def test_cookie_that_an_answer_sets_comes_with_the_next_request(client: httpx.AsyncClient) -> None:
    setting = b"HTTP/1.1 200 OK\r\nSet-Cookie: route=2; Path=/\r\nContent-Length: 2\r\n\r\nok"
    async with listening(sending(setting)) as wire:
        await client.get(wire.url)
        await client.get(wire.url)

    assert [b"Cookie: route=2" in head for head in wire.heads] == [False, True]


async def test_body_that_was_left_unread_closes_its_connection(client: httpx.AsyncClient) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"

    async def answer(_: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(head)
        await never(_, reader, writer)

    async with listening(answer) as wire:
        async with client.stream("GET", wire.url) as response:
            assert await anext(response.aiter_bytes()) == b"ok"
        await wire.left.wait()


async def test_cancelling_before_the_answer_closes_the_connection(client: httpx.AsyncClient) -> None:
    async with listening(never) as wire:
        asked = asyncio.create_task(client.get(wire.url))
        await wire.asked.wait()

        asked.cancel()

        with pytest.raises(asyncio.CancelledError):
            await asked
        await wire.left.wait()


async def test_large_body_arrives_whole(client: httpx.AsyncClient) -> None:
    body, got = b"x" * (3 * 2**20), []

    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        got.append(await reader.readexactly(len(body)))
        writer.write(OK)

    async with listening(answer) as wire:
        assert (await client.post(wire.url, content=body)).text == "ok"

    assert got == [body]
    assert f"Content-Length: {len(body)}".encode() in wire.heads[0]


async def test_answer_with_a_long_header_is_read(client: httpx.AsyncClient) -> None:
    head = b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 50_000 + b"\r\nContent-Length: 2\r\n\r\nok"

    async with listening(sending(head)) as wire:
        assert (await client.get(wire.url)).text == "ok"


async def test_packed_answer_is_unpacked_once(client: httpx.AsyncClient) -> None:
    packed = gzip.compress(b"unpacked")
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n".encode()

    async with listening(sending(head + packed)) as wire:
        assert (await client.get(wire.url)).text == "unpacked"


async def test_redirect_within_a_server_is_followed_by_httpx(client: httpx.AsyncClient) -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = head.startswith(b"GET /there ")
        writer.write(OK if there else b"HTTP/1.1 307 Moved\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()

    async with listening(answer) as wire:
        response = await client.get(wire.url)

    assert (response.text, [each.status_code for each in response.history]) == ("ok", [307])


async def test_name_and_key_of_an_address_go_into_its_header(client: httpx.AsyncClient) -> None:
    async with listening(sending(OK)) as wire:
        await client.get(f"http://name:key@127.0.0.1:{wire.port}/")

    assert b"Authorization: Basic bmFtZTprZXk=\r\n" in wire.heads[0]


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (sending(close=True), httpx.RemoteProtocolError, "Server disconnected without sending a response."),
        (sending(b"hello\r\n\r\n", close=True), httpx.RemoteProtocolError, "Bad status line|Expected HTTP"),
        (
            sending(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", close=True),
            httpx.RemoteProtocolError,
            "peer closed connection without sending complete message body",
        ),
        (
            sending(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n", close=True),
            httpx.RemoteProtocolError,
            "peer closed connection without sending complete message body",
        ),
    ],
    ids=["closed", "no HTTP", "short", "unended"],
)
async def test_answer_that_breaks_off_is_httpxs_error(
    client: httpx.AsyncClient, answer: Answer, kind: type[Exception], words: str
) -> None:
    async with listening(answer) as wire:
        with pytest.raises(kind, match=words):
            await client.get(wire.url)


async def test_server_that_is_not_there_is_httpxs_error(client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ConnectError, match="All connection attempts failed"):
        await client.get("http://127.0.0.1:1/")


async def test_name_that_nobody_knows_is_httpxs_error(client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.ConnectError, match=r"Errno|resolve|Name"):
        await client.get("http://nobody.invalid/")


async def test_time_outs_are_httpxs(client: httpx.AsyncClient) -> None:
    async with listening(never) as wire:
        with pytest.raises(httpx.ReadTimeout):
            await client.get(wire.url, timeout=httpx.Timeout(None, read=0.05))


async def test_proxy_of_the_environment_is_used_but_not_for_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    async with listening(sending(OK)) as proxy, listening(sending(OK)) as wire:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        async with pool(Patience()) as client:
            await client.get("http://models.invalid/v1")
            await client.get(wire.url)

    assert [head.split(b" ")[1] for head in proxy.heads] == [b"http://models.invalid/v1"]
    assert len(wire.heads) == 1


async def test_certificate_is_trusted_as_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = write_certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    async with listening(sending(OK), context) as wire:
        async with pool(Patience()) as client:
            with pytest.raises(httpx.ConnectError, match="certificate"):
                await client.get(f"https://127.0.0.1:{wire.port}/")
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        async with pool(Patience()) as client:
            assert (await client.get(f"https://127.0.0.1:{wire.port}/")).text == "ok"
