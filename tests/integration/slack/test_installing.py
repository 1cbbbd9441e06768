"""Several workspaces: installed on our pages, their tokens sealed in the store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp
import pytest
from cryptography.fernet import Fernet
from yarl import URL

from adapters.slack.settings import SlackSettings
from bot.domain import AuditFilter
from bot.errors import SettingsError
from tests.integration.slack.rig import Bot, running
from tests.processes import free_port
from tests.scripted import Script
from tests.slack_server import SlackServer

ECHO: Script = [["say", "ada", "heard: {text}"]]
KEY = Fernet.generate_key().decode()


@asynccontextmanager
async def open_to_all(path: Path, slack: SlackServer, *, key: str = KEY) -> AsyncIterator[tuple[Bot, str]]:
    """Run a bot that workspaces install themselves, and give its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"

    def settings(given: SlackSettings) -> SlackSettings:
        return replace(
            given,
            bot_token="",
            app_token="",
            client_id=slack.app.client_id,
            client_secret=slack.app.client_secret,
            secret_key=key,
            http=("127.0.0.1", port),
            public_url=url,
        )

    slack.http_mode(f"{url}/slack/events")
    async with running(path, slack, slack.workspace("Acme"), scripts={"greet": ECHO}, settings=settings) as bot:
        yield bot, url


async def install(url: str, team: str, *, cookie: bool = True, state: str | None = None) -> tuple[int, str]:
    """Install the app as a browser does; return the last page's status and text."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
        async with browser.get(f"{url}/slack/install") as page:
            kept = page.headers["Set-Cookie"].split(";")[0]
            text = await page.text()
        [authorize] = [link.split('"')[0] for link in text.split('href="')[1:] if "authorize" in link.split('"')[0]]
        authorize = authorize.replace("&amp;", "&")
        async with browser.get(f"{authorize}&team={team}", allow_redirects=False) as allowed:
            back = allowed.headers["Location"]
        if state is not None:
            back = str(URL(back).update_query(state=state))
        async with browser.get(back, headers={"Cookie": kept} if cookie else {}) as done:
            return done.status, await done.text()


async def test_two_workspaces_install_the_app_and_both_talk(slack: SlackServer, tmp_path: Path) -> None:
    acme, other = slack.workspace("Acme"), slack.workspace("Other")

    async with open_to_all(tmp_path, slack) as (_, url):
        for workspace in (acme, other):
            status, _ = await install(url, workspace.id)
            assert status == 200
        for workspace in (acme, other):
            anna, general = workspace.person("Anna"), workspace.channel("general")
            root = await anna.says(general, "@Threadfast hi")
            assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)

    assert {call.token for call in slack.calls("chat.postMessage")} == {acme.bot.token, other.bot.token}


async def test_installation_survives_a_restart_and_its_token_is_sealed(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with open_to_all(tmp_path, slack) as (_, url):
        await install(url, workspace.id)

    async with open_to_all(tmp_path, slack):
        root = await anna.says(general, "@Threadfast hi")
        await general.until(lambda thread: "completed" in thread, thread=root)

    stored = await asyncio.to_thread(everything, tmp_path)
    assert workspace.bot.token.encode() not in stored
    assert workspace.id.encode() in stored


def everything(path: Path) -> bytes:
    return b"".join(file.read_bytes() for file in path.glob("store.db*"))


async def test_reinstalling_replaces_what_was_kept(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with open_to_all(tmp_path, slack) as (bot, url):
        await install(url, workspace.id)
        workspace.uninstall()
        await slack.settled()
        await bot.until_handled()
        await install(url, workspace.id)
        root = await anna.says(general, "@Threadfast hi")

        assert "heard: hi" in await general.until(lambda thread: "completed" in thread, thread=root)
        facts = await bot.store.read(lambda records: records.audit.of(AuditFilter()))

    told = [(fact.action, fact.place) for fact in facts[:3]]
    where = f"slack:{workspace.id}:"
    assert told == [("installed", where), ("uninstalled", where), ("installed", where)]
    assert facts[0].person.startswith(where)


@pytest.mark.parametrize(
    ("cookie", "state", "status"), [(False, None, 400), (True, "forged", 400)], ids=["another browser", "forged state"]
)
async def test_installation_that_did_not_begin_here_is_refused(
    slack: SlackServer, tmp_path: Path, cookie: bool, state: str | None, status: int
) -> None:
    workspace = slack.workspace("Acme")

    async with open_to_all(tmp_path, slack) as (_, url):
        found, _ = await install(url, workspace.id, cookie=cookie, state=state)

        assert found == status
        assert slack.calls("oauth.v2.access") == []


async def test_workspace_that_never_installed_is_not_listened_to(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")

    async with open_to_all(tmp_path, slack) as (bot, _):
        await anna.says(general, "@Threadfast hi")
        await slack.settled()
        await bot.until_handled()

        assert await bot.all_runs() == []


async def test_another_key_cannot_open_what_was_sealed(slack: SlackServer, tmp_path: Path) -> None:
    workspace = slack.workspace("Acme")
    anna, general = workspace.person("Anna"), workspace.channel("general")
    async with open_to_all(tmp_path, slack) as (_, url):
        await install(url, workspace.id)

    async with open_to_all(tmp_path, slack, key=Fernet.generate_key().decode()) as (bot, _):
        await anna.says(general, "@Threadfast hi")
        await slack.settled()
        await bot.until_handled()

        assert await bot.all_runs() == []


async def test_installing_without_a_key_does_not_begin(slack: SlackServer, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="THREADFAST_SECRET_KEY"):
        async with open_to_all(tmp_path, slack, key="too short"):
            pass
