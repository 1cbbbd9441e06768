"""An inbox that stands between an adapter and the real one, for tests in which something happens on the way."""

from __future__ import annotations

from bot import ports
from bot.domain import Conversation, Delivery, Event, Receipt, ThreadRef


class Between:
    """Hands everything on; what is to happen otherwise is overridden."""

    def __init__(self, inbox: ports.Inbox) -> None:
        self.inbox = inbox

    async def accept(self, event: Event) -> Receipt:
        return await self.inbox.accept(event)

    async def receive(self, delivery: Delivery) -> bool:
        return await self.inbox.receive(delivery)

    async def unhandled(self, adapter: str) -> list[Delivery]:
        return await self.inbox.unhandled(adapter)

    async def handled(self, delivery: Delivery) -> None:
        await self.inbox.handled(delivery)

    async def conversation(self, thread: ThreadRef) -> Conversation | None:
        return await self.inbox.conversation(thread)

    async def places(self, adapter: str) -> dict[str, int]:
        return await self.inbox.places(adapter)

    async def note(self, adapter: str, place: str, position: int) -> None:
        await self.inbox.note(adapter, place, position)

    async def leave(self, adapter: str, place: str) -> None:
        await self.inbox.leave(adapter, place)
