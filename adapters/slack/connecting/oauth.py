"""Installation by OAuth: bolt's pages, our states and our keeping.

A state is sealed text, so it survives a restart and needs no record; each is taken once by the process that sees it,
and bolt binds it to the browser that began. Tokens go nowhere but to `Installations.keep`, which seals them.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import OrderedDict
from typing import Any

import structlog
from cryptography.fernet import Fernet, InvalidToken
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from adapters.chat.handling.payload import text_at
from adapters.slack.connecting.connection import vendor_logger
from adapters.slack.connecting.installations import Installations, Installed
from adapters.slack.connecting.scopes import SCOPES
from adapters.slack.settings import DEFAULT_API_URL, INSTALL_PATH, REDIRECT_PATH, SlackSettings
from adapters.slack.web.api import SlackApi
from bot.errors import PostRefusedError, RetryLaterError, ThreadfastError

STATE_SECONDS = 600
REMEMBERED_STATES = 10_000

log = structlog.get_logger()


class States(AsyncOAuthStateStore):
    """The states of installations that have begun: each is valid for ten minutes, once."""

    def __init__(self, secret_key: str) -> None:
        self._seal = Fernet(secret_key.encode())
        self._used: OrderedDict[str, None] = OrderedDict()
        self._logger = vendor_logger()

    @property
    def logger(self) -> logging.Logger:
        """The library's logger."""
        return self._logger

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        """Return a new state."""
        return self._seal.encrypt(b"state:" + secrets.token_bytes(16)).decode()

    async def async_consume(self, state: str) -> bool:
        """Take a state; False for one that is not ours, is too old, or was taken."""
        try:
            held = self._seal.decrypt(state.encode(), ttl=STATE_SECONDS)
        except (InvalidToken, UnicodeEncodeError):
            return False
        if state in self._used or not held.startswith(b"state:"):
            return False
        self._used[state] = None
        while len(self._used) > REMEMBERED_STATES:
            self._used.popitem(last=False)
        return True


class Keeping(AsyncInstallationStore):
    """Where bolt's flow leaves an installation; it never asks for one, because no request reaches bolt's own steps."""

    def __init__(self, installations: Installations) -> None:
        self._installations = installations
        self._logger = vendor_logger()

    @property
    def logger(self) -> logging.Logger:
        """The library's logger."""
        return self._logger

    async def async_save(self, installation: Installation) -> None:
        """Keep a workspace's installation.

        Raises:
            BoltError: It cannot be kept; the page says so.
        """
        if not (installation.team_id and installation.bot_token and installation.bot_user_id):
            # A whole organization's installation names no workspace: each of its workspaces installs the app itself.
            raise BoltError("Install the app in one workspace, not in the whole organization.")
        installed = Installed(
            workspace=installation.team_id,
            token=installation.bot_token,
            user=installation.bot_user_id,
            bot=installation.bot_id or "",
            name=installation.team_name or "",
        )
        try:
            await asyncio.shield(self._installations.keep(installed, by=installation.user_id or ""))
        except ThreadfastError as error:
            raise BoltError("The installation could not be recorded. Try again later.") from error

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        """Return nothing: see above."""
        return None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        """Return nothing: see above."""
        return None


class Flow(AsyncOAuthFlow):
    """Bolt's flow, its two calls made as all our others are."""

    def __init__(self, api: SlackApi, *, client: AsyncWebClient, settings: AsyncOAuthSettings) -> None:
        super().__init__(client=client, logger=vendor_logger(), settings=settings)
        self._api = api

    async def run_installation(self, code: str) -> Installation | None:
        """Exchange the code for a token and ask whose it is; None: Slack refused, or did not answer."""
        given = {"client_id": self.settings.client_id, "client_secret": self.settings.client_secret, "code": code}
        if self.settings.redirect_uri:
            given["redirect_uri"] = self.settings.redirect_uri
        try:
            answer = await self._api.call_with("", "oauth.v2.access", given)
            token = text_at(answer, "access_token")
            bot = await self._api.call_with(token, "auth.test", {})
        except (PostRefusedError, RetryLaterError, ConnectionError) as error:
            log.warning("slack.not_installed", error=type(error).__name__)
            return None
        return Installation(
            user_id=text_at(answer, "authed_user", "id"),
            team_id=text_at(answer, "team", "id"),
            team_name=text_at(answer, "team", "name"),
            bot_token=token,
            bot_id=text_at(bot, "bot_id"),
            bot_user_id=text_at(answer, "bot_user_id"),
        )


def oauth_flow(
    settings: SlackSettings, installations: Installations, *, api: SlackApi, client: AsyncWebClient
) -> AsyncOAuthFlow:
    """Return the pages on which a workspace installs the app."""
    kept = AsyncOAuthSettings(
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        scopes=SCOPES,
        user_scopes=[],
        redirect_uri=f"{settings.public_url}{REDIRECT_PATH}" if settings.public_url else None,
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        authorization_url=_authorization_url(settings.api_url),
        installation_store=Keeping(installations),
        state_store=States(settings.secret_key),
        state_expiration_seconds=STATE_SECONDS,
        logger=vendor_logger(),
    )
    return Flow(api, client=client, settings=kept)


def _authorization_url(api_url: str) -> str:
    """Return where people allow the installation: beside the Web API, wherever that is."""
    return f"{(api_url or DEFAULT_API_URL).rstrip('/').removesuffix('/api')}/oauth/v2/authorize"
