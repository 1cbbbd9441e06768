"""The workspaces that this process may work in: their tokens, and who the bot is there.

A token from the settings is the one workspace's; others come from OAuth and are kept sealed. What is known is
remembered until a workspace is forgotten, so that nothing is asked or opened per message.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken

from adapters.slack.ids import ADAPTER
from adapters.slack.settings import SlackSettings
from bot.domain import AuditAction, AuditEntry, Installation
from bot.errors import PostRefusedError, SettingsError, ThreadGoneError
from bot.ports import Clock, Records, Store

REFUSED_FOR = timedelta(seconds=10)
"""How long a refusal of the settings' token holds before Slack is asked again, when it is needed again."""
OUT = frozenset({"slack_gone_token", "slack_gone_uninstalled", "slack_gone_sealed"})
"""The sentences that say that nothing works in a workspace any more, whatever is asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """The bot in one workspace."""

    workspace: str
    token: str = field(repr=False)
    user: str
    """The bot's user id: what people mention."""
    bot: str
    """The id that its messages carry."""
    name: str = ""
    """What the workspace calls itself."""


class Kept(Protocol):
    """Where installations are kept: the core's record of workspaces."""

    async def installation(self, workspace: str) -> Installation | None:
        """Return what is kept of this workspace."""
        ...

    async def install(self, installation: Installation, *, by: str = "") -> None:
        """Keep this of a workspace, instead of what was kept; `by`: the id of who installed it, if it is known."""
        ...

    async def uninstall(self, workspace: str) -> None:
        """Forget what was kept of a workspace."""
        ...


class KeptInStore:
    """Installations in the store, each change in a transaction of its own, with its entry in the audit log."""

    def __init__(self, store: Store, *, now: Callable[[], datetime] | None = None) -> None:
        self._store = store
        self._now = now or partial(datetime.now, UTC)

    async def installation(self, workspace: str) -> Installation | None:
        """Return what is kept of this workspace."""
        return await self._store.read(lambda records: records.workspaces.installation(ADAPTER, workspace))

    async def install(self, installation: Installation, *, by: str = "") -> None:
        """Keep this of a workspace, instead of what was kept; `by`: the id of who installed it, if it is known."""

        def work(records: Records) -> None:
            records.workspaces.install(installation)
            records.audit.add(self._entry(AuditAction.INSTALLED, installation.workspace, by))

        await self._store.write(work)

    async def uninstall(self, workspace: str) -> None:
        """Forget what was kept of a workspace."""

        def work(records: Records) -> None:
            # Slack tells it several times, and more than once that a token is gone.
            if records.workspaces.installation(ADAPTER, workspace) is not None:
                records.workspaces.uninstall(ADAPTER, workspace)
                records.audit.add(self._entry(AuditAction.UNINSTALLED, workspace, ""))

        await self._store.write(work)

    def _entry(self, action: AuditAction, workspace: str, by: str) -> AuditEntry:
        where = f"{ADAPTER}:{workspace}"
        return AuditEntry(at=self._now(), action=action, person=f"{where}:{by}" if by else "", place=f"{where}:")


Introduce = Callable[[str], Awaitable[Installed]]


class Installations:
    """Who the bot is in each workspace, and with which token it speaks there."""

    def __init__(self, settings: SlackSettings, kept: Kept, *, clock: Clock) -> None:
        """Take the settings.

        Raises:
            SettingsError: Workspaces can install the app, and their tokens could not be sealed.
        """
        self._kept = kept
        self._clock = clock
        self._seal = _fernet(settings.secret_key) if settings.installs else None
        self._known: dict[str, Installed] = {}
        self._own_token = settings.bot_token
        self._own: str | None = None
        """The workspace of the settings' token, once Slack has said so."""
        self._refused_until: datetime | None = None
        """Until when the settings' token is taken to be revoked."""
        self._meeting = asyncio.Lock()
        self.introduce: Introduce
        """Asks Slack whose a token is; set once the Web API can be called."""

    def known(self, workspace: str) -> Installed | None:
        """Return the bot in this workspace if it is remembered."""
        return self._known.get(workspace)

    async def of(self, workspace: str) -> Installed:
        """Return the bot in this workspace.

        A token of the settings that was revoked is tried again now and then: it may be valid again, and nobody is
        there to put in another one while the process runs.

        Raises:
            ThreadGoneError: It is not installed there (any more).
            RetryLaterError, ConnectionError: Slack does not say now.
            StoreError: What is kept cannot be read.
        """
        if self._own is None and self._own_token:
            await self.meet()
        if workspace == self._own and workspace not in self._known:
            await self._meet_again(workspace)
        if workspace not in self._known:
            self._known[workspace] = await self._open(workspace)
        return self._known[workspace]

    async def meet(self) -> None:
        """Ask Slack whose the settings' token is, unless that is known.

        Raises:
            RetryLaterError, ConnectionError: Slack does not say now.
            SettingsError: Slack refuses the token.
        """
        async with self._meeting:
            if self._own is not None or not self._own_token:
                return
            try:
                installed = await self.introduce(self._own_token)
            except PostRefusedError as error:
                raise SettingsError(
                    f"Slack refuses SLACK_BOT_TOKEN: {error}. Copy the bot token of the app."
                ) from error
            self._own, self._known[installed.workspace] = installed.workspace, installed

    async def _meet_again(self, workspace: str) -> None:
        """Ask Slack about the settings' token, which was revoked, unless it has just refused it."""
        async with self._meeting:
            resting = self._refused_until is not None and self._clock.now() < self._refused_until
            if resting or workspace in self._known:
                return
            try:
                self._known[workspace] = await self.introduce(self._own_token)
            except PostRefusedError:
                self._refused_until = self._clock.now() + REFUSED_FOR

    async def token(self, workspace: str) -> str:
        """Return the token with which the bot speaks in this workspace.

        Raises:
            ThreadGoneError: It is not installed there (any more).
            StoreError: What is kept cannot be read.
        """
        return (await self.of(workspace)).token

    async def keep(self, installed: Installed, *, by: str = "") -> None:
        """Seal and keep the installation of a workspace; `by`: the id of who installed it, if it is known.

        Raises:
            StoreError: Nothing is kept.
        """
        assert self._seal is not None, "only OAuth brings installations"
        sealed = self._seal.encrypt(json.dumps(asdict(installed)).encode()).decode()
        kept = Installation(adapter=ADAPTER, workspace=installed.workspace, sealed=sealed)
        await self._kept.install(kept, by=by)
        self._known[installed.workspace] = installed

    async def forget(self, workspace: str) -> None:
        """Forget a workspace that has removed the bot, or whose token was revoked; may be repeated.

        Raises:
            StoreError: What is kept of it is still kept.
        """
        if workspace != self._own:
            await self._kept.uninstall(workspace)
        self._known.pop(workspace, None)

    async def _open(self, workspace: str) -> Installed:
        kept = await self._kept.installation(workspace) if self._seal is not None else None
        if kept is None or self._seal is None:
            raise ThreadGoneError(
                f"The bot is not installed in workspace {workspace}.", text_id="slack_gone_uninstalled"
            )
        try:
            return Installed(**json.loads(self._seal.decrypt(kept.sealed.encode())))
        except (InvalidToken, ValueError, TypeError) as error:
            raise ThreadGoneError(
                f"The token of workspace {workspace} was sealed with another THREADFAST_SECRET_KEY: "
                "set that key again, or install the app there once more.",
                text_id="slack_gone_sealed",
            ) from error


def _fernet(key: str) -> Fernet:
    try:
        return Fernet(key.encode())
    except ValueError as error:
        raise SettingsError(
            "SLACK_CLIENT_ID lets workspaces install the app, so their tokens are sealed, and THREADFAST_SECRET_KEY "
            "is missing or is no key for that. Make one with: python -c "
            "'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"
        ) from error


def is_out(error: PostRefusedError) -> bool:
    """Whether a refusal says that the bot can do nothing in that workspace any more."""
    return isinstance(error, ThreadGoneError) and error.text_id in OUT
