"""`threadfast model list|pull|show|ps` as a real process, at scripted hosts."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pexpect
import pytest

from tests.integration.terminal.threadfast import COMMAND
from tests.model_server import ModelServer, ModelSpec
from tests.processes import Command, Done

pytestmark = pytest.mark.timeout(200)
GIGA = 1_000_000_000
HAS = {"one": ["qwen2:7b", "small"], "two": ["small"]}


class Hosts:
    """Scripted hosts, and the command whose settings name them."""

    def __init__(self, home: Path, servers: dict[str, ModelServer]) -> None:
        self.servers = servers
        hosts = {
            name: {"address": f"http://anna:geheim@{server.url.removeprefix('http://')}"}
            for name, server in servers.items()
        }
        settings = {
            "THREADFAST_HOSTS": json.dumps(hosts),
            "THREADFAST_MODELS": json.dumps({"code": "qwen2:7b", "chat": "small"}),
            "THREADFAST_CACHE_FOLDER": str(home / "cache"),
            "OLLAMA_HOST": "",
        }
        self.command = Command(home, settings)

    async def run(self, *arguments: str) -> Done:
        """Run `threadfast model`."""
        return await self.command.run("model", *arguments)


@asynccontextmanager
async def hosts_at(home: Path, has: dict[str, list[str]]) -> AsyncIterator[Hosts]:
    async with AsyncExitStack() as stack:
        servers = {}
        for name, there in has.items():
            models = {model: ModelSpec(size=4 * GIGA) for model in there}
            servers[name] = await stack.enter_async_context(ModelServer({}, models=models))
        yield Hosts(home, servers)


@pytest.fixture
async def hosts(tmp_path: Path) -> AsyncIterator[Hosts]:
    async with hosts_at(tmp_path, HAS) as made:
        yield made


def rows(done: Done) -> list[list[str]]:
    return [line.split("\t") for line in done.out.splitlines()]


async def test_list_shows_every_hosts_models_then_the_embedded_ones(hosts: Hosts) -> None:
    await hosts.servers["two"].state.load("small", 4096, 300.0)

    done = await hosts.run("list")

    assert done.status == 0, done.err
    assert rows(done)[:4] == [
        ["model", "size", "state", "where"],
        ["qwen2:7b", "4.0 GB", "there", "one"],
        ["small:latest", "4.0 GB", "there", "one"],
        ["small:latest", "4.0 GB", "in memory", "two"],
    ]
    assert ["qwen2.5-coder-0.5b", "491 MB", "not there"] in [row[:3] for row in rows(done)]


async def test_list_names_what_is_wanted_and_on_no_host(hosts: Hosts) -> None:
    hosts.command.settings["THREADFAST_MODELS"] = json.dumps({"code": "deepseek-coder-v2:16b"})

    done = await hosts.run("list")

    assert ["deepseek-coder-v2:16b", "-", "on no host", "threadfast model pull deepseek-coder-v2:16b"] in rows(done)


async def test_list_of_one_host_holds_nothing_else(hosts: Hosts) -> None:
    done = await hosts.run("list", "--host", "two")
    unknown = await hosts.run("list", "--host", "three")

    assert [row[0] for row in rows(done)] == ["model", "small:latest"]
    assert (unknown.status, unknown.err.splitlines()) == (1, ["There is no model host 'three'. Hosts: one, two."])


async def test_host_that_is_away_is_named_and_the_others_are_listed(tmp_path: Path) -> None:
    async with hosts_at(tmp_path, HAS) as made:
        await made.servers["two"].stop()
        listed, memory = await made.run("list"), await made.run("ps")

    assert (listed.status, memory.status) == (1, 1)
    assert ["-", "-", "away", "two"] in rows(listed)
    assert ["qwen2:7b", "4.0 GB", "there", "one"] in rows(listed)
    assert "two" in listed.err
    assert ["two", "away"] in [row[:2] for row in rows(memory)]
    assert "geheim" not in listed.out + listed.err + memory.out + memory.err


async def test_without_any_host_list_shows_the_embedded_models_and_ps_says_so(tmp_path: Path) -> None:
    command = Command(tmp_path, {"OLLAMA_HOST": "", "THREADFAST_CACHE_FOLDER": str(tmp_path / "cache")})

    listed, memory = await command.run("model", "list"), await command.run("model", "ps")
    pulled = await command.run("model", "pull", "qwen2.5-coder-0.5b")

    assert (listed.status, listed.out.splitlines()[1].split("\t")[0]) == (0, "qwen2.5-coder-0.5b")
    assert (memory.status, memory.err) == (0, "No model host is set up or found; the embedded model answers.\n")
    assert (pulled.status, pulled.out) == (1, "")
    assert "`threadfast model fetch qwen2.5-coder-0.5b`" in pulled.err


async def test_ps_shows_what_is_in_memory_with_its_context(hosts: Hosts) -> None:
    await hosts.servers["one"].state.load("small", 4096, 300.0)

    done = await hosts.run("ps")

    [loaded] = [row for row in rows(done) if row[0] == "one"]
    assert loaded[1].startswith("Ollama ")
    assert loaded[2:6] == ["small:latest", "4.0 GB", "0 %", "4096 (asked for: 8192)"]
    assert ["two", loaded[1], "-", "-", "-", "-", "-"] in rows(done)


async def test_show_tells_what_each_host_says_of_a_model(hosts: Hosts) -> None:
    done = await hosts.run("show", "chat")

    assert done.status == 0, done.err
    assert [row[:2] for row in rows(done)[1:]] == [["one", "small:latest"], ["two", "small:latest"]]
    assert "completion, tools, vision" in done.out


async def test_model_that_is_not_there_is_met_with_the_nearest_name(hosts: Hosts) -> None:
    done = await hosts.run("show", "qwen2:7")

    assert (done.status, done.out) == (1, "")
    assert done.err == (
        "No host has the model 'qwen2:7'. Did you mean qwen2:7b? `threadfast model pull qwen2:7` fetches it.\n"
    )


async def test_pull_fetches_what_the_hosts_lack_by_the_name_of_the_settings(hosts: Hosts) -> None:
    done = await hosts.run("pull", "code")

    assert (done.status, done.out) == (0, "code is there: two\n")
    assert "qwen2:7b" in hosts.servers["two"].state.models
    assert not [logged for logged in hosts.servers["one"].log if logged.path == "/api/pull"]
    lines = done.err.splitlines()
    assert lines[0] == "two: pulling manifest"
    assert "two: code, 50 % of 1 MB" in lines
    assert lines[-1] == "two: success"


async def test_pull_that_fails_says_why_and_the_nearest_name(hosts: Hosts) -> None:
    hosts.servers["two"].fault("pull_error")

    done = await hosts.run("pull", "smal", "--host", "two")

    assert (done.status, done.out) == (1, "")
    assert "file does not exist" in done.err.splitlines()[-1]
    assert done.err.splitlines()[-1].endswith("Did you mean small:latest?")


async def test_what_is_no_models_name_reaches_no_host(hosts: Hosts) -> None:
    done = await hosts.run("pull", "no name")

    assert (done.status, "'no name' is no model's name" in done.err) == (1, True)
    assert not [one for server in hosts.servers.values() for one in server.log if one.path == "/api/pull"]


async def test_cloud_model_is_pulled_only_where_the_settings_allow_it(hosts: Hosts) -> None:
    refused = await hosts.run("pull", "far:671b-cloud")
    hosts.command.settings["THREADFAST_ALLOW_CLOUD"] = "true"
    allowed = await hosts.run("pull", "far:671b-cloud", "--host", "one")

    assert (refused.status, refused.out) == (1, "")
    assert "allow_cloud" in refused.err
    assert (allowed.status, allowed.out) == (0, "far:671b-cloud is there: one\n")


async def test_interrupt_stops_a_pull_and_closes_its_connection(hosts: Hosts) -> None:
    server = hosts.servers["two"]
    server.control.token_delay = 1.5
    process = await hosts.command.start("model", "pull", "big", "--host", "two")
    while not any(logged.path == "/api/pull" for logged in server.log):  # noqa: ASYNC110 - another process asks
        await asyncio.sleep(0.02)

    process.send_signal(signal.SIGINT)
    _, err = await process.communicate()

    assert process.returncode == 130
    assert "`threadfast model pull big` goes on where it stopped." in err.decode()
    assert "Traceback" not in err.decode()
    assert "big" not in server.state.models


async def test_progress_on_a_terminal_is_a_bar(hosts: Hosts) -> None:
    hosts.servers["two"].control.token_delay = 0.4
    environment = {**hosts.command.settings, "TERM": "xterm-256color", "THREADFAST_DATA_FOLDER": "data"}
    child = pexpect.spawn(
        COMMAND[0],
        [*COMMAND[1:], "model", "pull", "big", "--host", "two"],
        env={"PATH": str(Path(sys.executable).parent), "HOME": str(hosts.command.home), **environment},
        cwd=str(hosts.command.home),
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 120),
    )

    await asyncio.to_thread(child.expect, "two: pulling")
    await asyncio.to_thread(child.expect, "━")
    await asyncio.to_thread(child.expect_exact, "big is there: two")
    await asyncio.to_thread(child.expect, pexpect.EOF)
    child.close()

    assert child.exitstatus == 0


async def test_help_is_about_hosts_and_embedded_models_alike(tmp_path: Path) -> None:
    done = await Command(tmp_path).run("model", "--help")

    for name in ("list", "pull", "show", "ps", "fetch", "remove"):
        assert f"  {name} " in done.out
