"""What hosts and proxies do to calls that must not go on for ever, go elsewhere, or be made twice."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.models.connections import Patience
from agents.models.failures import HostAwayError, Refusal, error_of
from agents.models.fair import not_counted, time_limit
from agents.models.hosts.health import LONGEST
from agents.models.hosts.servers import OllamaServer
from agents.models.ollama import OllamaClient
from agents.models.ollama_host import OllamaHost
from agents.models.openai_compatible import OpenAICompatible
from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings, Kind
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, calling, pooled, process
from tests.integration.models.test_openai_compatible import END, said
from tests.integration.models.wire import Answer, Wire, listening, sending

KINDS: tuple[Kind, ...] = ("ollama", "openai")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
KEY, HEADER = "a-key", "a-header"


def refusal(status: int, **headers: str) -> Refusal:
    return Refusal(host="one", model="a", status=status, headers=headers)


def chunk(text: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(text), text)


@asynccontextmanager
async def asked_at(wire: Wire, kind: Kind) -> AsyncIterator[Models]:
    address = wire.url if kind == "ollama" else f"{wire.url}/v1"
    one = HostSettings(name="one", kind=kind, address=address, key=KEY, headers={"X-Api-Key": HEADER})
    models = Models(ModelSettings(cache=Path("none"), hosts=(one,), first=20, stall=20))
    try:
        yield models
    finally:
        await models.close()


async def test_call_that_always_breaks_the_connection_is_not_repeated_without_end_and_leaves_the_host_in_use() -> None:
    async with pooled(["one"]) as pool:
        await pool.ask("a")
        one = pool.servers["one"]
        for _ in range(3):
            one.fault("disconnect", after=1)
            with pytest.raises(HostAwayError) as broken:
                await pool.ask("a")
            assert (broken.value.reached, broken.value.patient) == (True, False)
            # A second later it has told that it is there.
            await asyncio.sleep(1.1)
            assert (await pool.ask("a")).content == SAID


def test_proxy_that_gives_up_waiting_says_nothing_about_its_host() -> None:
    error = error_of(refusal(504))

    assert isinstance(error, RetryLaterError)
    assert not isinstance(error, HostAwayError)


@pytest.mark.parametrize(("header", "seconds"), [("inf", None), ("nan", None), ("3600", LONGEST), ("7", 7.0)])
def test_host_is_left_alone_for_no_longer_than_is_sensible(header: str, seconds: float | None) -> None:
    error = error_of(refusal(429, **{"retry-after": header}))

    assert isinstance(error, RetryLaterError)
    assert error.retry_after == seconds


async def test_call_on_a_host_that_has_stopped_in_the_middle_is_made_on_another() -> None:
    async with process() as (dying, url), pooled(["other"]) as pool:
        hosts = (
            HostSettings(name="dying", address=url, weight=2),
            HostSettings(name="other", address=pool.servers["other"].url),
        )
        models, heard = Models(ModelSettings(cache=Path("none"), hosts=hosts)), Heard()
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            asked = group.create_task(models.complete(calling("a"), heard))
            await pool.servers["other"].until(lambda: heard.pieces)
            dying.send_signal(signal.SIGSTOP)
            while not asked.done():
                await models.survey()
                await asyncio.sleep(0.1)
        dying.send_signal(signal.SIGCONT)
        await models.close()

    assert (asked.result().host, asked.result().content) == ("other", SAID)


async def test_time_limit_ends_what_hangs_after_a_wait_that_has_failed() -> None:
    async def hang() -> None:
        try:
            with not_counted():
                raise ValueError
        except ValueError:
            await asyncio.Event().wait()

    async with asyncio.timeout(20) as long:
        with pytest.raises(TimeoutError):
            async with time_limit(0.05):
                await hang()
    assert not long.expired()


@pytest.mark.parametrize("kind", KINDS)
async def test_neither_key_nor_words_follow_a_redirect_to_another_server(kind: Kind) -> None:
    async with listening(sending(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")) as elsewhere:
        sent = f"HTTP/1.1 307 There\r\nLocation: {elsewhere.url}/login\r\nContent-Length: 0\r\n\r\n".encode()
        async with listening(sending(sent)) as wire, asked_at(wire, kind) as models:
            with pytest.raises(ModelFailedError, match=rf"redirects to {elsewhere.url}, .* a login page\?"):
                await models.complete(calling("a"), Heard())

    assert any(KEY.encode() in head and HEADER.encode() in head for head in wire.heads)
    assert elsewhere.heads == []


def moved(answer: bytes) -> Answer:
    async def reply(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        old = b"/moved" not in head.split(b"\r\n")[0]
        path = head.split(b" ")[1]
        writer.write(b"HTTP/1.1 307 There\r\nLocation: /moved%b\r\nContent-Length: 0\r\n\r\n" % path if old else answer)
        await writer.drain()
        writer.close()

    return reply


async def test_redirect_within_the_server_is_followed_in_openais_dialect() -> None:
    async with listening(moved(said("one two") + END)) as wire:
        client = OpenAICompatible(f"{wire.url}/v1", patience=Patience(first=20, stall=20))
        answer = await client.complete(calling("a"), Heard())
        await client.close()

    assert answer.content == "one two"


async def test_redirect_within_the_server_is_followed_in_ollamas_dialect() -> None:
    told = b'{"version": "1.2.3"}'
    async with listening(moved(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told))) as wire:
        client = OllamaClient(OllamaHost(url=wire.url))
        assert await client.version() == "1.2.3"
        await client.close()


async def test_answer_that_was_whole_before_the_connection_broke_is_taken_and_not_made_again() -> None:
    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        words = b'data: {"choices": [{"delta": {"content": "hi"}, "finish_reason": "stop"}]}\n\n'
        writer.write(HEAD + chunk(words))
        await writer.drain()
        writer.close()

    async with listening(answer) as wire, asked_at(wire, "openai") as models:
        assert (await models.complete(calling("a"), Heard())).content == "hi"

    assert len(wire.heads) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_bare_403_on_every_path_fails_with_what_would_help(kind: Kind) -> None:
    bare = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    async with listening(sending(bare)) as wire, asked_at(wire, kind) as models:
        with pytest.raises(ModelFailedError, match=r"403 without a reason.*OLLAMA_HOST"):
            await models.complete(calling("a"), Heard())


async def test_compatible_server_gets_what_the_agent_says_and_nothing_is_made_up_where_it_says_nothing() -> None:
    async with pooled(["one"], kind="openai") as pool:
        await pool.ask("a", options={"temperature": 0.2, "top_p": 0.9})
        await pool.ask("a")

        told, silent = (logged.body for logged in pool.servers["one"].chats)
        assert (told["temperature"], told["top_p"]) == (0.2, 0.9)
        assert not {"temperature", "top_p"} & silent.keys()


async def test_model_that_was_pulled_again_is_asked_about_anew() -> None:
    shown = {"digest": "1", "capabilities": ["completion"]}

    async def answer(head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = head.split(b" ")[1]
        if path == b"/api/show":
            await reader.readexactly(len(b'{"model":"a"}'))
            body = f'{{"capabilities": ["{shown["capabilities"][0]}"]}}'.encode()
        elif path == b"/api/tags":
            body = f'{{"models": [{{"name": "a", "digest": "{shown["digest"]}"}}]}}'.encode()
        else:
            body = b"{}"
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
        await writer.drain()

    async with listening(answer) as wire:
        server = OllamaServer(client := OllamaClient(OllamaHost(url=wire.url)))
        await server.learn(0.0)
        assert (await client.show("a"))["capabilities"] == ["completion"]
        shown.update(digest="2", capabilities=["tools"])
        assert (await client.show("a"))["capabilities"] == ["completion"]
        await server.learn(1.0)
        assert (await client.show("a"))["capabilities"] == ["tools"]
        await client.close()
