"""The connection as a whole: logged in, commands registered, everything that is delivered recorded and offered."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from adapters.chat.patience import patiently
from adapters.discord.connecting.catching_up import CatchingUp
from adapters.discord.connecting.client import GatewayClient
from adapters.discord.connecting.door import Door
from adapters.discord.connecting.ears import Listener
from adapters.discord.connecting.hearing import Hearing
from adapters.discord.connecting.history import History
from adapters.discord.connecting.positions import Positions
from adapters.discord.connecting.receiving import Forms, Receiving
from adapters.discord.connecting.supervising import Supervised
from adapters.discord.connecting.syncing import Kept, sync
from adapters.discord.events.intents import Me
from adapters.discord.ids import ADAPTER
from adapters.discord.settings import DiscordSettings
from bot.domain import Delivery
from bot.ports import Clock, Inbox


class Connection:
    """Receives from Discord while `serve` runs."""

    def __init__(
        self,
        client: GatewayClient,
        settings: DiscordSettings,
        *,
        kept: Kept,
        clock: Clock,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """Take a client that is not logged in; nothing is opened yet.

        Args:
            client: Whose connection it is.
            settings: How Discord is reached.
            kept: Where it is kept which commands are registered.
            clock: Where time comes from.
            tell: Called with a sentence for the operator once the connection stands.
        """
        self._client = client
        self._settings = settings
        self._kept = kept
        self._clock = clock
        self._tell = tell
        self._told = False
        self.supervised = Supervised(client, settings.token, clock=clock)
        self.positions: Positions | None = None
        """Known while `serve` runs."""

    async def log_in(self) -> None:
        """Return once calls can be made.

        Raises:
            SettingsError: Discord refuses the token.
        """
        await self.supervised.log_in()

    async def serve(
        self, inbox: Inbox, *, forms: Forms, me: Callable[[], Me], offer: Callable[[Delivery], None]
    ) -> None:
        """Receive until cancelled; every new delivery is recorded and then offered. `log_in` goes before.

        Raises:
            SettingsError: Discord refuses what the settings ask for.
        """
        door = Door(inbox, offer=offer, clock=self._clock)
        history, positions = History(self._client, me), Positions(inbox)
        self.positions = positions
        await patiently(positions.load, clock=self._clock, adapter=ADAPTER)
        catching_up = CatchingUp(positions, door, history, a_second=self._settings.requests_a_second)
        ears = Listener(
            self._client,
            positions=positions,
            catching_up=catching_up,
            hearing=Hearing(positions, catching_up, door),
            history=history,
            ready=self._stands,
        )
        await sync(self._client.tree, self._kept, self._settings.guilds)
        self._client.attach(ears, Receiving(door, forms, language=self._settings.language))
        async with asyncio.TaskGroup() as group:
            group.create_task(positions.keep_always())
            group.create_task(catching_up.run())
            await self.supervised.stay()

    def _stands(self) -> None:
        if not self._told:
            count = len(self._client.guilds)
            self._tell(f"Discord: connected as {self._client.user}, {count} server{'' if count == 1 else 's'}.")
        self._told = True
