"""What an Ollama says that its models can do, asked off the loop: before a run begins, and once per model."""

from __future__ import annotations

from typing import Any

import httpx
import structlog

from agents.models.ollama_host import OllamaHost
from agents.models.ollama_wire import is_cloud

SECONDS = 3.0
"""How long a person's message may wait for this: a host that does not say so soon is not waited for."""

# As with the clients for answers: a proxy of the environment is for the world outside.
_LOOPBACK: dict[str, httpx.BaseTransport | None] = {
    "all://127.0.0.1": None,
    "all://localhost": None,
    "all://[::1]": None,
}

log = structlog.get_logger()


class Abilities:
    """The abilities of one host's models, remembered once they are known."""

    def __init__(self, host: OllamaHost) -> None:
        self._host = host
        self._known: dict[str, frozenset[str]] = {}

    def of(self, model: str) -> frozenset[str] | None:
        """Return what a model can do, such as `vision`; None: the host does not say. Blocks: call it off the loop."""
        if model not in self._known:
            # What runs elsewhere is not asked about: the host would ask there.
            found = None if is_cloud(model) else self._ask(model)
            if found is None:
                return None
            self._known[model] = found
        return self._known[model]

    def _ask(self, model: str) -> frozenset[str] | None:
        try:
            with httpx.Client(headers=dict(self._host.headers), timeout=SECONDS, mounts=_LOOPBACK) as client:
                response = client.post(f"{self._host.url}/api/show", json={"model": model})
            shown: Any = response.raise_for_status().json()
        except (httpx.HTTPError, ValueError) as error:
            log.info("model.abilities_unknown", model=model, error=type(error).__name__)
            return None
        able = shown.get("capabilities") if isinstance(shown, dict) else None
        # Servers before 0.6.4 do not tell.
        return frozenset(map(str, able)) if isinstance(able, list) and able else None
