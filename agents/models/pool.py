"""The models of one installation: which hosts there are, and what a team file's name means there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from functools import partial
from typing import Any

from agents.models.abilities import Abilities
from agents.models.context import Room
from agents.models.embedded.client import Stage, unseen
from agents.models.hosts.asking import Asking, Outage, fitting
from agents.models.hosts.beside import Beside
from agents.models.hosts.describing import described, described_embedded
from agents.models.hosts.host import Host
from agents.models.hosts.making import embedded_of, host_of, ollama_host
from agents.models.hosts.operating import missing_at, pulled, reported, shown
from agents.models.hosts.reports import CheckLine, HostReport, ModelReport, PullProgress
from agents.models.hosts.router import Router
from agents.models.port import Delta, ModelAnswer, ModelCall
from agents.models.queue import Place
from agents.models.settings import HostSettings, ModelSettings, server_at
from bot.errors import ModelFailedError, RetryLaterError, SettingsError

__all__ = ["CheckLine", "HostReport", "ModelReport", "ModelSettings", "Models", "PullProgress"]

_PROBE = 1.0
"""Seconds that an Ollama on this machine has to answer before the embedded model is used."""


class Models:
    """The ModelClient of the product: the hosts that the settings name, however many.

    Without any, an Ollama on this machine; without that, the embedded model. An agent that names a server of its own is
    asked there and nowhere else.
    """

    def __init__(self, settings: ModelSettings, *, on_stage: Stage = unseen) -> None:
        """Take plain values; nothing is opened before the first call.

        Raises:
            SettingsError: There is no such embedded model, an address is none, or two settings contradict each other.
        """
        settings.check()
        self.settings = settings
        self._on_stage = on_stage
        self._beside = Beside()
        self._outage = Outage()
        self._hosts = [host_of(settings, one, order) for order, one in enumerate(settings.configured)]
        self._routers: dict[str, Router] = {}
        """By the address that an agent names, or the name of what was found; empty: what is configured."""
        self._local: Host | None = None
        self._embedded: Host | None = None
        self._chosen: Router | None = None
        """The way to what was found on this machine, where no host is named."""
        self._abilities: dict[str, Abilities] | None = None
        self._probing = asyncio.Lock()
        if self._hosts:
            self._chosen = self._routers[""] = self._router(*self._hosts)

    async def complete(self, call: ModelCall, on_delta: Delta) -> ModelAnswer:
        """Ask a host that has the model; see ModelClient."""
        if call.base_url:
            router = self._own(call.base_url)
            return await Asking(router, (call.model,), None).ask(call, on_delta, _as_there)
        alias = self.settings.alias(call.model)
        router = self._chosen or await self._found()
        fit = partial(fitting, think=alias.think, temperature=alias.temperature)
        asking = Asking(router, alias.chain, self._outage if self._hosts else None)
        try:
            return await asking.ask(call, on_delta, lambda one, place: self._cooled(fit(one, place)))
        except RetryLaterError:
            if not self._hosts:
                # What this machine has is looked for anew next time.
                self._chosen = None
            raise

    def resolve(self, name: str) -> str:
        """Return the name on the host for a team file's name; an unknown one stands for itself."""
        return self.settings.alias(name).model

    async def room(self, call: ModelCall) -> Room | None:
        """Return what the call's messages may take at any of the hosts it may go to; see ModelClient."""
        try:
            router = self._own(call.base_url) if call.base_url else self._chosen or await self._found()
            chain = (call.model,) if call.base_url else self.settings.alias(call.model).chain
            model, hosts = router.meant(chain)
            rooms = [await (await host.server()).room(replace(call, model=model)) for host in hosts]
        except (RetryLaterError, ModelFailedError):
            return None
        return min((room for room in rooms if room is not None), key=lambda room: room.allowed, default=None)

    def abilities(self, name: str) -> frozenset[str] | None:
        """Return what the model of a team file's name can do, such as `vision`; None: its hosts do not say.

        It asks the Ollamas, and blocks while it does: call it off the loop.
        """
        if self._abilities is None:
            named = self.settings.configured or (HostSettings(name="", address=self.settings.probe_address),)
            asked = [one for one in named if one.kind == "ollama"]
            self._abilities = {one.name: Abilities(ollama_host(self.settings, one)) for one in asked}
        away = {host.name for host in self._hosts if host.health.away}
        told = (able.of(self.resolve(name)) for host, able in self._abilities.items() if host not in away)
        return next((found for found in told if found is not None), None)

    async def close(self) -> None:
        """Close every connection and stop the embedded model."""
        for router in set(self._routers.values()):
            router.close()
        await self._beside.close()
        hosts = {host for router in self._routers.values() for host in router.hosts}
        for host in {*hosts, *self._hosts, *filter(None, (self._local, self._embedded))}:
            await host.close()
        self._routers.clear()
        self._local = self._embedded = self._chosen = None

    async def describe(self, wanted: tuple[str, ...] = (), *, language: str = "en") -> list[CheckLine]:
        """Say which hosts answer and what they lack, one line each.

        Args:
            wanted: The model names of the teams; the aliases of the settings are looked for in any case.
            language: Of the lines; how to mend something is for operators, and in English.
        """
        hosts = await self._present()
        if not hosts:
            return [await asyncio.to_thread(described_embedded, self.settings, language)]
        await self._learned(hosts)
        return await described(hosts, self._chains(wanted), self.settings, language)

    async def survey(self) -> list[HostReport]:
        """Return how every host is now, and what it has; those that do not answer say why."""
        hosts = await self._present() or [self._the_embedded()]
        await self._learned(hosts)
        waiting = [router.waiting() for router in set(self._routers.values())]
        return [reported(host, waiting) for host in hosts]

    def pull(self, model: str, host: str | None = None) -> AsyncGenerator[PullProgress, None]:
        """Have a model fetched, and tell how far that is; it ends when the model is there.

        Args:
            model: A team file's name or the model's own.
            host: The name of the host; None: every Ollama that answers and lacks it, one after the other, and where
                none lacks it, all of them.

        Raises:
            ModelFailedError: There is no such host, or it could not fetch the model.
            RetryLaterError: The host broke off.
        """
        return self._pulled(self.resolve(model), host)

    async def show(self, model: str) -> list[ModelReport]:
        """Return what each host that has a model tells of it."""
        hosts = await self._present()
        await self._learned(hosts)
        return await shown(hosts, self.resolve(model))

    async def missing(self, wanted: tuple[str, ...] = ()) -> list[str]:
        """Return the models that the aliases of the settings, and these names, mean and no host has that answers."""
        hosts = await self._present()
        if not hosts:
            return []
        await self._learned(hosts)
        return missing_at(hosts, self._chains(wanted))

    async def _pulled(self, model: str, host: str | None) -> AsyncGenerator[PullProgress, None]:
        hosts = await self._present()
        await self._learned(hosts)
        async for step in pulled(hosts, model, host, cloud=self.settings.ollama_cloud):
            yield step

    def _chains(self, wanted: tuple[str, ...]) -> list[tuple[str, ...]]:
        return list(dict.fromkeys(self.settings.alias(name).chain for name in (*self.settings.aliases, *wanted)))

    def _cooled(self, call: ModelCall) -> ModelCall:
        highest, wanted = self.settings.max_temperature, call.options.get("temperature")
        if highest is None or wanted is None or wanted <= highest:
            return call
        options: dict[str, Any] = {**call.options, "temperature": highest}
        return replace(call, options=options)

    # -- which hosts ------------------------------------------------------------------------------------------------

    def _router(self, *hosts: Host) -> Router:
        settings = self.settings
        return Router(hosts, limit=settings.queue, beside=self._beside, cloud=settings.ollama_cloud)

    def _own(self, base_url: str) -> Router:
        """Return the way to the server that an agent names; one that the settings name, too, is the same host."""
        address = base_url.rstrip("/")
        if address not in self._routers:
            self._routers[address] = self._router_at(address)
        return self._routers[address]

    def _router_at(self, address: str) -> Router:
        known = [*self._hosts, *filter(None, (self._local,))]
        try:
            named = host_of(self.settings, HostSettings(name="", address=address, kind="openai"))
        except SettingsError as error:
            raise ModelFailedError(str(error)) from error
        same = next((host for host in known if server_at(host.address) == server_at(named.address)), None)
        if same is not None and self._chosen is not None and self._chosen.hosts == [same]:
            return self._chosen  # one queue
        return self._router(same or named)

    async def _found(self) -> Router:
        """Return the way to what this machine has: an Ollama where one answers, else the embedded model."""
        async with self._probing:
            if self._chosen is None:
                host = await self._probed() or self._the_embedded()
                if host.name not in self._routers:
                    self._routers[host.name] = self._router(host)
                self._chosen = self._routers[host.name]
            return self._chosen

    async def _probed(self) -> Host | None:
        """Return the Ollama of this machine; None: none answers."""
        if self._local is None:
            self._local = host_of(self.settings, HostSettings(name="", address=self.settings.probe_address))
        server = await self._local.server()
        try:
            async with asyncio.timeout(_PROBE):
                found = await server.learn(asyncio.get_running_loop().time())
        except (TimeoutError, RetryLaterError, ModelFailedError):
            return None
        if not found.version:
            return None  # whatever listens there is no Ollama
        self._local.took(found)
        return self._local

    def _the_embedded(self) -> Host:
        self._embedded = self._embedded or embedded_of(self.settings, self._on_stage)
        return self._embedded

    async def _present(self) -> list[Host]:
        """Return the hosts that are named, or the Ollama of this machine; none: there is only the embedded model."""
        if self._hosts:
            return self._hosts
        found = await self._probed()
        return [found] if found is not None else []

    async def _learned(self, hosts: list[Host]) -> None:
        """Ask them all now what they have."""
        for task in [self._beside.learn(host) for host in hosts]:
            await asyncio.shield(task)


def _as_there(call: ModelCall, place: Place) -> ModelCall:
    """Return a call of an agent that names its server: an Ollama of the settings is asked in its own dialect."""
    return call if place.host.kind == "openai" else replace(call, base_url=None, api_key=None)
