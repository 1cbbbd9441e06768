"""How hosts look to a call: read off what is known of each, for `choosing` to choose by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agents.models.hosts.choosing import View
from agents.models.hosts.host import Host
from agents.models.hosts.knowledge import key_of
from bot.errors import ModelFailedError

Promises = Mapping[str, tuple[str, ...]]
"""Hosts, by name, that take no more calls but those of these models."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the hosts are looked at with."""

    now: float
    """By the loop's clock."""
    awaited: Sequence[str]
    """The models for which calls wait."""
    promised: Promises

    def view(self, host: Host, model: str, load: float) -> View:
        """Return how a host looks to a call of a model that takes so many seconds to load there."""
        others, held = host.others(model, self.now), host.held(model, self.now)
        promised = self.promised.get(host.name)
        return View(
            host=host.name,
            order=host.order,
            weight=host.weight,
            free=host.free,
            share=host.share,
            loaded=host.loaded(model, self.now),
            foreign=host.foreign(model, self.now),
            space=host.memory.capacity.space(held, host.size(model)),
            held=held,
            quiet=min((host.unused(name, self.now) for name in others), default=float("inf")),
            wanted=any(key_of(self.awaited, name) is not None for name in others),
            working=any(key_of((name,), model) is None for name in host.calls),
            promised=promised is not None and key_of(promised, model) is None,
            load_seconds=load,
        )


def load_seconds(host: Host, hosts: Iterable[Host], model: str) -> float:
    """Return how long a load takes at a host, or else how long it took at one of the others."""
    seen = [one.pace.loads[model] for one in (host, *hosts) if model in one.pace.loads]
    return seen[0] if seen else host.load_seconds(model)


def in_a_cloud(model: str, hosts: str) -> ModelFailedError:
    """Return the refusal of a model that runs at somebody else's."""
    return ModelFailedError(
        f"The model {model!r} does not run on {hosts} but in a cloud, which would send this conversation there. "
        "An operator can allow that in the settings (allow_cloud)."
    )
