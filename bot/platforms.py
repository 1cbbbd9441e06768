"""The chat platforms that are set up: their adapters, and what each is told of the settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from bot.app import OPERATORS
from bot.overview import StoredOverview
from bot.redaction import Redactor

if TYPE_CHECKING:
    from pydantic import SecretStr

    from adapters.discord.settings import DiscordSettings
    from adapters.slack.settings import SlackSettings
    from bot.app import Parts
    from bot.config import Settings
    from bot.ports import ChatAdapter


def adapters_of(
    settings: Settings, of: Parts, *, listen: tuple[str, int] | None, tell: Callable[[str, str], None]
) -> dict[str, ChatAdapter]:
    """Return the adapters of the platforms that are set up; nothing is opened yet.

    Args:
        settings: Which platforms those are.
        of: What they work with.
        listen: Where signed requests are taken; None: nowhere.
        tell: Called with a platform's name and a sentence for the operator when it is connected.

    Raises:
        SettingsError: The settings of a platform don't fit each other.
    """
    overview = _overview(settings, of)
    redactor = Redactor(settings.secrets)
    found: list[ChatAdapter] = []
    # Only what is set up is imported: each platform's library takes seconds and tens of megabytes.
    if settings.slack_wanted:
        from adapters.slack.adapter import SlackAdapter
        from adapters.slack.connecting.installations import KeptInStore

        given = slack_settings(settings, listen=listen)
        kept = KeptInStore(of.store, now=of.clock.now)
        found.append(
            SlackAdapter(
                given,
                overview=overview,
                installations=kept,
                clock=of.clock,
                tell=partial(tell, "slack"),
                redact=redactor,
                models=of.desk,
            )
        )
    if settings.discord_wanted:
        from adapters.discord.adapter import DiscordAdapter
        from adapters.discord.connecting.syncing import KeptInStore as NotesInStore

        found.append(
            DiscordAdapter(
                discord_settings(settings),
                overview=overview,
                kept=NotesInStore(of.store),
                clock=of.clock,
                tell=partial(tell, "discord"),
                redact=redactor,
                models=of.desk,
            )
        )
    return {adapter.name: adapter for adapter in found}


def _overview(settings: Settings, of: Parts) -> StoredOverview:
    return StoredOverview(
        store=of.store,
        teams=of.teams,
        default_team=settings.team,
        models=of.models or _unknown,
        permissions=settings.permissions_of(exempt=OPERATORS),
        now=of.clock.now,
    )


async def _unknown(_language: str) -> str:
    return ""


def discord_settings(settings: Settings) -> DiscordSettings:
    """Return what the Discord adapter is told."""
    from adapters.discord.settings import DiscordSettings

    return DiscordSettings(
        token=_shown(settings.discord_token),
        api_url=settings.discord_api_url,
        gateway_url=settings.discord_gateway_url or "",
        proxy=settings.proxy_for(settings.discord_api_url),
        guilds=settings.discord_guilds,
        allowed_bots=settings.discord_allowed_bots,
        requests_a_second=settings.discord_requests_a_second,
        sharded=settings.discord_sharded,
        language=settings.spoken_language,
    )


def slack_settings(settings: Settings, *, listen: tuple[str, int] | None) -> SlackSettings:
    """Return what the Slack adapter is told; with `listen` it takes signed requests there."""
    from adapters.slack.settings import SlackSettings

    return SlackSettings(
        bot_token=_shown(settings.slack_bot_token),
        app_token=_shown(settings.slack_app_token),
        signing_secret=_shown(settings.slack_signing_secret),
        client_id=settings.slack_client_id or "",
        client_secret=_shown(settings.slack_client_secret),
        secret_key=_shown(settings.secret_key),
        api_url=settings.slack_api_url,
        proxy=settings.proxy_for(settings.slack_api_url),
        sockets=settings.slack_sockets,
        allowed_bots=settings.slack_allowed_bots,
        user_groups=settings.permissions_of().groups(),
        http=listen,
        language=settings.spoken_language,
        public_url=settings.public_url or "",
    )


def _shown(secret: SecretStr | None) -> str:
    return secret.get_secret_value() if secret is not None else ""
