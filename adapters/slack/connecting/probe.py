"""What can be found out about a Slack app before it serves: tokens, scopes. It changes nothing in Slack."""

from __future__ import annotations

import aiohttp

from adapters.chat.handling.finding import Finding
from adapters.slack.connecting.scopes import NEEDED, SCOPES, cost_id, missing
from adapters.slack.settings import INSTALL_PATH, SlackSettings
from adapters.slack.web.api import SCOPES_HEADER, open_session, read_answer
from adapters.slack.web.refusals import SlackRefusedError
from bot.domain import Json
from bot.errors import RetryLaterError
from bot.texts import say

SECONDS = 10.0
"""How long a call may take."""


async def probe(settings: SlackSettings, language: str) -> list[Finding]:
    """Ask Slack about the settings' tokens. Never raises for what Slack or the network does."""
    async with open_session() as session:
        asker = _Asker(session, settings)
        found = await _bot_token(asker, language) if settings.bot_token else []
        if settings.app_token:
            found.append(await _app_token(asker))
    return [*found, *_unseen(settings)]


class _Asker:
    def __init__(self, session: aiohttp.ClientSession, settings: SlackSettings) -> None:
        self._session = session
        self.settings = settings

    async def ask(self, method: str, token: str) -> tuple[Json, str | None]:
        """Call a method without arguments; return its answer and the granted scopes where Slack names them.

        Raises:
            RetryLaterError: Slack was not reached, or what answered is not Slack; the words say what to mend.
        """
        url = f"{self.settings.api_url}{method}"
        try:
            async with self._session.post(
                url,
                headers={"Authorization": f"Bearer {token}"},
                proxy=self.settings.proxy or None,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=SECONDS),
            ) as got:
                return read_answer(method, got.status, await got.read()), got.headers.get(SCOPES_HEADER)
        except (aiohttp.ClientError, TimeoutError, OSError, SlackRefusedError) as error:
            raise RetryLaterError(
                f"{self.settings.api_url} does not answer as Slack does ({type(error).__name__}): "
                "correct the connection, the proxy or SLACK_API_URL"
            ) from error


async def _bot_token(asker: _Asker, language: str) -> list[Finding]:
    try:
        answer, granted = await asker.ask("auth.test", asker.settings.bot_token)
    except RetryLaterError as error:
        return [Finding(ok=False, words=str(error))]
    if not answer.get("ok"):
        return [
            Finding(ok=False, words=_refusal("SLACK_BOT_TOKEN", answer, "OAuth & Permissions, Bot User OAuth Token"))
        ]
    words = (
        f"token of workspace {answer.get('team', '?')} ({answer.get('team_id', '?')}), bot @{answer.get('user', '?')}"
    )
    return [Finding(ok=True, words=words), *_scopes(granted, language)]


def _scopes(granted: str | None, language: str) -> list[Finding]:
    if granted is None:
        words = "the scopes that are granted were not told, so nothing can be said of them"
        return [Finding(ok=False, words=words, needed=False)]
    lacking = missing(granted.split(","))
    if not lacking:
        return [Finding(ok=True, words=f"all {len(SCOPES)} scopes are granted")]
    found = [
        Finding(ok=False, words=f"scope {scope} is missing: {say(cost_id(scope), language)}", needed=scope in NEEDED)
        for scope in lacking
    ]
    remedy = (
        "add missing scopes under OAuth & Permissions (or the manifest of `threadfast manifest slack`), then reinstall"
    )
    return [*found, Finding(ok=False, words=remedy, needed=False)]


async def _app_token(asker: _Asker) -> Finding:
    try:
        answer, _ = await asker.ask("apps.connections.open", asker.settings.app_token)
    except RetryLaterError as error:
        return Finding(ok=False, words=str(error))
    if answer.get("ok"):
        return Finding(ok=True, words="app-level token: Socket Mode can be opened")
    where = "Basic Information, App-Level Tokens, with the scope connections:write; Socket Mode must be switched on"
    return Finding(ok=False, words=_refusal("SLACK_APP_TOKEN", answer, where))


def _refusal(variable: str, answer: Json, where: str) -> str:
    code = str(answer.get("error") or "unknown_error")
    return f"Slack refuses {variable} ({code}); take it from the app's page: {where}"


def _unseen(settings: SlackSettings) -> list[Finding]:
    """Say what cannot be looked at from here."""
    found = [
        "Slack does not tell which events the app is subscribed to: compare its page Event Subscriptions with "
        "`threadfast manifest slack`"
    ]
    if settings.signing_secret and not settings.app_token:
        found.append("the signing secret shows whether it is right when Slack verifies the address of `run --http`")
    if settings.installs:
        found.append(
            f"workspaces install the app at {settings.public_url or 'ADDRESS'}{INSTALL_PATH} during `run --http`"
        )
    return [Finding(ok=False, words=words, needed=False) for words in found]
