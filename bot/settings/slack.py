"""The settings that a Slack app needs: a section of `bot.config`, which reads them.

Names that Slack's own documents use stay bare (`SLACK_BOT_TOKEN`). Other `SLACK_…` variables are other programs'.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings.values import checked_address, listed

SLACK_BARE = {
    name: name.upper()
    for name in (
        "slack_bot_token",
        "slack_app_token",
        "slack_signing_secret",
        "slack_client_id",
        "slack_client_secret",
        "slack_api_url",
    )
}
KEY_RECIPE = "python3 -c 'import base64, os; print(base64.urlsafe_b64encode(os.urandom(32)).decode())'"
"""Makes a Fernet key wherever Threadfast runs."""
_BOT = re.compile(r"[ABUW][A-Z0-9]{2,}")


def _bare(name: str) -> AliasChoices:
    return AliasChoices(SLACK_BARE[name], name)


class SlackSection(BaseSettings):
    """How this process reaches Slack."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    slack_bot_token: SecretStr | None = Field(
        None,
        validation_alias=_bare("slack_bot_token"),
        description="Slack: the app's bot token in your workspace, `xoxb-…`.",
    )
    slack_app_token: SecretStr | None = Field(
        None,
        validation_alias=_bare("slack_app_token"),
        description="Slack: the app-level token, `xapp-…`, for Socket Mode; not needed with `threadfast run --http`.",
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias=_bare("slack_signing_secret"),
        description="Slack: the app's signing secret; needed with `threadfast run --http`.",
    )
    slack_client_id: str | None = Field(
        None,
        validation_alias=_bare("slack_client_id"),
        description="Slack: the app's client id; with it, further workspaces can install the app.",
    )
    slack_client_secret: SecretStr | None = Field(
        None, validation_alias=_bare("slack_client_secret"), description="Slack: the client secret that belongs to it."
    )
    slack_api_url: str = Field(
        "https://slack.com/api/",
        validation_alias=_bare("slack_api_url"),
        description="Slack: another address of its Web API, for proxies and test servers.",
    )
    slack_sockets: int = Field(1, ge=1, le=10, description="Slack: connections in Socket Mode.")
    slack_allowed_bots: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="Slack: ids of other bots that are listened to, as `B0123,B0456`; all others are ignored.",
        json_schema_extra={"shown": " "},
    )
    public_url: str | None = Field(
        None,
        description="The address, `https://…`, under which others reach `threadfast run --http`; "
        "installing the app in workspaces needs it.",
    )
    secret_key: SecretStr | None = Field(
        None, description=f"Key that encrypts the tokens of installed workspaces; make one: `{KEY_RECIPE}`."
    )

    @field_validator("slack_allowed_bots", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return listed(value)

    @field_validator("slack_allowed_bots")
    @classmethod
    def _bots(cls, value: frozenset[str]) -> frozenset[str]:
        wrong = sorted(each for each in value if not _BOT.fullmatch(each))
        if wrong:
            raise ValueError(f"{wrong[0]!r} is no bot's id: they look like B0123ABCD, and names do not count")
        return value

    @field_validator("slack_bot_token")
    @classmethod
    def _bot_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _beginning(
            value, "xoxb-", "the bot token does: OAuth & Permissions, Bot User OAuth Token; without token rotation"
        )

    @field_validator("slack_app_token")
    @classmethod
    def _app_token(cls, value: SecretStr | None) -> SecretStr | None:
        return _beginning(value, "xapp-", "the app-level token does: Basic Information, App-Level Tokens")

    @field_validator("slack_api_url", "public_url")
    @classmethod
    def _address(cls, value: str | None) -> str | None:
        return checked_address(value, "https://bot.example.com") if value is not None else None

    @field_validator("slack_api_url")
    @classmethod
    def _slash(cls, value: str) -> str:
        return f"{value.rstrip('/')}/"

    @field_validator("public_url")
    @classmethod
    def _no_slash(cls, value: str | None) -> str | None:
        return value.rstrip("/") if value is not None else None

    @field_validator("secret_key")
    @classmethod
    def _fernet(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not _is_fernet(value.get_secret_value()):
            raise ValueError(f"this is no key of 32 bytes in URL-safe Base64; make one: {KEY_RECIPE}")
        return value

    @model_validator(mode="after")
    def _installing_is_whole(self) -> Self:
        if (self.slack_client_id is None) != (self.slack_client_secret is None):
            there, missing = ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")[:: 1 if self.slack_client_id else -1]
            raise ValueError(f"{there} is set without {missing}: installing in workspaces needs both")
        if self.slack_client_id is not None and self.secret_key is None:
            raise ValueError(
                "SLACK_CLIENT_ID lets workspaces install the app, so their tokens are kept encrypted: "
                f"set THREADFAST_SECRET_KEY; make one: {KEY_RECIPE}"
            )
        return self

    @property
    def slack_wanted(self) -> bool:
        """Whether anything that only Slack needs is set."""
        return any((self.slack_bot_token, self.slack_app_token, self.slack_signing_secret, self.slack_client_id))

    def slack_lacks(self, *, http: bool) -> str | None:
        """Say what is missing to serve Slack over HTTP, or else in Socket Mode; None: nothing is."""
        if self.slack_bot_token is None and self.slack_client_id is None:
            return (
                "SLACK_BOT_TOKEN is missing: the app's page, OAuth & Permissions, shows it once the app is installed "
                "(for several workspaces: SLACK_CLIENT_ID and SLACK_CLIENT_SECRET)."
            )
        if http:
            return self._lacks_for_http()
        if self.slack_app_token is None:
            return (
                "SLACK_APP_TOKEN is missing, which Socket Mode needs: the app's page, Basic Information, App-Level "
                "Tokens, makes one with the scope connections:write. Or take signed requests: threadfast run --http."
            )
        return None

    def _lacks_for_http(self) -> str | None:
        if self.slack_signing_secret is None:
            return (
                "SLACK_SIGNING_SECRET is missing, which --http needs to know Slack's requests: the app's page, "
                "Basic Information, App Credentials, shows it."
            )
        if self.slack_client_id is not None and self.public_url is None:
            return (
                "THREADFAST_PUBLIC_URL is missing: installing in workspaces leads browsers back to the address under "
                "which --http is reached."
            )
        return None


def _beginning(value: SecretStr | None, prefix: str, what: str) -> SecretStr | None:
    if value is not None and not value.get_secret_value().startswith(prefix):
        raise ValueError(f"this must begin with {prefix}, as {what}")
    return value


def _is_fernet(key: str) -> bool:
    try:
        return len(base64.b64decode(key, altchars=b"-_", validate=True)) == 32
    except (ValueError, binascii.Error):
        return False
