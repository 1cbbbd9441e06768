"""Archives and pictures that are small here and endless when they are opened: nobody but the box ever opens them."""

from __future__ import annotations

import asyncio
import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.processes import Command, model_server, settings_for
from tests.slack_server import SlackServer

MIB = 1 << 20
ROOM = 50 * MIB
ZEROS = b"\0" * MIB


def nested() -> bytes:
    """Return an archive of archives of archives: 16^3 files of 4 MiB, in some tens of KiB."""
    data = ZEROS * 4
    for _ in range(3):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for number in range(16):
                archive.writestr(f"{number}.zip", data)
        data = packed.getvalue()
    return data


def zeros() -> bytes:
    """Return a GiB of zeros, packed."""
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0) as file:
        for _ in range(1024):
            file.write(ZEROS)
    return packed.getvalue()


def slipping() -> bytes:
    """Return an archive whose members lead out of any folder."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../../../tmp/threadfast-slipped", b"x")
        archive.writestr("/tmp/threadfast-slipped", b"x")
    return packed.getvalue()


def linking() -> bytes:
    """Return an archive with a link to a file of the system."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        link = tarfile.TarInfo("passwd")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    return packed.getvalue()


def picture() -> bytes:
    """Return a PNG that says it is 60,000 by 60,000 points: 3.6 GB once it is decoded."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (8 * MIB))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def slipped() -> bool:
    return Path("/tmp/threadfast-slipped").exists()


BOMBS = {
    "nested.zip": nested,
    "zeros.gz": zeros,
    "slip.zip": slipping,
    "link.tar.gz": linking,
    "huge.png": picture,
}


@pytest.fixture
async def bot(slack: SlackServer, tmp_path: Path) -> AsyncIterator[Command]:
    settings = {
        "SLACK_API_URL": slack.api_url,
        "SLACK_BOT_TOKEN": slack.workspace("Acme").bot.token,
        "SLACK_APP_TOKEN": slack.app.app_token,
    }
    async with model_server("tests.integration.terminal.scripts:SCRIPTS") as model:
        yield Command(tmp_path, settings | settings_for(model))


def begun_anew(pid: int) -> int:
    """Have the highest mark of a process begin anew at what it uses now, and return that."""
    # 5: see proc(5), clear_refs.
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return highest(pid)


def highest(pid: int) -> int:
    """Return the most memory that a process has had since it was last asked to forget it."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) * 1024


@pytest.mark.timeout(180)
async def test_bot_takes_no_more_memory_for_what_it_never_opens(bot: Command, slack: SlackServer) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    files = {name: await asyncio.to_thread(make) for name, make in BOMBS.items()}
    async with bot.running("run", says="Slack: ") as process:
        root = await anna.says(
            general, "@Threadfast hello", files=[("plain.bin", b"\0" * sum(map(len, files.values())))]
        )
        await general.until(lambda thread: len(thread) > 1, thread=root, seconds=60)
        await slack.settled()
        before = begun_anew(process.pid)

        root = await anna.says(general, "@Threadfast look at these", files=[*files.items()])
        shown = await general.until(lambda thread: len(thread) > 1, thread=root, seconds=60)
        await slack.settled()

        assert "was not read" not in str(shown)
        assert len(slack.calls("download")) == 1 + len(files)
        assert highest(process.pid) - before < ROOM

    assert not slipped()
