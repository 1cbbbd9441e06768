"""The model hosts that the settings name, as the agents' side takes them."""

from __future__ import annotations

from agents.models.embedded.client import Stage
from agents.models.pool import Models
from agents.models.settings import Alias, HostSettings, ModelSettings
from bot.config import Settings
from bot.settings.hosts import HostRule
from bot.settings.models import ModelRule


def models_of(settings: Settings, on_stage: Stage) -> Models:
    """Return the client of the models that the settings name; nothing is opened yet."""
    return Models(model_settings(settings), on_stage=on_stage)


def model_settings(settings: Settings) -> ModelSettings:
    """Return the plain values of the settings about models."""
    key = settings.openai_api_key
    return ModelSettings(
        cache=settings.models_folder,
        hosts=tuple(_host(name, rule) for name, rule in settings.hosts.items()),
        ollama_host=settings.ollama_host,
        ollama_context=settings.num_ctx,
        ollama_keep_alive=settings.keep_alive,
        ollama_think=settings.think,
        ollama_cloud=settings.allow_cloud,
        openai_base_url=settings.openai_base_url,
        openai_api_key=key.get_secret_value() if key else "",
        aliases={name: _alias(rule) for name, rule in settings.models.items()},
        embedded_model=settings.embedded_model,
        slots=settings.model_slots,
        queue=settings.model_queue,
    )


def _host(name: str, rule: HostRule) -> HostSettings:
    return HostSettings(
        name=name,
        address=rule.address,
        kind=rule.kind,
        key=rule.key.get_secret_value() if rule.key else "",
        headers={header: value.get_secret_value() for header, value in rule.headers.items()},
        slots=rule.slots,
        weight=rule.weight,
    )


def _alias(rule: ModelRule) -> Alias:
    return Alias(**rule.model_dump())
