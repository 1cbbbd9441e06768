"""Hosts behind a company's proxy, and with certificates of its own authority: over real sockets, in both dialects."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from agents.models.pool import Models, ModelSettings
from agents.models.settings import HostSettings, Kind
from bot.errors import RetryLaterError
from tests.integration.models.certificate import write_certificate
from tests.integration.models.conftest import Heard
from tests.integration.models.hosts import SAID, SCRIPTS, calling
from tests.model_server import ModelServer

KINDS: tuple[Kind, ...] = ("ollama", "openai")


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer(SCRIPTS) as server:
        yield server


@asynccontextmanager
async def encrypted(server: ModelServer, certificate: Path) -> AsyncIterator[str]:
    """Put a gate before a server that speaks TLS; give its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    await asyncio.to_thread(context.load_cert_chain, certificate)

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(2**16):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", server.port)
        async with asyncio.TaskGroup() as group:
            group.create_task(relay(reader, back))
            group.create_task(relay(there, writer))

    gate = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context)
    async with gate:
        yield f"https://127.0.0.1:{gate.sockets[0].getsockname()[1]}"


def models_at(address: str, kind: Kind) -> Models:
    path = "/v1" if kind == "openai" else ""
    hosts = (HostSettings(name="gpu", kind=kind, address=f"{address}{path}", key="the-key"),)
    return Models(ModelSettings(cache=Path("none"), hosts=hosts, first=20, stall=20))


@pytest.mark.parametrize("kind", KINDS)
async def test_host_outside_is_reached_through_the_environments_proxy(
    server: ModelServer, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The scripted server takes a proxy's requests, which name the whole address, as its own.
    monkeypatch.setenv("HTTP_PROXY", server.url)
    models = models_at("http://models.invalid:8000", kind)

    answer = await models.complete(calling("a"), Heard())
    (report,) = await models.survey()

    await models.close()
    assert (answer.content, report.error) == (SAID, "")
    assert {logged.headers["Host"] for logged in server.chats} == {"models.invalid:8000"}


@pytest.mark.parametrize("kind", KINDS)
async def test_host_on_this_machine_is_not_behind_the_proxy(
    server: ModelServer, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    models = models_at(server.url, kind)

    answer = await models.complete(calling("a"), Heard())

    await models.close()
    assert answer.content == SAID


@pytest.mark.parametrize("kind", KINDS)
async def test_host_that_the_environment_excepts_is_not_behind_the_proxy(
    server: ModelServer, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.2")
    models = models_at("http://127.0.0.2:1", kind)

    with pytest.raises(RetryLaterError) as refused:
        await models.complete(calling("a"), Heard())
    monkeypatch.delenv("NO_PROXY")
    proxied = models_at("http://models.invalid", kind)
    with pytest.raises(RetryLaterError):
        await proxied.complete(calling("a"), Heard())

    await models.close()
    await proxied.close()
    assert "gpu cannot be reached" in str(refused.value)


@pytest.mark.parametrize("kind", KINDS)
async def test_certificate_of_the_companys_authority_is_trusted_as_the_environment_says(
    server: ModelServer, kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = write_certificate(tmp_path)
    async with encrypted(server, certificate) as address:
        distrusting = models_at(address, kind)
        with pytest.raises(RetryLaterError, match=r"gpu cannot be reached .*certificate"):
            await distrusting.complete(calling("a"), Heard())
        await distrusting.close()
        assert server.log == []

        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        trusting = models_at(address, kind)
        answer = await trusting.complete(calling("a"), Heard())
        (report,) = await trusting.survey()
        await trusting.close()

    assert (answer.content, report.error) == (SAID, "")
