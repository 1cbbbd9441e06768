from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import platformdirs
import pytest

from agents.models.embedded import runtime
from agents.models.embedded.catalogue import SMALL
from agents.models.embedded.client import EmbeddedClient, EmbeddedSettings, tamed
from agents.models.embedded.fetch import ModelFiles
from agents.models.embedded.process import ServerProcess
from agents.models.port import ModelAnswer, ModelCall
from bot.errors import ModelFailedError, RetryLaterError
from tests.integration.models.conftest import Heard


def cache() -> Path:
    return Path(platformdirs.user_cache_dir("threadfast", appauthor=False))


def asking(text: str, **options: object) -> ModelCall:
    return ModelCall(agent="a", model="any", messages=[{"role": "user", "content": text}], options=options)


@pytest.fixture
async def client() -> AsyncIterator[EmbeddedClient]:
    """The real model, in the cache that outlives the tests: it is fetched where it is missing."""
    client = EmbeddedClient(EmbeddedSettings(cache=cache(), context=2048))
    yield client
    await client.close()


async def until(condition: Callable[[], bool]) -> None:
    while not condition():  # noqa: ASYNC110 - the conditions are other processes' doings
        await asyncio.sleep(0.02)


def gone(pid: int) -> bool:
    """Whether a process has ended; one that nobody has waited for is a zombie."""
    stat = Path(f"/proc/{pid}/stat")
    return not stat.exists() or stat.read_text().split()[2] == "Z"


async def begun(client: EmbeddedClient) -> asyncio.Task[ModelAnswer]:
    """Return a long answer that has begun."""
    heard = Heard()
    # The seed is one with which it does count: now and then it only says that it will.
    counting = asking("Count from 1 to 1000.", max_tokens=900, temperature=0.0, seed=1)
    task = asyncio.create_task(client.complete(counting, heard))
    await until(lambda: len(heard.pieces) > 2 or task.done())
    assert not task.done(), task.exception() or task.result()
    return task


@pytest.mark.real_model
@pytest.mark.timeout(300)
async def test_real_model_answers_and_its_turn_is_marked_as_the_demos(client: EmbeddedClient) -> None:
    heard = Heard()

    answer = await client.complete(asking("Reply with the single word: seven", max_tokens=8), heard)

    assert answer.demo
    assert answer.content == heard.text
    assert answer.content.strip()
    assert answer.model == SMALL.name
    assert answer.completion_tokens > 0


@pytest.mark.real_model
@pytest.mark.timeout(300)
async def test_real_model_is_free_for_the_next_when_an_answer_is_cancelled(client: EmbeddedClient) -> None:
    counting = await begun(client)
    counting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await counting

    answer = await client.complete(asking("Reply with the single word: seven", max_tokens=8), Heard())

    assert answer.content.strip()


@pytest.mark.real_model
@pytest.mark.timeout(300)
async def test_server_that_crashed_is_started_again(client: EmbeddedClient) -> None:
    counting = await begun(client)
    first = client.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    with pytest.raises(RetryLaterError, match="started again"):
        await counting

    answer = await client.complete(asking("Reply with the single word: seven", max_tokens=8), Heard())

    assert answer.content.strip()
    assert client.pid not in (None, first)


@pytest.mark.real_model
@pytest.mark.timeout(300)
async def test_server_of_the_model_dies_with_the_process_that_started_it() -> None:
    gguf = await ModelFiles(cache()).fetch(SMALL)
    program = (
        "import asyncio, sys\n"
        "from pathlib import Path\n"
        "from agents.models.embedded.process import ServerProcess\n"
        "async def main():\n"
        "    server = ServerProcess(Path(sys.argv[1]), 'demo', context=512, parallel=1, loading=120)\n"
        "    await server.address()\n"
        "    print(server.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(gguf), stdout=asyncio.subprocess.PIPE
    )
    assert owner.stdout is not None
    pid = int(await owner.stdout.readline())

    owner.kill()

    await owner.wait()
    await until(lambda: gone(pid))


async def test_file_that_is_no_model_is_named_with_the_servers_last_words(tmp_path: Path) -> None:
    path = tmp_path / "own.gguf"
    path.write_bytes(b"not a model")
    client = EmbeddedClient(EmbeddedSettings(cache=tmp_path, gguf=path))

    with pytest.raises(ModelFailedError, match=r"own\.gguf could not be loaded: .+"):
        await client.complete(asking("hello"), Heard())

    await client.close()
    assert client.pid is None


async def test_file_of_ones_own_that_is_missing_is_named(tmp_path: Path) -> None:
    client = EmbeddedClient(EmbeddedSettings(cache=tmp_path, gguf=tmp_path / "absent.gguf"))

    with pytest.raises(ModelFailedError, match=r"absent\.gguf that the settings name is not there"):
        await client.complete(asking("hello"), Heard())

    await client.close()


async def test_loading_that_takes_for_ever_is_given_up(tmp_path: Path) -> None:
    fifo = tmp_path / "never.gguf"
    os.mkfifo(fifo)
    server = ServerProcess(fifo, "demo", context=512, parallel=1, loading=0.2)

    with pytest.raises(ModelFailedError, match=r"not loaded within 0\.2 s"):
        await server.address()

    assert server.pid is None


def test_runtime_imports_nothing_of_the_project() -> None:
    source = Path(runtime.__file__).read_text()

    assert "from agents" not in source
    assert "from bot" not in source


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ({}, {"temperature": 0.3, "max_tokens": 1024}),
        ({"temperature": 0.9, "frequency_penalty": 1.1}, {"temperature": 0.3, "max_tokens": 1024}),
        ({"temperature": 0.0, "max_tokens": 5}, {"temperature": 0.0, "max_tokens": 5}),
    ],
    ids=["nothing", "too much", "less"],
)
def test_small_model_is_kept_cool_short_and_without_penalties(
    given: dict[str, object], sent: dict[str, object]
) -> None:
    assert tamed(given) == sent
