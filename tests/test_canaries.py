from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.canaries import PLANTED, plant, planted_around, with_login
from tests.model_server.server import ModelServer

SECRET = "a-secret-of-this-test"


@pytest.fixture(autouse=True)
def nothing_stays_planted() -> Iterator[None]:
    plant("slot", SECRET)
    yield
    PLANTED.clear()


@pytest.mark.parametrize("told", [SECRET, SECRET[::-1], SECRET.encode().hex(), base64.b64encode(SECRET.encode())])
def test_secret_is_found_in_what_is_written_and_said(tmp_path: Path, told: str | bytes) -> None:
    data = told.encode() if isinstance(told, str) else told
    (tmp_path / "store.db-wal").write_bytes(b"\x00" + data)
    PLANTED.folders.append(tmp_path)
    PLANTED.said.append(("standard error", f"it is {data.decode()}"))

    assert PLANTED.escaped() == [f"slot in {tmp_path / 'store.db-wal'}", "slot in standard error"]


async def test_secret_is_found_in_a_request_and_may_stand_in_a_login() -> None:
    async with ModelServer({}) as server, aiohttp.ClientSession() as session:
        login = {"Authorization": f"Bearer {SECRET}"}
        await session.post(f"{server.url}/api/show", json={"model": "m"}, headers=login)
        assert PLANTED.escaped() == []

        await session.post(f"{server.url}/api/show", json={"model": SECRET})
        assert PLANTED.escaped() == ["slot in a request to a server"]


def test_what_a_process_is_given_is_planted() -> None:
    more = planted_around({"SLACK_BOT_TOKEN": "xoxb-given", "OLLAMA_HOST": with_login("http://127.0.0.1:9")})

    assert {"SLACK_BOT_TOKEN", "OLLAMA_HOST", "OPENAI_API_KEY"} <= {*PLANTED.slots.values()}
    assert "SLACK_BOT_TOKEN" not in more
