from __future__ import annotations

from dataclasses import replace

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from adapters.chat.handling.finding import Finding
from adapters.slack.connecting.probe import probe
from adapters.slack.connecting.scopes import NEEDED, SCOPES
from adapters.slack.settings import SlackSettings
from tests.slack_server import SlackServer


@pytest.fixture
def settings(slack: SlackServer) -> SlackSettings:
    token = slack.workspace("Acme").bot.token
    return SlackSettings(bot_token=token, app_token=slack.app.app_token, api_url=slack.api_url)


async def wrong(settings: SlackSettings) -> list[str]:
    return [found.words for found in await probe(settings, "en") if not found.ok and found.needed]


async def notes(settings: SlackSettings) -> list[str]:
    return [found.words for found in await probe(settings, "en") if not found.needed]


async def test_whole_app_is_said_to_work_and_what_cannot_be_seen_is_named(settings: SlackSettings) -> None:
    found = await probe(settings, "en")

    assert [line.ok for line in found] == [True, True, True, False]
    assert found[3] == Finding(
        ok=False,
        words="Slack does not tell which events the app is subscribed to: "
        "compare its page Event Subscriptions with `threadfast manifest slack`",
        needed=False,
    )


@pytest.mark.parametrize("scope", SCOPES)
async def test_each_missing_scope_is_named_and_wrong_only_where_nothing_goes_without_it(
    scope: str, settings: SlackSettings, slack: SlackServer
) -> None:
    slack.workspace("Acme").bot.scopes -= {scope}

    found = [line for line in await probe(settings, "en") if line.words.startswith(f"scope {scope} is missing: ")]

    assert [line.needed for line in found] == [scope in NEEDED]
    assert any("then reinstall" in words for words in await notes(settings))


async def test_refused_tokens_are_named_with_where_to_find_them(settings: SlackSettings) -> None:
    words = await wrong(replace(settings, bot_token="xoxb-nobody", app_token="xapp-nobody"))

    assert [each.partition("; take it from the app's page: ")[0] for each in words] == [
        "Slack refuses SLACK_BOT_TOKEN (invalid_auth)",
        "Slack refuses SLACK_APP_TOKEN (invalid_auth)",
    ]


async def test_slack_that_does_not_answer_is_named(settings: SlackSettings, slack: SlackServer) -> None:
    await slack.stop()

    words = await wrong(settings)

    assert len(words) == 2
    assert all("correct the connection, the proxy or SLACK_API_URL" in each for each in words)


@pytest.mark.parametrize(
    "answer",
    [web.Response(text="<html>"), web.Response(text="[]"), web.Response(status=302), web.Response(status=404)],
    ids=["page", "list", "redirect", "not found"],
)
async def test_server_that_is_not_slack_is_named(answer: web.Response, settings: SlackSettings) -> None:
    async def say(request: web.Request) -> web.Response:
        return web.Response(status=answer.status, text=answer.text)

    app = web.Application()
    app.router.add_post("/{any:.*}", say)
    async with TestServer(app) as server:
        words = await wrong(replace(settings, api_url=str(server.make_url("/api/")), app_token=""))

    assert len(words) == 1
    assert "does not answer as Slack does" in words[0]


async def test_scopes_that_are_not_told_are_not_judged(settings: SlackSettings) -> None:
    async def say(request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "team": "Acme", "team_id": "T1", "user": "threadfast"})

    app = web.Application()
    app.router.add_post("/api/auth.test", say)
    async with TestServer(app) as server:
        found = await probe(replace(settings, api_url=str(server.make_url("/api/")), app_token=""), "en")

    assert found[0].words == "token of workspace Acme (T1), bot @threadfast"
    assert (found[1].ok, found[1].needed) == (False, False)


async def test_hints_of_http_mode_and_installing_fit_the_settings(settings: SlackSettings) -> None:
    http = replace(
        settings, app_token="", signing_secret="s", client_id="1", client_secret="2", public_url="https://bot.example"
    )

    words = await notes(http)

    assert any("the signing secret shows whether it is right" in each for each in words)
    assert any("install the app at https://bot.example/slack/install during" in each for each in words)
