"""The settings, and the only reader of the environment.

They come from the environment, then from `threadfast.yaml` in the working folder, or else from the one in the
user's configuration folder. Names that everybody knows stay bare (`DATABASE_URL`, `OLLAMA_HOST`); ours begin with
`THREADFAST_`. In the file a key is the same name in lower case, without the prefix.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings.exceptions import SettingsError as VendorSettingsError

from bot.errors import SettingsError
from bot.settings.audit import AuditSection
from bot.settings.budgets import BudgetSection
from bot.settings.discord import DiscordSection
from bot.settings.file import found_in, read_file, refuse_unknown_keys
from bot.settings.models import ModelSection
from bot.settings.permissions import PermissionSection
from bot.settings.sandbox import SandboxSection
from bot.settings.slack import SlackSection
from bot.settings.variables import BARE, PREFIX, is_set, refuse_unknown_variables, refuse_unsaid, variable_of
from bot.settings.wrong_values import Sources, first_wrong, not_json
from bot.texts import language_of

SECTIONS: tuple[type[BaseSettings], ...] = (
    ModelSection,
    PermissionSection,
    BudgetSection,
    AuditSection,
    SandboxSection,
    SlackSection,
    DiscordSection,
)
"""Settings that stand together in the table, in this order."""
OUTSIDE = (
    (
        "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "",
        "Proxies for models, downloads and platforms.",
    ),
    ("SSL_CERT_FILE, SSL_CERT_DIR", "", "Certificates to trust, read by the same clients."),
    ("NO_COLOR", "", "Set to anything: the terminal shows no colours."),
    ("LANG, LC_ALL, LC_MESSAGES", "", "The person's language, where `THREADFAST_LANGUAGE` is `auto`."),
)
"""Variables that the libraries, not the settings, read; they stand in the README's table too."""


class Settings(
    ModelSection, PermissionSection, BudgetSection, AuditSection, SandboxSection, SlackSection, DiscordSection
):
    """Everything that can be set, validated; built once by `load_settings` and handed down by value."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", env_ignore_empty=True, frozen=True)

    language: Literal["auto", "en", "zh"] = Field(
        "auto", description="Language of the bot's own words: `en`, `zh`, or `auto`: the person's, from `LANG`."
    )
    workspace_languages: dict[str, Literal["en", "zh"]] = Field(
        default_factory=dict,
        description="Language in a workspace for people whose platform does not tell theirs, "
        "as `{workspace's id: en or zh}`.",
        json_schema_extra={"shown": "{}"},
    )
    team: str = Field("solo", min_length=1, description="The team that a new conversation gets when none is named.")
    teams_folder: Path = Field(
        Path("teams"), description="Folder with team files of your own, beside the presets; it need not exist."
    )
    data_folder: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("threadfast", appauthor=False)),
        description="Folder of the database `threadfast.db` and its backups.",
        json_schema_extra={"shown": "the user's data folder"},
    )
    cache_folder: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("threadfast", appauthor=False)),
        description="Folder of what can be fetched again: `models/` holds the embedded model.",
        json_schema_extra={"shown": "the user's cache folder"},
    )
    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices(BARE["database_url"], "database_url"),
        description="Another database file, as `sqlite:////absolute/path.db`.",
    )
    concurrency: int = Field(200, ge=1, le=10_000, description="Conversations that are worked on at once.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "warning",
        description="Least important log events that are written; `chat` writes only errors unless this is set.",
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="`text`, `json`, or `auto`: text on a terminal, JSON elsewhere."
    )

    @field_validator("teams_folder", "data_folder", "cache_folder")
    @classmethod
    def _whole_path(cls, value: Path) -> Path:
        return value.expanduser().absolute()

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith("sqlite:///"):
            raise ValueError("only sqlite:///PATH works in this version")
        return value

    @model_validator(mode="after")
    def _key_has_a_server(self) -> Self:
        if self.openai_api_key is not None and self.openai_base_url is None:
            raise ValueError(f"{variable_of('openai_api_key')} is set without {variable_of('openai_base_url')}")
        return self

    @property
    def database_path(self) -> Path:
        """The database file."""
        if self.database_url is None:
            return self.data_folder / "threadfast.db"
        return Path(self.database_url.removeprefix("sqlite:///")).expanduser().absolute()

    @property
    def models_folder(self) -> Path:
        """Where the embedded models' files are."""
        return self.cache_folder / "models"

    @property
    def spoken_language(self) -> str:
        """The catalogue's language for people whose platform does not tell theirs."""
        if self.language != "auto":
            return self.language
        tags = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
        return language_of(next((tag.split(".")[0] for tag in tags if tag), None))

    @property
    def secrets(self) -> list[str]:
        """Everything that must never leave the process: keys and tokens, and passwords within addresses."""
        values = [getattr(self, name) for name in type(self).model_fields]
        keys = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        addresses = [value for value in values if isinstance(value, str) and "@" in value]
        passwords = [urlsplit(address).password for address in (*addresses, *getproxies().values())]
        return [*keys, *self.model_secrets, *(unquote(password) for password in passwords if password)]

    def proxy_for(self, url: str) -> str:
        """Return the proxy that the environment names for an address; empty: none."""
        parts = urlsplit(url)
        if not parts.hostname or proxy_bypass(parts.netloc):
            return ""
        named = getproxies()
        return named.get(parts.scheme) or named.get("all") or ""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 pydantic-settings fixes the parameters
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic-settings fixes the parameters
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 pydantic-settings fixes the parameters
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over what `load_settings` read from the file."""
        return env_settings, init_settings


def command_of_chat() -> str:
    """Return what a person types to start `threadfast chat`: a script that starts it for them says so."""
    return os.environ.get("_THREADFAST_CHAT") or "threadfast chat"


def _section(name: str) -> int:
    return next((at for at, of in enumerate(SECTIONS, 1) if name in of.model_fields), 0)


def settings_rows() -> list[tuple[str, str, str]]:
    """Return (variable, default, meaning) of every setting: the README's table."""
    rows = []
    fields = Settings.model_fields
    # The platforms' sections stand after what everybody needs.
    for name in sorted(fields, key=_section):
        field = fields[name]
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        shown = extra.get("shown") or ("" if field.default is None else str(field.default))
        if isinstance(field.default, bool):
            shown = str(field.default).lower()
        rows.append((variable_of(name), str(shown), field.description or ""))
    return [*rows, *OUTSIDE]


def settings_file(folder: Path | None = None) -> Path | None:
    """Return the settings file that counts: the working folder's, else the user's, else None.

    Raises:
        SettingsError: A file of almost its name would not count.
    """
    return found_in((folder or Path.cwd(), Path(platformdirs.user_config_dir("threadfast", appauthor=False))))


def load_settings(folder: Path | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: A value is wrong, or a key or variable is not known; the error names where it stands
            and the nearest name that is known.
    """
    refuse_unknown_variables(os.environ, Settings.model_fields)
    refuse_unsaid(os.environ)
    file = settings_file(folder)
    values, lines = read_file(file) if file is not None else ({}, {})
    if file is not None:
        refuse_unknown_keys(file, lines, values, Settings.model_fields)
    try:
        return Settings(**{key: value for key, value in values.items() if not is_set(key, os.environ)})
    except VendorSettingsError as error:
        raise SettingsError(not_json(error)) from error
    except ValidationError as error:
        raise SettingsError(first_wrong(error, Sources(environment=os.environ, file=file, lines=lines))) from error
