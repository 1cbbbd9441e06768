"""The seam of model wrappers: each is a copy of the one that AutoGen made of the same configuration.

Every agent has one, every speaker selection makes two, and every tool that an agent is given makes its agent's anew.
AutoGen reads the signatures of OpenAI's clients 32 times for each, and looks at files: 1.0 ms. A copy takes 0.02 ms.
"""

from __future__ import annotations

import copy
from collections.abc import Hashable
from functools import lru_cache
from typing import Any

import httpx
from autogen import OpenAIWrapper
from autogen.runtime_logging import logging_enabled

from agents.durable.seams.method import original

KEPT = 64
"""Configurations that are remembered: a model, its parameters and an agent's tools are one."""


def make(self: Any, *, config_list: Any = None, **base_config: Any) -> None:
    """Become a wrapper of this configuration (autogen OpenAIWrapper.__init__)."""
    configuration = _Configuration.of(config_list, base_config)
    if configuration is None:
        original(OpenAIWrapper, "__init__")(self, config_list=config_list, **base_config)
    else:
        vars(self).update(_copied(_made(configuration), configuration), wrapper_id=id(self))


class _UnknownError(Exception):
    """A value of which nobody here can say whether two are alike."""


class _Configuration:
    """What a wrapper is made of; two are equal when AutoGen would make the same of them."""

    def __init__(self, config_list: list[dict[str, Any]], base_config: dict[str, Any]) -> None:
        self.config_list = config_list
        self.base_config = base_config
        self._frozen = _frozen([config_list, base_config])

    @classmethod
    def of(cls, config_list: Any, base_config: dict[str, Any]) -> _Configuration | None:
        """Return the configuration; None where each wrapper has a client with a state of its own, or is logged."""
        # AutoGen makes such dictionaries of its own entries, too, before it looks at anything.
        configs = [config.model_dump() if hasattr(config, "model_dump") else config for config in config_list or ()]
        if not configs or not all(_stateless(config) for config in configs) or logging_enabled():
            return None
        try:
            return cls(configs, base_config)
        except _UnknownError:
            return None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Configuration) and self._frozen == other._frozen

    def __hash__(self) -> int:
        return hash(self._frozen)


def _stateless(config: dict[str, Any]) -> bool:
    others = config.get("model_client_cls") or config.get("response_format")
    return config.get("api_type") == "openai" and others is None


def _frozen(value: Any) -> Hashable:
    """Return what is equal only for equal values of the same types in the same order."""
    if value is None or isinstance(value, str | int | float):
        return type(value), value
    if isinstance(value, httpx.Client):
        return value  # shared by all agents, and itself is all that it equals
    if isinstance(value, dict):
        return dict, tuple((key, _frozen(part)) for key, part in value.items())
    if isinstance(value, list | tuple):
        return type(value), tuple(_frozen(part) for part in value)
    raise _UnknownError


@lru_cache(maxsize=KEPT)
def _made(configuration: _Configuration) -> dict[str, Any]:
    """Let AutoGen make a wrapper that nobody uses, and return its attributes."""
    wrapper = OpenAIWrapper.__new__(OpenAIWrapper)
    make_stock = original(OpenAIWrapper, "__init__")
    make_stock(wrapper, config_list=configuration.config_list, **configuration.base_config)
    return vars(wrapper)


def _copied(attributes: dict[str, Any], configuration: _Configuration) -> dict[str, Any]:
    """Copy a wrapper's attributes; what is shared is OpenAI's client, which never sends anything.

    The values of its configuration are this one's own, as AutoGen would have taken them.
    """
    configs = [
        {key: own[key] if key in own else configuration.base_config[key] for key in kept}
        for own, kept in zip(configuration.config_list, attributes["_config_list"], strict=True)
    ]
    clients = [copy.copy(client) for client in attributes["_clients"]]
    fresh = {name: copy.copy(value) for name, value in attributes.items()}
    return fresh | {"_clients": clients, "_config_list": configs}
