"""The settings that say which models there are and where: a section of `bot.config`, which reads them.

One host is named by its address alone; several stand under `hosts`, each with what it needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.domain.model_names import contradicting
from bot.settings.hosts import HostRule
from bot.settings.values import NamedPart

MODELS_BARE = {"ollama_host": "OLLAMA_HOST"}
"""Settings whose variable is a name that everybody knows."""
MODELS_EXAMPLE = '{"chat": "qwen2:7b", "code": {"model": "deepseek-coder-v2:16b", "fallbacks": ["qwen2.5-coder:7b"]}}'
HOSTS_EXAMPLE = '{"gpu1": {"address": "http://10.0.0.5:11434", "slots": 2}}'
"""What the settings look like in the environment."""
QUEUE = 1000
"""Calls that may wait for one model where nothing else is set."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_TIME = re.compile(r"-?(\d+(\.\d+)?(ms|s|m|h))+|-?\d+(\.\d+)?")


def _time(value: object) -> object:
    text = str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError(f"{value!r} is no time; write 30m, 1h, or -1 to keep it for ever")
    return text


def _model(value: object) -> object:
    if not isinstance(value, str) or not value.strip() or value != value.strip() or " " in value:
        raise ValueError(f"{value!r} is no model's name, such as qwen2:7b")
    return value


Time = Annotated[str, BeforeValidator(_time)]
ModelName = Annotated[str, BeforeValidator(_model)]


class ModelRule(NamedPart):
    """What a name in team files stands for, as it is written."""

    example: ClassVar[str] = "{model: qwen2:7b, fallbacks: [qwen2:1.5b]}"

    model: ModelName
    fallbacks: tuple[ModelName, ...] = ()
    num_ctx: int | None = Field(None, ge=512)
    keep_alive: Time | None = None
    think: bool | None = None
    temperature: float | None = Field(None, ge=0, le=2)

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        """A name stands for a model of which nothing more is said."""
        if isinstance(value, str):
            return {"model": value}
        if not isinstance(value, Mapping):
            raise ValueError(f"{value!r} is no model's name, such as qwen2:7b, and no mapping, such as {cls.example}")
        return value

    @field_validator("fallbacks", mode="before")
    @classmethod
    def _in_order(cls, value: Any) -> Any:
        if not isinstance(value, (list, tuple)):
            raise ValueError("this must be a list of models in the order in which they are tried, such as [qwen2:1.5b]")
        return value


class ModelSection(BaseSettings):
    """Which model hosts there are, and what the names in team files stand for."""

    model_config = SettingsConfigDict(env_prefix="THREADFAST_", extra="forbid", env_ignore_empty=True, frozen=True)

    ollama_host: str | None = Field(
        None,
        validation_alias=AliasChoices(MODELS_BARE["ollama_host"], "ollama_host"),
        description="Address of the Ollama server; without it `127.0.0.1:11434` is tried, then the embedded model.",
    )
    openai_base_url: str | None = Field(
        None, description="Address of an OpenAI-compatible server, up to and with `/v1`; it is used instead of Ollama."
    )
    openai_api_key: SecretStr | None = Field(None, description="Key of that server.")
    hosts: dict[str, HostRule] = Field(
        default_factory=dict,
        description="Several model hosts in place of the above, by a name of your own: each with its `address`, and as "
        "needed `kind` (`ollama` or `openai`), `key`, `headers`, `slots` and `weight` "
        "([docs/models.md](docs/models.md)).",
        json_schema_extra={"shown": "{}"},
    )
    models: dict[str, ModelRule] = Field(
        default_factory=dict,
        description="What the host calls the models that teams name, as `{name in the team: name at the host}`; in "
        "place of the latter also a mapping of `model`, `fallbacks`, `num_ctx`, `keep_alive`, `think`, `temperature`.",
        json_schema_extra={"shown": "{}"},
    )
    num_ctx: int = Field(
        8192, ge=512, description="Context size in tokens, the same for every call: another one reloads the model."
    )
    keep_alive: Time = Field("30m", description="How long Ollama keeps a model loaded after a call.")
    think: bool = Field(False, description="Whether models that can think first may do so.")
    allow_cloud: bool = Field(
        False, description="Whether Ollama's `-cloud` models, which send conversations out, may be used."
    )
    model_queue: int = Field(QUEUE, ge=1, le=100_000, description="Calls that may wait for one model.")
    embedded_model: str = Field(
        "qwen2.5-coder-0.5b",
        min_length=1,
        description="The embedded model: a name that `threadfast model list` shows, or the path of a GGUF file.",
    )

    @field_validator("hosts", mode="before")
    @classmethod
    def _some_hosts(cls, value: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValueError(
                f"this must be a mapping of names to hosts, such as {HOSTS_EXAMPLE}; leave it out for none"
            )
        for name in value:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise ValueError(f"{name!r} is no host's name: up to 40 letters, digits, dots and dashes, such as gpu1")
        return value

    @field_validator("hosts")
    @classmethod
    def _alone(cls, value: dict[str, HostRule], info: ValidationInfo) -> dict[str, HostRule]:
        short = {"ollama_host": "OLLAMA_HOST", "openai_base_url": "THREADFAST_OPENAI_BASE_URL"}
        for name, variable in short.items():
            if value and info.data.get(name):
                raise ValueError(
                    f"{variable} ({name} in the file) is set beside it, and only one of them would count. Write that "
                    "server as one of the hosts, and unset it"
                )
        servers: dict[tuple[str | None, int, str], str] = {}
        for name, rule in value.items():
            if (first := servers.setdefault(rule.server, name)) != name:
                raise ValueError(
                    f"{first} and {name} are one server: its slots would count twice, and an Ollama that is asked in "
                    "two dialects loads its models again and again. Leave one out"
                )
        return value

    @field_validator("models")
    @classmethod
    def _agreeing(cls, value: dict[str, ModelRule]) -> dict[str, ModelRule]:
        if contradiction := contradicting(value):
            raise ValueError(contradiction)
        return value

    @property
    def model_secrets(self) -> list[str]:
        """What of the hosts must never be shown."""
        return [secret for rule in self.hosts.values() for secret in rule.secrets]

    def chain_of(self, name: str) -> tuple[str, ...]:
        """Return the models that a team file's name stands for, in the order in which they are wanted."""
        meant = self.models.get(name)
        return (name,) if meant is None else (meant.model, *meant.fallbacks)
