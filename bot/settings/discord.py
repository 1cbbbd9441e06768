"""The settings that Discord needs: a section of `bot.config`, which reads them.

Names that Discord's users know stay bare (`DISCORD_TOKEN`). Other `DISCORD_…` variables are other programs'.
"""

from __future__ import annotations

import re
from typing import Annotated, TypeVar

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from bot.settings.values import checked_address, listed

DISCORD_BARE = {name: name.upper() for name in ("discord_token", "discord_api_url", "discord_gateway_url")}
MISTAKEN = {
    re.compile(r"(?i)bot\s.*"): "the token alone is meant, without the word Bot",
    re.compile(r"(?s).*\s.*"): "no token holds a space",
    re.compile(r"[0-9]+"): "this is an id",
    re.compile(r"[0-9a-fA-F]{64}"): "this is the application's public key",
    re.compile(r"[\w-]{32}"): "this is the application's client secret",
}
"""What is set in a token's place, by how it looks."""
_ID = re.compile(r"[0-9]{15,20}")
Ids = TypeVar("Ids", tuple[str, ...], frozenset[str])


def _bare(name: str) -> AliasChoices:
    return AliasChoices(DISCORD_BARE[name], name)


class DiscordSection(BaseSettings):
    """How this process reaches Discord."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    discord_token: SecretStr | None = Field(
        None,
        validation_alias=_bare("discord_token"),
        description="Discord: the bot's token, from the application's page, Bot.",
    )
    discord_api_url: str = Field(
        "https://discord.com/api/v10",
        validation_alias=_bare("discord_api_url"),
        description="Discord: another address of its REST API, with the version, for proxies and test servers.",
    )
    discord_gateway_url: str | None = Field(
        None,
        validation_alias=_bare("discord_gateway_url"),
        description="Discord: another address of its gateway, `wss://…`, for proxies and test servers.",
    )
    discord_guilds: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Discord: ids of the servers that have the slash commands, as `123456789012345678,…`; "
        "without any, all have.",
        json_schema_extra={"shown": " "},
    )
    discord_allowed_bots: Annotated[frozenset[str], NoDecode] = Field(
        frozenset(),
        description="Discord: user ids of other bots that are listened to; all others are ignored.",
        json_schema_extra={"shown": " "},
    )
    discord_requests_a_second: int = Field(
        50,
        ge=1,
        le=10_000,
        description="Discord: how many requests of all kinds it allows the bot within a second; 50, unless Discord has "
        "granted more.",
    )
    discord_sharded: bool = Field(
        False,
        description="Discord: whether several gateway connections share the servers, as many as Discord recommends; "
        "needed above 2,500 servers.",
    )

    @field_validator("discord_guilds", "discord_allowed_bots", mode="before")
    @classmethod
    def _listed_ids(cls, value: object) -> object:
        if isinstance(value, int):
            return [str(value)]
        if isinstance(value, (list, tuple)):
            # In the file an id may stand as a number.
            return [str(each) for each in value]
        return listed(value)

    @field_validator("discord_guilds", "discord_allowed_bots")
    @classmethod
    def _ids(cls, value: Ids) -> Ids:
        wrong = sorted(each for each in value if not _ID.fullmatch(each))
        if wrong:
            raise ValueError(
                f"{wrong[0]!r} is no id: they look like 123456789012345678. Discord's settings, Advanced, Developer "
                "Mode, then a right-click, Copy ID, gives it"
            )
        return value

    @field_validator("discord_token")
    @classmethod
    def _token_itself(cls, value: SecretStr | None) -> SecretStr | None:
        shown = value.get_secret_value() if value is not None else ""
        mistake = next((what for look, what in MISTAKEN.items() if look.fullmatch(shown)), None)
        if mistake is not None:
            raise ValueError(f"{mistake}; the bot's token is shown once at the application's page, Bot, Reset Token")
        return value

    @field_validator("discord_api_url")
    @classmethod
    def _api(cls, value: str) -> str:
        return checked_address(value, "https://discord.com/api/v10").rstrip("/")

    @field_validator("discord_gateway_url")
    @classmethod
    def _gateway(cls, value: str | None) -> str | None:
        if value is not None and not re.fullmatch(r"wss?://[^\s/?#@]+(?:/[^\s?#]*)?", value):
            raise ValueError("this must be an address such as wss://gateway.discord.gg")
        return value

    @property
    def discord_wanted(self) -> bool:
        """Whether Discord is set up."""
        return self.discord_token is not None
