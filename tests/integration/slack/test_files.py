"""Files that people attach: read from Slack's own hosts within limits, the rest named with the reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from yarl import URL

from adapters.chat.files import attachments
from adapters.slack.web.files import allowed
from tests.integration.slack.rig import running
from tests.scripted import Script
from tests.slack_server import ALL_SCOPES, File, Message, SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
SCRIPTS: dict[str, Script] = {"greet": ECHO}


async def attached(slack: SlackServer, path: Path, *uploads: File | tuple[str, bytes]) -> tuple[list[str], list[str]]:
    """Have Anna attach files; return those that were read and what she alone is told."""
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with running(path, slack, workspace, scripts=SCRIPTS) as bot:
        root: Message = await anna.says(general, "@Threadfast look", files=uploads)
        await general.until(lambda thread: "completed" in thread, thread=root, seconds=30)
        await slack.settled()
        await bot.until_handled()
        [run] = await bot.runs(workspace, root)
        read = [f"{file.name} {file.media_type} {len(file.data)}" for file in run.opening.attachments]
    return read, [shown.text for shown in anna.sees]


async def test_text_code_pictures_and_data_are_read(slack: SlackServer, tmp_path: Path) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + b"\0" * 20

    read, told = await attached(
        slack, tmp_path, ("run.py", b"print(1)"), ("shot.png", picture), ("notes", "日".encode()), ("a.zip", b"PK\0\1")
    )

    assert read == [
        "run.py text/x-python 8",
        "shot.png image/png 28",
        "notes text/plain 3",
        "a.zip application/zip 4",
    ]
    assert told == []


async def test_file_that_is_too_large_is_named_with_the_reason(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES", 1000)

    read, told = await attached(slack, tmp_path, ("big.bin", b"x" * 1001), ("small.txt", b"small"))

    assert read == ["small.txt text/plain 5"]
    assert "big.bin was not read" in told[0]
    assert len(slack.calls("download")) == 1


async def test_files_that_are_too_large_together_are_left_out_in_their_order(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES_TOGETHER", 1000)

    read, told = await attached(slack, tmp_path, ("a.txt", b"x" * 900), ("b.txt", b"y" * 200), ("c.txt", b"z" * 100))

    assert read == ["a.txt text/plain 900", "c.txt text/plain 100"]
    assert "b.txt was not read: it is larger" in told[0]


async def test_file_that_is_larger_than_was_said_is_cut_off(
    slack: SlackServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BYTES_TOGETHER", 1000)
    workspace = slack.workspace()
    file = workspace.upload("a.txt", b"x" * 1001, workspace.person("Anna").id)
    # Its size is not known before it is fetched.
    file.by_id = True

    read, told = await attached(slack, tmp_path, file, ("b.txt", b"y" * 100))

    assert read == ["b.txt text/plain 100"]
    assert f"{file.id} was not read: it is larger" in told[0]


async def test_files_of_a_message_are_fetched_side_by_side(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace()
    anna, general = workspace.person("Anna"), workspace.channel("general")
    slack.fault("latency", method="download", seconds=60, times=None)

    async with running(tmp_path, slack, workspace, scripts=SCRIPTS):
        await anna.says(general, "@Threadfast look", files=[("a.txt", b"a"), ("b.txt", b"b"), ("c.txt", b"c")])

        await slack.until(lambda: len(slack.calls("download")) == 3)


async def test_without_the_scope_the_login_page_is_not_taken_for_the_file(slack: SlackServer, tmp_path: Path) -> None:
    slack.workspace().bot.scopes = set(ALL_SCOPES - {"files:read"})

    read, told = await attached(slack, tmp_path, ("run.py", b"print(1)"))

    assert read == []
    assert "the bot may not see it" in told[0]


async def test_download_that_breaks_off_is_tried_again(slack: SlackServer, tmp_path: Path) -> None:
    slack.fault("drop", method="download")

    read, told = await attached(slack, tmp_path, ("run.py", b"print(1)"))

    assert read == ["run.py text/x-python 8"]
    assert told == []


async def test_file_that_never_comes_costs_only_itself(slack: SlackServer, tmp_path: Path) -> None:
    slack.fault("status", method="download", status=500, times=None)

    read, told = await attached(slack, tmp_path, ("run.py", b"print(1)"))

    assert read == []
    assert "it could not be downloaded" in told[0]


@pytest.fixture
async def canary() -> AsyncIterator[tuple[str, list[str]]]:
    """A server that no token and no request of ours may reach."""
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(text="secret")

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    await runner.cleanup()


async def test_file_of_another_host_is_not_fetched(
    slack: SlackServer, tmp_path: Path, canary: tuple[str, list[str]]
) -> None:
    url, asked = canary
    file = slack.workspace().upload("evil.txt", b"secret")
    file.base = url

    read, told = await attached(slack, tmp_path, file)

    assert read == []
    assert asked == []
    assert "the bot may not see it" in told[0]


SLACK = URL("https://slack.com/api/")


@pytest.mark.parametrize(
    "url",
    [
        "https://files.slack.com/files-pri/T1-F1/a.txt",
        "https://a.slack-edge.com/x/y.png",
        "https://FILES.SLACK.COM/a",
        "https://slack.com/files/a",
    ],
)
def test_slacks_own_hosts_are_fetched_from(url: str) -> None:
    assert allowed(url, SLACK)


@pytest.mark.parametrize(
    "url",
    [
        "http://files.slack.com/a",
        "https://files.slack.com:8443/a",
        "https://files.slack.com.evil.com/a",
        "https://evilslack-edge.com/a",
        "https://user:pass@files.slack.com/a",
        "https://files.slack.com@evil.com/a",
        "https://127.0.0.1/a",
        "https://0177.0.0.1/a",
        "https://2130706433/a",
        "https://[::1]/a",
        "https://[::ffff:127.0.0.1]/a",
        "https://169.254.169.254/latest/meta-data",
        "https://localhost/a",
        "file:///etc/passwd",
        "gopher://files.slack.com/a",
        "ftp://files.slack.com/a",
        "//files.slack.com/a",
        "/etc/passwd",
        "",
        "https://",
        "https://files.slack.com\\@evil.com/a",
        "javascript:alert(1)",
        "http://slack.com/files/a",
        "https://acme.slack.com/?redir=%2Ffiles",
    ],
)
def test_nothing_else_is_fetched_from(url: str) -> None:
    assert not allowed(url, SLACK)
